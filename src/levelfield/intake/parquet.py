"""Parquet files as intake writes them all: compressed, with plain types, in few large writes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_BUFFER = 1_048_576
"""Bytes that are handed to the system together; each page by itself would be a write of its own."""


@contextmanager
def parquet_writer(
    file: Path, schema: pa.Schema, statistics: Sequence[str] | None = None
) -> Iterator[pq.ParquetWriter]:
    """A writer of tables of one schema, for the length of a `with` block.

    Encoded columns are written as what they stand for. `statistics` names the columns whose least
    and greatest values are kept for readers; without it, all.
    """
    with (
        pa.OSFile(str(file), "wb") as disk,
        pa.BufferedOutputStream(disk, _BUFFER) as out,
        pq.ParquetWriter(
            out,
            schema,
            compression="zstd",
            store_schema=False,
            write_statistics=True if statistics is None else list(statistics),
        ) as writer,
    ):
        yield writer


def write_table(table: pa.Table, file: Path) -> None:
    """Write one table as a file of its own."""
    with parquet_writer(file, table.schema) as writer:
        writer.write_table(table)
