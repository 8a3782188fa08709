"""A data quality improvement plan: a file of faults to mend, with target, owner and due month."""

from datetime import date
from pathlib import Path

import yaml
from pydantic import Field, field_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.intake import rule_texts
from levelfield.intake.reading.versions import CURRENT
from levelfield.quality.found import Place

FOLDER = "plans"
"""Where a home keeps the plans of its providers."""


class Baseline(Definition):
    """How often the fault was found in the months of the plan's start that looked for it.

    `share` is of the records of the table, from 0 to 1; `pounds` of activity rested on it in those
    months, where that could be reckoned.
    """

    count: int
    records: int
    share: float
    pounds: int | None = None


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
    """One provider's plan. `first` and `last` are the months of the baseline; `ranked_by` says what
    put the faults in their order."""

    provider: str
    made_on: date
    first: str
    last: str
    agreed_by: str = ""
    ranked_by: str = ""
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


def kept_plan(home: Path, provider: str) -> Plan | None:
    """The plan that a home keeps of a provider: of several the one with the last baseline.

    Raises DefinitionError for a file that makes no sense.
    """
    plans = [read_plan(file) for file in sorted((home / FOLDER).glob("*.yaml"))]
    own = [plan for plan in plans if plan.provider == provider]
    return max(own, key=lambda plan: (plan.last, plan.made_on), default=None)


def write_plan(plan: Plan, file: Path) -> None:
    """Write a plan as YAML for people to fill in; raises UsageError when the file is there."""
    if file.exists():
        raise UsageError(
            f"{file} is there already. Name another file: a plan is never overwritten."
        )
    text = yaml.safe_dump(
        plan.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100
    )
    file.parent.mkdir(exist_ok=True)
    file.write_text(_HEAD + text, encoding="utf-8")


_HEAD = """\
# A data quality improvement plan. Shares are of the records of the table, from 0 to 1.
# To fill in: an owner for each fault, and the target and month (due) that are agreed.
# Hold later submissions against it with: levelfield quality review FILE --home HOME
# A plan that lies in HOME/plans is held against each file that is checked with --home HOME.
"""
