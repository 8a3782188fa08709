"""The cells that an engine counted, as columns: whose figure, of which period and stratum."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.values import ALL, NATIONAL, SEPARATOR, lineage_number
from levelfield.measures.definition import Measure

KEYS = ("period", "org_level", "org_code", "stratifier", "stratum")

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Contributors = dict[tuple[str, str], frozenset[str]]
"""The providers behind each organisation, by its level and code, in whatever period."""


@dataclass(frozen=True)
class Keys:
    """The five keys of many cells, each once and in order; measures share them.

    Every key is held as a number for its place in a short list of words.
    """

    columns: Mapping[str, pa.DictionaryArray]

    def __len__(self) -> int:
        return len(self.columns["period"])

    @classmethod
    def numbered(cls, columns: Mapping[str, pa.Array]) -> tuple["Keys", Whole]:
        """The distinct keys of some rows, and the place of each row's among them."""
        combined = np.zeros(len(columns["period"]), dtype=np.int64)
        encoded = {}
        for name in KEYS:
            codes = columns[name].dictionary_encode()
            order = np.argsort(codes.dictionary.to_numpy(zero_copy_only=False))
            rank = np.empty(len(order), dtype=np.int64)
            rank[order] = np.arange(len(order))
            ranked = rank[codes.indices.to_numpy()] if len(codes) else combined
            combined = combined * max(len(order), 1) + ranked
            encoded[name] = (ranked, codes.dictionary.take(pa.array(order)))
        _, first, place = np.unique(combined, return_index=True, return_inverse=True)
        found = {
            name: pa.DictionaryArray.from_arrays(pa.array(ranked[first]), words)
            for name, (ranked, words) in encoded.items()
        }
        return cls(found), place.astype(np.int64)

    def words(self, name: str, place: Whole) -> pa.Array:
        """One of the keys at some places, as text."""
        return self.columns[name].take(pa.array(place)).cast(pa.string())

    @cached_property
    def lineage(self) -> NDArray[np.uint64]:
        """The lineage number of every cell."""
        texts = [self.columns[name].cast(pa.string()) for name in KEYS]
        joined = pc.binary_join_element_wise(*texts, SEPARATOR).cast(pa.binary())
        return np.array([lineage_number(one) for one in joined.to_pylist()], dtype=np.uint64)

    @cached_property
    def figures(self) -> tuple[Whole, list[tuple[str, str, str]]]:
        """For each cell the number of its period and organisation, and these in words."""
        named = KEYS[:3]
        combined = np.zeros(len(self), dtype=np.int64)
        for name in named:
            column = self.columns[name]
            combined = combined * (len(column.dictionary) + 1) + column.indices.to_numpy()
        _, first, number = np.unique(combined, return_index=True, return_inverse=True)
        words = [self.words(name, first).to_pylist() for name in named]
        return number.astype(np.int64), list(zip(*words, strict=True))

    def in_strata(self, measure: Measure) -> NDArray[np.bool_]:
        """Which cells are of a stratifier of the measure, or of all."""
        column = self.columns["stratifier"]
        wanted = [word in (ALL, *measure.stratifiers) for word in column.dictionary.to_pylist()]
        return np.asarray(np.array(wanted, dtype=bool)[column.indices.to_numpy()])


@dataclass(frozen=True)
class Cells:
    """The cells of one measure: the place of each one's keys, and its sums by name.

    Of a median there is a row for each observation that occurs in a cell.
    """

    keys: Keys
    place: Whole
    sums: Mapping[str, Floats]
    contributors: Contributors

    def __len__(self) -> int:
        return len(self.place)

    def __getitem__(self, name: str) -> Floats:
        return self.sums[name]

    def grouped(self) -> tuple["Cells", Whole]:
        """One row per key, and for every row of `self` the number of its key's row."""
        place, group = np.unique(self.place, return_inverse=True)
        return Cells(self.keys, place, {}, self.contributors), group.astype(np.int64)


@dataclass(frozen=True)
class Counted:
    """What an engine counted for one or several measures at once.

    `place` and `order` say of every row where its keys are, and in which order rows follow keys.
    """

    keys: Keys
    place: Whole
    order: Whole
    rows: pa.Table
    pairs: pa.Table

    @classmethod
    def read(cls, counted: pa.Table) -> "Counted":
        """Of the result of `measure_queries` or `sum_queries`."""
        both = pc.and_(pc.is_valid(counted["provider"]), pc.is_valid(counted["commissioner"]))
        rows = counted.filter(pc.invert(both)).combine_chunks()
        provider, commissioner = (_flat(rows[name]) for name in ("provider", "commissioner"))
        at_large = pc.if_else(pc.is_valid(commissioner), "commissioner", "national")
        level = pc.if_else(pc.is_valid(provider), "provider", at_large)
        code = pc.coalesce(provider, commissioner, pa.scalar(NATIONAL))
        columns = {"org_level": level, "org_code": code}
        columns |= {name: _flat(rows[name]) for name in ("period", "stratifier", "stratum")}
        keys, place = Keys.numbered(columns)
        return cls(keys, place, np.argsort(place, kind="stable"), rows, counted.filter(both))

    def of(self, measure: Measure, columns: Mapping[str, str]) -> Cells:
        """The cells in which anything was counted for a measure.

        `columns` says in which column each of its sums is.
        """
        sums = {name: numbers(self.rows[column]) for name, column in columns.items()}
        there = np.any([one != 0 for one in sums.values()], axis=0)
        there &= self.keys.in_strata(measure)[self.place]
        chosen = self.order[there[self.order]]
        if "observation" in self.rows.column_names:
            sums["observation"] = numbers(self.rows["observation"])
        own = {name: one[chosen] for name, one in sums.items()}
        return Cells(self.keys, self.place[chosen], own, self._contributors(columns))

    def _contributors(self, columns: Mapping[str, str]) -> Contributors:
        """Who contributes to whom: pairs of provider and commissioner with anything counted."""
        counts = [numbers(self.pairs[column]) for column in columns.values()]
        own = self.pairs.filter(pa.array(np.any([one != 0 for one in counts], axis=0)))
        own = own.group_by(["provider", "commissioner"]).aggregate([])
        found: dict[tuple[str, str], set[str]] = {}
        names = (own["provider"].to_pylist(), own["commissioner"].to_pylist())
        for provider, commissioner in zip(*names, strict=True):
            for whose in (
                ("provider", provider),
                ("commissioner", commissioner),
                ("national", NATIONAL),
            ):
                found.setdefault(whose, set()).add(provider)
        return {whose: frozenset(providers) for whose, providers in found.items()}


def numbers(column: pa.ChunkedArray) -> Floats:
    """A column of sums as doubles; nothing summed is nought."""
    return np.asarray(pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy())


def _flat(column: pa.ChunkedArray) -> pa.Array:
    texts = column.cast(pa.string())
    return pa.concat_arrays(texts.chunks) if texts.num_chunks else pa.array([], pa.string())
