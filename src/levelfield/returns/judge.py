"""Every value of a return held against its layout, a column at a time."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.engine import open_engine
from levelfield.returns.faults import Fault, of_rows
from levelfield.returns.layouts import Column, Layout

EARLIEST = Month(2010, 4)
"""An earlier month is a slip of the pen."""

_ORGANISATION = r"^[A-Z][A-Z0-9]{1,11}$"
_PSEUDONYM = r"^[A-Za-z0-9_-]{1,64}$"
_TEN_DIGITS = r"^[0-9]{3}-?[0-9]{3}-?[0-9]{4}$"
_COUNT = r"^[0-9]{1,12}$"
_NUMBER = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
_LONG = r"^-?[0-9]{13,}(\.[0-9]+)?$"
_FINE = r"^-?[0-9]{1,12}\.[0-9]{7,}$"

Bad = NDArray[np.bool_]


@dataclass(frozen=True)
class KnownCodes:
    """What the codes and months of a return are held against.

    `providers` are those that are known, or none, and then any code that is shaped as one will do.
    `last` is the last month that a return may be about.
    """

    providers: Collection[str] = ()
    last: Month = field(default_factory=lambda: Month.of(date.today()))


def judged(
    sent: pa.Table, numbers: NDArray[np.int64], layout: Layout, known: KnownCodes
) -> tuple[pa.Table, list[Fault]]:
    """The rows in the layout's types, or its faults and no row.

    `sent` is text alone, an empty one for a blank; `numbers` are those of its rows in the file. The
    rules within a row are asked only when every value is sound.
    """
    faults: list[Fault] = []
    columns = {}
    for column in layout.columns:
        text = sent[column.name] if column.name in sent.column_names else _blank(sent.num_rows)
        blank = pc.equal(text, "").to_numpy()
        if column.required:
            faults += of_rows(
                column.name, _at(numbers, blank), "is empty", "Fill it in; a count of none is 0."
            )
        for bad, what, remedy in _wrong(column, text, layout, known):
            faults += of_rows(column.name, _at(numbers, bad & ~blank), what, remedy)
        columns[column.name] = pc.if_else(pc.equal(text, ""), None, text)
    if not faults:
        faults = _repeated(columns, numbers, layout) + _counted_twice(columns, numbers, layout)
    if faults:
        return layout.arrow_schema().empty_table(), faults
    table = pa.table(columns).cast(layout.arrow_schema())
    faults = _against_rules(table, numbers, layout)
    return (layout.arrow_schema().empty_table() if faults else table), faults


def _blank(rows: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.repeat(pa.scalar(""), rows)])


def _at(numbers: NDArray[np.int64], bad: Bad) -> list[int]:
    return [int(number) for number in numbers[bad]]


def _wrong(
    column: Column, text: pa.ChunkedArray, layout: Layout, known: KnownCodes
) -> Iterator[tuple[Bad, str, str]]:
    """Where values are not what the column holds, what is wrong with them and what to do."""
    if column.type == "provider":
        unlike = _unlike(text, _ORGANISATION)
        yield unlike, "is not the code of an organisation", "Write its ODS code, such as RX1."
        if known.providers:
            strange = ~_among(text, known.providers) & ~unlike
            yield (
                strange,
                "is a provider that the home does not know",
                ("Correct the code, or load a submission of that provider first."),
            )
    elif column.type == "commissioner":
        yield (
            _unlike(text, _ORGANISATION),
            "is not the code of an organisation",
            "Write its ODS code, or leave the cell empty.",
        )
    elif column.type == "month":
        yield from _wrong_months(text, layout.every, known.last)
    elif column.type == "team_type":
        codes = load_dataset().codes[TEAM_TYPES]
        lost = _among(text, [code[1:] for code in codes if code.startswith("0")])
        yield lost, "has lost its leading nought", "Write two digits, as in 06."
        yield (
            ~_among(text, codes) & ~lost,
            "is not a team type",
            "Write a code of the data set's list of service or team types.",
        )
    elif column.type == "code":
        yield (
            ~_among(text, column.codes),
            "is not a code of this column",
            f"Write one of: {', '.join(column.codes)}.",
        )
    elif column.type == "pseudonym":
        personal = ~_unlike(text, _TEN_DIGITS)
        yield (
            personal,
            "has ten digits and may be an NHS number",
            "Send a pseudonym that you have made yourself, never a number that others know.",
        )
        yield (
            _unlike(text, _PSEUDONYM) & ~personal,
            "is not a pseudonym",
            "Write letters, digits, - and _ alone, at most 64.",
        )
    else:
        yield from _wrong_numbers(column, text)


_LAST_MONTHS = {"month": range(1, 13), "quarter": (3, 6, 9, 12), "year": (3,)}
"""The months by which what a return is about is named."""


def _wrong_months(text: pa.ChunkedArray, every: str, last: Month) -> Iterator[tuple[Bad, str, str]]:
    months = {}
    for value in pc.unique(text).to_pylist():
        try:
            months[value] = Month.parse(value)
        except UsageError:
            continue
    yield (
        ~_among(text, months),
        "is not a month",
        "Write it as 2026-03. Excel makes Mar-26 of that: format the column as text.",
    )
    amid = [value for value, month in months.items() if month.month not in _LAST_MONTHS[every]]
    yield (
        _among(text, amid),
        f"is not the last month of a {'financial year' if every == 'year' else every}",
        f"The return is made every {every}: name it by its last month, such as 2026-03.",
    )
    later = [value for value, month in months.items() if month > last]
    yield _among(text, later), f"is later than {last}", "Correct the month."
    earlier = [value for value, month in months.items() if month < EARLIEST]
    yield _among(text, earlier), f"is earlier than {EARLIEST}", "Correct the month."


def _wrong_numbers(column: Column, text: pa.ChunkedArray) -> Iterator[tuple[Bad, str, str]]:
    whole = column.type == "count"
    unlike = _unlike(text, _COUNT if whole else _NUMBER)
    long, fine = ~_unlike(text, _LONG), ~_unlike(text, _FINE) & (not whole)
    yield unlike & long, "has more than 12 digits before the point", "Correct it."
    yield (
        unlike & fine,
        "has more than 6 decimals",
        "Round it to 6 decimals or fewer; money has 2.",
    )
    if whole:
        yield (
            unlike & ~long,
            "is not a whole number from 0",
            "Write digits alone, without a comma, a point or a sign.",
        )
    else:
        mistyped = unlike & ~long & ~fine
        yield mistyped, "is not a number", "Write digits with a point, as in 12.5, without a comma."
    # What is no number is compared as nought, and told of once.
    sound = pc.if_else(pa.array(unlike), "0", pc.if_else(pc.equal(text, ""), "0", text))
    values = sound.cast(pa.float64()).to_numpy()
    told = ~unlike
    if column.least is not None:
        yield (
            told & (values < column.least),
            f"is less than {column.least:g}",
            "Correct it.",
        )
    if column.most is not None:
        yield told & (values > column.most), f"is more than {column.most:g}", "Correct it."


def _unlike(text: pa.ChunkedArray, pattern: str) -> Bad:
    found: Bad = ~pc.match_substring_regex(text, pattern).to_numpy()
    return found


def _among(text: pa.ChunkedArray, values: Iterable[str]) -> Bad:
    found: Bad = pc.is_in(text, pa.array(list(values), pa.string())).to_numpy()
    return found


def _repeated(
    columns: dict[str, pa.ChunkedArray], numbers: NDArray[np.int64], layout: Layout
) -> list[Fault]:
    """Rows whose key an earlier row has: to add them up or to choose one would be a guess."""
    texts = [pc.fill_null(columns[name], "") for name in layout.key]
    keys = pc.binary_join_element_wise(*texts, "\x1f").to_pylist()
    seen: set[str] = set()
    again = []
    for number, key in zip(numbers, keys, strict=True):
        if key in seen:
            again.append(int(number))
        seen.add(key)
    return of_rows(
        "+".join(name for name in layout.key),
        again,
        "is that of an earlier row",
        "Bring the rows of the same key together into one.",
    )


def _counted_twice(
    columns: dict[str, pa.ChunkedArray], numbers: NDArray[np.int64], layout: Layout
) -> list[Fault]:
    """Rows without a commissioner beside rows with one, of the same provider and month.

    Rows add up to the provider: a row for all commissioners would be added to those of each. Where
    rows are single people there is no such row, and somebody's commissioner may be unknown.
    """
    if any(column.type == "pseudonym" for column in layout.columns):
        return []
    names = [columns[name].to_pylist() for name in ("provider", "period", "commissioner")]
    rows = list(zip(*names, strict=True))
    split = {(provider, period) for provider, period, commissioner in rows if commissioner}
    whole = [
        int(number)
        for number, (provider, period, commissioner) in zip(numbers, rows, strict=True)
        if not commissioner and (provider, period) in split
    ]
    return of_rows(
        "commissioner",
        whole,
        "is empty, and filled in elsewhere for the same provider and month",
        "Fill it in in every row, or in none: rows are added up, so that a total beside its parts "
        "would count twice.",
    )


def _against_rules(table: pa.Table, numbers: NDArray[np.int64], layout: Layout) -> list[Fault]:
    if not layout.rules:
        return []
    engine = open_engine("duckdb", threads=1, spill=False)
    try:
        engine.view("sent", table.append_column("row_number", pa.array(numbers)))
        faults: list[Fault] = []
        for rule in layout.rules:
            broken = engine.query(
                f"SELECT row_number FROM sent WHERE NOT COALESCE(({rule.when}), TRUE)"
            )
            rows = broken["row_number"].to_pylist()
            faults += of_rows("(whole row)", rows, rule.words, rule.remedy)
        return faults
    finally:
        engine.close()
