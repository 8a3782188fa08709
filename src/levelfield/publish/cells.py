"""Values as cells of a table: the figure in its unit, its reason, its interval, its key."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from levelfield.core.values import BREAK, INCOMPLETE, MERGED, PROVISIONAL, SMALL_NUMBER
from levelfield.disclosure import public_count
from levelfield.publish.parts import Cell, Column, Row, Table, columns
from levelfield.publish.words import MISSING, figure, headed, whole, with_unit

Record = Mapping[str, object]
"""A row of values, by the columns of VALUE_SCHEMA."""


_SAID = (PROVISIONAL, INCOMPLETE, SMALL_NUMBER, BREAK, MERGED)
"""The flags that stand below a value."""


def key_cell(row: Record) -> Cell:
    """The lineage key of a row, for the last column of a table."""
    return Cell(str(row["lineage"] or MISSING), kind="key")


def value_cell(row: Record, unit: str) -> Cell:
    """A value, with the reason below where it is no plain figure."""
    if "suppressed" in flags(row):
        return Cell("suppressed", kind="quiet")
    text = figure(number(row["value"]), unit)
    notes = [flag for flag in _SAID if flag in flags(row)]
    return Cell(text, note=", ".join(filter(None, [*notes, why_not_given(row)])))


def why_not_given(row: Record) -> str:
    """Why a value that is not suppressed is not given though its counts are; empty for others."""
    withheld = row["value"] is None and row["numerator"] is not None and "rounded" in flags(row)
    return "not given: rounding may move it too far" if withheld else ""


def shown_value(row: Record, unit: str) -> str:
    """A value with its unit for running text, or the word `suppressed`."""
    return "suppressed" if "suppressed" in flags(row) else with_unit(number(row["value"]), unit)


def public_text(count: int) -> str:
    """A count below England: rounded by the default rule, or the word `suppressed`."""
    shown = public_count(count)
    return "suppressed" if shown is None else whole(shown)


def public_cell(count: int) -> Cell:
    """A count below England as a cell."""
    return Cell(public_text(count), kind="quiet" if public_count(count) is None else "")


def interval_text(row: Record, unit: str) -> str:
    lower, upper = number(row["lower"]), number(row["upper"])
    if lower is None or upper is None:
        return MISSING
    return f"{figure(lower, unit)} to {figure(upper, unit)}"


def flags(row: Record) -> list[str]:
    return str(row["flags"] or "").split(";")


def number(cell: object) -> float | None:
    """A cell of a column of numbers, `nan` taken for empty."""
    if not isinstance(cell, int | float) or cell != cell:
        return None
    return float(cell)


def value_table(
    rows: Sequence[Record],
    first: str,
    labels: Sequence[Cell | str],
    unit: str,
    caption: str,
    csv: str = "",
    *,
    per: str = "",
    more: Sequence[tuple[Column, Sequence[Cell]]] = (),
    note: str = "",
) -> Table:
    """Values with their counts, intervals and keys; `labels` stand in the column `first`.

    `per` is that of the `Reading`. Where no value is a quotient of two counts (medians,
    differences) one count is shown. `more` are columns that stand before the keys, a cell a row.
    """
    counted_of = [("Counted #", "numerator"), ("Out of #", "denominator")]
    if all(row["numerator"] is None for row in rows):
        counted_of = [("Number behind it #", "denominator")]
    counts = [name for name, _ in counted_of]
    head = (
        *columns(first, *counts, f"{headed('Value', unit, per)} #", "95% interval #"),
        *(column for column, _ in more),
        *columns("Key"),
    )
    body: tuple[Row, ...] = tuple(
        (
            label if isinstance(label, Cell) else Cell(label),
            *(whole(number(row[name])) for _, name in counted_of),
            value_cell(row, unit),
            interval_text(row, unit),
            *(cells[place] for _, cells in more),
            key_cell(row),
        )
        for place, (label, row) in enumerate(zip(labels, rows, strict=True))
    )
    return Table(caption, head, body, csv, note)


def records(table: pa.Table) -> list[Record]:
    rows: list[Record] = table.to_pylist()
    return rows
