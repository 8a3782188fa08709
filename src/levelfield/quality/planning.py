"""Making an improvement plan: the faults of a provider's last months that cost most."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.intake import rule_texts
from levelfield.intake.reading.versions import CURRENT
from levelfield.quality.found import MonthFound, Place, kept_month
from levelfield.quality.plan import Baseline, Plan, PlanItem
from levelfield.warehouse import Submission, Warehouse

BASELINE_MONTHS = 3
"""The last months held that a plan starts from."""

MONTHS_TO_DUE = 6
"""A plan proposes this many months after its baseline for every fault; who agrees it may differ."""


def held_months(warehouse: Warehouse, provider: str) -> list[Submission]:
    """The active submissions of a provider, by month; raises UsageError when there are none."""
    active = warehouse.active()
    found = [s for s in active if s.provider == provider]
    if not found:
        known = ", ".join(sorted({s.provider for s in active})) or "nobody"
        raise UsageError(
            f"{warehouse.home}: nothing of provider '{provider}' is held. Held are: {known}."
        )
    return sorted(found, key=lambda s: s.period)


def baseline_months(warehouse: Warehouse, provider: str) -> list[Submission]:
    """The months that a plan of this provider starts from; raises UsageError when none is held."""
    return held_months(warehouse, provider)[-BASELINE_MONTHS:]


def make_plan(
    warehouse: Warehouse,
    provider: str,
    most: int = 10,
    pence: Mapping[Place, int] | None = None,
) -> Plan:
    """A plan for a provider from its last months: the `most` faults that cost most.

    `pence` is what each fault put at stake in those months, as `levelfield check` reckons it;
    faults are ranked by it where it is known, then by the records they were found in, with those
    that reject nothing and spoil no figure last. What merely follows from another fault is none of
    its own, and a month in which a rule did not run is no month without its fault. The target
    proposed is half the share found, within six months; owners are to be filled in. Raises
    UsageError when nothing of the provider is held.
    """
    months = [kept_month(warehouse, s) for s in baseline_months(warehouse, provider)]
    found = _totals(months)
    cost = pence or {}

    def rank(place: Place) -> tuple[object, ...]:
        harmless = not any(_costs(month, place) for month in months)
        return -cost.get(place, 0), harmless, -found[place].count, place

    due = str(Month.parse(months[-1].period).plus(MONTHS_TO_DUE))
    return Plan(
        provider=provider,
        made_on=date.today(),
        first=months[0].period,
        last=months[-1].period,
        ranked_by="pounds at stake, then records" if pence else "records",
        items=tuple(
            _item(place, found[place], cost.get(place), months, due)
            for place in sorted(found, key=rank)[:most]
        ),
    )


def _totals(months: list[MonthFound]) -> dict[Place, Baseline]:
    """How often each fault was found in the months that looked for it."""
    counts: dict[Place, int] = defaultdict(int)
    records: dict[Place, int] = defaultdict(int)
    for place in {place for month in months for place in month.counts}:
        for month in months:
            if not month.unmeasured(place):
                counts[place] += month.counts.get(place, 0)
                records[place] += month.records[place[1]]
    return {
        place: Baseline(count=count, records=records[place], share=round(count / records[place], 6))
        for place, count in counts.items()
        if count
    }


def _costs(month: MonthFound, place: Place) -> bool:
    """Whether the fault took records away, or spoilt a figure."""
    return place in month.severity and (
        month.severity[place] != "warning" or bool(month.harm[place])
    )


def _item(
    place: Place, baseline: Baseline, pence: int | None, months: list[MonthFound], due: str
) -> PlanItem:
    rule, table, field = place
    text = rule_texts(CURRENT).get(rule)
    harm = next(month.harm[place] for month in reversed(months) if place in month.harm)
    pounds = None if pence is None else round(pence / 100)
    return PlanItem(
        rule=rule,
        table=table,
        field=field,
        fault=text.message if text else rule,
        remedy=text.remedy if text else "",
        harm=harm,
        baseline=baseline.model_copy(update={"pounds": pounds}),
        target=round(baseline.share / 2, 6),
        due=due,
    )
