"""XML files: an element for each record, its fields as child elements; records nested or flat."""

from contextlib import closing
from functools import partial

import pyarrow as pa

from levelfield.datasets import DataSet
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.sent import SentTable
from levelfield.intake.reading.xml_pieces import WORTH, taken_in_pieces
from levelfield.intake.reading.xml_records import taken_from
from levelfield.intake.reading.xml_stream import in_parts, read_prolog


def tables_of(member: Member, dataset: DataSet, processes: int = 1) -> list[SentTable]:
    """Every table of an XML file; elements around records that are no records are passed through.

    Namespaces are left out of account. A record inside another may leave out the field that names
    its parent, when the parent's own key comes before it. Rows count from 1 within their table.
    A long file is read by so many processes, if more than one are allowed.
    Raises SubmissionError for what is not XML, is cut short, holds values in attributes, or is
    deeper or wider than any submission.
    """
    prolog = read_prolog(member)
    found = None
    if processes > 1 and member.size >= WORTH:
        with member.open() as stream:
            start = stream.read(prolog.skip)
            found = taken_in_pieces(stream, start, member.where, dataset, processes)
    if found is None:
        with member.open() as stream:
            start = stream.read(prolog.skip)
            with closing(in_parts(stream)) as parts:
                found = taken_from(start, parts, member.where, dataset)
    sent = partial(SentTable, digest=stream.digest, unreadable=(), sparse=True)
    mark = " with byte-order mark" if prolog.marked else ""
    described: dict[str, str | int] = {
        "format": "xml",
        "encoding": prolog.encoding + mark,
        "records": "nested" if found.nested else "flat",
        "bytes": stream.bytes_read,
    }
    strange = [
        sent(name=name, rows=pa.table({}), described=described, line=line)
        for name, line in found.strange.items()
    ]
    return strange + [
        sent(
            name=name,
            rows=table.rows(),
            unreadable=tuple(table.unreadable),
            described=described,
            lines=table.lines,
        )
        for name, table in found.tables.items()
    ]
