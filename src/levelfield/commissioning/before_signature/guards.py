"""The report on a proposed contract before it is signed."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from levelfield.commissioning.before_signature.activity import base_year, moved
from levelfield.commissioning.before_signature.cost import CostOfTerm, cost_of_terms
from levelfield.commissioning.before_signature.gaps import DataGap, data_gaps
from levelfield.commissioning.before_signature.gates import Gate, judge_gates
from levelfield.commissioning.before_signature.open_items import NotAgreed, not_agreed
from levelfield.commissioning.before_signature.register import Assumption, Register
from levelfield.commissioning.before_signature.savings import SavingsYear, savings_profile
from levelfield.commissioning.before_signature.small_numbers import SmallNumbers, small_numbers
from levelfield.commissioning.before_signature.thresholds import Sizes, Threshold, thresholds
from levelfield.core.periods import FinancialYear
from levelfield.currencies import load_scheme
from levelfield.payment import Contract, PaymentInputs, Reckoning
from levelfield.quality import Standing
from levelfield.tariff import PriceList


@dataclass(frozen=True)
class Guards:
    """What a proposed contract rests on. `base` is the financial year whose activity and values it
    is judged by, `value` what the contract would pay for them in its year, in pence."""

    contract: Contract
    register: Register
    base: FinancialYear
    value: int
    cost_list: str
    standing: Standing
    costs: tuple[CostOfTerm, ...]
    assumptions: tuple[Assumption, ...]
    savings: tuple[SavingsYear, ...]
    gaps: tuple[DataGap, ...]
    thresholds: tuple[Threshold, ...]
    small: tuple[SmallNumbers, ...]
    not_agreed: tuple[NotAgreed, ...]
    gates: tuple[Gate, ...]

    @property
    def open_gates(self) -> list[Gate]:
        return [gate for gate in self.gates if gate.status == "open"]


def guards(
    contract: Contract,
    register: Register,
    inputs: PaymentInputs,
    costs: PriceList,
    prices: PriceList,
    standing: Standing,
    table_quality: pa.Table,
    sizes: Mapping[str, Sizes],
) -> Guards:
    """Judge a proposal by the activity of a year that is held whole: its own, or an earlier one.

    `costs` is the list whose intervals its prices are held against, `prices` the contract's own,
    `standing` that of the provider's data in the year, `table_quality` the fact of that name, and
    `sizes` record lengths by scheme for trim points. Raises as `statement` does, and UsageError
    when no year is held whole.
    """
    base = base_year(contract, inputs)
    work = Reckoning(contract, moved(contract, inputs, base))
    value = sum(work.amount_pence(t.id, month) for t in contract.terms for month in work.year)
    gaps = data_gaps(
        inputs.counts[contract.scheme],
        table_quality,
        load_scheme(contract.scheme),
        prices,
        contract.provider,
        contract.commissioner,
        base,
    )
    units = work.units(contract.scheme)
    return Guards(
        contract=contract,
        register=register,
        base=base,
        value=value,
        cost_list=costs.file.id,
        standing=standing,
        costs=cost_of_terms(work, costs),
        assumptions=tuple(register.assumptions),
        savings=savings_profile(register.savings),
        gaps=gaps,
        thresholds=thresholds(work, sizes),
        small=small_numbers(work),
        not_agreed=not_agreed(register, work),
        gates=judge_gates(register, value, bool(units.classed) and not units.yearly),
    )
