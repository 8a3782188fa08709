"""Apache Spark: the engine for data that outgrow one machine."""

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from levelfield.core.errors import EngineError, UsageError
from levelfield.engine.base import Parameters
from levelfield.engine.sql import functions, without_values

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_PARTS = 200
"""Where the platform chooses how many parts there are: as many as Spark has by itself."""
_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")


def local_session(threads: int | None = None, memory: str | None = None) -> "SparkSession":
    """A Spark session on this machine alone, listening on loopback.

    Raises UsageError when pyspark is missing and EngineError when no Java runtime is found.
    """
    # Spark asks for this machine's address by its name, which not every machine can resolve.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # What runs Python of ours is this very Python, with what is installed in it.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # Arrow crosses the border, not pandas, so pyspark's word on its version is noise here.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(
            "Spark is not installed. Install the extra with: pip install 'levelfield[spark]'"
        ) from None
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": memory or "3g",
        "spark.log.level": "FATAL",
        "spark.sql.shuffle.partitions": str(threads or 2),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.showConsoleProgress": "false",
    }
    builder: Any = SparkSession.builder
    builder = builder.master(f"local[{threads or 2}]").appName("levelfield")
    try:
        return builder.config(map=settings).getOrCreate()  # type: ignore[no-any-return]
    except Exception as error:
        raise EngineError(
            "Spark could not start. It needs a Java runtime, version 17 or later: "
            f"install one and set JAVA_HOME. ({type(error).__name__})"
        ) from error


@contextmanager
def _errors() -> Iterator[None]:
    """Spark's faults as ours."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise EngineError(f"Spark could not run a query: {without_values(str(error))}") from None


class SparkEngine:
    """A Spark session, ours or one that a platform hands over."""

    name = "spark"

    def __init__(self, session: "SparkSession") -> None:
        self._session = session
        self._cached: dict[str, DataFrame] = {}
        session.conf.set("spark.sql.session.timeZone", "UTC")
        # Said outright, since it decides what a division by zero or a bad cast does.
        session.conf.set("spark.sql.ansi.enabled", "true")
        for statement in functions("spark"):
            session.sql(statement)

    def _run(self, sql: str, parameters: Parameters | None = None) -> "DataFrame":
        with _errors():
            return self._session.sql(_PARAMETER.sub(r":\1", sql), dict(parameters or {}))

    def view(self, name: str, table: pa.Table) -> None:
        self.drop(name)
        self._session.createDataFrame(table).createOrReplaceTempView(name)

    def view_files(self, name: str, files: Sequence[Path], schema: pa.Schema) -> None:
        if not files:
            self.view(name, schema.empty_table())
            return
        from pyspark.sql.functions import lit
        from pyspark.sql.pandas.types import from_arrow_type

        self.drop(name)
        reader = self._session.read.option("mergeSchema", "true")
        with _errors():
            frame = reader.parquet(*(str(file) for file in files))
            known = {column.lower() for column in frame.columns}
            for field in schema:
                if field.name.lower() not in known:
                    nothing = lit(None).cast(from_arrow_type(field.type))
                    frame = frame.withColumn(field.name, nothing)
            frame.createOrReplaceTempView(name)

    def create(self, name: str, sql: str, parameters: Parameters | None = None) -> None:
        self.drop(name)
        self._cached[name] = self._run(sql, parameters).cache()
        self._cached[name].createOrReplaceTempView(name)

    def query(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        with _errors():
            return self._run(sql, parameters).toArrow()

    def numbers(self, sql: str) -> pa.Table:
        return self.query(sql)

    def in_parts(
        self, sql: str, by: str, work: Callable[[pa.Table], pa.Table], schema: pa.Schema
    ) -> pa.Table:
        from pyspark.sql.functions import hash as hashed
        from pyspark.sql.functions import lit, pmod
        from pyspark.sql.pandas.types import from_arrow_schema

        said = self._session.conf.get("spark.sql.shuffle.partitions") or ""
        parts = int(said) if said.isdigit() else _PARTS
        grouped = self._run(sql).groupBy(pmod(hashed(by), lit(parts)))

        # A method would be given its part's number as well: Spark counts what a function takes.
        def of_part(rows: pa.Table) -> pa.Table:
            return work(rows)

        with _errors():
            return grouped.applyInArrow(of_part, from_arrow_schema(schema)).toArrow().cast(schema)

    def write(
        self,
        sql: str,
        folder: Path,
        partition_by: Sequence[str] = (),
        parameters: Parameters | None = None,
    ) -> None:
        frame = self._run(sql, parameters)
        parts = [f"part_{n}" for n in range(len(partition_by))]
        for column, part in zip(partition_by, parts, strict=True):
            frame = frame.withColumn(part, frame[column])
        if parts:
            frame = frame.repartition(*parts)
        writer = frame.write.mode("error").option("compression", "zstd").partitionBy(*parts)
        with _errors():
            writer.parquet(str(folder))

    def drop(self, name: str) -> None:
        if name in self._cached:
            self._cached.pop(name).unpersist()
        self._session.catalog.dropTempView(name)

    def interrupt(self) -> None:
        """Nothing: jobs of a session may be those of others, and are its owner's to cancel."""

    def close(self) -> None:
        """Forget what was kept. The session stays, since a platform may own it."""
        for name in list(self._cached):
            self.drop(name)
