"""Names that the data set does not know: said where they are names, never where they are values."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from levelfield.datasets import Table, load_dataset
from levelfield.intake.faults import Fault

MAX_UNKNOWN = 5
"""So many names may be misspelt; where there are more, the first row is a record."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_VALUE = re.compile(r".*[0-9]{5}.*|[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[0-9][A-Za-z]{2}")
"""A number of five digits or more, or the layout of a postcode."""
_TABLE = re.compile(r"CYP[0-9]{3}[A-Za-z0-9]*")
_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")


def looks_like_name(text: str) -> bool:
    """Whether a text may be said as the name of a field or file.

    Where a name should stand there may stand an NHS number, a birth date, a postcode or a
    surname, and they are never said: only what shares a word with the data set's own names, or
    is close to one of them.
    """
    if not _NAME.fullmatch(text) or _VALUE.fullmatch(text):
        return False
    names, words = _vocabulary()
    ours = _TABLE.fullmatch(text) or not words.isdisjoint(w.lower() for w in _WORD.findall(text))
    return bool(ours or get_close_matches(text.lower(), names, n=1, cutoff=0.75))


@cache
def _vocabulary() -> tuple[list[str], frozenset[str]]:
    """All names of the data set and the words that they are made of, in small letters."""
    tables = load_dataset().tables.values()
    names = [name for table in tables for name in (table.name, *table.by_name)]
    words = frozenset(word.lower() for name in names for word in _WORD.findall(name))
    return [name.lower() for name in names], words


def unknown_columns(
    names: Sequence[str], table: Table, lines: Mapping[str, int] | None = None
) -> list[Fault]:
    """The faults of the columns whose names the table does not have.

    Without a header row the names are values of a record: then only places are said. `lines` are
    those in which a name was first seen, where a file has no one row of names.
    """
    seen = {name: f" It is first seen in line {line:,}." for name, line in (lines or {}).items()}
    unknown = [name for name in dict.fromkeys(names) if name not in table.by_name]
    known = {name.lower() for name in table.by_name}
    header = len(unknown) <= MAX_UNKNOWN and not known.isdisjoint(n.lower() for n in names)
    said = [name for name in unknown if header and looks_like_name(name)]
    faults = [
        Fault.of_file(
            table.name, _unknown(name, table.by_name, "field") + seen.get(name, ""), field=name
        )
        for name in said
    ]
    place = {name: number for number, name in reversed([*enumerate(names, start=1)])}
    unsaid = [place[name] for name in unknown if name not in said]
    if unsaid:
        which = f"Column {unsaid[0]} has"
        if len(unsaid) > 1:
            which = f"{len(unsaid):,} columns, the first of them column {unsaid[0]}, have"
        text = f"{which} no known name: is the header row missing?"
        faults.append(Fault.of_file(table.name, text))
    return faults


def unknown_element(name: str, line: int, tables: Iterable[str]) -> Fault:
    """The fault of an element that holds values and is named as no table."""
    what = _unknown(name, tables, "table") if looks_like_name(name) else "It is named as no table."
    return Fault.of_file("", f"An element in line {line:,} holds values. {what}")


def unknown_file(name: str, number: int, tables: Iterable[str]) -> Fault:
    """The fault of a file, the `number`th of its submission, that is named as no table."""
    if looks_like_name(name):
        return Fault.of_file(name, _unknown(name, tables, "table"))
    return Fault.of_file("", f"File {number} of the submission is not named as a table.")


def _unknown(name: str, known: Iterable[str], kind: str) -> str:
    by_small = {known_name.lower(): known_name for known_name in known}
    close = get_close_matches(name.lower(), by_small, n=1)
    hint = f"; did you mean {by_small[close[0]]}?" if close else "."
    return f"There is no {kind} named '{name}' in the data set{hint}"
