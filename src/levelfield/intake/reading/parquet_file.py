"""Parquet files, whatever types their columns have, as text in the data set's layouts."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from levelfield.core.errors import SubmissionError
from levelfield.datasets import DataSet, Field
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

    A time at midnight is a day in a field of dates. Raises SubmissionError for what cannot be read
    as Parquet or is cut short, and for times that have a zone.
    """
    table_of = dataset.tables.get(member.stem)
    known = table_of.by_name if table_of else {}
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
        _refuse_zones(table.schema, member)
        named = zip(table.column_names, table.columns, strict=True)
        texts = [_text(column, known.get(name)) for name, column in named]
        rows = pa.table(texts, names=table.column_names)
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


def _refuse_zones(schema: pa.Schema, member: Member) -> None:
    for place, kind in enumerate(schema.types, start=1):
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            raise SubmissionError(
                f"{member.where}: column {place} holds times of a time zone, and the data set's "
                "are local. Write them as local times without a zone."
            )


def _text(column: pa.ChunkedArray, field: Field | None) -> pa.ChunkedArray:
    if column.type == CODED and not column.null_count:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        column = _whole(pc.strftime(column, "%Y-%m-%dT%H:%M:%S"))
        if field is not None and field.type == "date":
            column = pc.replace_substring_regex(column, "T00:00:00$", "")
    elif pa.types.is_time(column.type):
        column = _whole(column.cast(pa.string()))
    return pc.fill_null(column.cast(pa.string()), "")


def _whole(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times without a fraction of nought seconds; any other fraction is left to be found."""
    return pc.replace_substring_regex(times, r"\.0+$", "")
