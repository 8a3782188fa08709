"""The national schedule of 2024/25, sent through the steps as a return, comes out as published.

Totals from the notes on the reference data: £6,644.6m over 74.7m units in 161 rows, of which 132
community rows hold £6,467.7m over 72.9m contacts. Five cells keep a cost and have no activity.
"""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from levelfield.core.definitions import path, read_csv
from levelfield.core.money import pence
from levelfield.tariff import CostReturnList, load_cost_returns, load_price_list
from levelfield.tariff.price_list import AVERAGE_PLACE
from spec.tariff_spec import HEAD

SUPPRESSED = ["N07CN", "N19CN", "N22CF", "N22CN", "N30AN"]


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    return read_csv(path("prices/ncc_2024-25_community.csv"))


@pytest.fixture(scope="module")
def again(published: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("schedule")
    with (folder / "returns.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("provider", "currency", "year", "units", "cost"))
        for row in published:
            place = "ENG", row["currency_code"], "2024-25"
            writer.writerow((*place, row["activity"], row["cost"]))
    steps = "market_forces: null\nsteps: [{step: level, method: mean}]\n"
    (folder / "list.yaml").write_text(HEAD + steps, encoding="utf-8")
    return load_cost_returns(folder / "list.yaml", {})


def test_every_row_is_used_or_set_aside_with_its_cost(
    published: list[dict[str, str]], again: CostReturnList
) -> None:
    assert len(published) == 161
    assert [one.currency for one in again.set_aside] == SUPPRESSED
    assert {one.reason for one in again.set_aside} == {"cost without activity"}
    assert len(again.currencies) == 156
    returned = again.made.returned
    total = int(returned.cost.sum()) + sum(one.cost or 0 for one in again.set_aside)
    assert total == sum(pence(row["cost"]) for row in published)
    assert f"£{total / 1e8:,.1f}m" == "£6,644.6m"
    assert int(returned.units.sum()) == 74_692_699


def test_the_community_rows(published: list[dict[str, str]]) -> None:
    rows = [r for r in published if r["department_code"] == "Community Health Service"]
    assert len(rows) == 132
    assert sum(int(row["activity"] or 0) for row in rows) == 72_895_355
    assert f"£{sum(pence(row['cost']) for row in rows) / 1e8:,.1f}m" == "£6,467.7m"


def test_every_unit_cost_comes_out_as_published(
    published: list[dict[str, str]], again: CostReturnList
) -> None:
    """To the six decimals of the schedule, as far as a cost in whole pence allows."""
    for row in published:
        if row["unit_cost"]:
            price = again.price(row["currency_code"], AVERAGE_PLACE, again.year)
            slack = Decimal("0.005") / int(row["activity"]) + Decimal("0.000001")
            assert abs(price.steps[0].pounds - Decimal(row["unit_cost"])) <= slack
            assert price.units == int(row["activity"])


def test_the_list_of_unit_costs_has_the_same_currencies(again: CostReturnList) -> None:
    assert set(load_price_list("ncc-2024-25").currencies) == set(again.currencies)
