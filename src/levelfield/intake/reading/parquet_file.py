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

_MARK, _ENCRYPTED = b"PAR1", b"PARE"
_SAMPLE = 10_000
"""Rows by which is seen whether the values of a column come again."""


def tables_of(member: Member, dataset: DataSet) -> list[SentTable]:
    """The one table of a Parquet file, named as the file.

    A time at midnight is a day in a field of dates. Raises SubmissionError for what cannot be read
    as Parquet or is cut short, and for columns of lists, of bytes that are no text, and of times
    that have a zone.
    """
    table_of = dataset.tables.get(member.stem)
    known = table_of.by_name if table_of else {}
    with member.open() as stream:
        content = stream.readall()
        described: dict[str, str | int] = {"format": "parquet", "bytes": stream.bytes_read}
        digest = stream.digest
    _refuse_by_ends(content, member)
    source = pa.BufferReader(content)
    try:
        file = pq.ParquetFile(source)
        _refuse_columns(file.schema_arrow, member)
        table = pq.read_table(source, read_dictionary=_repeating(file))
    except (pa.ArrowException, OSError, ValueError):
        raise SubmissionError(
            f"{member.where} is a Parquet file that is damaged. Write it again."
        ) from None
    named = zip(table.column_names, table.columns, strict=True)
    texts: list[pa.ChunkedArray] = []
    for place, (name, column) in enumerate(named, start=1):
        try:
            texts.append(_text(column, known.get(name)))
        except pa.ArrowException:
            raise SubmissionError(
                f"{member.where}: column {place} holds what is not text in UTF-8. Write it as text."
            ) from None
    rows = pa.table(texts, names=table.column_names)
    if rows.num_rows != file.metadata.num_rows:
        raise SubmissionError(
            f"{member.where} holds {rows.num_rows:,} rows and says at its end that they are "
            f"{file.metadata.num_rows:,}. Write it again."
        )
    refuse_long_values(rows, member.where)
    return [SentTable(member.stem, in_one_chunk(rows), (), described, digest)]


def _repeating(file: pq.ParquetFile) -> list[str]:
    """The columns of text whose values come again, by the first rows."""
    names = [f.name for f in file.schema_arrow if pa.types.is_string(f.type)]
    first = next(file.iter_batches(_SAMPLE, columns=names), None) if names else None
    if first is None:
        return []
    return [n for n, kind in text_types(pa.table(first)).items() if kind == CODED]


def _refuse_by_ends(content: bytes, member: Member) -> None:
    """Refuse what does not begin and end as a Parquet file does."""
    if not content:
        raise SubmissionError(f"{member.where} is empty. Write it again, with its columns.")
    if content.startswith(_ENCRYPTED) or content.endswith(_ENCRYPTED):
        raise SubmissionError(f"{member.where} is encrypted. Write it without encryption.")
    if not content.startswith(_MARK):
        raise SubmissionError(f"{member.where} is not a Parquet file. Write it as one, or as CSV.")
    if not content.endswith(_MARK):
        raise SubmissionError(f"{member.where} is cut short. Write it again.")


def _refuse_columns(schema: pa.Schema, member: Member) -> None:
    """Refuse columns that hold something else than plain values, and such as come twice."""
    for place, (name, kind) in enumerate(zip(schema.names, schema.types, strict=True), start=1):
        at = f"{member.where}: column {place}"
        if schema.names.index(name) != place - 1:
            raise SubmissionError(f"{at} has the name of an earlier one. Keep one of the two.")
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            raise SubmissionError(
                f"{at} holds times of a time zone, and the data set's are local. Write them as "
                "local times without a zone."
            )
        if pa.types.is_nested(kind):
            raise SubmissionError(f"{at} holds lists or records. Write one plain value a row.")


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
