"""A data quality improvement plan: the faults that cost most, and receipts held against it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, field_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.intake import rule_texts
from levelfield.intake.reading.versions import CURRENT
from levelfield.warehouse import Submission, Warehouse

BASELINE_MONTHS = 3
"""The last months held that a plan starts from."""

MONTHS_TO_DUE = 6
"""A plan proposes this many months after its baseline for every fault; who agrees it may differ."""

REJECTED = 10
"""What a rejected record weighs against one figure that a kept record spoils: it is in none."""

Status = Literal["met", "on the way", "no better", "missed", "not measured"]

Place = tuple[str, str, str]
"""Rule, table and field of a fault."""


class Baseline(Definition):
    """How often the fault was found in the months of the plan's start; `share` is of the records of
    the table, from 0 to 1."""

    count: int
    records: int
    share: float


class PlanItem(Definition):
    """One fault to mend: from its baseline to `target` (a share), by the reporting month `due`."""

    rule: str
    table: str
    field: str = ""
    fault: str
    remedy: str = ""
    harm: tuple[str, ...] = ()
    baseline: Baseline
    target: float = Field(ge=0, le=1)
    owner: str = ""
    due: str

    @field_validator("due")
    @classmethod
    def _month(cls, text: str) -> str:
        return _month(text)

    @property
    def place(self) -> Place:
        return self.rule, self.table, self.field


class Plan(Definition):
    """One provider's plan. `first` and `last` are the months of the baseline."""

    provider: str
    made_on: date
    first: str
    last: str
    agreed_by: str = ""
    items: tuple[PlanItem, ...]

    @field_validator("first", "last")
    @classmethod
    def _period(cls, text: str) -> str:
        return _month(text)


def _month(text: str) -> str:
    try:
        return str(Month.parse(text))
    except UsageError as error:
        raise ValueError(str(error)) from None


@dataclass(frozen=True)
class Progress:
    """How one item stands in the last month held after the baseline; `share` is None when that
    month says nothing of the fault, for the reason that `why` gives."""

    item: PlanItem
    status: Status
    period: str
    count: int | None
    records: int | None
    share: float | None
    why: str = ""


def make_plan(warehouse: Warehouse, provider: str, most: int = 10) -> Plan:
    """A plan for a provider from its last months: the `most` faults that cost most.

    What a fault costs is the records it was found in, times the figures that each spoils; a
    rejected record spoils all. The target proposed is half the share found, within six months;
    owners are to be filled in. Raises UsageError when nothing of the provider is held.
    """
    months = _active(warehouse, provider)[-BASELINE_MONTHS:]
    counts, severity = _findings(warehouse, months)
    records = _records(months)
    texts = rule_texts(CURRENT)
    harm = _harm(warehouse, months)

    cost = {
        place: counts[place]
        * (max(1, len(harm[place])) if severity[place] == "warning" else REJECTED)
        for place in counts
        if records[place[1]]
    }
    worst = sorted(cost, key=lambda place: (-cost[place], place))[:most]
    due = str(Month.parse(months[-1].period).plus(MONTHS_TO_DUE))
    items = []
    for place in worst:
        rule, table, field = place
        share = counts[place] / records[table]
        text = texts.get(rule)
        items.append(
            PlanItem(
                rule=rule,
                table=table,
                field=field,
                fault=text.message if text else rule,
                remedy=text.remedy if text else "",
                harm=harm[place],
                baseline=Baseline(
                    count=counts[place], records=records[table], share=round(share, 6)
                ),
                target=round(share / 2, 6),
                due=due,
            )
        )
    return Plan(
        provider=provider,
        made_on=date.today(),
        first=months[0].period,
        last=months[-1].period,
        items=tuple(items),
    )


def review_plan(warehouse: Warehouse, plan: Plan) -> list[Progress]:
    """Each item of a plan held against the last month of its provider after the baseline.

    Met: the share found is at or below the target. Else missed, once the month is that of `due` or
    later; before, on the way when the share is below the baseline's, and no better when not. Not
    measured: no later month is held, it did not send the table, or the rule was switched off.
    """
    held = [s for s in _active(warehouse, plan.provider) if s.period > plan.last]
    if not held:
        why = f"no month after {plan.last} is held"
        return [Progress(i, "not measured", "", None, None, None, why) for i in plan.items]
    latest = held[-1]
    counts, _ = _findings(warehouse, [latest])
    records = _records([latest])
    off = _switched_off(warehouse.receipt(latest))
    return [_progress(item, latest.period, counts, records, off) for item in plan.items]


