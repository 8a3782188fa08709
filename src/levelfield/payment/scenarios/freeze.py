"""Flex and freeze: a statement from primary submissions, and again from their refresh."""

from collections import Counter
from dataclasses import dataclass

from levelfield.payment.contract import Contract
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.scenarios.reconcile import Reconciliation, reconcile
from levelfield.payment.scenarios.side import Side
from levelfield.payment.statement import Statement


@dataclass(frozen=True)
class FrozenMonth:
    """What a month was paid at flex and is paid at freeze, in pence."""

    period: str
    flex_pence: int
    freeze_pence: int

    @property
    def difference_pence(self) -> int:
        return self.freeze_pence - self.flex_pence


@dataclass(frozen=True)
class FlexAndFreeze:
    """The two statements of one period, month by month, and what lies between them.

    The items of `changes` and the months each sum to the same difference.
    """

    months: tuple[FrozenMonth, ...]
    changes: Reconciliation

    @property
    def flex(self) -> Statement:
        return self.changes.before

    @property
    def freeze(self) -> Statement:
        return self.changes.after


def flex_and_freeze(
    contract: Contract, period: str, flex: PaymentInputs, freeze: PaymentInputs
) -> FlexAndFreeze:
    """A contract's period paid from inputs of the primary window and from those of the refresh.

    Raises as `statement` does.
    """
    changes = reconcile(Side(contract, period, flex), Side(contract, period, freeze))
    first, last = (_by_month(made) for made in (changes.before, changes.after))
    months = tuple(
        FrozenMonth(month, first[month], last[month]) for month in map(str, contract.months(period))
    )
    return FlexAndFreeze(months, changes)


def _by_month(made: Statement) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in made.lines:
        found[line.period] += line.amount_pence
    return found
