"""Names that the data set does not know: said where they are names, never where they are values."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from levelfield.datasets import Table
from levelfield.intake.faults import Fault

MAX_UNKNOWN = 5
"""So many names may be misspelt; where there are more, the first row is a record."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_VALUE = re.compile(r".*[0-9]{5}.*|[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[0-9][A-Za-z]{2}")
"""A number of five digits or more, or the layout of a postcode."""


def looks_like_name(text: str) -> bool:
    """Whether a text may be said as the name of a field or file.

    Where a name should stand there may stand an NHS number, a birth date or a postcode, and they
    are never said.
    """
    return bool(_NAME.fullmatch(text)) and not _VALUE.fullmatch(text)


def unknown_columns(names: Sequence[str], table: Table) -> list[Fault]:
    """The faults of the columns whose names the table does not have.

    Without a header row the names are values of a record: then only places are said.
    """
    unknown = [name for name in dict.fromkeys(names) if name not in table.by_name]
    header = len(unknown) <= MAX_UNKNOWN and not table.by_name.keys().isdisjoint(names)
    said = [name for name in unknown if header and looks_like_name(name)]
    faults = [
        Fault.of_file(table.name, _unknown(name, table.by_name, "field"), field=name)
        for name in said
    ]
    unsaid = [names.index(name) + 1 for name in unknown if name not in said]
    if unsaid:
        which = f"Column {unsaid[0]} has"
        if len(unsaid) > 1:
            which = f"{len(unsaid)} columns, the first of them column {unsaid[0]}, have"
        text = f"{which} no known name: is the header row missing?"
        faults.append(Fault.of_file(table.name, text))
    return faults


def unknown_file(name: str, number: int, tables: Iterable[str]) -> Fault:
    """The fault of a file, the `number`th of its submission, that is named as no table."""
    if looks_like_name(name):
        return Fault.of_file(name, _unknown(name, tables, "table"))
    return Fault.of_file("", f"File {number} of the submission is not named as a table.")


def _unknown(name: str, known: Iterable[str], kind: str) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else "."
    return f"There is no {kind} named '{name}' in the data set{hint}"
