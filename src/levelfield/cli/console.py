"""What appears on the terminal: remarks, progress, tables. Results go to stdout, all else not."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import pyarrow as pa
import typer

from levelfield.cli.options import Format
from levelfield.engine import NamedQuery
from levelfield.engine.sql import functions

if TYPE_CHECKING:
    # Of the commands that print, few look at quality, and its room brings four others along.
    from levelfield.quality import Standing

Report = Callable[[str, int, int], None]

_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
"""Characters that steer a terminal, as the name of a file may hold them."""


@contextmanager
def progress(title: str, quiet: bool) -> Iterator[Report | None]:
    """A progress display while the block runs; none when quiet or when nobody watches."""
    if quiet or not _is_terminal(sys.stderr):
        yield None
        return
    # Imported here, as for a table: most commands show neither, and are there sooner.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (
        TextColumn(title),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as display:
        task = display.add_task("", total=None)

        def tell(doing: str, done: int, total: int) -> None:
            display.update(task, description=doing, completed=done, total=total)

        yield tell


def say(text: str, quiet: bool = False) -> None:
    """A remark for whoever watches; results are never said this way."""
    if not quiet:
        typer.echo(_STEERING.sub("\ufffd", text), err=True)


def say_poor(standing: "Standing", quiet: bool) -> None:
    """Warn of data that no price should rest on."""
    if standing.poor:
        say("Look: a price should not rest on data of this grade. See: levelfield quality", quiet)


def show(rows: Sequence[dict[str, Any]], columns: Sequence[str], form: Format) -> None:
    """Print rows as a table for people, as CSV or as JSON, in the columns' order."""
    if form is Format.json:
        kept = [{column: row.get(column) for column in columns} for row in rows]
        print(json.dumps(kept, indent=2, ensure_ascii=False, default=str))
    elif form is Format.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_plain(row.get(column)) for column in columns] for row in rows)
    else:
        _table(rows, columns)


def show_arrow(table: pa.Table, form: Format) -> None:
    """Print an Arrow table."""
    show(table.to_pylist(), table.column_names, form)


def show_queries(engine: str, queries: Sequence[NamedQuery]) -> None:
    """Print a pipeline so that it can be run elsewhere: functions first, then each named query."""
    print("-- Functions that the queries use\n")
    print(";\n\n".join(functions(engine)) + ";\n")
    for query in queries:
        print(f"-- name: {query.name}\n{query.sql};\n")


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody watches; a program that was started without the stream has none."""
    return stream is not None and stream.isatty()


def _plain(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return "" if cell is None else cell


def _table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numeric = any(isinstance(row.get(column), int | float) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_for_people(row.get(column)) for column in columns))
    # Piped output is not cut to the width of a terminal that is not there.
    width = None if _is_terminal(sys.stdout) else 400
    Console(highlight=False, width=width, markup=False).print(table)


def _for_people(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell.is_integer() and abs(cell) >= 1 else f"{cell:,.4g}"
    if isinstance(cell, int):
        return f"{cell:,}"
    return str(cell)
