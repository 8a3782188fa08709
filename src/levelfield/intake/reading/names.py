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
_FILE_WORDS = frozenset(
    "backup copy csv data errors export extract file final info list log lookup manifest new notes "
    "of old output readme report summary table test totals".split()
)
"""Words by which files are called and people are not."""
_SIGN = re.compile(r"[ \t\u00a0_.-]")
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


def may_be_said(name: str) -> bool:
    """Whether the name of a file or folder may be told to others: that of a table or field, or one
    of words that nobody is called by."""
    return looks_like_name(name) or _of_file_words(name)


def _of_file_words(name: str) -> bool:
    """Whether the name of a file has only words that nobody is called by, such as Copy of
    CYP001MPI (2): then it may be said."""
    parts = re.findall(r"[^\W_]+", name)
    words = _vocabulary()[1] | _FILE_WORDS | {table.lower() for table in load_dataset().tables}
    known = [part.lower() in words for part in parts]
    # One number of two digits is a copy's; more may be a date of birth.
    others = [part for part, ours in zip(parts, known, strict=True) if not ours]
    return any(known) and (not others or bool(re.fullmatch("[0-9]{1,2}", "-".join(others))))


@cache
def _vocabulary() -> tuple[list[str], frozenset[str]]:
    """All names of the data set and the words that they are made of, in small letters."""
    tables = load_dataset().tables.values()
    names = [name for table in tables for name in (table.name, *table.by_name)]
    words = frozenset(word.lower() for name in names for word in _WORD.findall(name))
    return [name.lower() for name in names], words


def faults_of_names(
    names: Sequence[str], table: Table, lines: Mapping[str, int] | None = None
) -> list[Fault]:
    """What is wrong with the names of a table's columns: the causes, not what follows from them.

    Without a header row the names are values of a record: then only places are said. `lines` are
    those in which a name was first seen, of a file that has no one row of names, and in which a
    blank field may be left out.
    """
    known, by_letters = table.by_name, _by_letters(table)
    unknown = [name for name in dict.fromkeys(names) if name not in known]
    named = [name for name in names if _letters(name) in by_letters]
    if not named and lines is None:
        return [_no_row_of_names(names, table)]
    missing = [name for name in known if name not in names]
    respelt = {n: r for n in unknown if (r := by_letters.get(_letters(n))) in missing}
    others = [name for name in unknown if name not in respelt]
    header = named and len(others) <= MAX_UNKNOWN
    said = [name for name in others if header and looks_like_name(name)]
    seen = {name: f" It is first seen in line {line:,}." for name, line in (lines or {}).items()}
    faults = _respelt(respelt, len(names), table, seen) if respelt else []
    explained = set(respelt.values())
    for name in said:
        near = _close(name, known)
        explained.update(near)
        text = _unknown(name, near, "field") + seen.get(name, "")
        remedy = f"Name the field {near[0]}, or leave it out." if near else "Leave the field out."
        faults.append(Fault.of_file(table.name, text, field=name, remedy=remedy))
    faults += _unsaid([name for name in others if name not in said], names, table)
    faults += [
        Fault.of_file(
            table.name,
            f"The field {name} has {names.count(name)} columns: keep one.",
            field=name,
            remedy="Remove all but one of these columns.",
        )
        for name in known
        if names.count(name) > 1
    ]
    left = [name for name in missing if name not in explained]
    return faults + (_missing(left, table) if lines is None else [])


def _no_row_of_names(names: Sequence[str], table: Table) -> Fault:
    """The fault of a table of which not one column has a name that the table knows."""
    first = table.fields[0].name
    if len(names) == 1 and sum(name in names[0] for name in table.by_name) > 1:
        return Fault.of_file(
            table.name,
            "The field names are not parted by a comma, semicolon, tab or vertical bar.",
            remedy="Export the table again with commas between the values.",
        )
    return Fault.of_file(
        table.name,
        f"Not one column is named as a field of {table.name}: the row of field names is missing, "
        "stands below another line, or is another table's.",
        remedy=f"Begin the file with its field names ({first}, …), without a title or an empty "
        "line above them, and write the records below.",
    )


def _respelt(
    respelt: Mapping[str, str], of: int, table: Table, seen: Mapping[str, str]
) -> list[Fault]:
    """One fault for all the names that have the right letters and are written otherwise."""
    # A name that differs by more than spaces at its ends is the better example.
    name = min(respelt, key=lambda name: name.strip() == respelt[name])
    right, where = respelt[name], seen.get(name, "")
    if len(respelt) == 1:
        text = f"The field {right} is written '{name}'.{where}"
        remedy = f"Write it {right}, with its capital letters and underscores, without a space."
        return [Fault.of_file(table.name, text, field=right, remedy=remedy)]
    are = f"{len(respelt)} of the {of:,} field names are not"
    if len(respelt) == of:
        are = f"Not one of the {of} field names is"
    text = f"{are} written as in the specification: '{name}' should be {right}, for example.{where}"
    remedy = "Write each as it is there, with its capital letters and underscores, without spaces."
    return [Fault.of_file(table.name, text, remedy=remedy)]


