"""Risk share: part of what care costs above or below what was expected, within limits."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.errors import ContractError
from levelfield.core.periods import Month
from levelfield.payment.terms.amounts import Percent, Pounds, Share, named, pounds, rounded
from levelfield.payment.terms.base import CareTerm, Draft, Term, sum_line

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning


class RiskShareTerm(Term):
    """The commissioner bears part of the activity above what was expected, and has part of what
    lies below.

    gap = activity at unit price − expected
    above: + share_above × MIN(gap − corridor, cap), where the gap is above the corridor
    below: − share_below × MIN(−gap − corridor, collar), where it is below

    Activity is that of the care that the terms under `of` cover, priced by the price list or the
    contract, in pounds of the year: for a block or a capitation too, whose own sum does not move
    with it. `corridor_percent`, `cap_percent` and `collar_percent` are of `expected`. It is settled
    in the last month.
    """

    kind: Literal["risk_share"]
    of: Annotated[list[str], Field(min_length=1)]
    expected: Pounds
    share_above: Share
    share_below: Share
    corridor_percent: Percent
    cap_percent: Percent
    collar_percent: Percent

    @property
    def refers_to(self) -> tuple[str, ...]:
        return tuple(self.of)

    def check(self, contract: "Contract", where: str) -> None:
        if not self.expected:
            raise ContractError(
                f"{where}: 'expected' is 0, of which no percentage is anything: nothing could ever "
                "be shared. Write the pounds of activity that you expect of the year."
            )
        care = {t.id for t in contract.terms if isinstance(t, CareTerm) and t.by_month}
        for name in self.of:
            if name not in care:
                raise ContractError(
                    f"{where}: the term '{name}' under 'of' counts no care by month, so that there "
                    "is no activity to hold against what was expected. Name one that does."
                )

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        if not work.settles(month):
            return
        terms = [term for term in map(work.term, self.of) if isinstance(term, CareTerm)]
        activity = sum(work.value_pence(term, one) for term in terms for one in work.year)
        expected = Fraction(self.expected) * 100
        gap = activity - expected
        over = gap > 0
        share, limit = (
            (self.share_above, self.cap_percent)
            if over
            else (self.share_below, self.collar_percent)
        )
        beyond = abs(gap) - expected * Fraction(self.corridor_percent) / 100
        beyond = min(max(beyond, Fraction(0)), expected * Fraction(limit) / 100)
        numbers = named(
            share=share,
            activity=pounds(activity),
            expected=self.expected,
            corridor=self.corridor_percent,
            limit=limit,
        )
        sign, gap_words = ("", "activity-expected") if over else ("-", "expected-activity")
        formula = f"{sign}share*MIN(MAX({gap_words}-expected*corridor/100,0),expected*limit/100)"
        exact = beyond * Fraction(share) / 100 * (1 if over else -1)
        yield sum_line(
            f"Share of activity {'above' if over else 'below'} what was expected",
            rounded(exact, formula, numbers),
            "settled",
        )