def _progress(
    item: PlanItem, period: str, counts: dict[Place, int], records: dict[str, int], off: set[str]
) -> Progress:
    if item.rule in off or not records[item.table]:
        why = "the rule was switched off" if item.rule in off else f"{item.table} was not sent"
        return Progress(item, "not measured", period, None, None, None, why)
    count, of = counts[item.place], records[item.table]
    share = count / of
    status: Status = "no better"
    if share <= item.target:
        status = "met"
    elif period >= item.due:
        status = "missed"
    elif share < item.baseline.share:
        status = "on the way"
    return Progress(item, status, period, count, of, share)


def read_plan(file: Path) -> Plan:
    """A plan from its file.

    Raises DefinitionError that names the key and the remedy, also for a rule, table or field that
    does not exist: its faults would be counted as none.
    """
    plan = definitions.load_yaml(file, Plan)
    dataset, rules = load_dataset(CURRENT), rule_texts(CURRENT)
    for number, item in enumerate(plan.items, start=1):
        where = f"{file}: 'items', number {number}"
        table = dataset.tables.get(item.table)
        if item.rule not in rules:
            raise DefinitionError(f"{where}: there is no rule {item.rule}. Correct its id.")
        if table is None:
            raise DefinitionError(f"{where}: there is no table {item.table}. Correct its name.")
        if item.field and item.field not in table.by_name:
            raise DefinitionError(
                f"{where}: {item.table} has no field {item.field}. Correct its name."
            )
    return plan


def write_plan(plan: Plan, file: Path) -> None:
    """Write a plan as YAML for people to fill in; raises UsageError when the file is there."""
    if file.exists():
        raise UsageError(
            f"{file} is there already. Name another file: a plan is never overwritten."
        )
    text = yaml.safe_dump(
        plan.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100
    )
    file.write_text(_HEAD + text, encoding="utf-8")


_HEAD = """\
# A data quality improvement plan. Shares are of the records of the table, from 0 to 1.
# To fill in: an owner for each fault, and the target and month (due) that are agreed.
# Hold later submissions against it with: levelfield quality review FILE --home HOME
"""


def _active(warehouse: Warehouse, provider: str) -> list[Submission]:
    found = [s for s in warehouse.active() if s.provider == provider]
    if not found:
        known = ", ".join(sorted({s.provider for s in warehouse.active()})) or "nobody"
        raise UsageError(
            f"{warehouse.home}: nothing of provider '{provider}' is held. Held are: {known}."
        )
    return sorted(found, key=lambda s: s.period)


def _findings(
    warehouse: Warehouse, submissions: Sequence[Submission]
) -> tuple[dict[Place, int], dict[Place, str]]:
    """How often each fault was found, by the receipts, and its severity."""
    counts: dict[Place, int] = defaultdict(int)
    severity: dict[Place, str] = {}
    for submission in submissions:
        for finding in warehouse.receipt(submission)["findings"]:
            place = _place(finding)
            counts[place] += finding["count"]
            severity[place] = finding["severity"]
    return counts, severity


def _harm(warehouse: Warehouse, submissions: Sequence[Submission]) -> dict[Place, tuple[str, ...]]:
    return {
        _place(finding): tuple(finding["harm"])
        for submission in submissions
        for finding in warehouse.receipt(submission)["findings"]
    }


def _place(finding: dict[str, Any]) -> Place:
    return finding["rule"], finding["table"], finding["field"] or ""


def _records(submissions: Sequence[Submission]) -> dict[str, int]:
    """Records read of each table, repeats apart."""
    found: dict[str, int] = defaultdict(int)
    for submission in submissions:
        for table, counts in submission.counts.items():
            found[table] += counts.read - counts.duplicate
    return found


def _switched_off(receipt: dict[str, Any]) -> set[str]:
    """The rules that a local file had switched off when the submission was checked."""
    changed = receipt.get("settings", {}).get("rules", [])
    return {one["rule"] for one in changed if one["now"] == "off"}
