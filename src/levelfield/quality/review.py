"""An improvement plan held against a later month of its provider."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from levelfield.quality.found import MonthFound, kept_month
from levelfield.quality.plan import Plan, PlanItem
from levelfield.quality.planning import held_months
from levelfield.warehouse import Warehouse

Status = Literal["met", "on the way", "no better", "missed", "not measured"]


@dataclass(frozen=True)
class Progress:
    """How one item stands in a month after the baseline; `share` is None when that month says
    nothing of the fault, for the reason that `why` gives."""

    item: PlanItem
    status: Status
    period: str
    count: int | None = None
    records: int | None = None
    share: float | None = None
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """One line of a review, for people and machines alike; shares in per cent."""
        return {
            "rule": self.item.rule,
            "table": self.item.table,
            "field": self.item.field,
            "status": self.status,
            "baseline_percent": round(self.item.baseline.share * 100, 4),
            "target_percent": round(self.item.target * 100, 4),
            "now_percent": None if self.share is None else round(self.share * 100, 4),
            "now_count": self.count,
            "of": self.records,
            "month": self.period,
            "due": self.item.due,
            "owner": self.item.owner,
            "why": self.why,
        }


@dataclass(frozen=True)
class Review:
    """A plan with how each of its items stands, in the plan's order."""

    plan: Plan
    progress: tuple[Progress, ...]

    @property
    def statuses(self) -> dict[Status, int]:
        """How many items stand how; only what there is, the best first."""
        order: tuple[Status, ...] = ("met", "on the way", "no better", "missed", "not measured")
        counts = Counter(one.status for one in self.progress)
        return {status: counts[status] for status in order if counts[status]}

    @property
    def worst_first(self) -> list[Progress]:
        """The items that need somebody first: missed, no better, on the way, not measured, met."""
        order: tuple[Status, ...] = ("missed", "no better", "on the way", "not measured", "met")
        return sorted(self.progress, key=lambda one: order.index(one.status))

    def to_json(self) -> dict[str, Any]:
        return {
            "made_on": self.plan.made_on.isoformat(),
            "first": self.plan.first,
            "last": self.plan.last,
            "items": [one.to_json() for one in self.progress],
        }


def review_plan(warehouse: Warehouse, plan: Plan) -> Review:
    """A plan held against the last month of its provider after the baseline (see `hold`)."""
    later = [s for s in held_months(warehouse, plan.provider) if s.period > plan.last]
    if later:
        return hold(plan, kept_month(warehouse, later[-1]))
    why = f"no month after {plan.last} is held"
    return Review(plan, tuple(Progress(item, "not measured", "", why=why) for item in plan.items))


def hold(plan: Plan, month: MonthFound) -> Review:
    """Each item of a plan held against a month.

    Met: the share found is at or below the target. Else missed, once the month is that of `due` or
    later; before, on the way when the share is below the baseline's, and no better when not. Not
    measured: the month belongs to the baseline or lies before it, did not send the table, or the
    rule did not run on it.
    """
    return Review(plan, tuple(_progress(item, month, plan.last) for item in plan.items))


def _progress(item: PlanItem, month: MonthFound, last: str) -> Progress:
    why = month.unmeasured(item.place)
    if month.period <= last:
        why = f"the plan is held against months after {last}"
    if why:
        return Progress(item, "not measured", month.period, why=why)
    count, of = month.counts.get(item.place, 0), month.records[item.table]
    share = count / of
    status: Status = "no better"
    if share <= item.target:
        status = "met"
    elif month.period >= item.due:
        status = "missed"
    elif share < item.baseline.share:
        status = "on the way"
    return Progress(item, status, month.period, count, of, share)
