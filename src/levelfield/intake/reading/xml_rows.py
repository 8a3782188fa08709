"""The rows of one table while they come in one by one, held as columns part by part."""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from levelfield.core.errors import SubmissionError
from levelfield.intake.reading.sent import (
    as_types,
    in_one_chunk,
    refuse_long_values,
    text_types,
)

MAX_FIELDS = 1_000
"""Fields of one table; the widest has 24."""
MAX_REMEMBERED = 10_000
"""Sets of fields whose order is remembered; a file may be made so that each record has its own."""
_PART = 5_000
"""Records that are held as Python objects before they become columns: more of them would leave
the processor's cache."""

Texts = list[str | None]
"""The texts of a record's fields; none where an element is empty."""

_Order = tuple[list[int] | None, bool]
"""For each field of the table its place among the record's, beyond them where the record lacks it,
and none when all places are the same; and whether one of them is given twice."""


@dataclass
class GrowingTable:
    """Records of one table, each with the names of the fields that it has and their texts.

    A field that a record leaves out is blank. `lines` says where in the file each field was seen
    first, and `unreadable` are the numbers, from 1, of records that give a field twice. `_bare` are
    records without any field from before the first field was seen.
    """

    where: str
    names: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    count: int = 0
    _bare: int = 0
    _orders: dict[tuple[str, ...], _Order] = field(default_factory=dict)
    _waiting: Texts = field(default_factory=list)
    _types: dict[str, pa.DataType] = field(default_factory=dict)
    _parts: list[pa.Table] = field(default_factory=list)

    def add(self, names: tuple[str, ...], texts: Texts, element: etree._Element) -> None:
        """Add the record of an element.

        Raises SubmissionError for more fields or longer ones than any table has.
        """
        self.count += 1
        if not names and not self.names:
            self._bare += 1
            return
        if names not in self._orders:
            self._learn(names, element.sourceline or 0)
        order, twice = self._orders[names]
        if twice:
            self.unreadable.append(self.count)
            return
        if order is None:
            self._waiting += texts
        else:
            given = [*texts, None]
            self._waiting += [given[place] for place in order]
        if self.count % _PART == 0:
            self._settle()

    def join(self, after: "GrowingTable", above: int) -> None:
        """Add the records of a piece further on, above which the file has so many lines.

        Raises SubmissionError for more fields than any table has.
        """
        self._widen({name: line + above for name, line in after.lines.items()})
        self.unreadable += [self.count + row for row in after.unreadable]
        self.count += after.count
        self._bare += after._bare
        self._settle_bare()
        self._types = after._types | self._types
        self._parts += after._parts

    def settled(self) -> "GrowingTable":
        """This table with all its records as columns, and nothing that only more would need."""
        self._settle()
        self._orders.clear()
        return self

    def rows(self) -> pa.Table:
        """All readable records as columns of text, blank where a field was left out."""
        self._settle()
        if not self._parts:
            return pa.table({name: pa.array([], pa.string()) for name in self.names})
        return in_one_chunk(pa.concat_tables([self._completed(part) for part in self._parts]))

    def _learn(self, names: tuple[str, ...], line: int) -> None:
        """Take up a set of fields that no record had before."""
        if len(names) > MAX_FIELDS:
            raise self._too_wide(line)
        self._widen(dict.fromkeys(names, line))
        if len(self._orders) >= MAX_REMEMBERED:
            self._orders.clear()
        places = {name: place for place, name in enumerate(names)}
        order = [places.get(name, len(names)) for name in self.names]
        in_order = list(names) == self.names
        self._orders[names] = (None if in_order else order, len(places) < len(names))

    def _widen(self, lines: dict[str, int]) -> None:
        """Take up the fields that no record had before, with the line where each was seen."""
        new = {name: line for name, line in lines.items() if name not in self.lines}
        if not new:
            return
        if len(self.names) + len(new) > MAX_FIELDS:
            raise self._too_wide(min(new.values()))
        self._settle()
        self.names += new
        self.lines |= new
        self._settle_bare()
        self._orders.clear()

    def _too_wide(self, line: int) -> SubmissionError:
        return SubmissionError(
            f"{self.where}: a record has more than {MAX_FIELDS:,} fields, near line {line:,}. Give "
            "each record its own fields alone."
        )

    def _settle_bare(self) -> None:
        """Turn the records without any field into blank ones, once a field is known."""
        if self._bare and self.names:
            self._parts.append(pa.table({self.names[0]: pa.repeat(pa.scalar(""), self._bare)}))
            self._bare = 0

    def _settle(self) -> None:
        """Turn the records that wait into columns."""
        if not self._waiting:
            return
        width = len(self.names)
        texts = [pa.array(self._waiting[n::width], pa.string()) for n in range(width)]
        columns = [pc.fill_null(column, "") for column in texts]
        self._waiting = []
        part = pa.table(columns, names=self.names)
        refuse_long_values(part, f"{self.where}: at or before row {self.count:,}", whole=False)
        new = [name for name in self.names if name not in self._types]
        self._types |= text_types(part.select(new))
        self._parts.append(self._completed(part))

    def _completed(self, part: pa.Table) -> pa.Table:
        """A part with every column, each of the type that was chosen for it."""
        # A field that only unreadable records gave has no type: it is blank everywhere.
        types = dict.fromkeys(self.names, pa.string()) | self._types
        if part.num_columns < len(self.names):
            blank = pa.repeat(pa.scalar(""), part.num_rows)
            held = dict(zip(part.column_names, part.columns, strict=True))
            part = pa.table({name: held.get(name, blank) for name in self.names})
        return as_types(part.select(self.names), types)
