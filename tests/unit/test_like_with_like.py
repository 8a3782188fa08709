"""Public pages: crude beside adjusted, the same providers over time, composites, definitions."""

import json
import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from levelfield.benchmark import Adjusted, NotComparable, select
from levelfield.core.values import NATIONAL
from levelfield.measures import load_measures
from levelfield.publish.composed import composed
from levelfield.publish.headlines import headlines
from levelfield.publish.pages.composites import composite_pages
from levelfield.publish.pages.like_with_like import LikeWithLike, like_with_like
from levelfield.publish.pages.measures import measure_pages
from levelfield.publish.pages.same_providers import TOO_ROUNDED, SameProviders, same_providers
from levelfield.publish.parts import Cell
from levelfield.publish.results import MeasureResults, results
from levelfield.publish.site_data import SiteData
from made_up_site import MEASURES, made_up_site


@pytest.fixture(scope="module")
def data() -> SiteData:
    return made_up_site()


@pytest.fixture(scope="module")
def found(data: SiteData) -> dict[str, MeasureResults]:
    return results(data)[0]


def text(cell: Cell | str) -> str:
    return cell if isinstance(cell, str) else cell.text


def test_the_adjusted_stands_beside_the_crude(data, found) -> None:
    """Counted over expected, times everybody's value; both counts rounded, as all counts are."""
    one = found["dna_rate"]
    like = like_with_like(data, one)
    assert isinstance(like, LikeWithLike)
    overall = one.row(one.public, NATIONAL)["value"]
    rows = [[text(cell) for cell in row] for row in like.table.rows]
    shown = [row for row in rows if row[2] != "–" and row[1] != "–"]
    assert len(shown) == 11
    for _, observed, expected, _, adjusted, *_ in shown:
        counts = [int(count.replace(",", "")) for count in (observed, expected)]
        assert [count % 5 for count in counts] == [0, 0]
        assert adjusted == f"{min(1.0, counts[0] / counts[1] * overall):.1%}"
    assert "reference is all organisations compared, taken together" in like.method


def test_who_is_suppressed_has_no_adjusted_value(data, found) -> None:
    like = like_with_like(data, found["dna_rate"])
    assert isinstance(like, LikeWithLike)
    hidden = [
        [text(cell) for cell in row] for row in like.table.rows if text(row[3]) == "suppressed"
    ]
    assert hidden
    assert all(row[1:3] == ["–", "–"] and row[4:6] == ["–", "–"] for row in hidden)


def test_a_measure_that_asks_for_a_model_shows_it(data, found) -> None:
    like = like_with_like(data, found["lu_assessed"])
    assert isinstance(like, LikeWithLike)
    assert like.why == load_measures()["lu_assessed"].adjustment.why
    terms, performance, tenths = like.model
    assert [[text(cell) for cell in row[:2]] for row in terms.rows] == [
        ["age band", "65-74"], ["age band", "75-84"], ["age band", "85+"],
        ["sex", "female"], ["sex", "male"],
    ]  # fmt: skip
    said = [text(row[0]) for row in performance.rows]
    assert said == ["calibration in the large", "calibration slope", "c statistic"]
    assert 0.6 < float(text(performance.rows[2][1])) < 0.8
    counts = [int(text(cell).replace(",", "")) for row in tenths.rows for cell in row[1:]]
    assert {count % 5 for count in counts} == {0}


def test_small_counts_behind_a_model_are_suppressed_and_none_is_none(data, found) -> None:
    one = replace(found["lu_assessed"])
    fitted = one.public_adjusted
    assert isinstance(fitted, Adjusted)
    assert fitted.model is not None
    rows = [{"tenth": 1, "denominator": 44, "observed": 0, "expected": 3.6}]
    model = replace(fitted.model, calibration=pa.Table.from_pylist(rows))
    vars(one)["public_adjusted"] = replace(fitted, model=model)
    [tenth] = like_with_like(data, one).model[2].rows
    assert [text(cell) for cell in tenth] == ["1", "45", "0", "–"]


def test_what_cannot_be_adjusted_says_why(data, found) -> None:
    assert like_with_like(data, found["hv_new_birth_14d"]) is None
    spend = like_with_like(data, found["sickness_absence"])
    assert isinstance(spend, NotComparable)
    assert "rows that go together" in spend.reason


def without(one: MeasureResults, code: str, until: str) -> MeasureResults:
    """The same, of a provider only from a month on."""
    late = pc.and_(pc.equal(one.public["org_code"], code), pc.less(one.public["period"], until))
    return replace(one, public=one.public.filter(pc.invert(late)))


