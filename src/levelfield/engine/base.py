"""What a room may ask of an engine, whichever it is."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

Parameters = Mapping[str, object]


class Engine(Protocol):
    """Runs the portable SQL of the rooms; tables cross its border as Arrow only.

    SQL text is the same for every engine. What engines spell differently is a function of
    `engine/functions/` (days_between, moment, month_of …), and a bound parameter is `$name`.
    """

    name: str

    def view(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under a name, in place of what had that name."""

    def view_files(self, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
        """Make Parquet files readable as one table; with no files, an empty table of `schema`.

        Files may be of several versions: a column of `schema` or of any file is empty for those
        that lack it, be it all of them. Raises EngineError when a file
        cannot be read.
        """

    def create(self, name: str, sql: str, parameters: Parameters | None = None) -> None:
        """Run a query once and keep its rows under a name for the queries that follow."""

    def query(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        """The rows of a query. The order is the query's own: without ORDER BY there is none."""

    def numbers(self, sql: str) -> pa.Table:
        """As `query`, of columns that are whole numbers; quicker to get ready for few rows."""

    def in_parts(
        self, sql: str, by: str, work: Callable[[pa.Table], pa.Table], schema: pa.Schema
    ) -> pa.Table:
        """What `work` makes of a query's rows, in columns of `schema`, a part of them at a time.

        Rows that are alike in the column `by` are in one part. There may be one part alone. Where
        machines share the rows `work` runs on each, so it and what it holds must be picklable.
        """

    def write(
        self,
        sql: str,
        folder: Path,
        partition_by: Sequence[str] = (),
        parameters: Parameters | None = None,
    ) -> None:
        """Write a query's rows as Parquet files into a new folder.

        With `partition_by` every combination of those columns gets a folder of its own below it,
        named `part_0=<value>/part_1=<value>/…`; the columns stay in the files as well, so that a
        file can be read alone.
        """

    def drop(self, name: str) -> None:
        """Forget a name."""

    def interrupt(self) -> None:
        """Stop the query that runs in another thread, where that is ours to stop."""

    def close(self) -> None:
        """Free what the engine holds."""
