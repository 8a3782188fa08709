"""Rows held against one another: every record fits one, and each row can be reached.

A row is a box: for each condition the values that it takes. To see whether a row is reached, the
earlier rows are cut out of its box one after the other, depth first, until a piece is found that
none of them takes: a record that would fall in it.
"""

from collections.abc import Iterator, Mapping, Sequence

from levelfield.core.errors import DefinitionError
from levelfield.currencies.conditions import NONE, OTHER, Condition
from levelfield.currencies.rules import Rule

Box = dict[str, frozenset[str]]
"""The values that are left of each condition; a flag is a condition of its own, yes or no."""

_YES, _NO = frozenset({"yes"}), frozenset({"no"})
_MOST_STEPS = 200_000
"""Beyond these a row counts as reached: to prove that it is not could take for ever."""


class Space:
    """The records that there can be, as far as the rows of a scheme tell them apart."""

    def __init__(self, conditions: Mapping[str, Condition], rules: Sequence[Rule]) -> None:
        self._flags = {name: c.flags for name, c in conditions.items() if c.flags}
        self._whole: Box = {}
        for name, condition in conditions.items():
            if condition.flags:
                self._whole |= dict.fromkeys(condition.flags, _YES | _NO)
                continue
            named = {value for rule in rules for value in rule.conditions.get(name, ())}
            codes = {*named, *condition.instead, NONE, OTHER} if condition.codes else set()
            self._whole[name] = frozenset(codes | set(condition.values))
        self._rules = rules
        self._steps = 0

    def reaching(self, rule: Rule) -> Box | None:
        """Records that come to this row of all, or None when earlier rows take every one."""
        self._steps = 0
        for box in self._boxes(rule):
            found = self._left(box, 0, rule.number - 1)
            if found is not None:
                return found
        return None

    def fitting_none(self) -> Box | None:
        """Records that no row takes, or None when every record fits one."""
        self._steps = 0
        if self._rules and not self._rules[-1].conditions:
            return None
        return self._left(dict(self._whole), 0, len(self._rules))

    def fitting_both(self, one: Rule, other: Rule) -> Box | None:
        """Records that fit both rows, or None."""
        for box in self._boxes(one):
            shared = {k: v & other.conditions.get(k, v) for k, v in box.items()}
            wanted = [other.conditions[name] for name in self._flags if name in other.conditions]
            if all(shared.values()) and all(any("yes" in box[f] for f in w) for w in wanted):
                return shared
        return None

    def _boxes(self, rule: Rule) -> Iterator[Box]:
        """The boxes of a row: one, or one for each flag that it takes."""
        own = {k: v for k, v in rule.conditions.items() if k not in self._flags}
        flags = [sorted(v) for k, v in rule.conditions.items() if k in self._flags]
        boxes: list[Box] = [self._whole | own]
        for names in flags:
            boxes = [box | {flag: _YES} for box in boxes for flag in names]
        yield from boxes

    def _left(self, box: Box, start: int, end: int) -> Box | None:
        """A piece of the box that none of the rules from `start` to `end` takes."""
        self._steps += 1
        for place in range(start, end if self._steps < _MOST_STEPS else start):
            rule = self._rules[place]
            if not self._meets(box, rule):
                continue
            inside = dict(box)
            for name, values in self._outermost_first(rule):
                outside = self._outside(inside, name, values)
                if outside is not None:
                    found = self._left(outside, place + 1, end)
                    if found is not None:
                        return found
                if name not in self._flags:
                    inside[name] &= values
            return None
        return box

    def _outermost_first(self, rule: Rule) -> list[tuple[str, frozenset[str]]]:
        # What is left inside a choice of flags is no box, so flags are cut last.
        return sorted(rule.conditions.items(), key=lambda pair: pair[0] in self._flags)

    def _meets(self, box: Box, rule: Rule) -> bool:
        for name, values in rule.conditions.items():
            if name in self._flags:
                if not any("yes" in box[flag] for flag in values):
                    return False
            elif box[name].isdisjoint(values):
                return False
        return True

    def _outside(self, box: Box, name: str, values: frozenset[str]) -> Box | None:
        if name in self._flags:
            if any("no" not in box[flag] for flag in values):
                return None
            return box | dict.fromkeys(values, _NO)
        outside = box[name] - values
        return box | {name: outside} if outside else None


def refuse_faulty(
    conditions: Mapping[str, Condition], rules: Sequence[Rule], unique: Sequence[str] = ()
) -> None:
    """Raise DefinitionError for a row never reached, a record that fits no row, and rows of a
    `unique` table that fit the same record. The message says which record."""
    space = Space(conditions, rules)
    for rule in rules:
        for file in unique:
            for earlier in rules[: rule.number - 1]:
                if f"/{file}, " in rule.where and f"/{file}, " in earlier.where:
                    both = space.fitting_both(earlier, rule)
                    if both is not None:
                        raise DefinitionError(
                            f"{rule.where}: overlaps {earlier.id}: both fit {_words(both, space)}. "
                            "Rows of this table may not: narrow one of the two."
                        )
        if space.reaching(rule) is None:
            beating = [e.id for e in rules[: rule.number - 1] if _shares(e, rule)]
            raise DefinitionError(
                f"{rule.where}: never reached, since rows before it ({', '.join(beating[-3:])}) "
                "take every record that it fits: move it up or take it out."
            )
    left = space.fitting_none()
    if left is not None:
        raise DefinitionError(
            f"{rules[-1].where}: no row fits {_words(left, space)}. Each record needs a class: the "
            "last row must fit every record ('any' in every condition), or add a row for these."
        )


def _shares(earlier: Rule, later: Rule) -> bool:
    return all(
        not values.isdisjoint(later.conditions.get(name, values))
        for name, values in earlier.conditions.items()
    )


def _words(box: Box, space: Space) -> str:
    """The first record of a box in words; conditions that are open are left out."""
    told = [f"{k} {min(v)}" for k, v in box.items() if v != space._whole[k]]
    return ", ".join(told) or "any record"
