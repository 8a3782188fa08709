"""Reconciliations of a home: two statements held against each other, kept, and made again."""

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Self

import yaml
from pydantic import model_validator

from levelfield import payment
from levelfield.core.dates import long_date, period_words
from levelfield.core.definitions import Definition, load_yaml, read_csv
from levelfield.core.errors import LevelfieldError
from levelfield.core.folders import fresh_folder
from levelfield.home import Home
from levelfield.payment.scenarios import (
    Item,
    Reconciliation,
    Side,
    by_goal,
    changes_table,
    goals_table,
    reconcile,
    write_tables,
)
from levelfield.pipeline.earlier import earlier_inputs, flexed
from levelfield.pipeline.statements import statements_folder
from levelfield.publish import Changed

CHANGES = "changes"
"""The folder beside the statements of a contract that holds a folder for each reconciliation."""

ASKED, BEFORE, AFTER = "asked.yaml", "before.yaml", "after.yaml"
"""What was asked, and the two contracts."""

ITEMS = "changes.csv"
"""The items, and both statements goal by goal where they have goals."""


class Asked(Definition):
    """What the statement of `period` is held against: that of `from_period`, from what is held now,
    from primary submissions alone, or from what had been received by `from_as_at`."""

    period: str
    from_period: str
    from_primary: bool = False
    from_as_at: datetime | None = None

    @model_validator(mode="after")
    def _one_state(self) -> Self:
        if self.from_primary and self.from_as_at:
            raise ValueError("'from_primary' and 'from_as_at' are two states. Name one.")
        return self

    def name(self, first: payment.Contract, agreed: payment.Contract) -> str:
        """The name of the folder: another question has another one."""
        parts = [f"{self.from_period}-to-{self.period}"]
        if self.from_primary:
            parts.append("from-primary")
        if self.from_as_at:
            parts.append(f"from-{self.from_as_at:%Y%m%dT%H%M%S}")
        if first != agreed:
            parts.append(f"from-{first.id}-{first.version}")
        return re.sub(r"[^\w.-]", "-", "-".join(parts))

    @property
    def before(self) -> str:
        """What the earlier statement is, in words."""
        words = period_words(self.from_period)
        if self.from_primary:
            return f"{words}, from the submissions of the primary window"
        if self.from_as_at:
            at = self.from_as_at
            return f"{words}, from what had been received by {long_date(at)}, {at:%H:%M}"
        return words

    @property
    def after(self) -> str:
        """What the later statement is, in words."""
        return f"{period_words(self.period)}, from what is held now"


def run_reconciliation(
    home: Home, asked: Asked, first: payment.Contract, agreed: payment.Contract
) -> Reconciliation:
    """What lies between the statement of the contract `first` and that of `agreed`.

    Raises UsageError for a period without data, and as `reconcile` does.
    """
    if asked.from_primary and first == agreed and asked.from_period == asked.period:
        return flexed(home, agreed, asked.period).changes
    home.statement(agreed, asked.period)
    if asked.from_primary or asked.from_as_at:
        inputs = earlier_inputs(
            home, first, asked.from_period, primary=asked.from_primary, as_at=asked.from_as_at
        )
    else:
        home.statement(first, asked.from_period)
        inputs = home.payment_inputs(first)
    after = Side(agreed, asked.period, home.payment_inputs(agreed))
    return reconcile(Side(first, asked.from_period, inputs), after)


def keep_reconciliation(
    home: Home, asked: Asked, first: Path, agreed: Path, made: Reconciliation
) -> Path:
    """Write the items as CSV and Parquet, with what was asked and copies of the contracts `first`
    and `agreed` beside them; returns the CSV file."""
    name = asked.name(made.before.contract, made.after.contract)
    final = statements_folder(home) / made.after.contract.id / CHANGES / name
    with fresh_folder(final) as folder:
        shutil.copyfile(first, folder / BEFORE)
        shutil.copyfile(agreed, folder / AFTER)
        content = yaml.safe_dump(asked.model_dump(mode="json", exclude_none=True))
        (folder / ASKED).write_text(content, encoding="utf-8")
        write_tables(folder, changes=changes_table(made))
        if any(by_goal(made)):
            write_tables(folder, goals=goals_table(made))
    return final / ITEMS


def kept_reconciliations(home: Home) -> tuple[list[Changed], list[str]]:
    """The reconciliations that are kept in this home, made again; and the files of those that stand
    as they were made: they cannot be made today, or would have other items."""
    found, left = [], []
    for file in sorted(statements_folder(home).glob(f"*/{CHANGES}/[!.]*/{ASKED}")):
        folder = file.parent
        made = _again(home, folder)
        if made is None:
            left.append((folder / ITEMS).relative_to(home.path).as_posix())
        else:
            asked, name = load_yaml(file, Asked), f"{made.after.contract.id}-{folder.name}"
            found.append(Changed(name, asked.before, asked.after, made))
    return found, left


def _again(home: Home, folder: Path) -> Reconciliation | None:
    """The reconciliation of a folder, if it still has the items that were written there."""
    try:
        first, agreed = (payment.load_contract(folder / name) for name in (BEFORE, AFTER))
        made = run_reconciliation(home, load_yaml(folder / ASKED, Asked), first, agreed)
    except LevelfieldError:
        return None
    now = [{name: _text(value) for name, value in i._asdict().items()} for i in made.items]
    return made if read_csv(folder / ITEMS, list(Item._fields)) == now else None


def _text(value: object) -> str:
    return "" if value is None else str(value)
