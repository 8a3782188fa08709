"""Cost returns with a known truth: what was planted is found, and what ships is what is drawn."""

import csv
from pathlib import Path

import numpy as np
import pytest

from levelfield.core.definitions import path
from levelfield.simulate.cost_truth import cost_truth, planted
from levelfield.simulate.costs import write_cost_truth, write_costs
from levelfield.simulate.economy import Settings
from levelfield.tariff import CostReturnList, load_cost_returns, load_price_list
from levelfield.tariff.price_list import PriceList

SETTINGS = Settings(12, 12, 1, 0.01, 1.0, "2025-04", 0)
FILES = ("returns", "submitted", "quality", "factors", "last_year")


@pytest.fixture(scope="module")
def shipped() -> CostReturnList:
    found: PriceList = load_price_list("fictional-2026-27")
    assert isinstance(found, CostReturnList)
    return found


def changes(made: CostReturnList, step: str, provider: str) -> list:
    return [c for c in made.made.changes if c.step.startswith(step) and c.provider == provider]


def test_the_list_that_ships_is_what_the_simulator_writes(tmp_path: Path) -> None:
    write_costs(tmp_path / "costs", SETTINGS)
    for name in FILES:
        written = (tmp_path / "costs" / "fictional" / f"{name}.csv").read_bytes()
        assert written == (path("prices/fictional") / f"{name}.csv").read_bytes(), name


def test_another_year_moves_the_years_of_the_list(tmp_path: Path) -> None:
    write_costs(tmp_path, Settings(3, 2, 1, 0.01, 1.0, "2023-11", 0))
    made = load_cost_returns(tmp_path / "price-list.yaml", {})
    assert (made.file.years, made.file.for_year) == (("2023-24",), "2024-25")
    assert (str(made.file.holds_from), str(made.file.published_on)) == ("2024-04-01", "2024-03-02")
    assert made.file.scheme == "ncc-2024-25"
    assert {one.step for one in made.set_aside} <= {"Exclusions", "Trimmed"}


def test_the_truth_is_written(tmp_path: Path) -> None:
    write_cost_truth(tmp_path, SETTINGS)
    with (tmp_path / "cost_providers.csv").open(encoding="utf-8") as stream:
        lost = {row["provider"]: float(row["lost"]) for row in csv.DictReader(stream)}
    assert {code: share for code, share in lost.items() if share} == {
        provider: share for (provider, _), share in planted("lost").items()
    }


def test_a_return_that_counts_what_was_never_submitted_is_set_aside(
    shipped: CostReturnList,
) -> None:
    assert "ZA6" not in shipped.made.returned.providers
    found = changes(shipped, "Reconciled", "ZA6")
    assert found
    assert all(change.after is None and "set aside" in change.why for change in found)


def test_lost_contacts_are_put_back(shipped: CostReturnList) -> None:
    for (provider, _), share in planted("lost").items():
        found = [c for c in changes(shipped, "Lost", provider) if c.after is not None]
        assert found
        assert all(c.before / c.after == pytest.approx(1 - share) for c in found)
    # Unlike the others, their unit costs would be 1 / (1 - q) as high.
    assert not changes(shipped, "Lost", "ZA1")


def test_costs_booked_under_another_currency_are_trimmed(shipped: CostReturnList) -> None:
    ((provider, code),) = planted("shifted")
    column = shipped.made.returned.currencies.index(code)
    row = shipped.made.returned.providers.index(provider)
    assert shipped.made.returned.held[row, column]
    assert not shipped.made.kept[row, column]


def test_a_mispriced_currency_lies_outside_the_interval_of_its_cost(
    shipped: CostReturnList,
) -> None:
    """Last year's price is outside; the true cost, at the level of these providers, inside."""
    truth = cost_truth(SETTINGS)
    last = {r["currency"]: float(r["price"]) for r in csv.DictReader(
        (path("prices/fictional") / "last_year.csv").open(encoding="utf-8"))}  # fmt: skip
    carried = np.nanmax(shipped.made.stages[-2].price / shipped.made.stages[-3].price)
    weights = (truth.units @ truth.unit_cost) * np.array(
        [code in shipped.made.returned.providers for code in truth.providers]
    )
    level = np.average(truth.level, weights=weights)
    for _, code in planted("mispriced"):
        column = shipped.made.returned.currencies.index(code)
        lower, upper = shipped.made.lower[column], shipped.made.upper[column]
        cost = truth.unit_cost[truth.currencies.index(code)] * float(shipped.average) * level
        assert lower <= cost * carried <= upper, code
        assert not lower <= 100 * last[code] <= upper, code


def test_what_is_explained_is_said_to_be_an_upper_bound(shipped: CostReturnList) -> None:
    found = shipped.explained
    assert found.at_most.share is not None
    shares = [found.at_most.share, *(share for _, share in found.supposing)]
    assert shares == sorted(shares, reverse=True)
    assert "at most" in found.words
    assert found.words.endswith("Published classes of palliative care explain 17% to 21%.")


def test_the_pounds_at_risk_of_a_provider(shipped: CostReturnList) -> None:
    """All currencies together carry less risk than the sum of each, and pay the same."""
    both = [one for one in shipped.at_risk if one.provider == "ZA1"]
    whole, parts = both[0], both[1:]
    assert whole.currency == ""
    assert sum(one.units for one in parts) == pytest.approx(whole.units)
    assert sum(one.paid for one in parts) == pytest.approx(whole.paid, abs=len(parts))
    assert 0 < whole.under < sum(one.under for one in parts)
    assert 0 < whole.over < sum(one.over for one in parts)
    assert whole.words.startswith("ZA1: £")