def _unsaid(unsaid: Sequence[str], names: Sequence[str], table: Table) -> list[Fault]:
    """The fault of columns whose names are no field's and may be somebody's data."""
    if not unsaid:
        return []
    place = names.index(unsaid[0]) + 1
    if list(unsaid) == [""]:
        text, remedy = f"Column {place} has no name.", "Remove what stands behind the last field."
    elif len(unsaid) == 1:
        text, remedy = f"Column {place} is named as no field.", "Correct the name, or remove it."
    else:
        text = f"{len(unsaid):,} columns, the first of them column {place}, are named as no field."
        remedy = "Correct these names, or remove the columns."
    return [Fault.of_file(table.name, text, remedy=remedy)]


def _missing(names: Sequence[str], table: Table) -> list[Fault]:
    """The fault of fields without a column."""
    if not names:
        return []
    filled = [name for name in names if table.field(name).mandation == "M"]
    remedy = "Add a column for {}, empty where there is nothing to say."
    if filled:
        remedy = f"Add a column for {{}}, with a value in every row{_of(filled, names)}."
    if len(names) == 1:
        text = f"The field {names[0]} is missing: every field of the table needs its column."
        return [Fault.of_file(table.name, text, field=names[0], remedy=remedy.format("it"))]
    fields = f"{len(names)} of the table's {len(table.by_name)} fields"
    text = f"{fields} have no column: {_listed(names)}."
    return [Fault.of_file(table.name, text, remedy=remedy.format("each"))]


def _of(filled: Sequence[str], names: Sequence[str]) -> str:
    """Of which of the missing fields every row needs a value, unless of them all."""
    return f" of {_listed(filled)}" if len(filled) < len(names) else ""


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _by_letters(table: Table) -> dict[str, str]:
    return {_letters(name): name for name in table.by_name}


def _letters(name: str) -> str:
    """A name without what may differ between two ways of writing it: capitals and signs."""
    return _SIGN.sub("", name).lower()


def unknown_element(name: str, line: int, tables: Iterable[str]) -> Fault:
    """The fault of an element that holds values and is named as no table."""
    what = "It is named as no table."
    if looks_like_name(name):
        what = _unknown(name, _close(name, tables), "table")
    return Fault.of_file(
        "",
        f"An element in line {line:,} holds values. {what}",
        remedy="Name the element as the table whose record it is, or leave it out.",
    )


def table_meant(name: str, tables: Iterable[str]) -> str | None:
    """The table whose number a file's name holds, however it is written; none for another name."""
    number = re.search("cyp[0-9]{3}", _letters(name))
    by_number = {table[:6].lower(): table for table in tables}
    return by_number.get(number.group()) if number else None


def unknown_file(name: str, number: int, tables: Iterable[str]) -> Fault:
    """The fault of a file, the `number`th of its submission, that is named as no table; or of a
    table of a database, of number 0."""
    what = "file" if number else "table"
    remedy = f"Name the {what} as the table that it holds, or leave it out."
    meant = table_meant(name, tables)
    if meant is not None:
        remedy = f"Name the {what} {meant}, letter for letter, or leave it out."
    in_other_letters = meant is not None and _letters(name) == meant.lower() and name.isprintable()
    if may_be_said(name) or in_other_letters:
        text = _unknown(name, [meant] if meant else _close(name, tables), "table")
        return Fault.of_file(name, text, remedy=remedy)
    which = f"File {number} of the submission, in the order of their names,"
    if not number:
        which = "A table of the database"
    hidden = "name may be a person's and is not shown."
    text = f"{which} is not named as a table. Its {hidden}"
    if meant is not None:
        text = f"{which} is named nearly as {meant}. Its whole {hidden}"
    return Fault.of_file("", text, remedy=remedy)


def _unknown(name: str, near: Sequence[str], kind: str) -> str:
    hint = f"; did you mean {near[0]}?" if near else "."
    return f"There is no {kind} named '{name}' in the data set{hint}"


def _close(name: str, known: Iterable[str]) -> list[str]:
    """The known name that is closest to a misspelt one, if one is close."""
    by_small = {known_name.lower(): known_name for known_name in known}
    return [by_small[found] for found in get_close_matches(name.lower(), by_small, n=1)]
