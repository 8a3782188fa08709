"""Parquet files as intake writes them all: compressed, with plain types, in few large writes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_BUFFER = 1_048_576
"""Bytes that are handed to the system together; each page by itself would be a write of its own."""
_DIFFERENCES = {pa.int64(): "DELTA_BINARY_PACKED", pa.string(): "DELTA_BYTE_ARRAY"}


@contextmanager
def parquet_writer(
    file: Path,
    schema: pa.Schema,
    statistics: Sequence[str] | None = None,
    distinct: Sequence[str] = (),
) -> Iterator[pq.ParquetWriter]:
    """A writer of tables of one schema, for the length of a `with` block.

    Encoded columns are written as what they stand for. `statistics` names the columns whose least
    and greatest values are kept for readers; without it, all. `distinct` names those in which
    hardly a value comes again: each value is written as its difference from the one before it,
    where others are written as places in a list of the values that there are.
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
            use_dictionary=[name for name in schema.names if name not in distinct],
            column_encoding={name: _DIFFERENCES[schema.field(name).type] for name in distinct},
        ) as writer,
    ):
        yield writer


def write_table(table: pa.Table, file: Path) -> None:
    """Write one table as a file of its own."""
    with parquet_writer(file, table.schema) as writer:
        writer.write_table(table)
