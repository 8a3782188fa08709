"""The service lines of every provider's block: what each was given and spent, and the truth."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from levelfield.returns import find_layout
from levelfield.simulate.blocks import planted
from levelfield.simulate.delivered import Delivered
from levelfield.simulate.draws import Rng
from levelfield.simulate.economy import ProviderRun, Settings
from levelfield.simulate.return_truth import ReturnTruth, return_truths, rng_of

PART = 101
"""Sets the draws of this return apart from those of the others."""

TYPICAL_OVERHEAD, OVERHEAD_SPREAD, STAFFING = 0.15, 0.08, 0.68
"""Overhead as a share of spending at the typical provider, the standard deviation of its logarithm
between providers, and pay as a share of spending (assumption)."""

POOLS = ("main",), ("legacy-north", "legacy-south")
"""Back offices where there is one, and where they were not brought together."""

QUARTER = 3


@dataclass(frozen=True)
class Line:
    """One line of a block in one quarter, by the ledger, in pence.

    `others` is what of `spent` went on people of other commissioners; `repeats` are planted visits
    beside another service's; `own` are the attended contacts of this commissioner's people, those
    that the data lose among them.
    """

    provider: str
    commissioner: str
    period: str
    team: str
    allocated: int
    spent: int
    overhead: int
    pool: str
    paid_share: float | None
    others: int
    repeats: int
    own: int


def write_service_lines(
    returns: Path, truth: Path, settings: Settings, runs: Sequence[ProviderRun]
) -> None:
    """Write the return `service_lines` to one file, and what is true of it to another.

    The return has whole pounds. The truth has for each line, in pence, what was spent on others'
    people (UN-2), allocated less spent (UN-3) and overhead beyond the typical (UN-5), the
    planted visits (UN-4), and the attended contacts of own people.
    """
    lines = list(_lines(settings, runs))
    columns = [column.name for column in find_layout("service_lines").columns]
    with returns.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_sent(line) for line in lines)
    with truth.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(
            (
                "provider",
                "period",
                "team_type",
                "others",
                "moved",
                "repeats",
                "excess_overhead",
                "own",
            )
        )
        for x in lines:
            excess = x.overhead - round(TYPICAL_OVERHEAD * x.spent)
            moved = x.allocated - x.spent
            rows.writerow((x.provider, x.period, x.team, x.others, moved, x.repeats, excess, x.own))


def _sent(line: Line) -> dict[str, object]:
    def pounds(pence: float) -> int:
        return int(pence / 100 + 0.5)

    return {
        "provider": line.provider,
        "period": line.period,
        "commissioner": line.commissioner,
        "team_type": line.team,
        "allocated_pounds": pounds(line.allocated),
        "spent_pounds": pounds(line.spent),
        "staffing_pounds": pounds(line.spent * STAFFING),
        "overhead_pounds": pounds(line.overhead),
        "overhead_pool": line.pool,
        "paid_share": "" if line.paid_share is None else line.paid_share,
    }


def _lines(settings: Settings, runs: Sequence[ProviderRun]) -> Iterator[Line]:
    months = settings.calendar.months
    for number, (truth, run) in enumerate(zip(return_truths(settings), runs, strict=True)):
        rng = rng_of(settings, number, PART)
        ratio = TYPICAL_OVERHEAD * float(np.exp(rng.normal(0.0, OVERHEAD_SPREAD)))
        extra = planted(truth.provider.code, "overhead")
        ratio = TYPICAL_OVERHEAD + extra[""] if extra else ratio
        for last, month in enumerate(months):
            if month.month % QUARTER == 0 and last >= QUARTER - 1:
                at = range(last - QUARTER + 1, last + 1)
                yield from _quarter(rng, truth, run.delivered, at, str(month), ratio)


def _quarter(
    rng: Rng, truth: ReturnTruth, delivered: Delivered, at: range, period: str, ratio: float
) -> Iterator[Line]:
    code = truth.provider.code
    teams = sorted(set(truth.contacts) & set(truth.pence_per_contact))

    def count(name: str, team: str) -> int:
        return sum(delivered[name, team, month] for month in at)

    stated = planted(code, "paid_beyond")
    spent, share = {}, {}
    for team in teams:
        contacts, booked = count("contacts", team), count("booked", team)
        if not booked:
            continue
        share[team] = booked / contacts
        if team in stated:
            share[team] = round(min(1.0, count("own", team) / contacts + stated[team]), 4)
        cost = contacts * share[team] * truth.pence_per_contact[team]
        spent[team] = round(cost * float(np.exp(rng.normal(0.0, 0.03))))
    allocated = _allocated(code, spent)
    pools = POOLS[bool(planted(code, "overhead"))]
    for place, (team, pence) in enumerate(sorted(spent.items())):
        own = count("own", team) / count("contacts", team)
        yield Line(
            provider=code,
            commissioner=truth.provider.commissioner,
            period=period,
            team=team,
            allocated=allocated[team],
            spent=pence,
            overhead=round(pence * ratio),
            pool=pools[place % len(pools)],
            paid_share=round(100 * share[team], 2) if team in stated else None,
            others=round(pence * (1 - own / share[team])),
            repeats=count("repeats", team),
            own=count("own", team),
        )


def _allocated(code: str, spent: dict[str, int]) -> dict[str, int]:
    """What each line was given: as much as it spent, but for what is planted."""
    given = dict(spent)
    out = 0
    for team, share in planted(code, "moved_from").items():
        if team in given:
            given[team] = round(spent[team] / (1 - share))
            out += given[team] - spent[team]
    lost = round(planted(code, "unexplained").get("", 0.0) * sum(spent.values()))
    for team in planted(code, "moved_to"):
        if team in given:
            given[team] -= out - lost
    return given
