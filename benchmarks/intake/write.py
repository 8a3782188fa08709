"""Submissions on disk, written piece by piece: CSV, Parquet and XML."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from levelfield.datasets import DataSet, load_dataset

Tables = Iterable[tuple[str, Iterator[pa.Table]]]
"""Every table of a submission in the order of the contract, with its pieces."""

_XML_ROWS = 50_000
"""Rows that become text at a time."""


def write_csv(folder: Path, tables: Tables) -> None:
    """A file for each table; nothing in the values asks for quotes."""
    for name, pieces in tables:
        first = next(pieces)
        options = csv.WriteOptions(quoting_style="none")
        with csv.CSVWriter(folder / f"{name}.csv", first.schema, write_options=options) as out:
            out.write_table(first)
            for piece in pieces:
                out.write_table(piece)


def write_parquet(folder: Path, tables: Tables) -> None:
    """A file for each table, all columns text."""
    for name, pieces in tables:
        first = next(pieces)
        with pq.ParquetWriter(folder / f"{name}.parquet", first.schema, compression="zstd") as out:
            out.write_table(first)
            for piece in pieces:
                out.write_table(piece)


def write_xml(folder: Path, tables: Tables) -> None:
    """One file, an element for each record, table after table; what is blank is left out."""
    with (folder / "submission.xml").open("wb") as out:
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<Submission>\n')
        for name, pieces in tables:
            for piece in pieces:
                for start in range(0, piece.num_rows, _XML_ROWS):
                    rows = piece.slice(start, _XML_ROWS)
                    _put(out, _elements(name, _fields(rows), None))
        out.write(b"</Submission>\n")


def write_nested_xml(folder: Path, tables: Tables) -> None:
    """One file in which records stand inside the record that they belong to.

    Held in memory as a whole. A record whose parent is not sent stands on its own; rows are no
    longer in the order of the other forms.
    """
    dataset = load_dataset()
    whole = {name: pa.concat_tables(pieces).combine_chunks() for name, pieces in tables}
    inside: dict[str, list[pa.Array]] = {name: [] for name in whole}
    alone: dict[str, pa.Array] = {}
    for name in reversed(dataset.tables):
        if name not in whole:
            continue
        elements = _elements(name, _fields(whole[name]), inside[name])
        alone[name] = elements
        parent = dataset.table(name).parent
        if parent in whole:
            among, alone[name] = _by_parent(dataset, name, whole, elements)
            inside[parent].insert(0, among)
    with (folder / "submission.xml").open("wb") as out:
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<Submission>\n')
        for name in dataset.tables:
            if name in alone:
                _put(out, alone[name])
        out.write(b"</Submission>\n")


FORMS: dict[str, Callable[[Path, Tables], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "xml": write_xml,
    "nested-xml": write_nested_xml,
}


def _fields(rows: pa.Table) -> list[pa.Array]:
    texts = []
    for name in rows.column_names:
        values = rows.column(name).combine_chunks().cast(pa.large_string())
        whole = _joined(f"<{name}>", values, f"</{name}>")
        texts.append(pc.if_else(pc.equal(values, ""), "", whole))
    return texts


def _elements(name: str, fields: list[pa.Array], inside: list[pa.Array] | None) -> pa.Array:
    return _joined(f"<{name}>", *fields, *(inside or []), f"</{name}>\n")


def _joined(*parts: pa.Array | str) -> pa.Array:
    texts = [pa.scalar(p, pa.large_string()) if isinstance(p, str) else p for p in (*parts, "")]
    return pc.binary_join_element_wise(*texts)


def _by_parent(
    dataset: DataSet, name: str, whole: dict[str, pa.Table], elements: pa.Array
) -> tuple[pa.Array, pa.Array]:
    """The elements joined for each row of the parent's table, and those without a parent."""
    table = dataset.table(name)
    assert table.parent is not None
    assert table.parent_key is not None
    (key,) = dataset.table(table.parent).primary_key
    keys = whole[table.parent].column(key).combine_chunks()
    position = pc.index_in(whole[name].column(table.parent_key.name), value_set=keys)
    found = pc.fill_null(position, len(keys)).to_numpy()
    order = np.argsort(found, kind="stable")
    ends = np.searchsorted(found[order], np.arange(len(keys) + 1))
    sorted_ = elements.take(pa.array(order))
    # What belongs to one parent lies together now: only the places where texts end are others.
    _, places, texts = sorted_.buffers()
    joined_places = np.frombuffer(places, dtype=np.int64)[ends]
    joined = pa.Array.from_buffers(
        pa.large_string(), len(keys), [None, pa.py_buffer(joined_places), texts]
    )
    return joined, sorted_.slice(int(ends[-1]))


def _put(out: BinaryIO, texts: pa.Array) -> None:
    """The bytes of a text column one after another, as the column holds them."""
    if not len(texts):
        return
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset :]
    out.write(memoryview(texts.buffers()[2])[offsets[0] : offsets[len(texts)]])
