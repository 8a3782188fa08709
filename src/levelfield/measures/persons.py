"""Persons counted in every cell at once: rows are sorted by person and cell, and each run is one.

An engine would group all rows anew for each stratifier, kind of organisation and length of period.
Numbers are sorted many times sooner than texts are grouped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from levelfield.core.threads import together
from levelfield.core.values import ALL
from levelfield.measures.cells import Whole
from levelfield.measures.definition import Stratifier

PERSONS = ("persons",)
"""Of the rows that a condition holds for: how many persons have one."""
PERSONS_AND_ROWS = ("persons", "rows", "squares")
"""Beside it how many rows there are, and the squares of how many each person has."""

Rows = NDArray[np.intp]

AT_ONCE = 1 << 20
"""Rows that are sorted together."""

_NAMES = ("period", "stratifier", "stratum", "provider", "commissioner")
_LEVELS = (("provider",), ("commissioner",), ())
"""The columns that name the organisation of a cell; none for everybody."""


@dataclass(frozen=True)
class _Coded:
    """A column of texts as numbers, each the place of its text among `words`."""

    codes: NDArray[np.unsignedinteger]
    words: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "_Coded":
        found = column.dictionary_encode().combine_chunks()
        narrow = np.min_scalar_type(len(found.dictionary))
        words = found.dictionary.cast(pa.string())
        return cls(found.indices.to_numpy().astype(narrow), words)

    @property
    def bits(self) -> int:
        """How many a number takes at most."""
        return (len(self.words) - 1).bit_length()


@dataclass(frozen=True)
class PersonCount:
    """What is counted of persons, by which stratifiers, and the months that make up each period.

    `conditions` says for each condition which sums of its rows are wanted: `PERSONS` or
    `PERSONS_AND_ROWS`.
    """

    conditions: Mapping[str, Sequence[str]]
    stratifiers: tuple[Stratifier, ...]
    periods: Mapping[str, Sequence[str]]

    @property
    def schema(self) -> pa.Schema:
        """The columns of a cell, as `measure_queries` names them; of the sums those wanted."""
        sums = [f"{one}__{kind}" for one, kinds in self.conditions.items() for kind in kinds]
        texts = [(name, pa.string()) for name in _NAMES]
        return pa.schema([*texts, *((name, pa.int64()) for name in sums)])

    def count(self, rows: pa.Table) -> pa.Table:
        """The cells of some rows, in which all those of a person are.

        `rows` are those of the query `counted`: what they say of themselves, and a truth value for
        each condition. A person counts once in a period and cell, however many rows, teams or
        months. The cells of parts that share no person add up to those of the whole.
        """
        if not rows.num_rows:
            return self.schema.empty_table()
        size = rows.num_rows
        names = [name for name in rows.column_names if name not in self.conditions]
        coded = together(lambda name: _Coded.of(rows[name]), names, rows=size)
        columns = dict(zip(names, coded, strict=True))
        held = _in_shares(columns["person_id"], [rows[one].to_numpy() for one in self.conditions])
        by = [None, *self.stratifiers]
        found = together(lambda one: list(self._cells(one, columns, held)), by, rows=size)
        cells = [table for tables in found for table in tables]
        return pa.concat_tables([*cells, self._pairs(columns, held)])

    def _cells(
        self,
        stratifier: Stratifier | None,
        columns: Mapping[str, _Coded],
        held: Sequence[Sequence[Rows]],
    ) -> Iterator[pa.Table]:
        """The cells of one stratifier, or of none, at each level."""
        month = columns["month"]
        periods = [np.isin(month.words.to_pylist(), own) for own in self.periods.values()]
        for level in _LEVELS:
            place = {name: columns[name] for name in level}
            if stratifier:
                place["stratum"] = columns[f"by_{stratifier}"]
            digits = [columns["person_id"], *place.values(), month]
            sums = np.concatenate(
                [
                    _sums(digits, shares, periods, len(kinds))
                    for shares, kinds in zip(held, self.conditions.values(), strict=True)
                ]
            )
            period, cell = np.nonzero(sums.any(axis=0))
            texts = {"period": pa.array(list(self.periods)).take(pa.array(period))}
            found = np.unravel_index(cell, [1 << one.bits for one in place.values()] or [1])
            for (name, one), which in zip(place.items(), found, strict=False):
                texts[name] = one.words.take(pa.array(which))
            named = {"stratifier": stratifier or ALL, "stratum": ALL, **texts}
            yield self._table(named, sums[:, period, cell])

    def _pairs(self, columns: Mapping[str, _Coded], held: Sequence[Sequence[Rows]]) -> pa.Table:
        """Who contributes to whom, in whatever period: how much does not matter."""
        provider, commissioner = columns["provider"], columns["commissioner"]
        pair = provider.codes.astype(np.int64) * len(commissioner.words) + commissioner.codes
        size = len(provider.words) * len(commissioner.words)
        counts = np.stack([np.bincount(pair[np.concatenate(one)], minlength=size) for one in held])
        there = np.flatnonzero(counts.any(axis=0))
        first, second = np.divmod(there, len(commissioner.words))
        texts = {
            "provider": provider.words.take(pa.array(first)),
            "commissioner": commissioner.words.take(pa.array(second)),
        }
        kinds = [len(one) for one in self.conditions.values()]
        return self._table(texts, np.repeat(counts[:, there], kinds, axis=0))

    def _table(self, texts: Mapping[str, str | pa.Array], sums: Whole) -> pa.Table:
        columns = []
        for name in _NAMES:
            text = texts.get(name)
            if not isinstance(text, pa.Array):
                text = pa.repeat(pa.scalar(text, pa.string()), sums.shape[1])
            columns.append(text)
        return pa.table([*columns, *map(pa.array, sums)], schema=self.schema)


def added_up(parts: pa.Table) -> pa.Table:
    """The cells of all parts, each once."""
    sums = [name for name in parts.column_names if name not in _NAMES]
    found = parts.group_by(list(_NAMES)).aggregate([(name, "sum") for name in sums])
    return found.rename_columns([*_NAMES, *sums]).select(parts.column_names)


def _in_shares(person: _Coded, held: Sequence[NDArray[np.bool_]]) -> list[list[Rows]]:
    """For each condition the rows that it holds for, in shares of `AT_ONCE` or so.

    No person is in two shares. What is sorted and counted then stays near the processor.
    """
    shares = len(person.codes) // AT_ONCE + 1
    # In 64 bits: the divisor may be one more than the codes' own type can hold.
    share = person.codes.astype(np.int64) // (len(person.words) // shares + 1)
    order = np.argsort(share.astype(np.uint16), kind="stable")
    ends = np.cumsum(np.bincount(share, minlength=shares))
    parts = np.split(order, ends[:-1])
    return [[part[holds[part]] for part in parts] for holds in held]


def _sums(
    digits: Sequence[_Coded],
    shares: Sequence[Rows],
    periods: Sequence[NDArray[np.bool_]],
    kinds: int,
) -> Whole:
    """So many of `PERSONS_AND_ROWS`, of the rows in some shares, in every period and place.

    `digits` are the persons, what names the place, and the months, of which a period has some.
    """
    _, *place, month = digits
    months, size = 1 << month.bits, 1 << sum(one.bits for one in place)
    found = np.zeros((kinds, len(periods), size))
    for rows in shares:
        key = np.zeros(len(rows), dtype=np.int64)
        for digit in digits:
            key <<= digit.bits
            key |= digit.codes[rows]
        key.sort()
        # A group is a person in a place and month; the months of one follow each other.
        first = _starts(key)
        group, times = key[first], np.diff(first, append=len(key)).astype(np.float64)
        by_month = _summed(group & (size * months - 1), times, size * months, kinds)
        by_month = by_month.reshape(kinds, size, months)
        for number, part in enumerate(periods):
            if part.sum() == 1:
                found[:, number] += by_month[:, :, part.argmax()]
            elif part.any():
                kept = slice(None) if part.all() else part[group & (months - 1)]
                own, often = group[kept] >> month.bits, times[kept]
                first = _starts(own)
                often = np.add.reduceat(often, first) if kinds > 1 else often
                found[:, number] += _summed(own[first] & (size - 1), often, size, kinds)
    return found.astype(np.int64)


def _starts(ordered: Whole) -> Rows:
    """Where each run of a number begins."""
    begins = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def _summed(cell: Whole, times: NDArray[np.float64], size: int, kinds: int) -> NDArray[np.float64]:
    """So many of `PERSONS_AND_ROWS` by cell, of persons who have rows so many `times`.

    Doubles hold whole numbers of this size exactly.
    """
    if kinds == len(PERSONS):
        return np.bincount(cell, minlength=size)[np.newaxis].astype(np.float64)
    rows, squares = (np.bincount(cell, weights, size) for weights in (times, times * times))
    return np.stack([np.bincount(cell, minlength=size), rows, squares])
