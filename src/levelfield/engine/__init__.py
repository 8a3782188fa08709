"""DuckDB and Spark behind one small interface, SQL text, and predicates."""

from pathlib import Path

from levelfield.core.errors import UsageError
from levelfield.engine.base import Engine
from levelfield.engine.spark_engine import SparkEngine, local_session
from levelfield.engine.sql import NamedQuery, compose, load_pipeline

__all__ = [
    "Engine",
    "NamedQuery",
    "SparkEngine",
    "compose",
    "load_pipeline",
    "open_engine",
]


def open_engine(
    name: str = "duckdb",
    *,
    threads: int | None = None,
    memory: str | None = None,
    spill: bool | Path = True,
) -> Engine:
    """An engine by name: `duckdb` or `spark` (a session on this machine).

    `memory` is a limit such as `2GB`. What does not fit DuckDB puts into the new folder `spill`, or
    one in the system's folder for passing files, and removes. Without `spill` it writes nothing to
    the disk of what it works on: for data that tell who people are. It then fails where memory
    ends. Spark has its own place for this, which its session says. Raises UsageError
    for another name and EngineError when the engine is not installed.
    """
    if name == "duckdb":
        # Imported here, so that whoever reads files at the same time need not wait for it.
        from levelfield.engine.duckdb_engine import DuckDBEngine

        return DuckDBEngine(threads, memory, spill)
    if name == "spark":
        return SparkEngine(local_session(threads, memory))
    raise UsageError(f"'{name}' is not an engine. Choose duckdb or spark.")
