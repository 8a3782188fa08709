"""A return read and judged: a table of what it holds, or every reason why it is not taken."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading import csv_file, parquet_file
from levelfield.intake.reading.foreign import refuse_foreign
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.sent import SentTable
from levelfield.returns.faults import Fault
from levelfield.returns.judge import KnownCodes, judged
from levelfield.returns.layouts import Layout

MOST_BYTES = 256 * 1_048_576
MOST_ROWS = 1_000_000
"""No return is larger: it holds counts, or a year's answers of one provider."""

_NAME = re.compile(r"[A-Za-z][A-Za-z _]{0,39}")


@dataclass(frozen=True)
class ReadReturn:
    """A return that was read: its rows by the layout's schema, or its faults and no row.

    `digest` is the SHA-256 of the file, `blank` how many rows were passed over since every cell
    was empty.
    """

    file: Path
    layout: Layout
    digest: str
    rows: pa.Table
    faults: tuple[Fault, ...]
    blank: int = 0

    @property
    def parts(self) -> dict[tuple[str, str], int]:
        """The number of rows of each provider and month."""
        keys = zip(self.rows["provider"].to_pylist(), self.rows["period"].to_pylist(), strict=True)
        found: dict[tuple[str, str], int] = {}
        for key in keys:
            found[key] = found.get(key, 0) + 1
        return dict(sorted(found.items()))


def read_return(file: Path, layout: Layout, known: KnownCodes | None = None) -> ReadReturn:
    """Read a CSV or Parquet file as a return of this layout, and judge every value.

    Raises SubmissionError for a file that cannot be read at all: it is not there, no CSV or
    Parquet, cut short, or far too large for a return.
    """
    sent = _sent(_ReturnFile(file), layout)
    digest = sent.digest.hex()
    faults = _misnamed(sent, layout)
    rows, numbers, blank = _filled_in(sent)
    if not faults:
        faults = _misshapen(sent, rows)
    table = layout.arrow_schema().empty_table()
    if not faults:
        table, faults = judged(rows, numbers, layout, known or KnownCodes())
    return ReadReturn(file, layout, digest, table, tuple(faults), blank)


class _ReturnFile(Member):
    """A file that holds no record of CSDS, so that messages may say its name."""

    @property
    def where(self) -> str:
        return str(self.path)


def _sent(member: Member, layout: Layout) -> SentTable:
    path = member.path
    if not path.is_file():
        raise SubmissionError(
            f"{path}: there is no such file. Name one file, a return of one kind."
        )
    if member.kind not in ("csv", "parquet") or member.on_disk is None:
        raise SubmissionError(
            f"{path}: its ending is not that of a return. Save it as a CSV file, which ends in "
            ".csv, or as .parquet."
        )
    if path.stat().st_size > MOST_BYTES:
        raise SubmissionError(
            f"{path} holds more than {MOST_BYTES // 1_048_576} MiB, and no return is as large. "
            "Send counts, and not the records behind them."
        )
    refuse_foreign(member)
    if member.kind == "parquet":
        found = parquet_file.tables_of(member, load_dataset())
    else:
        found = csv_file.table_of(member, {column.name for column in layout.columns})
    if not found:
        raise SubmissionError(
            f"{path} is empty. The names of its columns are written by: "
            f"levelfield returns layout {layout.id} --template FILE"
        )
    return found[0]


def _misnamed(sent: SentTable, layout: Layout) -> list[Fault]:
    """What is wrong with the names of the columns; told alone, since all else follows from it."""
    names = sent.rows.column_names
    known = {column.name for column in layout.columns}
    if not known.intersection(names):
        wanted = ", ".join(column.name for column in layout.columns)
        return [
            Fault(
                "The first row does not name the columns",
                f"Put this row first: {wanted}. Should this be another kind of return, name that "
                "kind.",
            )
        ]
    faults = []
    for place, name in enumerate(names, start=1):
        if name in known and names.index(name) == place - 1:
            continue
        if name in known:
            faults.append(Fault("is named twice", "Keep one of the two columns.", name))
            continue
        alike = name.strip().lower().replace(" ", "_")
        said = f"'{name}' (column {place})" if _NAME.fullmatch(name) else f"Column {place}"
        remedy = (
            f"Name it {alike}." if alike in known else "Remove it, or name it as the layout does."
        )
        faults.append(Fault(f"{said} is no column of this kind of return", remedy))
    for column in layout.columns:
        if column.required and column.name not in names:
            faults.append(Fault("is missing", "Add this column, and fill it in.", column.name))
    return faults


def _filled_in(sent: SentTable) -> tuple[pa.Table, np.ndarray, int]:
    """The rows in which anything stands, trimmed, with their numbers; and how many are blank.

    Excel writes rows of empty cells behind a table in which something once stood.
    """
    columns = {
        name: pc.utf8_trim_whitespace(column.cast(pa.string()))
        for name, column in zip(sent.rows.column_names, sent.rows.columns, strict=True)
    }
    table = pa.table(columns)
    filled = np.zeros(table.num_rows, dtype=bool)
    for column in table.columns:
        filled |= pc.not_equal(column, "").to_numpy()
    unreadable = np.array(sent.unreadable, dtype=np.int64)
    numbers = np.setdiff1d(np.arange(1, table.num_rows + len(unreadable) + 1), unreadable)
    return table.filter(pa.array(filled)), numbers[filled], int((~filled).sum())


def _misshapen(sent: SentTable, rows: pa.Table) -> list[Fault]:
    if sent.unreadable:
        return [
            Fault(
                "has not one value for each column",
                "Put quotes around a text that holds a comma, and leave no value out.",
                "(whole row)",
                sent.unreadable,
            )
        ]
    if not rows.num_rows:
        return [Fault("There is no row", "Fill in a row for each provider, month and breakdown.")]
    if rows.num_rows > MOST_ROWS:
        return [
            Fault(
                f"There are {rows.num_rows:,} rows, and no return has more than {MOST_ROWS:,}",
                "Send counts, and not the records behind them.",
            )
        ]
    return []
