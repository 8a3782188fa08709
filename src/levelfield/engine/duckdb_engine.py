"""DuckDB in this process: the default engine."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from levelfield.core.errors import EngineError
from levelfield.engine.base import Parameters
from levelfield.engine.sql import functions, without_values
from levelfield.engine.stopped import was_stopped


@contextmanager
def _errors() -> Iterator[None]:
    """DuckDB's faults as ours, and its word for Ctrl-C as what it is."""
    try:
        yield
    except duckdb.Error as error:
        if was_stopped(error):
            raise KeyboardInterrupt from None
        if isinstance(error, duckdb.IOException):
            _raise_disk_fault(str(error))
        raise EngineError(f"DuckDB could not run a query: {without_values(str(error))}") from None
    except RuntimeError as error:
        if was_stopped(error):
            raise KeyboardInterrupt from error
        raise


def _raise_disk_fault(said: str) -> None:
    """Raise OSError for a full disk and the like: whoever writes says what is to be done."""
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO):
        if os.strerror(number) in said:
            raise OSError(number, os.strerror(number))


class DuckDBEngine:
    """One in-memory DuckDB connection; data stay in Parquet files and Arrow tables."""

    name = "duckdb"

    def __init__(
        self, threads: int | None = None, memory: str | None = None, spill: bool | Path = True
    ) -> None:
        self._connection = duckdb.connect()
        self._kinds: dict[str, str] = {}
        self._passing: tempfile.TemporaryDirectory[str] | None = None
        self._run("SET TimeZone = 'UTC'")
        # Without an ORDER BY no order is promised, and giving it up lets large writes stream.
        self._run("SET preserve_insertion_order = false")
        self._without_progress_bar()
        if threads:
            self._run(f"SET threads = {int(threads)}")
        self._run("SET temp_directory = $folder", {"folder": self._spill_folder(spill)})
        if memory:
            self._run("SET memory_limit = $memory", {"memory": memory})
        for statement in functions("duckdb"):
            self._run(statement)

    def _spill_folder(self, spill: bool | Path) -> str:
        """Where DuckDB puts what does not fit into memory; by itself it takes the current folder.

        DuckDB makes the folder once it needs it, and removes it. One that it shares with other
        people's files is made here instead, for our eyes alone.
        """
        if isinstance(spill, Path):
            return str(spill)
        if not spill:
            # DuckDB can write such files encrypted only with an extension that it would fetch.
            return ""
        self._passing = tempfile.TemporaryDirectory(prefix="levelfield-")
        return self._passing.name

    def _without_progress_bar(self) -> None:
        """Keep the terminal and the notebook to ourselves.

        Set only where it is on: in a notebook without ipywidgets the bar is off, and DuckDB refuses
        to hear of it.
        """
        asked = self._run("SELECT current_setting('enable_progress_bar')").fetchone()
        if asked is not None and asked[0]:
            self._run("SET enable_progress_bar = false")

    def _run(self, sql: str, parameters: Parameters | None = None) -> duckdb.DuckDBPyConnection:
        with _errors():
            return self._connection.execute(sql, dict(parameters) if parameters else None)

    def view(self, name: str, table: pa.Table) -> None:
        self.drop(name)
        with _errors():
            self._connection.register(name, table)

    def view_files(self, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
        if not files:
            self.view(name, schema.empty_table())
            return
        self.drop(name)
        with _errors():
            relation = self._connection.read_parquet(
                [str(file) for file in files], union_by_name=True, hive_partitioning=False
            )
            known = {column.lower() for column in relation.columns}
            wanted = self._connection.from_arrow(schema.empty_table())
            missing = [
                f'CAST(NULL AS {kind}) AS "{column}"'
                for column, kind in zip(wanted.columns, wanted.types, strict=True)
                if column.lower() not in known
            ]
            relation.select(", ".join(["*", *missing])).create_view(name)
        self._kinds[name] = "VIEW"

    def create(self, name: str, sql: str, parameters: Parameters | None = None) -> None:
        self.drop(name)
        self._run(f"CREATE TEMP TABLE {name} AS {sql}", parameters)
        self._kinds[name] = "TABLE"

    def query(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        with _errors():
            relation = self._connection.sql(sql, params=dict(parameters) if parameters else None)
            return relation.to_arrow_table()

    def numbers(self, sql: str) -> pa.Table:
        # A relation is planned twice, once to be described: for rules that is half of their time.
        with _errors():
            return pa.table(self._connection.execute(sql).fetchnumpy())

    def in_parts(
        self, sql: str, by: str, work: Callable[[pa.Table], pa.Table], schema: pa.Schema
    ) -> pa.Table:
        return work(self.query(sql)).cast(schema)

    def write(
        self,
        sql: str,
        folder: Path,
        partition_by: Sequence[str] = (),
        parameters: Parameters | None = None,
    ) -> None:
        options = "FORMAT parquet, COMPRESSION zstd"
        if partition_by:
            parts = [f"part_{n}" for n in range(len(partition_by))]
            copies = ", ".join(f"{c} AS {p}" for c, p in zip(partition_by, parts, strict=True))
            sql = f"SELECT *, {copies} FROM ({sql})"
            options += f", PARTITION_BY ({', '.join(parts)})"
            folder.parent.mkdir(parents=True, exist_ok=True)
            target = folder
        else:
            folder.mkdir(parents=True, exist_ok=True)
            target = folder / "part-0.parquet"
        escaped = str(target).replace("'", "''")
        self._run(f"COPY ({sql}) TO '{escaped}' ({options})", parameters)

    def drop(self, name: str) -> None:
        with _errors():
            self._connection.unregister(name)
        # A name may be a view (files) or a table (created); each DROP refuses the other kind.
        kind = self._kinds.pop(name, None)
        if kind:
            self._run(f"DROP {kind} IF EXISTS {name}")

    def interrupt(self) -> None:
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()
        if self._passing is not None:
            self._passing.cleanup()
