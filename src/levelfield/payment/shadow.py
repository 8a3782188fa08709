"""A shadow: what is paid for a year, beside the price of the activity that was delivered."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from levelfield.core.periods import Month
from levelfield.core.values import lineage_key
from levelfield.payment.contract import Contract
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.terms import CareTerm, Term
from levelfield.payment.units import require_loaded, select_units


@dataclass(frozen=True)
class ShadowMonth:
    """A term in a month. `difference_pence` is activity less paid: above zero, the provider would
    be paid more by activity."""

    term: str
    kind: str
    period: str
    units: int
    activity_pence: int
    paid_pence: int

    @property
    def difference_pence(self) -> int:
        return self.activity_pence - self.paid_pence


@dataclass(frozen=True)
class ShadowService:
    """The priced activity of a service within a term and month.

    `paid_pence` is known where each line of the term is of one service, or the term covers this
    service alone; a block for several services says nothing of each, and it is None.
    """

    term: str
    kind: str
    period: str
    service: str
    units: int
    activity_pence: int
    paid_pence: int | None

    @property
    def difference_pence(self) -> int | None:
        return None if self.paid_pence is None else self.activity_pence - self.paid_pence


@dataclass(frozen=True)
class ShadowTerm:
    """What a term that is run in the shadow alone would have paid for a month."""

    term: str
    kind: str
    period: str
    pence: int


@dataclass(frozen=True)
class Shadow:
    """A contract's year: every term and month, the services behind them, and what is left out
    (as in a statement). `missing` are months without data: neither side of the comparison has
    them, and nothing is settled, since the year is not whole. `run` holds what the contract's
    `shadow` terms would have paid, beside what is paid."""

    contract: Contract
    missing: tuple[str, ...]
    months: tuple[ShadowMonth, ...]
    services: tuple[ShadowService, ...]
    outside: dict[str, int]
    unclassed: dict[str, int]
    commissioner_unknown: int
    run: tuple[ShadowTerm, ...] = ()

    @property
    def run_pence(self) -> int:
        """What the shadow terms would have paid."""
        return sum(one.pence for one in self.run)

    @property
    def activity_pence(self) -> int:
        return sum(month.activity_pence for month in self.months)

    @property
    def paid_pence(self) -> int:
        return sum(month.paid_pence for month in self.months)

    @property
    def difference_pence(self) -> int:
        return self.activity_pence - self.paid_pence


def shadow_key(contract: str, version: str, term: str, period: str, snapshot: str) -> str:
    """The lineage key of a term and month: what is paid, the activity and the difference."""
    return lineage_key("S", "shadow", contract, version, term, period, snapshot)


def shadow(contract: Contract, inputs: PaymentInputs) -> Shadow:
    """The year of a contract as it pays, beside all its activity at unit price.

    Months without data are left out of both sides and named. Raises as `statement` does: a unit
    without a price stops it, since a total without that unit would be wrong, and a year without any
    data gives UsageError.
    """
    year = contract.financial_year.months
    missing = select_units(contract, contract.scheme, inputs).missing(year)
    work = Reckoning(contract, inputs, settled=not missing)
    periods = [month for month in year if month not in missing]
    if not periods:
        require_loaded(contract, year, work.units(contract.scheme))
    months: list[ShadowMonth] = []
    services: list[ShadowService] = []
    for term in contract.terms:
        for month in periods:
            found = _services(work, term, month)
            months.append(
                ShadowMonth(
                    term.id,
                    term.kind,
                    str(month),
                    sum(one.units for one in found),
                    sum(one.activity_pence for one in found),
                    work.amount_pence(term.id, month),
                )
            )
            services += found
    return Shadow(
        contract=contract,
        missing=tuple(str(month) for month in missing),
        months=tuple(months),
        services=tuple(services),
        outside=work.outside(periods),
        unclassed=work.unclassed(periods),
        commissioner_unknown=work.commissioner_unknown(periods),
        run=tuple(_run(contract, inputs, periods, settled=not missing)),
    )


def _run(
    contract: Contract, inputs: PaymentInputs, periods: list[Month], settled: bool
) -> Iterator[ShadowTerm]:
    """The contract's shadow terms, month by month."""
    if not contract.shadow:
        return
    beside = contract.shadow_contract()
    work = Reckoning(beside, inputs, settled=settled)
    for term in beside.terms:
        for month in periods:
            yield ShadowTerm(term.id, term.kind, str(month), work.amount_pence(term.id, month))


def _services(work: Reckoning, term: Term, month: Month) -> list[ShadowService]:
    """The priced activity of each service that a term covers, in a month."""
    if not isinstance(term, CareTerm) or not term.by_month:
        return []
    units: Counter[str] = Counter()
    value: Counter[str] = Counter()
    for cell, number in work.covered(term, month).items():
        units[cell.service] += number
        value[cell.service] += number * work.prices.pence(cell, term)
    drafts = work.drafts(term, month)
    paid: dict[str, int | None] = dict.fromkeys(units)
    if all(draft.service is not None for draft in drafts):
        paid = {name: sum(d.amount_pence for d in drafts if d.service == name) for name in units}
    elif term.services != "others" and len(term.services or []) == 1:
        paid = dict.fromkeys(units, work.amount_pence(term.id, month))
    return [
        ShadowService(term.id, term.kind, str(month), name, units[name], value[name], paid[name])
        for name in sorted(units)
    ]
