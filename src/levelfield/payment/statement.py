"""A statement: what a contract pays in a period, line by line, exact to the penny."""

from dataclasses import dataclass

import pyarrow as pa

from levelfield.core.periods import Month
from levelfield.core.values import lineage_key
from levelfield.payment.contract import Contract
from levelfield.payment.flows import Flow
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.terms import Draft, PrimeTerm, Term, Working
from levelfield.payment.units import require_loaded
from levelfield.tariff import Price

STATEMENT_SCHEMA = pa.schema(
    [
        ("contract", pa.string()),
        ("version", pa.string()),
        ("period", pa.string()),
        ("line", pa.int32()),
        ("term", pa.string()),
        ("kind", pa.string()),
        ("part", pa.string()),
        ("provider", pa.string()),
        ("commissioner", pa.string()),
        ("service", pa.string()),
        ("currency", pa.string()),
        ("description", pa.string()),
        ("units", pa.int64()),
        ("price_pence", pa.int64()),
        ("amount_pence", pa.int64()),
        ("price_list", pa.string()),
        ("formula", pa.string()),
        ("workings", pa.string()),
        ("evidence", pa.string()),
        ("snapshot", pa.string()),
        ("lineage", pa.string()),
    ]
)


@dataclass(frozen=True)
class Line:
    """One line: units × price, in whole pence. The columns are those of STATEMENT_SCHEMA.

    `version` is the contract's, `snapshot` names the data that the units were counted from. A sum
    that is worked out is one unit at that sum, without service or currency: `formula` says how,
    `workings` holds its numbers, and `part` tells it from others of its term and month.
    `price_list` says where the price of a currency comes from; `evidence` are the lineage keys of
    the measure values that decided.
    """

    contract: str
    version: str
    period: str
    line: int
    term: str
    kind: str
    part: str
    provider: str
    commissioner: str
    service: str | None
    currency: str | None
    description: str
    units: int
    price_pence: int
    amount_pence: int
    price_list: str | None
    formula: str
    workings: tuple[Working, ...]
    evidence: tuple[str, ...]
    snapshot: str
    lineage: str

    def row(self) -> dict[str, object]:
        """The line as STATEMENT_SCHEMA has it: workings and evidence as text."""
        workings = "; ".join(f"{one.name}={one.value}" for one in self.workings)
        return {**vars(self), "workings": workings, "evidence": ";".join(self.evidence)}


@dataclass(frozen=True)
class Statement:
    """The lines of a contract and period, and what they leave out.

    `prices` holds the price behind each price list and currency that came from a list. `outside`
    counts units with a currency by service that no term covers, `unclassed` units without one by
    error class: neither is paid. `commissioner_unknown` counts the provider's units of which nobody
    can say whether this commissioner pays. All three count under the contract's own scheme.
    `notes` are sentences that must stand beside the lines; `flows` is money that goes on from the
    provider to others, within the total.
    """

    contract: Contract
    period: str
    lines: tuple[Line, ...]
    prices: dict[tuple[str, str], Price]
    outside: dict[str, int]
    unclassed: dict[str, int]
    commissioner_unknown: int
    notes: tuple[str, ...] = ()
    flows: tuple[Flow, ...] = ()

    @property
    def total_pence(self) -> int:
        """The sum of the lines, always."""
        return sum(line.amount_pence for line in self.lines)

    def table(self) -> pa.Table:
        return pa.Table.from_pylist([line.row() for line in self.lines], schema=STATEMENT_SCHEMA)


def statement(contract: Contract, period: str, inputs: PaymentInputs) -> Statement:
    """What `contract` pays for a month (`2026-03`) or its whole year (`2025-26`).

    Lines come by month, then as the contract orders its terms, then by service and currency. Raises
    ContractError for a period outside the contract or a unit without a price, and UsageError for a
    month without data.
    """
    months = contract.months(period)
    work = Reckoning(contract, inputs)
    require_loaded(contract, months, work.units(contract.scheme))
    lines: list[Line] = []
    for month in months:
        for term in contract.terms:
            for draft in work.drafts(term, month):
                lines.append(_line(contract, term, month, draft, len(lines) + 1, inputs.snapshot))
    return Statement(
        contract=contract,
        period=period,
        lines=tuple(lines),
        prices=work.prices.used,
        outside=work.outside(months),
        unclassed=work.unclassed(months),
        commissioner_unknown=work.commissioner_unknown(months),
        notes=(
            *(
                note
                for month in months
                for term in contract.terms
                for note in term.notes(month, work)
            ),
            *work.prices.notes(),
        ),
        flows=tuple(
            flow
            for month in months
            for term in contract.terms
            if isinstance(term, PrimeTerm)
            for flow in work.flows(term, month)
        ),
    )


def line_key(
    contract: str,
    version: str,
    period: str,
    term: str,
    part: str,
    service: str | None,
    currency: str | None,
    snapshot: str,
) -> str:
    """The lineage key of a line; a sum that is worked out has neither service nor currency."""
    return lineage_key(
        "S", contract, version, period, term, part, service or "", currency or "", snapshot
    )


def _line(
    contract: Contract, term: Term, month: Month, draft: Draft, number: int, snapshot: str
) -> Line:
    return Line(
        contract=contract.id,
        version=contract.version,
        period=str(month),
        line=number,
        term=term.id,
        kind=term.kind,
        part=draft.part,
        provider=contract.provider,
        commissioner=contract.commissioner,
        service=draft.service,
        currency=draft.currency,
        description=draft.description,
        units=draft.units,
        price_pence=draft.price_pence,
        amount_pence=draft.amount_pence,
        price_list=draft.price_list,
        formula=draft.formula,
        workings=draft.workings,
        evidence=draft.evidence,
        snapshot=snapshot,
        lineage=line_key(
            contract.id,
            contract.version,
            str(month),
            term.id,
            draft.part,
            draft.service,
            draft.currency,
            snapshot,
        ),
    )
