"""Registered look-ups: the area of a postcode, the commissioner of an area and of a practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from levelfield.core import definitions
from levelfield.core.errors import UsageError

_FILES = ("postcodes.csv", "practices.csv")
_RESIDENTS = ("postcode", "lsoa11", "commissioner")
_PRACTICES = ("practice_code", "commissioner", "valid_from", "valid_to")


@dataclass(frozen=True, eq=False)
class Lookups:
    """Look-up tables of one home.

    `postcodes` has postcode, lsoa11 and the commissioner of its residents: by its area, unless the
    look-up names one. `practices` has practice_code, commissioner, valid_from and valid_to (the
    last day, blank while it lasts). All text.
    """

    postcodes: pa.Table
    practices: pa.Table

    @classmethod
    def none(cls) -> "Lookups":
        """Look-ups in which nothing is found, for extracts: those bring what is looked up."""
        empty = {name: pa.array([], pa.string()) for name in (*_RESIDENTS, *_PRACTICES)}
        return cls(*(pa.table({n: empty[n] for n in names}) for names in (_RESIDENTS, _PRACTICES)))

    def residences(self, postcodes: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The small area (LSOA 2011) of each postcode and the sub-ICB location that commissions
        for its residents; spaces and case do not matter, and the unknown are empty.
        """
        areas, commissioners = find(
            _bare(postcodes), self.postcodes, "postcode", ["lsoa11", "commissioner"]
        )
        return areas, commissioners

    def practice_commissioners(self, practices: pa.Array, day: date) -> pa.Array:
        """The commissioner of each GP practice on a day; empty for one that is not known then."""
        table, text = self.practices, day.isoformat()
        began = pc.less_equal(table.column("valid_from"), text)
        ends = table.column("valid_to")
        lasts = pc.or_(pc.equal(ends, ""), pc.greater_equal(ends, text))
        (found,) = find(
            practices, table.filter(pc.and_(began, lasts)), "practice_code", ["commissioner"]
        )
        return found


def read_lookups(folder: Path) -> Lookups:
    """The look-ups `postcodes.csv` and `practices.csv` of a folder, read again when they change.

    Raises UsageError when a file or a column is missing.
    """
    folder = folder.resolve()
    files = [file for name in _FILES if (file := folder / name).exists()]
    return _read(folder, tuple((file.name, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _read(folder: Path, _written: tuple[tuple[str, int], ...]) -> Lookups:
    postcodes = _table(folder / "postcodes.csv", ["postcode", "lsoa11"], ["commissioner"])
    practices = _table(folder / "practices.csv", list(_PRACTICES))
    areas = _table(
        definitions.path("geography/lsoa11_icb2022.csv.gz"), ["lsoa11cd", "sub_icb_code"]
    )
    lsoa = postcodes.column("lsoa11").combine_chunks()
    (commissioners,) = find(lsoa, areas, "lsoa11cd", ["sub_icb_code"])
    if "commissioner" in postcodes.column_names:
        own = postcodes.column("commissioner").combine_chunks()
        commissioners = pc.if_else(pc.equal(pc.fill_null(own, ""), ""), commissioners, own)
    bare = _bare(postcodes.column("postcode").combine_chunks())
    residents = dict(zip(_RESIDENTS, (bare, lsoa, commissioners), strict=True))
    return Lookups(pa.table(residents), practices)


def find(values: pa.Array, table: pa.Table, key: str, columns: list[str]) -> list[pa.Array]:
    """Columns of the first row whose `key` equals the value; empty where there is none."""
    position = pc.index_in(values.cast(pa.string()), value_set=table.column(key).combine_chunks())
    return [table.column(name).combine_chunks().take(position) for name in columns]


def _bare(postcodes: pa.Array) -> pa.Array:
    return pc.utf8_upper(pc.replace_substring(postcodes.cast(pa.string()), " ", ""))


def _table(file: Path, columns: list[str], optional: Sequence[str] = ()) -> pa.Table:
    """The columns of a look-up as text, with those of the optional ones that it has."""
    if not file.exists():
        raise UsageError(f"{file}: this look-up is missing. Give its folder with --lookups.")
    text = dict.fromkeys((*columns, *optional), pa.string())
    try:
        table = csv.read_csv(file, convert_options=csv.ConvertOptions(column_types=text))
        return table.select([*columns, *(c for c in optional if c in table.column_names)])
    except (pa.ArrowInvalid, KeyError) as error:
        raise UsageError(f"{file}: this look-up must have {', '.join(columns)}: {error}") from None
