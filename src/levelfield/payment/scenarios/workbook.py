"""A comparison of scenarios as a working workbook: it adds up again from units and prices.

Amounts are units × price, totals are sums of amounts, and effects are differences of totals.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from levelfield.payment.contract import service_name
from levelfield.payment.files import PARTY
from levelfield.payment.scenarios.compare import (
    OTHER_CONTRACTS,
    Comparison,
    Dimension,
    Outcome,
)
from levelfield.payment.scenarios.reconcile import CAUSES, Cause
from levelfield.payment.scenarios.sheets import (
    FIRST,
    Cell,
    Formula,
    Sheet,
    sumif,
    write_sheets,
)
from levelfield.payment.scenarios.sweep import Sweep


def write_comparison_workbook(
    made: Comparison, file: Path, swept: Sweep | None = None, names: Mapping[str, str] = {}
) -> None:
    """The lines behind every scenario, and from them what each pays, to whom, and why."""
    write_sheets(file, [*comparison_sheets(made, names), *([_sweep(swept)] if swept else [])])


def comparison_sheets(made: Comparison, names: Mapping[str, str]) -> Iterator[Sheet]:
    """The sheets of a comparison, what they all rest on last."""
    outcomes = (made.base, *made.others)
    lines = _lines(outcomes, PARTY)
    places = _places(outcomes)
    yield _totals(made, lines, places)
    yield _effects(made, "provider", lines, names)
    yield _effects(made, "commissioner", lines, names)
    yield _effects(made, "service", places, names)
    why = _why(made)
    yield _bridges(made, why)
    yield why
    yield lines
    yield places


def _totals(made: Comparison, lines: Sheet, places: Sheet) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for one in (made.base, *made.others):
        n = FIRST + len(rows)
        total = one.total_pence / 100
        found = made.total(one) if rows else None
        limits = (found.lower / 100, found.upper / 100) if found else (None, None)
        rows.append(
            (
                one.id,
                one.title,
                sumif(lines, "Amount £", {"Scenario": f"$A{n}"}, total),
                total,
                Formula(f'=IF(ROUND(C{n}-D{n},2)=0,"agrees","DIFFERS")', "agrees"),
                sumif(places, "Amount £", {"Scenario": f"$A{n}"}, total),
                Formula(f'=IF(ROUND(C{n}-F{n},2)=0,"agrees","DIFFERS")', "agrees"),
                Formula(f"=C{n}-C${FIRST}", (one.total_pence - made.base.total_pence) / 100),
                *limits,
            )
        )
    headings = (
        "Scenario",
        "Title",
        "This workbook £",
        "levelfield £",
        "Verdict",
        "By service £",
        "Verdict by service",
        "Effect £",
        "Lower £",
        "Upper £",
    )
    words = f"{made.period}. The first scenario is the base. {_interval_words(made)} {PARTY}"
    return Sheet("Scenarios", made.title, words, headings, rows)


def _effects(
    made: Comparison, dimension: Dimension, source: Sheet, names: Mapping[str, str]
) -> Sheet:
    heading = dimension.capitalize()
    rows: list[Sequence[Cell]] = []
    for other in made.others:
        for one in made.effects(other, dimension):
            n = FIRST + len(rows)
            key = one.code or "(none)"
            name = names.get(one.code, one.code)
            if dimension == "service":
                name = service_name(one.code) if one.code else "Of no one service"
            where = {"Scenario": f'"{made.base.id}"', heading: f"$B{n}"}
            base = sumif(source, "Amount £", where, one.base_pence / 100)
            where = {"Scenario": f"$A{n}", heading: f"$B{n}"}
            own = sumif(source, "Amount £", where, one.pence / 100)
            effect = Formula(f"=E{n}-D{n}", one.effect_pence / 100)
            share = Formula(f'=IF(D{n}=0,"",F{n}/D{n})', "" if one.share is None else one.share)
            found = one.interval
            limits = (found.lower / 100, found.upper / 100) if found else (None, None)
            rows.append((other.id, key, name, base, own, effect, share, *limits))
    headings = (
        "Scenario",
        heading,
        "Name",
        "Base £",
        "Amount £",
        "Effect £",
        "Share %",
        "Lower £",
        "Upper £",
    )
    name = f"By {dimension}"
    return Sheet(name, name, _interval_words(made), headings, rows)


def _interval_words(made: Comparison) -> str:
    if made.draws is None:
        return "No intervals were asked for."
    draws = made.draws
    return (
        f"Lower and upper: {draws.confidence:.0%} percentile interval over {draws.replicates} "
        f"replicates, {' and '.join(draws.of)} drawn anew, seed {draws.seed}. These are figures, "
        f"not formulas. {made.without_interval}"
    ).strip()


def _why(made: Comparison) -> Sheet:
    rows = [
        (
            other.id,
            item.cause,
            found.before.contract.id,
            item.term,
            item.service or "",
            item.currency or "",
            item.units,
            item.pence / 100,
        )
        for other in made.others
        for found in made.reconciled(other)
        for item in found.items
    ]
    headings = (
        "Scenario",
        "Cause",
        "Contract",
        "Term",
        "Service",
        "Currency",
        "Units",
        "Difference £",
    )
    words = (
        "From the base to each scenario, one thing changed at a time; the items sum to the whole."
    )
    return Sheet("Why", "What changes, item by item", words, headings, rows)


def _bridges(made: Comparison, why: Sheet) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for other in made.others:
        first = FIRST + len(rows)
        rows.append((other.id, "base", made.base.title, made.base.total_pence / 100, None))
        causes: Counter[Cause] = Counter()
        for found in made.reconciled(other):
            causes.update(found.by_cause())
        for cause, pence in causes.items():
            where = {"Scenario": f"$A{FIRST + len(rows)}", "Cause": f"$B{FIRST + len(rows)}"}
            amount = sumif(why, "Difference £", where, pence / 100)
            rows.append((other.id, cause, CAUSES[cause], amount, None))
        rest = other.total_pence - made.base.total_pence - sum(causes.values())
        if rest:
            rows.append((other.id, "contracts", OTHER_CONTRACTS, rest / 100, None))
        last = FIRST - 1 + len(rows)
        total = other.total_pence / 100
        n = last + 1
        end = Formula(f"=SUM(D{first}:D{last})", total)
        verdict = f'=IF(ROUND(D{n}-{total!r},2)=0,"agrees","DIFFERS")'
        rows.append((other.id, "total", other.title, end, Formula(verdict, "agrees")))
    headings = ("Scenario", "Step", "What", "Amount £", "Verdict")
    return Sheet(
        "Bridges", "From the base to each scenario", "The steps of each bridge.", headings, rows
    )


def _sweep(made: Sweep) -> Sheet:
    parameters = [one.title for one in made.of.parameters]
    rows: list[Sequence[Cell]] = []
    for row in made.rows:
        n = FIRST + len(rows)
        amount, base = (xl_col_to_name(len(parameters) + place) for place in (0, 1))
        rows.append(
            (
                *map(_plain, row.values),
                row.pence / 100,
                made.base_pence / 100,
                Formula(f"={amount}{n}-{base}{n}", (row.pence - made.base_pence) / 100),
            )
        )
    headings = (*parameters, "Amount £", "Base £", "Effect £")
    return Sheet("Sweep", f"Sweep of {made.title}", "Each row was paid anew.", headings, rows)


def _plain(value: Any) -> Cell:
    return value if isinstance(value, int | float | str) else str(value)


class _Summed(NamedTuple):
    scenario: str
    contract: str
    provider: str
    commissioner: str
    term: str
    description: str
    service: str
    currency: str
    price_pence: int


def _summed(outcomes: Sequence[Outcome]) -> Counter[_Summed]:
    """Units by all that a line is known by but its month; of sums that are worked out the pence."""
    found: Counter[_Summed] = Counter()
    for one in outcomes:
        for side in one.sides:
            for line in side.statement.lines:
                worked_out = line.currency is None
                key = _Summed(
                    one.id,
                    line.contract,
                    line.provider,
                    line.commissioner,
                    line.term,
                    line.kind if worked_out else line.description,
                    line.service or "",
                    line.currency or "",
                    0 if worked_out else line.price_pence,
                )
                found[key] += line.amount_pence if worked_out else line.units
    return found


def _lines(outcomes: Sequence[Outcome], words: str) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for key, number in _summed(outcomes).items():
        place = FIRST + len(rows)
        amount: Cell = number / 100
        units: Cell = None
        price: Cell = None
        if key.currency:
            units, price = number, key.price_pence / 100
            amount = Formula(f"=I{place}*J{place}", number * key.price_pence / 100)
        rows.append((*key[:8], units, price, amount))
    headings = (
        "Scenario",
        "Contract",
        "Provider",
        "Commissioner",
        "Term",
        "What",
        "Service",
        "Currency",
        "Units",
        "Price £",
        "Amount £",
    )
    return Sheet("Lines", "What is paid, line by line", words, headings, rows)


def _places(outcomes: Sequence[Outcome]) -> Sheet:
    rows = [
        (one.id, place.provider, place.commissioner, place.service or "(none)", pence / 100)
        for one in outcomes
        for place, pence in one.amounts.items()
    ]
    words = (
        "Sums for several services, such as a block, are shared out by what the care that they pay "
        "for is worth at its prices."
    )
    headings = ("Scenario", "Provider", "Commissioner", "Service", "Amount £")
    return Sheet("Places", "What is paid, by service", words, headings, rows)
