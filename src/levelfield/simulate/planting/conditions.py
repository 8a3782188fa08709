"""Conditions in the planting definitions: which rows can carry a defect.

`Field` (filled), `!Field` (blank), `Field=5|6`, `Field!=01` (another code or none), `A<B`, `A<=B`,
`A>B`, `A>=B`, several of them joined by semicolons. A and B are references (see `sent`), B also a
constant; B may be moved by days or by a number, as in `Contact_Date>referral.Discharge_Date+5`.
"""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import DefinitionError
from levelfield.simulate.draws import Bools
from levelfield.simulate.planting.sent import Sent

REFERENCE = r"(?:[A-Za-z0-9_]+\.)?[A-Z][A-Za-z0-9_]*"

_FILLED = re.compile(rf"(!?)({REFERENCE})")
_AMONG = re.compile(rf"({REFERENCE})(!?=)([^=]*)")
_COMPARED = re.compile(rf"({REFERENCE})(<=|>=|<|>)(?:({REFERENCE})([+-]\d+)?|(-?\d[\d.:-]*))")

_COMPARE = {"<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal}


@dataclass(frozen=True, eq=False)
class Condition:
    """One condition. `among` holds codes; `other` and `moved`, or `constant`, the right side."""

    reference: str
    sign: str
    among: tuple[str, ...] = ()
    other: str = ""
    moved: int = 0
    constant: str = ""

    @property
    def references(self) -> tuple[str, ...]:
        return (self.reference, self.other) if self.other else (self.reference,)

    def holds(self, sent: Sent, table: str) -> Bools:
        """At which rows of the table it holds; a blank is neither more nor less than anything."""
        column = sent.column(table, self.reference)
        number = sent.is_number(table, self.reference)
        if self.sign in ("filled", "blank"):
            return mask(pc.is_valid(column) if self.sign == "filled" else pc.is_null(column))
        if self.sign in ("=", "!="):
            values = pa.array(self.among).cast(column.type)
            found = mask(pc.is_in(column, value_set=values))
            return found if self.sign == "=" else ~found
        left = column.cast(pa.float64()) if number else column
        return mask(_COMPARE[self.sign](left, self._right(sent, table, number)))

    def _right(self, sent: Sent, table: str, number: bool) -> pa.Array | pa.Scalar:
        if not self.other:
            return pa.scalar(float(self.constant) if number else self.constant)
        right = sent.column(table, self.other)
        if number:
            return pc.add(right.cast(pa.float64()), self.moved)
        if not self.moved:
            return right
        days = right.cast(pa.date32()).cast(pa.int32())
        moved = pc.add(days, pa.scalar(self.moved, pa.int32()))
        return moved.cast(pa.date32()).cast(pa.string())


def read_conditions(text: str, where: str) -> tuple[Condition, ...]:
    """The conditions of one cell; raises DefinitionError, which begins with `where`."""
    return tuple(_read(part.strip(), where) for part in text.split(";") if part.strip())


def _read(text: str, where: str) -> Condition:
    condition = _condition(text)
    if condition is None:
        raise DefinitionError(
            f"{where}: '{text}' is no condition such as 'Field', '!Field', 'A<B'."
        )
    return condition


def mask(condition: pa.Array) -> Bools:
    """An Arrow condition as an array; unknown counts as no."""
    filled = pc.fill_null(condition, False)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.bool_)


@cache
def _condition(text: str) -> Condition | None:
    """The condition, the same object for the same text: then it can be known again at once."""
    if found := _FILLED.fullmatch(text):
        return Condition(found[2], "blank" if found[1] else "filled")
    if found := _COMPARED.fullmatch(text):
        left, sign, other, moved, constant = found.groups()
        return Condition(left, sign, (), other or "", int(moved or 0), constant or "")
    if found := _AMONG.fullmatch(text):
        return Condition(found[1], found[2], tuple(found[3].split("|")))
    return None
