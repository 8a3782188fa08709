"""Planting defects in one submission: which rows, and how many of which kind.

At most one defect is planted in the records of a person, so that no defect can hide another or
give rise to a finding together with it: what follows from each is then known beforehand.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np

from levelfield.datasets import DataSet
from levelfield.simulate.draws import Bools, Ints, Rng, chance
from levelfield.simulate.planting.choices import Choice, load_choices
from levelfield.simulate.planting.conditions import Condition
from levelfield.simulate.planting.gaps import Gap, find_gaps
from levelfield.simulate.planting.sent import HEADER, PERSON, Sent, Tables
from levelfield.simulate.planting.work import Planted, Work

IN_SERIES = 0.3
"""The share of the ways to break a rule that one submission shows."""

OWED_FIRST, MOST_OWED = 5, 0.2
"""Until every rule has been planted, a small table may have so many times its share of defects."""


def plant(
    rng: Rng, data_set: DataSet, tables: Tables, share: float, owed: set[str]
) -> tuple[Tables, Planted]:
    """The tables with `share` of their rows made faulty, and what must be found in them.

    Rules in `owed` come before others, those that few rows can carry first of all, and are taken
    out of it once planted. Where rows that can carry a defect run out, fewer are planted. What the
    provider leaves out by habit is found too.
    """
    sent = Sent(data_set, tables)
    gaps = find_gaps(sent)
    if share == 0:
        return tables, Planted([], [], gaps)
    choices = {
        table: _possible(known, sent)
        for table, known in load_choices().items()
        if sent.size(table) and table != HEADER
    }
    planter = _Planter(rng, sent, gaps, list(choices))
    paid = planter.pay(owed, choices, min(OWED_FIRST * share, MOST_OWED))
    for table, known in choices.items():
        planter.plant_share(table, known, share, paid[table])
    return planter.work.tables(), planter.work.planted(gaps)


def _possible(choices: Sequence[Choice], sent: Sent) -> list[Choice]:
    """The choices for which every field of the row that must be filled is so somewhere."""

    @cache
    def ever_filled(table: str, reference: str) -> bool:
        if reference not in sent.data_set.table(table).by_name:
            return True
        column = sent.tables[table].column(reference)
        return bool(column.null_count < len(column))

    return [
        choice
        for choice in choices
        if all(
            condition.sign != "filled" or ever_filled(choice.table, condition.reference)
            for condition in choice.where
        )
    ]


class _Planter:
    """Chooses rows, each person's records once."""

    def __init__(self, rng: Rng, sent: Sent, gaps: list[Gap], names: list[str]) -> None:
        self.work = Work(rng, sent)
        self._rng, self._sent = rng, sent
        self._order: dict[str, Ints] = {name: rng.permutation(sent.size(name)) for name in names}
        self._free: dict[str, Bools] = {name: np.ones(sent.size(name), bool) for name in names}
        self._done: Counter[Choice] = Counter()
        self._held: dict[tuple[str, Condition], Bools] = {}
        self._free_persons = np.ones(sent.size(PERSON), dtype=np.bool_)
        for gap in gaps:
            self._free[gap.table][gap.rows] = False

    def pay(self, owed: set[str], choices: dict[str, list[Choice]], share: float) -> dict[str, int]:
        """Plant each rule that is owed once, the rare ones first; says how many in each table.

        Each table bears `share` of its rows at most, which may leave some rules for another month.
        """
        left = {name: int(self._rng.binomial(self._sent.size(name), share)) for name in choices}
        paid = dict.fromkeys(choices, 0)
        due = [choice for known in choices.values() for choice in known if choice.rule in owed]
        able = np.array([self._able(choice).sum() for choice in due], dtype=np.int64)
        for number in np.lexsort((self._rng.permutation(len(due)), able)):
            choice = due[number]
            if able[number] and choice.rule in owed and paid[choice.table] < left[choice.table]:
                done = self._plant(choice, 1)
                paid[choice.table] += done
                if done:
                    owed.discard(choice.rule)
        return paid

    def plant_share(self, table: str, choices: list[Choice], share: float, paid: int) -> None:
        """Plant in one table as the weights have it; `paid` defects are there already.

        A submission has some of the choices only, but those more often: faults come in series.
        """
        count = int(self._rng.binomial(self._sent.size(table), share)) - paid
        chosen = chance(self._rng, IN_SERIES, len(choices))
        weight = np.array([choice.weight for choice in choices]) * chosen
        if count > 0 and weight.sum() > 0:
            counts = self._rng.multinomial(count, weight / weight.sum())
            for choice, times in zip(choices, counts.tolist(), strict=True):
                if times:
                    self._plant(choice, times)

    def _able(self, choice: Choice) -> Bools:
        """The rows that can carry the defect, and have none."""
        able = self._free[choice.table].copy()
        for condition in choice.where:
            able &= self._holds(condition, choice.table)
        parent = self._sent.data_set.table(choice.table).parent
        if parent in choice.others:
            # What is missing in the parent would be found once more in its copy.
            able &= self._free[parent][self._sent.parent_rows(choice.table)]
        return able

    def _holds(self, condition: Condition, table: str) -> Bools:
        """Where a condition holds, reckoned once: many choices share theirs."""
        known = self._held.get((table, condition))
        if known is None:
            known = self._held[table, condition] = condition.holds(self._sent, table)
        return known

    def _plant(self, choice: Choice, times: int) -> int:
        """Plant up to so many times; says how often it was done."""
        order, persons = self._order[choice.table], self._sent.person_rows(choice.table)
        able = self._able(choice) & ((persons < 0) | self._free_persons[persons])
        times, done = min(times, choice.most - self._done[choice]), 0
        for row in order[able[order]]:
            if done == times:
                break
            if persons[row] >= 0 and not self._free_persons[persons[row]]:
                continue
            self.work.carry_out(choice, int(row))
            self._free[choice.table][row] = False
            if persons[row] >= 0:
                self._free_persons[persons[row]] = False
            done += 1
        self._done[choice] += done
        return done
