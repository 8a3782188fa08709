"""Carrying out defects at rows that were chosen, and knowing what must be found because of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from levelfield.intake.rules.catalogue import contract_rules
from levelfield.intake.rules.columns import PARENTS
from levelfield.intake.rules.rule import load_rules
from levelfield.simulate.draws import Ints, Rng
from levelfield.simulate.planting.changes import Changes
from levelfield.simulate.planting.choices import ABOVE, BOTH, TWIN, Choice
from levelfield.simulate.planting.gaps import Gap
from levelfield.simulate.planting.sent import Sent, Tables
from levelfield.simulate.planting.spoilers import SPOILERS, Spot

NO_PARENT = "G-NO-PARENT"


@dataclass(frozen=True)
class Defect:
    """One planted defect; `row` counts from 1 after the header of the file."""

    table: str
    row: int
    field: str
    rule: str
    what: str


@dataclass(frozen=True)
class Consequence:
    """A finding that a planted defect brings with it, at its own row or at another."""

    table: str
    row: int
    rule: str
    cause_table: str
    cause_row: int


@dataclass
class Planted:
    """Every finding that a check of one submission must report."""

    defects: list[Defect]
    consequences: list[Consequence]
    gaps: list[Gap]


@dataclass(frozen=True)
class _Finding:
    """A finding at a row by its position; `cause` is the place of its defect in the list."""

    table: str
    row: int
    rule: str
    cause: int


@dataclass(frozen=True)
class _At:
    """Where a defect was planted: the row, the one it was made from, an added parent, a remark."""

    row: int
    like: int
    parent: int
    more: str


class Work:
    """The defects of one submission, one after the other."""

    def __init__(self, rng: Rng, sent: Sent) -> None:
        self._rng, self._sent = rng, sent
        self._changes = Changes(sent)
        self._rejects = _rejecting(sent.data_set.version)
        self._defects: list[tuple[Choice, str, int, str]] = []
        self._follows: list[_Finding] = []

    def tables(self) -> Tables:
        """The tables with all that was carried out."""
        return self._changes.tables()

    def planted(self, gaps: list[Gap]) -> Planted:
        """All that must be found, by the numbers that the rows have in the files."""
        numbers = _Numbers(self._changes.numbers)
        found = Planted([], [], [])
        for choice, table, row, more in self._defects:
            number, what = numbers.of(table, row), choice.what + more
            found.defects.append(Defect(table, number, choice.field, choice.rule, what))
        for follow in (*self._follows, *self._orphans()):
            number, cause = numbers.of(follow.table, follow.row), found.defects[follow.cause]
            if number:
                found.consequences.append(
                    Consequence(follow.table, number, follow.rule, cause.table, cause.row)
                )
        for gap in gaps:
            rows = self._changes.numbers(gap.table)[gap.rows]
            found.gaps.append(Gap(gap.table, gap.field, gap.rule, rows[rows > 0]))
        return found

    def carry_out(self, choice: Choice, row: int) -> None:
        """Plant a defect in a row that can carry it."""
        name, cause = choice.table, len(self._defects)
        texts: dict[str, dict[str, str | None]] = {name: {}}
        for reference, value in choice.becomes.items():
            above, _, field = reference.rpartition(".")
            text = value.draw(Spot(self._rng, self._sent, name, field, row))
            texts.setdefault(PARENTS.get(above, name), {})[field] = text
            if above == BOTH:
                self._changes.change(name, row, {field: text})
        at = _At(row, row, -1, "")
        if choice.how == "change":
            for table, changed in texts.items():
                ((_, place),) = self._places(table, name, at)
                self._changes.change(table, place, changed)
        elif choice.how == "drop":
            for other in choice.others:
                rows = np.flatnonzero(self._sent.rows_under(np.array([row]), other))
                self._changes.drop(other, rows)
        else:
            at = self._add(choice, row, texts)
        first, *others = self._places(choice.place, name, at)
        self._defects.append((choice, *first, at.more))
        self._follows += [_Finding(*other, choice.rule, cause) for other in others]
        for follow in choice.follows:
            for table, found in self._places(follow.place, name, at):
                self._follows.append(_Finding(table, found, follow.rule, cause))

    def _add(self, choice: Choice, row: int, texts: dict[str, dict[str, str | None]]) -> "_At":
        """Add a changed copy of a row, with copies of what else is asked for."""
        name, own = choice.table, texts[choice.table]
        contract = self._sent.data_set.table(name)
        parent = int(self._sent.parent_rows(name)[row])
        link = contract.parent_key.name if contract.parent_key else ""
        if contract.parent and contract.parent in choice.others:
            (key,) = self._sent.data_set.table(contract.parent).primary_key
            own[link] = self._new_key(contract.parent, parent)
            upper = int(self._sent.parent_rows(contract.parent)[parent])
            copied = {key: own[link]} | texts.get(contract.parent, {})
            parent = self._changes.add(contract.parent, parent, copied, upper)
        elif link in own:
            parent = -1
        if own and contract.primary_key and contract.primary_key[0] not in own:
            own[contract.primary_key[0]] = self._new_key(name, row)
        added = self._changes.add(name, row, own, parent)
        for other in choice.others:
            child = self._sent.data_set.table(other)
            if child.parent != name or child.parent_key is None:
                continue
            for under in np.flatnonzero(self._sent.rows_under(np.array([row]), other)).tolist():
                keys = {child.parent_key.name: own[contract.primary_key[0]]}
                if child.primary_key:
                    keys[child.primary_key[0]] = self._new_key(other, under)
                self._changes.add(other, under, keys, added)
        return _At(added, row, parent, f"; the other is row {row + 1}")

    def _new_key(self, table: str, row: int) -> str:
        (key,) = self._sent.data_set.table(table).primary_key
        return SPOILERS["another"](Spot(self._rng, self._sent, table, key, row))

    def _places(self, place: str, table: str, at: "_At") -> Iterator[tuple[str, int]]:
        """The rows that a place means, by table and position."""
        tables, row = self._sent.data_set.tables, at.like
        parent = tables[table].parent
        if place in ("", table):
            yield table, at.row
        elif place == TWIN:
            yield table, at.like
        elif place == ABOVE and parent:
            yield parent, at.parent
        elif place in self._above(table):
            while table != place:
                row, table = int(self._sent.parent_rows(table)[row]), tables[table].parent or ""
            yield place, row
        else:
            under = row if tables[place].parent == table else self._sent.parent_rows(table)[row]
            for found in np.flatnonzero(self._sent.rows_under(np.array([under]), place)).tolist():
                yield place, found

    def _above(self, table: str) -> list[str]:
        found = []
        while parent := self._sent.data_set.table(table).parent:
            found.append(parent)
            table = parent
        return found

    def _orphans(self) -> Iterator[_Finding]:
        """What falls with a rejected record: everything under it."""
        rejected: dict[str, dict[int, int]] = {}
        for cause, (choice, table, row, _) in enumerate(self._defects):
            if choice.rule in self._rejects:
                rejected.setdefault(table, {})[row] = cause
        for follow in self._follows:
            if follow.rule in self._rejects:
                rejected.setdefault(follow.table, {})[follow.row] = follow.cause
        for child in self._sent.data_set.tables.values():
            above = rejected.get(child.parent or "")
            if not above or child.name not in self._sent.tables:
                continue
            parents = self._changes.parents(child.name)
            for row in np.flatnonzero(np.isin(parents, list(above))).tolist():
                cause = above[int(parents[row])]
                rejected.setdefault(child.name, {})[row] = cause
                yield _Finding(child.name, row, NO_PARENT, cause)


class _Numbers:
    """Row numbers by table, reckoned once."""

    def __init__(self, reckon: Callable[[str], Ints]) -> None:
        self._reckon, self._known = reckon, dict[str, Ints]()

    def of(self, table: str, row: int) -> int:
        if table not in self._known:
            self._known[table] = self._reckon(table)
        return int(self._known[table][row])


def _rejecting(version: str) -> set[str]:
    texts = [*contract_rules(version).values(), *(rule.text for rule in load_rules(version).rules)]
    return {text.id for text in texts if text.rejects}