def test_the_same_providers_are_followed_when_one_comes_late(data, found) -> None:
    same = same_providers(data, without(found["dna_rate"], "ZA12", "2025-09"))
    assert isinstance(same, SameProviders)
    assert same.sentence.startswith("From April 2025 to March 2026 1 entered, nobody left")
    assert same.figure is not None
    assert same.figure.table is not None
    rows = {text(row[0]): [text(cell) for cell in row] for row in same.figure.table.rows}
    assert rows["September 2025"][4] == data.name("ZA12")
    assert [rows[month][1] for month in ("August 2025", "September 2025")] == ["10", "11"]
    # The last month is everybody's either way: the chain is anchored there.
    assert rows["March 2026"][2] == rows["March 2026"][3]


def test_whoever_has_a_suppressed_month_is_left_out_of_the_chain(data, found) -> None:
    one = found["dna_rate"]
    hidden = {row["org_code"] for row in one.public.to_pylist() if "suppressed" in row["flags"]}
    assert hidden
    same = same_providers(data, one)
    assert same is not None
    assert "1 provider with a suppressed month not among them" in same.sentence


def test_the_same_providers_are_not_followed_where_rounding_moves_them_further(data, found) -> None:
    one = without(found["dna_rate"], "ZA12", "2025-09")
    tenth = [
        row | {name: row[name] and row[name] // 50 * 5 for name in ("numerator", "denominator")}
        for row in one.public.to_pylist()
    ]
    few = pa.Table.from_pylist(tenth, schema=one.public.schema)
    assert same_providers(data, replace(one, public=few)) == SameProviders(TOO_ROUNDED)


def test_everybody_is_everybody_and_not_the_sum_of_rounded_counts(data, found) -> None:
    one = without(found["dna_rate"], "ZA12", "2025-09")
    same = same_providers(data, one)
    assert same is not None
    assert same.figure is not None
    drawn = json.loads(same.figure.drawing.wide)["data"]
    rows = next(each["values"] for each in drawn if each["name"] == "rows")
    months = select(one.public, measure="dna_rate", org_level="national").to_pylist()
    shown = {row["period"]: row["value"] for row in months}
    for row in rows:
        if row["series"] == "All of them":
            assert row["value"] == pytest.approx(shown[row["period"]])


def test_providers_that_never_change_need_no_table(data, found) -> None:
    one = found["dna_rate"]
    unbroken = one.public.filter(pc.not_equal(one.public["org_code"], "ZA4"))
    assert same_providers(data, replace(one, public=unbroken)) == SameProviders(
        "The same 10 providers stand behind every month. 1 provider with a suppressed month not "
        "among them."
    )


def test_every_measure_of_the_library_has_a_page(data, found) -> None:
    pages = {page.path: page for page in measure_pages(data, found)}
    assert set(pages) == {"measures/index.html"} | {f"measures/{m}.html" for m in load_measures()}
    bare = [page for page in pages.values() if page.kind == "definition"]
    assert len(bare) == len(load_measures()) - len(MEASURES)
    assert all(page.content["words"] and page.content["examples"] for page in bare)
    assert pages["measures/dna_rate.html"].content["peers"] == "all 12 providers held"


def test_a_composite_has_a_page_once_its_parts_have_values(data, found) -> None:
    [page] = composite_pages(data, found)
    assert page.path == "measures/care_in_time.html"
    [download] = page.downloads
    values = {
        (row["period"], row["org_code"]): row["value"] for row in download.table.to_pylist()
        if row["stratifier"] == "all"
    }  # fmt: skip
    parts = [
        {
            (row["period"], row["org_code"]): row["value"]
            for row in found[name].public.to_pylist()
            if row["measure"] == name and row["stratifier"] == "all"
        }
        for name in ("ucr_2h", "wait_incomplete_18w")
    ]
    assert values["2026-03", "ZA9"] == pytest.approx(sum(p["2026-03", "ZA9"] for p in parts) / 2)
    assert any(value is None for value in values.values())
    assert list(composite_pages(data, {"ucr_2h": found["ucr_2h"]})) == []


def test_a_provider_without_a_composite_is_told_which_part_has_no_value(data, found) -> None:
    one = found["ucr_2h"]
    rows = one.public.to_pylist()
    for row in rows:
        if (row["measure"], row["period"], row["org_code"]) == ("ucr_2h", "2026-03", "ZA9"):
            row |= {"value": None, "lower": None, "upper": None, "flags": "rounded"}
    public = pa.Table.from_pylist(rows, one.public.schema)
    [page] = composite_pages(data, {**found, "ucr_2h": replace(one, public=public)})
    table = page.content["table"]
    notes = {row[0].text: row[0].note for row in table.rows}
    assert notes[data.name("ZA9")] == (
        "No value, since a part has none. Two-hour urgent community response: not given: rounding "
        "may move it too far."
    )
    place = [column.heading for column in table.columns].index("Value")
    assert {row[0].note for row in table.rows if row[place].text not in ("–", "suppressed")} == {""}


def test_a_composite_of_a_year_that_is_not_over_has_the_last_month_held(data, found) -> None:
    """One part has a year, the other months alone: 2025-12 sorts before 2025-26."""
    until = data.values.filter(pc.less_equal(data.values["period"], "2025-12"))
    year = data.values.filter(pc.equal(data.values["period"], str(data.year)))
    early = replace(data, values=pa.concat_tables([until, year]))
    [made] = composed(early, results(early)[0]).values()
    assert made.period == "2025-12"
    assert made.held.num_rows == len(data.providers)
    [page] = composite_pages(early, {part.measure.id: part for part in made.parts})
    assert page.content["period"] == "December 2025"
    assert page.content["value"]


def test_the_headlines_say_the_value_who_differs_and_how_it_moves(found) -> None:
    value, others, months = headlines(found["dna_rate"])
    assert value.startswith("All providers together, April 2025 to March 2026: 79.2% (95% interval")
    assert "99.8% limits" in others
    assert months.startswith("March 2026 was")
    nothing = replace(found["dna_rate"], public=found["dna_rate"].public.slice(0, 0))
    assert headlines(nothing) == ("No trend: it takes 8 complete months with a value; here are 0.",)


def test_the_adjusted_funnel_is_drawn_from_what_the_public_sees(data, found) -> None:
    one = found["lu_assessed"]
    like = like_with_like(data, one)
    [drawn] = like.figures
    assert drawn.sentence.startswith("Adjusted for age band and sex, counted over expected events:")
    points = json.loads(drawn.drawing.wide)["data"]
    drawn_points = next(d["values"] for d in points if d["name"] == "points")
    shown = {
        round(row["observed"] / row["expected"], 9)
        for row in one.public_adjusted.points.to_pylist()
        if row["expected"]
    }
    assert {round(point["value"], 9) for point in drawn_points} == shown
    assert len(shown) >= 10
    crude = next(
        page for page in measure_pages(data, found) if page.path.endswith("lu_assessed.html")
    )
    assert "lu_assessed-adjusted-funnel" in [figure.name for figure in crude.figures]


def test_the_same_providers_are_drawn_beside_all_of_them(data, found) -> None:
    same = same_providers(data, without(found["dna_rate"], "ZA12", "2025-09"))
    specified = json.loads(same.figure.drawing.wide)["data"]
    rows = next(one["values"] for one in specified if one["name"] == "rows")
    assert {row["series"] for row in rows} == {"All of them", "The same ones"}
    last = {row["series"]: row["value"] for row in rows if row["period"] == "2026-03"}
    assert last["All of them"] == pytest.approx(last["The same ones"])
    first = {row["series"]: row["value"] for row in rows if row["period"] == "2025-04"}
    assert first["All of them"] != first["The same ones"]
    assert same.sentence in same.figure.alternative


def test_a_ratio_of_pounds_says_pounds_for_each_contact_wherever_it_stands(data, found) -> None:
    one = found["cost_per_contact"]
    value, others, months = headlines(one)
    assert re.search(r": £\d[\d.,]* per contact \(interval not given", value)
    assert others.count("per contact") >= 2
    [page] = [p for p in measure_pages(data, found) if p.path.endswith("cost_per_contact.html")]
    assert "Value (£ per contact)" in [column.heading for column in page.content["table"].columns]
    assert page.content["headline"]["value"].startswith("£")
    assert page.content["headline"]["per"] == "per contact"
    assert months.count("£") == 2


def test_an_interval_that_is_taken_away_is_said_to_be(data, found) -> None:
    """Pounds of teams and contacts of persons: the rounded counts do not say how they vary."""
    pages = {page.path: page for page in measure_pages(data, found)}
    for name in ("cost_per_contact", "contacts_per_person"):
        page = pages[f"measures/{name}.html"]
        assert "rounded counts do not tell" in page.content["table"].note
        assert page.content["headline"]["withheld"] in headlines(found[name])[0]
    for name in ("ucr_2h", "falls_rate", "wait_first_contact"):
        page = pages[f"measures/{name}.html"]
        assert "No interval is given" not in page.content["table"].note
        assert page.content["headline"]["withheld"] == ""
