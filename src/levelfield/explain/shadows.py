"""A month of a shadow walked back: what the contract pays, and the activity at unit price."""

from collections.abc import Sequence

from levelfield.core.errors import UsageError
from levelfield.core.money import format_pounds
from levelfield.core.periods import Month
from levelfield.currencies import load_scheme
from levelfield.engine import NamedQuery
from levelfield.explain.contracts import Inputs, contract_parts, term_in_words, term_of
from levelfield.explain.currencies import scheme_parts
from levelfield.explain.explanation import Check, Count, Explanation, Part, parts
from levelfield.explain.source import Ground
from levelfield.explain.units import open_units
from levelfield.payment import (
    Contract,
    ContractPrices,
    Shadow,
    ShadowMonth,
    load_contract,
    service_name,
    shadow,
    shadow_key,
)
from levelfield.payment.cover import NO_TEAM
from levelfield.payment.units import Cell

_UNITS = NamedQuery(
    "units_of_month",
    f"""SELECT COALESCE(team_type, '{NO_TEAM}') AS service, currency,
    CAST(SUM(units) AS BIGINT) AS units
FROM unit
WHERE provider = $provider
  AND commissioner = $commissioner
  AND period = $period
  AND currency IS NOT NULL
GROUP BY COALESCE(team_type, '{NO_TEAM}'), currency
ORDER BY service, currency""",
)


def explain_shadow(ground: Ground, key: str, inputs: Inputs) -> Explanation:
    """The term and month with this key in the shadow of a contract that the home keeps.

    The shadow is reckoned again from the contract and the counts of the present build. Raises
    UsageError when no kept contract has it. Only the parties to the contract may see it.
    """
    contract, term, period, file = _find(ground, key)
    scheme = load_scheme(contract.scheme_of(term_of(contract, term)))
    given = inputs(contract)
    made = shadow(contract, given)
    months = [month for month in made.months if (month.term, month.period) == (term, period)]
    if not months:
        raise UsageError(
            f"{key} is of {period}, which the shadow of {contract.id} leaves out on both sides, "
            "since there is no data."
        )
    [month] = months
    asked = {
        "provider": contract.provider,
        "commissioner": contract.commissioner,
        "period": period,
    }
    prices = ContractPrices(contract, given)
    units, value, counts = 0, 0, []
    for row in open_units(ground, scheme).query(_UNITS.sql, asked).to_pylist():
        covering = contract.term_of(row["service"], row["currency"], scheme.id)
        if covering is None or covering.id != term:
            continue
        price = prices.pence(Cell(period, row["service"], row["currency"]), covering)
        units += row["units"]
        value += row["units"] * price
        words = f"{service_name(row['service'])}, {row['currency']}, at {format_pounds(price)}"
        counts.append(Count(words, row["units"]))
    return Explanation(
        key=key,
        kind="shadow month",
        title=f"{contract.title}, paid beside activity: {term} in {period}",
        audience="party",
        figure=parts(
            [
                ("Paid", format_pounds(month.paid_pence)),
                ("Activity at unit price", format_pounds(month.activity_pence)),
                ("Difference", format_pounds(month.difference_pence)),
                ("Units", f"{month.units:,}"),
                ("Provider", contract.provider),
                ("Commissioner", contract.commissioner),
                ("Contract kept", file),
                ("Data", f"snapshot {ground.snapshot}"),
            ]
        ),
        definition=(*contract_parts(contract, term), *scheme_parts(scheme)),
        rule=tuple(_rule(contract, made, month)),
        query=(_UNITS,),
        parameters=tuple(Part(name, f"'{code}'") for name, code in asked.items()),
        submissions=ground.submissions([contract.provider], [Month.parse(period)]),
        counts=tuple(counts),
        checks=_checks(month, units, value),
        notes=ground.notes,
    )


def _find(ground: Ground, key: str) -> tuple[Contract, str, str, str]:
    """The kept contract, the term and the month of a key, and the contract's file."""
    home = ground.warehouse.home
    # The last one first: of contracts with one id, the pages show the shadow of the last.
    for file in sorted((home / "statements").glob("*/*.yaml"), reverse=True):
        contract = load_contract(file)
        for term in contract.terms:
            for month in contract.financial_year.months:
                cell = (contract.id, contract.version, term.id, str(month), ground.snapshot)
                if shadow_key(*cell) == key:
                    return contract, term.id, str(month), file.relative_to(home).as_posix()
    raise UsageError(
        f"{key} is not a line of any statement kept in {home / 'statements'}, nor a month of a "
        "shadow of the present build. Make the statement with: levelfield pay CONTRACT --period "
        "PERIOD; a changed contract or newer data give its figures new keys."
    )


def _rule(contract: Contract, made: Shadow, month: ShadowMonth) -> Sequence[str]:
    """How both sides came about, and what each service adds."""
    term = next(term for term in contract.terms if term.id == month.term)
    first, *others = term_in_words(term)
    services = [s for s in made.services if (s.term, s.period) == (month.term, month.period)]
    return [
        f"Paid by the term '{term.id}': {first}",
        *others,
        "Activity: the units of the services that the term covers, at the prices of "
        f"{contract.price_list} or those agreed in the contract. The difference is activity less "
        "what is paid.",
        *(
            f"{service_name(one.service)}: {one.units:,} units, "
            f"{format_pounds(one.activity_pence)}."
            for one in services
        ),
    ]


def _checks(month: ShadowMonth, units: int, value: int) -> tuple[Check, ...]:
    """The activity of a month made again from the units, one by one."""
    counted = units == month.units
    priced = value == month.activity_pence
    return (
        Check(
            f"Recounted from the units of care: {units:,}; "
            f"{'agrees' if counted else f'DIFFERS from {month.units:,}'}.",
            counted,
        ),
        Check(
            f"Units times prices added up: {format_pounds(value)}; "
            f"{'agrees' if priced else 'DIFFERS from the activity'}.",
            priced,
        ),
    )
