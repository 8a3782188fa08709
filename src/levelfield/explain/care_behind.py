"""The care that a worked-out sum rests on: units at their prices, and person-years."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa

from levelfield.core.money import format_pounds
from levelfield.currencies import Scheme, load_scheme
from levelfield.explain.asked import Asked, Valued
from levelfield.explain.currencies import check_number, sources
from levelfield.explain.explanation import Check, Part, Records
from levelfield.explain.prices import price_of
from levelfield.explain.rests import Rests
from levelfield.explain.source import Ground
from levelfield.explain.units import (
    FoundUnits,
    assumptions,
    find_units,
    how_to_follow,
    open_units,
    rule_counts,
    rule_sentences,
)
from levelfield.payment import Draft, Term, service_name
from levelfield.payment.cover import NO_TEAM
from levelfield.payment.units import Cell

_COLUMNS = ("month", "service", "currency", "units", "price", "value")
PAID_CELL = (
    f"EXISTS (SELECT 1 FROM paid_cell AS p WHERE p.period = unit.period "
    f"AND p.service = COALESCE(unit.team_type, '{NO_TEAM}') AND p.currency = unit.currency)"
)
"""The units of a cell that a formula multiplies; cells without a service are NO_TEAM's."""


def activity(ground: Ground, work: Asked, stated: Decimal) -> Iterator[Rests]:
    """The cells that make up the activity of a formula (pounds), and the units in them."""
    pence = sum(valued.pence for valued in work.activity.values())
    agrees = pence == stated * 100
    verdict = "agrees" if agrees else "DIFFERS from the formula's activity"
    yield Rests(
        rule=(
            "Activity is units at unit price. For the steps of a price: levelfield prices "
            f"{work.contract.price_list} CURRENCY --provider {work.contract.provider} --year "
            f"{work.contract.year}",
        ),
        checks=(
            Check(
                f"Activity added up from {len(work.activity):,} services and currencies: "
                f"{format_pounds(pence)}; {verdict}.",
                agrees,
            ),
        ),
        records=_cells(work),
    )
    by_scheme: defaultdict[str, dict[Cell, Valued]] = defaultdict(dict)
    for (scheme, cell), valued in work.activity.items():
        by_scheme[scheme][cell] = valued
    for scheme, cells in by_scheme.items():
        yield _units(ground, work, load_scheme(scheme), cells)


def person_years(ground: Ground, work: Asked, term: Term, draft: Draft) -> Rests:
    """The people of a tier, whose months are the months of the formula, and the price of a year."""
    contract, currency = work.contract, draft.part
    scheme = load_scheme(contract.scheme_of(term))
    engine = open_units(ground, scheme)
    wanted = _asked(work) | {"period": contract.year, "currency": currency}
    found = find_units(engine, scheme, wanted)
    stated = next(one.value for one in draft.workings if one.name == "price")
    price = price_of(contract, term, currency, int(stated * 100), work.inputs)
    counted = check_number(found.size, work.people[currency], "months of people")
    return _told(
        ground, scheme, found, wanted, (*price.checks, counted), price.steps, price.records
    )


def _units(ground: Ground, work: Asked, scheme: Scheme, cells: dict[Cell, Valued]) -> Rests:
    engine = open_units(ground, scheme)
    columns = {name: [getattr(cell, name) for cell in cells] for name in Cell._fields}
    engine.view("paid_cell", pa.table(columns, pa.schema([(n, pa.string()) for n in columns])))
    wanted = _asked(work)
    found = find_units(engine, scheme, wanted, [PAID_CELL])
    counted = check_number(found.units, sum(valued.units for valued in cells.values()))
    return _told(ground, scheme, found, wanted, (counted,))


def _told(
    ground: Ground,
    scheme: Scheme,
    found: FoundUnits,
    wanted: dict[str, str],
    checks: tuple[Check, ...],
    steps: tuple[str, ...] = (),
    records: tuple[Records, ...] = (),
) -> Rests:
    return Rests(
        rule=(*steps, *rule_sentences(scheme, found), *how_to_follow(scheme, found)),
        assumptions=assumptions(found),
        query=found.queries,
        parameters=tuple(Part(name, f"'{value}'") for name, value in wanted.items()),
        submissions=sources(ground, found),
        counts=rule_counts(found),
        checks=checks,
        records=(*records, *found.records),
    )


def _asked(work: Asked) -> dict[str, str]:
    return {"provider": work.contract.provider, "commissioner": work.contract.commissioner}


def _cells(work: Asked) -> tuple[Records, ...]:
    rows = tuple(
        (
            cell.period,
            service_name(cell.service),
            cell.currency,
            f"{valued.units:,}",
            format_pounds(valued.price_pence),
            format_pounds(valued.pence),
        )
        for (_, cell), valued in work.activity.items()
    )
    return (Records("Activity at unit price", len(rows), _COLUMNS, rows),) if rows else ()
