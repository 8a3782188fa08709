"""Parquet files, whatever types their columns have, as text in the data set's layouts."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from levelfield.core.errors import SubmissionError
from levelfield.datasets import DataSet
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.sent import (
    CODED,
    SentTable,
    in_one_chunk,
    refuse_long_values,
    text_types,
)

_SAMPLE = 10_000
"""Rows by which is seen whether the values of a column come again."""


def tables_of(member: Member, dataset: DataSet) -> list[SentTable]:
    """The one table of a Parquet file, named as the file.

    Raises SubmissionError for what cannot be read as Parquet or is cut short.
    """
    with member.open() as stream:
        content = stream.readall()
        described: dict[str, str | int] = {"format": "parquet", "bytes": stream.bytes_read}
        digest = stream.digest
    try:
        source = pa.BufferReader(content)
        file = pq.ParquetFile(source)
        table = pq.read_table(source, read_dictionary=_repeating(file))
        if table.num_rows != file.metadata.num_rows:
            raise ValueError("the end of the file counts other rows than the file holds")
        rows = pa.table([_text(column) for column in table.columns], names=table.column_names)
    except (pa.ArrowException, OSError, ValueError):
        raise SubmissionError(
            f"{member.where} is not a Parquet file that can be read, or it is cut short. Write it "
            "again, with plain columns."
        ) from None
    refuse_long_values(rows, member.where)
    return [SentTable(member.stem, in_one_chunk(rows), (), described, digest)]


def _repeating(file: pq.ParquetFile) -> list[str]:
    """The columns of text whose values come again, by the first rows."""
    names = [f.name for f in file.schema_arrow if pa.types.is_string(f.type)]
    first = next(file.iter_batches(_SAMPLE, columns=names), None) if names else None
    if first is None:
        return []
    return [n for n, kind in text_types(pa.table(first)).items() if kind == CODED]


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type == CODED and not column.null_count:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column.cast(pa.timestamp("s"), safe=False), "%Y-%m-%dT%H:%M:%S")
    elif pa.types.is_time(column.type):
        column = column.cast(pa.time64("us")).cast(pa.time32("s"), safe=False)
    return pc.fill_null(column.cast(pa.string()), "")
