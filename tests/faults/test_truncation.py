"""A file that was cut short is refused, at whatever byte it was cut.

A zip, a gzip, a Parquet file and an XML file end in a way that no beginning of them does, and an
Access database consists of whole pages that must all be there. A CSV file has no such end: cut
after a row it is a sound, shorter CSV file. Everywhere else a cut shows, and behind a row it shows
when rows of other tables then have no parent; for the rest, send CSV files in a zip or gzip.
"""

import gzip
import shutil
import zipfile
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import formats
import handmade
from levelfield import intake
from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.read import read
from levelfield.intake.reading.source import Source

DATABASES = Path(__file__).parents[1] / "databases"
CONTACTS = "CYP201CareContact"
PAGE = 4_096
SMALL = dict.fromkeys((*handmade.SOUND,), None) | {
    "CYP000Header": handmade.HEADER,
    "CYP002GP": handmade.GP,
}
"""Two tables are enough to be cut, and every byte of them takes a while."""


def refused(path: Path) -> str:
    """Why a submission is not read; empty when it is."""
    try:
        [source] = intake.find_submissions(path)
        raw = read(source, load_dataset())
    except SubmissionError as error:
        return str(error)
    return "; ".join(fault.message for fault in raw.faults)


def cut_everywhere(whole: Path, cut: Path) -> None:
    content = whole.read_bytes()
    cut.parent.mkdir(exist_ok=True)
    for size in range(len(content)):
        cut.write_bytes(content[:size])
        assert refused(cut), f"cut to {size} of {len(content)} bytes"


def test_zip_at_every_byte(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "sent")
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert not refused(whole)
    cut_everywhere(whole, tmp_path / "cut.zip")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("write", [formats.flat_xml, formats.nested_xml], ids=["flat", "nested"])
def test_xml_at_every_byte(tmp_path: Path, write, packed: bool) -> None:
    text = write(handmade.write(tmp_path / "sent", **SMALL)).rstrip().encode()
    whole = tmp_path / ("whole.xml.gz" if packed else "whole.xml")
    whole.write_bytes(gzip.compress(text) if packed else text)
    assert "missing" in refused(whole), "of the other tables, and of nothing else"
    content, cut = whole.read_bytes(), tmp_path / f"cut{''.join(whole.suffixes)}"
    for size in range(len(content)):
        cut.write_bytes(content[:size])
        with pytest.raises(SubmissionError):
            read(intake.find_submissions(cut)[0], load_dataset())


def alone(file: Path) -> Source:
    return Source(file.parent, "folder", (Member(file),))


def cut_is_seen(file: Path) -> bool:
    """Whether the file is refused by itself, whatever else is missing."""
    try:
        raw = read(alone(file), load_dataset())
    except SubmissionError:
        return True
    return any(fault.table == CONTACTS for fault in raw.faults)


@pytest.mark.parametrize("form", ["parquet", "csv.gz"])
def test_one_table_at_every_byte(tmp_path: Path, form: str) -> None:
    sent = handmade.write(tmp_path / "sent") / f"{CONTACTS}.csv"
    whole = tmp_path / f"{CONTACTS}.{form}"
    if form == "parquet":
        pq.write_table(pyarrow.csv.read_csv(sent), whole)
    else:
        whole.write_bytes(gzip.compress(sent.read_bytes()))
    content = whole.read_bytes()
    assert read(alone(whole), load_dataset()).tables[CONTACTS].rows.num_rows == 3
    for size in range(len(content)):
        whole.write_bytes(content[:size])
        assert cut_is_seen(whole), f"cut to {size} of {len(content)} bytes"


@pytest.mark.parametrize(
    ("line_end", "not_seen"), [(b"\n", [0, 1, 2]), (b"\r\n", [0, 0, 1, 2])], ids=["LF", "CRLF"]
)
def test_csv_at_every_byte_but_the_ends_of_rows(
    tmp_path: Path, line_end: bytes, not_seen: list[int]
) -> None:
    """Of a file with a text in quotation marks that holds a line end, too.

    Cut after the field names, or after a row, it is a sound file of fewer rows; with field names
    alone their CR may be a line end of its own.
    """
    file = handmade.write(tmp_path) / f"{CONTACTS}.csv"
    content = file.read_bytes().replace(b",T1,", b',"T\n""1",', 1).replace(b"\n", line_end)
    file.write_bytes(content)
    whole = read(alone(file), load_dataset()).tables[CONTACTS].rows
    unseen = []
    for size in range(len(content)):
        file.write_bytes(content[:size])
        if cut_is_seen(file):
            continue
        rows = read(alone(file), load_dataset()).tables[CONTACTS].rows
        assert rows.to_pylist() == whole.slice(0, rows.num_rows).to_pylist()
        unseen.append(rows.num_rows)
    assert unseen == not_seen


@pytest.mark.parametrize("table", ["CYP001MPI", "CYP101Referral", "CYP201CareContact"])
def test_a_parent_table_that_lost_its_last_row_is_noticed(tmp_path: Path, table: str) -> None:
    file = handmade.write(tmp_path) / f"{table}.csv"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    assert "G-NO-PARENT" in {finding.rule for finding in intake.check(tmp_path).findings}


@pytest.mark.skipif(shutil.which("mdb-export") is None, reason="mdbtools is absent")
@pytest.mark.parametrize("name", ["march.accdb", "march.mdb"])
def test_access_at_every_byte(tmp_path: Path, name: str) -> None:
    """Amid a page it is seen by its length alone; at the end of one the pages are counted."""
    content, cut = (DATABASES / name).read_bytes(), tmp_path / name
    assert not refused(DATABASES / name)
    for size in range(0, len(content), PAGE):
        cut.write_bytes(content[:size])
        assert refused(cut), size
    for size in (*range(1, 64), *range(64, 3 * PAGE, 61)):
        cut.write_bytes(content[:size])
        assert refused(cut), size
