"""The published files reproduce the cross-checks that were made when they were compiled.

Sums of boards and of providers against the England row, from the table in the notes on the
reference data. They differ from England for reasons that the publications give: rounding, people
seen by several providers, records without a board, service lines withheld below England.
"""

import pyarrow.compute as pc
import pytest

from levelfield.published import load_published

ACTIVITY, UCR = "csds_activity_2025-03", "ucr_2h_2024-25"
WAITS, BEDS = "community_waits_2025-03", "community_beds_2026-03"


def total(dataset_id: str, level: str, **where: str) -> int:
    values = load_published(dataset_id)
    for name, wanted in {"org_level": level, "stratum": "all", **where}.items():
        values = values.filter(pc.equal(values[name], wanted))
    return int(pc.sum(values["value"]).as_py() or 0)


@pytest.mark.parametrize(
    ("dataset_id", "where", "england", "boards", "providers"),
    [
        (ACTIVITY, {"measure": "published_referrals"}, 1_701_045, -1_970, -20),
        (ACTIVITY, {"measure": "published_people_referred"}, 1_194_845, -1_755, 29_270),
        (ACTIVITY, {"measure": "published_care_contacts"}, 8_581_110, -3_165, 20),
        (ACTIVITY, {"measure": "published_people_contacted"}, 2_403_315, -1_600, 45_555),
        (ACTIVITY, {"measure": "published_care_activities"}, 11_526_355, -2_890, -5),
        (UCR, {"measure": "published_ucr_referrals"}, 844_180, -1_580, -10),
        (UCR, {"measure": "published_ucr_contacts"}, 1_917_885, 3_125, 0),
        (WAITS, {"measure": "published_waiting_list"}, 1_090_356, -1_503, -1_503),
        (WAITS, {"measure": "published_waiting_list", "stratum": "adults"}, 775_924, -10, -10),
        (
            WAITS,
            {"measure": "published_waiting_list", "stratum": "children and young people"},
            314_432,
            -1_493,
            -1_493,
        ),
        (BEDS, {"measure": "published_beds"}, 13_439, 0, -13_439),
    ],
)
def test_sums_against_england(dataset_id, where, england, boards, providers):
    assert total(dataset_id, "national", **where) == england
    assert total(dataset_id, "commissioner", **where) - england == boards
    assert total(dataset_id, "provider", **where) - england == providers


def test_bands_fall_short_of_the_list_by_waits_without_a_band():
    values = load_published(WAITS)
    keep = pc.and_(
        pc.equal(values["measure"], "published_waiting_by_band"),
        pc.equal(values["org_code"], "ENG"),
    )
    assert pc.sum(values.filter(keep)["value"]).as_py() == 1_086_116 == 1_090_356 - 4_240


def test_waits_over_52_weeks_are_mostly_community_paediatrics():
    assert total(WAITS, "national", measure="published_waiting_over_52") == 77_712
    values = load_published("community_waits_by_service_2025-03")
    keep = pc.and_(
        pc.equal(values["measure"], "published_service_over_52"),
        pc.and_(
            pc.equal(values["org_code"], "ENG"),
            pc.starts_with(values["stratum"], "Community paediatric"),
        ),
    )
    assert values.filter(keep)["numerator"].to_pylist() == [59_007]


def test_the_trend_ends_where_the_list_begins():
    trend = {"measure": "published_waiting_list_trend", "period": "2025-03"}
    for stratum in ("all", "adults", "children and young people"):
        last = total("community_waits_national_trend", "national", stratum=stratum, **trend)
        there = total(WAITS, "national", measure="published_waiting_list", stratum=stratum)
        assert last == there


def test_adults_and_children_add_up_in_every_month_of_the_trend():
    values = load_published("community_waits_national_trend")
    values = values.filter(pc.equal(values["measure"], "published_waiting_list_trend"))
    by_month: dict[str, dict[str, float]] = {}
    for row in values.to_pylist():
        by_month.setdefault(row["period"], {})[row["stratum"]] = row["value"]
    assert len(by_month) == 12
    for parts in by_month.values():
        assert parts["all"] == parts["adults"] + parts["children and young people"]


@pytest.mark.parametrize("dimension", ["purpose", "commissioning", "hosting"])
def test_each_division_of_the_beds_adds_up_in_every_board(dimension):
    values = load_published(BEDS)
    values = values.filter(pc.equal(values["measure"], "published_beds"))
    beds: dict[str, float] = {}
    parts: dict[str, float] = {}
    for row in values.to_pylist():
        if row["stratum"] == "all":
            beds[row["org_code"]] = row["value"]
        elif row["stratum"].startswith(f"{dimension}, "):
            parts[row["org_code"]] = parts.get(row["org_code"], 0) + (row["value"] or 0)
    assert len(beds) == 43
    assert parts == pytest.approx(beds)
