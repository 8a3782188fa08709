"""A sum of money that is earned goal by goal: allotted, judged, paid or taken back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from levelfield.core.money import format_pounds
from levelfield.core.periods import Month
from levelfield.payment.terms.achievement import Goal, Result, judge
from levelfield.payment.terms.amounts import Amount, largest_remainder, named, pounds, whole
from levelfield.payment.terms.base import Draft, sum_line

if TYPE_CHECKING:
    from levelfield.payment.reckoning import Reckoning

Paid = Literal["earned", "clawed_back", "withheld"]
"""How a pool is paid.

earned: nothing until the year is settled, then what was earned
clawed_back: a share each month on account; at the end what was not earned is taken back
withheld: it is part of what other terms pay; at the end what was not earned is taken off
"""


@dataclass(frozen=True)
class Stake:
    """A goal and its weight in the pool; without a goal it is deferred, and its money is held."""

    id: str
    title: str
    weight: Fraction
    goal: Goal | None


@dataclass(frozen=True)
class Settled:
    """A stake at the end of the year. `moved` is what came to it from goals without a value."""

    stake: Stake
    allotted: int
    moved: int
    earned: int
    result: Result | None

    @property
    def held(self) -> bool:
        """Whether nothing may be decided: deferred, too few, flagged or suspended."""
        return self.result is None or self.result.share is None


def settle(pool: int, stakes: Sequence[Stake], judged: Callable[[Goal], Result]) -> list[Settled]:
    """What each stake of a pool (pence) earns.

    Every stake has its share of the pool by weight, deferred ones too, so that what is decided
    later does not make the others worth more (largest remainder, ties by id). Where a goal without
    a value says `reweight`, its share goes to those that are judged, by weight. The sum that is
    earned never exceeds the pool.
    """
    if not pool:
        return []
    allotted = largest_remainder(pool, {stake.id: stake.weight for stake in stakes})
    results = {stake.id: judged(stake.goal) for stake in stakes if stake.goal is not None}
    moving = 0
    for stake in stakes:
        result = results.get(stake.id)
        if stake.goal and result and result.missing and stake.goal.missing == "reweight":
            moving += allotted[stake.id]
    takers = {
        stake.id: stake.weight
        for stake in stakes
        if stake.id in results
        and not results[stake.id].missing
        and results[stake.id].share is not None
    }
    moved = largest_remainder(moving, takers) if moving and any(takers.values()) else {}
    found = []
    for stake in stakes:
        result = results.get(stake.id)
        own, extra = allotted[stake.id], moved.get(stake.id, 0)
        share = result.share if result is not None else None
        earned = 0 if share is None else whole((own + extra) * share)
        found.append(Settled(stake, own, extra, earned, result))
    return found


def settled_lines(settled: Iterable[Settled]) -> Iterator[Draft]:
    """A line for each stake: what it earned, or that it is held."""
    for one in settled:
        stake, result = one.stake, one.result
        if result is None:
            text = f"{stake.title}: deferred, {format_pounds(one.allotted)} held"
            yield sum_line(text, Amount(0, "0", named(allotted=pounds(one.allotted))), stake.id)
            continue
        if result.share is None:
            would = (
                ""
                if result.would_be is None
                else (f", would have been {format_pounds(whole(one.allotted * result.would_be))}")
            )
            text = f"{stake.title}: {result.why}; no decision, {format_pounds(one.allotted)} held"
            amount = Amount(0, "0", named(allotted=pounds(one.allotted)))
            yield sum_line(text + would, amount, stake.id, result.evidence)
            continue
        numbers = named(
            allotted=pounds(one.allotted),
            moved=pounds(one.moved),
            top=result.share.numerator,
            bottom=result.share.denominator,
        )
        amount = Amount(one.earned, "ROUND((allotted+moved)*top/bottom,2)", numbers)
        text = f"{stake.title}: {result.why}; earns {float(result.share):.1%}"
        yield sum_line(text, amount, stake.id, result.evidence)


def settled_notes(settled: Sequence[Settled]) -> Iterator[str]:
    """What must be said of a pool that has been settled: money moved, held and deferred."""
    moved = [one for one in settled if one.moved]
    if moved:
        to = ", ".join(f"{one.stake.id} {format_pounds(one.moved)}" for one in moved)
        total = format_pounds(sum(one.moved for one in moved))
        yield f"Goals without a value gave {total} to others by 'reweight': {to}."
    for one in settled:
        if one.result is not None and one.result.missing and one.stake.goal is not None:
            gains = "the commissioner" if one.stake.goal.missing != "reweight" else "other goals"
            yield (
                f"{one.stake.id} has no value: by '{one.stake.goal.missing}' {gains} has its "
                f"{format_pounds(one.allotted)}."
            )
    held = sum(one.allotted for one in settled if one.held and not _gave(one))
    if held:
        yield f"Held without a decision: {format_pounds(held)}."


def _gave(one: Settled) -> bool:
    goal, result = one.stake.goal, one.result
    return bool(goal and result and result.missing and goal.missing == "reweight")


def pool_lines(
    paid: Paid,
    month: Month,
    work: "Reckoning",
    on_account: Callable[[Month], Amount],
    settled: Callable[[], tuple[int, Sequence[Settled]]],
) -> Iterator[Draft]:
    """The lines of a pool in a month; `settled` is asked in the last one alone."""
    if paid == "clawed_back":
        yield sum_line(
            f"On account, month {work.place(month)} of 12", on_account(month), "on-account"
        )
    if not work.settles(month):
        return
    pool, stakes = settled()
    yield from settled_lines(stakes)
    if paid == "clawed_back":
        given = sum(on_account(one).pence for one in work.year)
        back = Amount(-given, "-on_account", named(on_account=pounds(given)))
        yield sum_line("Paid on account", back, "settled")
    if paid == "withheld":
        off = Amount(-pool, "-pool", named(pool=pounds(pool)))
        yield sum_line("Withheld from what other terms pay", off, "withheld")


def judge_year(work: "Reckoning") -> Callable[[Goal], Result]:
    """Judges goals by the values of the contract's year."""
    return lambda goal: judge(goal, work, work.year)
