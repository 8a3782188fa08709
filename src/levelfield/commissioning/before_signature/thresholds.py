"""How observations lie about each threshold that decides over money: the room for gaming.

A threshold invites what lies just on the wrong side of it to be moved across. This shows the state
before signature, so that a later heap just beyond the threshold can be told from it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import scipy  # its parts load at first use, which keeps the commands quick to start

from levelfield.commissioning.before_signature.goals import GoalTerm, settled_goals
from levelfield.core.errors import ContractError
from levelfield.core.money import pence
from levelfield.core.periods import FinancialYear, Month
from levelfield.currencies import Scheme, group, load_scheme
from levelfield.engine import Engine, compose
from levelfield.payment import Contract, Reckoning
from levelfield.payment.terms import CareTerm, EpisodeTerm, Term
from levelfield.payment.terms.achievement import Goal
from levelfield.payment.terms.cost_and_volume import CostAndVolumeTerm
from levelfield.payment.terms.penalty import PenaltyTerm

BAND = 0.05
"""Just above and just below mean within this share of the threshold [ours]."""


@dataclass(frozen=True)
class Threshold:
    """One threshold of one term, and the observations near it.

    `at` is in the unit of `what`. `below` and `above` count observations within BAND of it, of
    `observations`; an observation on the threshold is above. `p` is the two-sided binomial
    probability of a split as uneven as this one if each side were as likely; None without any near
    it. `now` is the year as a whole, in the same unit, and None where it has no value. `pence` is
    what crossing the threshold brings at once (of an episode, a day beyond), or, where a marginal
    rate begins, one per cent of the plan beyond it; None where the contract does not say.
    """

    term: str
    name: str
    what: str
    at: float
    now: float | None
    observations: int
    below: int
    above: int
    p: float | None
    pence: int | None


Sizes = Mapping[str, Sequence[float]]
"""Lengths of the records of a scheme by service (team type)."""


def thresholds(work: Reckoning, sizes: Mapping[str, Sizes]) -> tuple[Threshold, ...]:
    """Every threshold of cost and volume, of the goals of outcomes, quality and penalties, and the
    trim points of episodes, whose `sizes` are given by scheme."""
    return tuple(one for term in work.contract.terms for one in _of_term(work, term, sizes))


def trimmed_schemes(contract: Contract) -> list[str]:
    """The schemes of whose records the sizes are needed."""
    terms = [term for term in contract.terms if isinstance(term, EpisodeTerm)]
    return sorted({contract.scheme_of(term) for term in terms})


def record_sizes(
    engine: Engine, scheme: Scheme, provider: str, commissioner: str, year: FinancialYear
) -> Sizes:
    """The lengths of a contract's records that have a currency, in a year; the engine has the facts
    that the scheme reads."""
    final = (
        "SELECT COALESCE(team_type, 'none') AS service, size, CAST(SUM(units) AS BIGINT) AS units "
        "FROM unit WHERE provider = $provider AND commissioner = $commissioner "
        "AND financial_year_of(period) = $year AND currency IS NOT NULL AND size IS NOT NULL "
        "GROUP BY COALESCE(team_type, 'none'), size ORDER BY 1, 2"
    )
    wanted = {"provider": provider, "commissioner": commissioner, "year": str(year)}
    found: defaultdict[str, list[float]] = defaultdict(list)
    for row in engine.query(compose(group(scheme), final), wanted).to_pylist():
        found[row["service"]] += [row["size"]] * row["units"]
    return found


def judge(
    term: str, name: str, what: str, at: float, now: float | None, seen: Sequence[float],
    pence: int | None,
) -> Threshold:  # fmt: skip
    """A threshold with its observations counted."""
    width = abs(at) * BAND
    below = sum(at - width <= one < at for one in seen)
    above = sum(at <= one < at + width for one in seen)
    near = below + above
    p = float(scipy.stats.binomtest(above, near, 0.5).pvalue) if near else None
    return Threshold(term, name, what, at, now, len(seen), below, above, p, pence)


def _of_term(work: Reckoning, term: Term, sizes: Mapping[str, Sizes]) -> Iterator[Threshold]:
    if isinstance(term, CostAndVolumeTerm):
        yield from _of_volume(work, term)
    elif isinstance(term, EpisodeTerm):
        yield from _of_episodes(work, term, sizes.get(work.contract.scheme_of(term), {}))
    elif isinstance(term, GoalTerm):
        for one in settled_goals(work, term):
            if one.stake.goal is not None:
                yield from _of_goal(work, term.id, one.stake.id, one.stake.goal, one.allotted)
    elif isinstance(term, PenaltyTerm):
        for rule in term.rules:
            yield from _of_goal(work, term.id, rule.id, rule.goal, None)


def _of_volume(work: Reckoning, term: CostAndVolumeTerm) -> Iterator[Threshold]:
    """Months as a per cent of their share of the plan, a twelfth where there is no profile."""
    plan = term.plan_amount(work).pence
    if not plan:
        return
    seen = _months(work, term)
    year = 100.0 * sum(seen) / plan
    shares = [float(share) for share in term.profile or []] or [1 / 12] * 12
    both = zip(seen, shares, strict=True)
    percents = [100.0 * one / (plan * share) for one, share in both if share]
    steps = [(f"above plan by {x.percent}%", 100 + float(x.percent), x.rate) for x in term.above]
    steps += [(f"below plan by {x.percent}%", 100 - float(x.percent), x.rate) for x in term.below]
    for name, at, rate in steps:
        worth = round(plan * float(rate) / 100)
        what = "months, in % of their share of the plan"
        yield judge(term.id, name, what, at, year, percents, worth)


def _of_episodes(work: Reckoning, term: EpisodeTerm, sizes: Sizes) -> Iterator[Threshold]:
    """Episodes about the trim point of their service, where days beyond are paid for."""
    beyond = [*term.excess_days.values(), *([term.excess_day] if term.excess_day else [])]
    if not beyond:
        return
    points = load_scheme(work.contract.scheme_of(term)).rows.get("trim_points", [])
    for row in points:
        seen = sizes.get(row["team_type"], ())
        if seen:
            name, at = f"trim point of service {row['team_type']}", float(row["days"])
            day = pence(max(beyond))
            yield judge(term.id, name, "episodes, in days", at, None, seen, day)


def _of_goal(
    work: Reckoning, term: str, name: str, goal: Goal, stake: int | None
) -> Iterator[Threshold]:
    """Months of the measure about the target, the floor or each band."""
    if goal.agreed is not None:
        return
    months = [_value(work, goal, [month]) for month in work.year]
    seen = [value for value in months if value is not None]
    year = _value(work, goal, work.year)
    marks: list[tuple[str, Fraction, Fraction | None]] = []
    if goal.method == "banded":
        before = Fraction(0)
        for band in goal.bands:
            earns = Fraction(band.earns)
            marks.append((f"band of {band.earns}", Fraction(band.value), earns - before))
            before = earns
    else:
        jump = Fraction(1) if goal.method == "all_or_nothing" else None
        if goal.target is not None:
            marks.append(("target", Fraction(goal.target), jump))
        if goal.method == "linear" and goal.floor is not None:
            marks.append(("floor", Fraction(goal.floor), None))
    for what, at, share in marks:
        worth = None if stake is None or share is None else round(stake * share)
        title = f"{name}: {what}"
        yield judge(term, title, f"months of {goal.measure}", float(at), year, seen, worth)


def _value(work: Reckoning, goal: Goal, months: Sequence[Month]) -> float | None:
    try:
        found = work.measured(goal, months)
    except ContractError:  # a measure whose months cannot be put together has none of the year
        return None
    return None if found is None else float(found.value)


def _months(work: Reckoning, term: CareTerm) -> list[int]:
    return [work.value_pence(term, month) for month in work.year]
