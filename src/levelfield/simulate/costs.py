"""Cost returns of the fictional providers, and the price list that is made from them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from levelfield.core import definitions
from levelfield.core.periods import FinancialYear
from levelfield.simulate.cost_truth import (
    CostTruth,
    DrawnCosts,
    cost_truth,
    draw_costs,
    planted,
    rng_of_costs,
)
from levelfield.simulate.draws import Floats
from levelfield.simulate.economy import Settings
from levelfield.simulate.providers import make_providers

SHIPPED = "fictional-2026-27"
"""The price list from the cost returns of twelve providers and seed 1, as it ships."""

_SHIPPED_YEAR = FinancialYear(2025)


def write_costs(folder: Path, settings: Settings) -> None:
    """Write `price-list.yaml` and the files that it names below `folder/fictional`.

    The returns are of the financial year of the first month, in full; the list is for the next.
    """
    below = folder / "fictional"
    below.mkdir(parents=True)
    truth = cost_truth(settings)
    drawn = _with_planted(truth, draw_costs(rng_of_costs(settings), truth))
    year = settings.calendar.months[0].financial_year
    _write(below / "returns.csv", ("provider", "currency", "year", "units", "cost"),
           _returns(truth, drawn, str(year)))  # fmt: skip
    _write(below / "submitted.csv", ("provider", "currency", "units"), _submitted(truth))
    header = ("provider", "currency", "lost", "unclassified", "without_attendance")
    _write(below / "quality.csv", header, _quality(truth, settings))
    _write(below / "factors.csv", ("provider_code", "mff"), _factors(truth))
    _write(below / "last_year.csv", ("currency", "price"), _last_year(truth))
    shipped = definitions.path(f"prices/{SHIPPED}.yaml").read_text(encoding="utf-8")
    (folder / "price-list.yaml").write_text(_for_year(shipped, year), encoding="utf-8")


def write_cost_truth(folder: Path, settings: Settings) -> None:
    """Write what is true: unit costs in pence at a factor of 1, and of each provider its level of
    cost, its factor and the share that it loses."""
    truth = cost_truth(settings)
    wrong = {code: factor for (_, code), factor in planted("mispriced").items()}
    _write(
        folder / "unit_costs.csv",
        ("currency", "unit_cost_pence", "last_year_times"),
        (
            (code, f"{cost:.4f}", wrong.get(code, 1))
            for code, cost in zip(truth.currencies, truth.unit_cost, strict=True)
        ),
    )
    rows = zip(truth.providers, truth.level, truth.factor, truth.lost, strict=True)
    _write(folder / "cost_providers.csv", ("provider", "level", "mff", "lost"), rows)


def average_factor(truth: CostTruth) -> float:
    """The market forces factor of the average unit, each at what it costs free of place."""
    free = truth.units @ truth.unit_cost
    return float(free @ truth.factor / free.sum())


def _for_year(shipped: str, year: FinancialYear) -> str:
    """The text of the list that ships, with the years and dates of costs of another year."""

    def words(base: FinancialYear) -> tuple[str, ...]:
        after = FinancialYear(base.start + 1)
        return str(base), str(after), str(after.first), f"{after.start}-03-02"

    marks = [f"<{number}>" for number in range(4)]
    # By way of marks, since what one year becomes may be what another was.
    for before, now in (
        *zip(words(_SHIPPED_YEAR), marks, strict=True),
        *zip(marks, words(year), strict=True),
    ):
        shipped = shipped.replace(before, now)
    return shipped


def _with_planted(truth: CostTruth, drawn: DrawnCosts) -> DrawnCosts:
    """What providers do to their returns: costs booked under another currency, and activity that
    was counted by another system than the one that submits."""
    cost, units = drawn.cost.copy(), drawn.units.copy()
    at = {code: n for n, code in enumerate(truth.currencies)}
    of = {code: n for n, code in enumerate(truth.providers)}
    into = dict(planted("shifted_to").keys())
    for (provider, code), share in planted("shifted").items():
        if provider in of:
            moved = np.round(share * cost[of[provider], at[code]])
            cost[of[provider], at[code]] -= moved
            cost[of[provider], at[into[provider]]] += moved
    for (provider, _), more in planted("counted_apart").items():
        if provider in of:
            units[of[provider]] = np.round(units[of[provider]] * (1 + more))
    return replace(drawn, units=units, cost=cost)


def _submitted_units(truth: CostTruth) -> Floats:
    return np.asarray(np.round(truth.units * (1 - truth.lost)[:, np.newaxis]))


def _returns(truth: CostTruth, drawn: DrawnCosts, year: str) -> Iterable[Sequence[object]]:
    for row, column in np.argwhere(drawn.units > 0):
        place = truth.providers[row], truth.currencies[column]
        units, cost = int(drawn.units[row, column]), int(drawn.cost[row, column])
        yield *place, year, units, f"{cost // 100}.{cost % 100:02d}"


def _submitted(truth: CostTruth) -> Iterable[Sequence[object]]:
    submitted = _submitted_units(truth)
    for row, column in np.argwhere(submitted > 0):
        yield truth.providers[row], truth.currencies[column], int(submitted[row, column])


def _quality(truth: CostTruth, settings: Settings) -> Iterable[Sequence[object]]:
    for provider, lost in zip(make_providers(settings.providers), truth.lost, strict=True):
        yield provider.code, "", lost, provider.team_missing, provider.attendance_missing


def _factors(truth: CostTruth) -> Iterable[Sequence[object]]:
    for code, factor in zip(truth.providers, truth.factor, strict=True):
        yield code, f"{factor:.4f}"


def _last_year(truth: CostTruth) -> Iterable[Sequence[object]]:
    """Last year's prices at the average place: the true costs, but for those planted."""
    wrong = {code: factor for (_, code), factor in planted("mispriced").items()}
    average = average_factor(truth)
    for code, cost in zip(truth.currencies, truth.unit_cost, strict=True):
        yield code, f"{cost * average * wrong.get(code, 1) / 100:.2f}"


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
