"""Whatever is done to a submission: every record is accounted for, and nothing else is raised."""

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handmade
from levelfield import intake
from levelfield.core.errors import SubmissionError

VALUES = st.one_of(
    st.sampled_from(
        ["", " ", "0", "05", "P1", "2026-03-04", "2026-02-30", "9990000018", "é", "\0"]
    ),
    st.text(max_size=25),
    st.dates().map(str),
)


def edited(folder: Path, table: str, row: int, column: int, value: str) -> None:
    file = folder / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        cells = list(csv.reader(stream))
    line = cells[row % len(cells)]
    line[column % len(line)] = value
    with file.open("w", encoding="utf-8", newline="", errors="surrogatepass") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(cells)


def checked(folder: Path) -> intake.Report | None:
    """The report, or none where the submission cannot be read and one line says so."""
    try:
        return intake.check(folder)
    except SubmissionError as error:
        refusal = str(error)
    assert "\n" not in refusal
    return None


EDITS = st.lists(
    st.tuples(
        st.sampled_from(sorted(handmade.SOUND)), st.integers(0, 5), st.integers(0, 30), VALUES
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(EDITS)
def test_edited_cells_lose_no_record(edits: list[tuple[str, int, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = handmade.write(Path(name))
        for edit in edits:
            edited(folder, *edit)
        report = checked(folder)
    if report is None:
        return
    for table, counts in report.tables.items():
        assert counts.read == len(handmade.rows(handmade.SOUND[table])), table
        assert counts.read == counts.accepted + counts.rejected + counts.duplicate
    refusing = [f.rule for f in report.findings if f.severity == "reject_file"]
    assert (report.status == "refused") == bool(refusing)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(handmade.SOUND)),
    st.floats(0, 1, exclude_max=True),
    st.binary(max_size=4),
)
def test_damaged_bytes_are_refused_or_accounted_for(table: str, where: float, put: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = handmade.write(Path(name))
        file = folder / f"{table}.csv"
        content = file.read_bytes()
        at = int(where * len(content))
        file.write_bytes(content[:at] + put + content[at + len(put) :])
        report = checked(folder)
    for counts in report.tables.values() if report else ():
        assert counts.read == counts.accepted + counts.rejected + counts.duplicate


@pytest.mark.parametrize("table", sorted(handmade.SOUND))
def test_table_cut_inside_a_row_is_refused(tmp_path: Path, table: str) -> None:
    """A cut inside the last value of a row is a shorter value; one at a row's end shows nowhere."""
    folder = handmade.write(tmp_path)
    file = folder / f"{table}.csv"
    content = file.read_bytes()
    commas = content.split(b"\n", 1)[0].count(b",")
    for size in range(0, len(content), 5):
        cut = content[:size]
        last_line = cut.rsplit(b"\n", 1)[-1]
        if not last_line or last_line.count(b",") == commas:
            continue
        file.write_bytes(cut)
        report = checked(folder)
        assert report is None or report.status == "refused", size
