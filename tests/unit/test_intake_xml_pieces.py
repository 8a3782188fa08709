"""A long XML file that is cut into pieces reads as it does in one, or is read in one."""

import gzip
import os
import random
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import formats
import handmade
from levelfield.cli.main import main
from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading import xml_file, xml_pieces
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.sent import SentTable
from levelfield.intake.reading.xml_records import Taken
from levelfield.intake.reading.zip_file import zip_members
from mutating import NASTY

Ways = dict[str, Callable[[str], bytes]]


def told(table: SentTable) -> dict[str, object]:
    """All that a table tells, its texts whichever way they are held."""
    rows = {name: table.rows.column(name).to_pylist() for name in table.rows.column_names}
    return vars(table) | {"rows": rows}


def read(file: Path, processes: int) -> list[dict[str, object]] | str:
    """What a file holds, or why it is refused."""
    try:
        return [
            told(table) for table in xml_file.tables_of(Member(file), load_dataset(), processes)
        ]
    except SubmissionError as error:
        return str(error)


def written(text: str | bytes, folder: Path) -> Path:
    file = folder / "march.xml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def tables(file: Path) -> dict[str, SentTable]:
    return {table.name: table for table in xml_file.tables_of(Member(file), load_dataset(), 2)}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short files are cut too, into short pieces."""
    monkeypatch.setattr(xml_file, "WORTH", 0)
    monkeypatch.setattr(xml_pieces, "_PIECE", 1_500)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work by threads, which start at once."""
    monkeypatch.setattr(xml_pieces, "workers", ThreadPoolExecutor)


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each file whether it was read in pieces."""
    outcomes = []
    in_pieces = xml_file.taken_in_pieces

    def noted(*given: object) -> object:
        taken = in_pieces(*given)  # type: ignore[arg-type]
        outcomes.append(taken is not None)
        return taken

    monkeypatch.setattr(xml_file, "taken_in_pieces", noted)
    return outcomes


@pytest.mark.parametrize("form", [formats.flat_xml, formats.nested_xml])
def test_processes_read_what_one_reads(
    tmp_path: Path, joined: list[bool], form: Callable[[Path], str]
) -> None:
    file = written(form(formats.march(tmp_path / "march")), tmp_path)
    assert read(file, 2) == read(file, 1)
    assert joined == [True]


WAYS: Ways = {
    "mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "Windows-1252": lambda text: text.replace("UTF-8", "Windows-1252").encode("cp1252"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "bare": lambda text: text.removeprefix('<?xml version="1.0" encoding="UTF-8"?>').encode(),
    "comments around": lambda text: (
        text.replace("<CSDS>", "<!-- a - b -->\n<!-- c --><CSDS>").encode() + b"<!-- d -->\n"
    ),
    "prefix": lambda text: (
        re.sub("<(/?)(CSDS|CYP)", r"<\1c:\2", text)
        .replace("<c:CSDS>", '<c:CSDS\n  xmlns:c="urn:x"\n  version="1.6">', 1)
        .encode()
    ),
    "CDATA": lambda text: text.replace('Où, "là"', '<![CDATA[<Où, "là"]]>').encode(),
    "names that are none": lambda text: (
        text.replace("CYP901StaffDetails>", "CYP901Staff>")
        .replace("StaffGroup", "StafGroup")
        .encode()
    ),
    "comments and CDATA": lambda text: (
        re.sub("</CYP\\w+>", r"\g<0><!-- - -->", text)
        .replace("<StaffGroup>", "<StaffGroup><![CDATA[")
        .replace("</StaffGroup>", "]]></StaffGroup>")
        .encode()
    ),
    "records without fields": lambda text: (
        re.sub("</CYP\\w+>", r"\g<0><CYP001MPI/><CYP607PrimDiag>\n</CYP607PrimDiag>", text)
    ).encode(),
    "many names that are none": lambda text: (
        text.replace("<CSDS>", "<CSDS>" + "".join(f"<Odd{n}/>\n" for n in range(9)))
        .replace("</CSDS>", "".join(f"<Late{n}/>\n" for n in range(400)) + "</CSDS>")
        .encode()
    ),
    "a field twice": lambda text: (
        text.replace("<ConsMechanism>02<", "<ConsMechanism>02</ConsMechanism><ConsMechanism>03<")
    ).encode(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("threads")
def test_ways_to_write_a_file_that_is_cut(tmp_path: Path, joined: list[bool], way: str) -> None:
    text = formats.flat_xml(formats.march(tmp_path / "march"))
    assert WAYS[way](text) != text.encode()
    file = written(WAYS[way](text), tmp_path)
    assert read(file, 2) == read(file, 1)
    # A sign in a value leads astray.
    assert joined == [way != "CDATA"]


@pytest.mark.parametrize("size", [97, 262_144])
@pytest.mark.parametrize(
    ("inside", "rows"),
    [
        ("<CYP001MPI/>", {"CYP001MPI": 260}),
        ("<CYP001MPI>\n<CYP002GP><OrgID_GP>V</OrgID_GP></CYP002GP></CYP001MPI>",
         {"CYP001MPI": 260, "CYP002GP": 200}),
        ("<CYP001MPI><Gender>1</Gender><A>&#32;<CYP002GP><OrgID_GP>V</OrgID_GP></CYP002GP></A>"
         "</CYP001MPI>", {"CYP001MPI": 260, "CYP002GP": 200}),
        ("<CYP001MPI><Gender> </Gender><Postcode>  \n </Postcode></CYP001MPI>",
         {"CYP001MPI": 260}),
    ],
    ids=["nothing", "records alone", "blanks before a record", "blanks"],
)  # fmt: skip
@pytest.mark.usefixtures("threads")
def test_no_record_is_lost_wherever_a_part_or_piece_ends(
    tmp_path: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch,
    inside: str, rows: dict[str, int], size: int,
) -> None:  # fmt: skip
    monkeypatch.setattr("levelfield.intake.reading.xml_stream._CHUNK", size)
    known = "<CYP001MPI><LocalPatientID>P1</LocalPatientID></CYP001MPI>" * 30
    file = written(f"<CSDS>{known}{inside * 200}{known}</CSDS>", tmp_path)
    in_one = read(file, 1)
    assert read(file, 2) == in_one
    assert joined == [True]
    assert {name: table.rows.num_rows for name, table in tables(file).items()} == rows


@pytest.mark.parametrize("size", [97, 262_144])
@pytest.mark.usefixtures("threads")
def test_a_record_of_too_many_fields_is_refused_wherever_a_part_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("levelfield.intake.reading.xml_stream._CHUNK", size)
    known = "<CYP001MPI><LocalPatientID>P1</LocalPatientID></CYP001MPI>" * 90
    text = f"<CSDS>{known}<CYP001MPI>{'<Gender/>' * 1_001}</CYP001MPI>{known}</CSDS>"
    file = written(text, tmp_path)
    assert "more than 1,000 fields" in read(file, 1)
    assert read(file, 2) == read(file, 1)


@pytest.mark.usefixtures("threads")
def test_tables_whose_fields_come_late(tmp_path: Path, joined: list[bool]) -> None:
    """Pieces that know other fields, in another order, and find other columns worth coding."""
    rows = "".join(
        f"<CYP001MPI>{'<Gender>1</Gender>' if n % 300 > 250 else ''}"
        f"<LocalPatientID>P{n if n < 400 else 7}</LocalPatientID>"
        f"{'<NHSNumber>9990000018</NHSNumber>' if n > 150 else ''}</CYP001MPI>\n"
        for n in range(600)
    )
    file = written(f"<CSDS>{rows}</CSDS>", tmp_path)
    assert read(file, 2) == read(file, 1)
    assert joined == [True]
    assert all(column.num_chunks == 1 for column in tables(file)["CYP001MPI"].rows.columns)


SHORT = (
    '<?xml version="1.0"?>\n<!-- c --><S xmlns="urn:x">\n<CYP000Header><Version>1.6</Version>'
    "<!-- <CYP001MPI> --></CYP000Header><CYP001MPI><LocalPatientID>P1</LocalPatientID><Gender/>"
    "<CYP101Referral><ServiceRequestID>R/>1</ServiceRequestID></CYP101Referral></CYP001MPI>\n"
    "<Around><CYP001MPI><LocalPatientID>&#80;2</LocalPatientID></CYP001MPI></Around><Odd/>"
    "<CYP001MPI><LocalPatientID><![CDATA[<S><P3></S>]]></LocalPatientID></CYP001MPI></S>\n"
)


@pytest.mark.usefixtures("threads")
def test_a_cut_anywhere_is_sound_or_noticed(
    tmp_path: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a file is cut, its pieces come to what it holds or to nothing."""
    file = written(SHORT, tmp_path)
    in_one = read(file, 1)
    assert {one["name"] for one in in_one if isinstance(one, dict)} == {
        "CYP000Header", "CYP001MPI", "CYP101Referral", "Odd",
    }  # fmt: skip
    start = len('<?xml version="1.0"?>')
    monkeypatch.setattr(xml_pieces, "_PIECE", len(SHORT) - start - 1)
    places = range(1, len(SHORT) - start - 1)
    for place in places:
        monkeypatch.setattr(xml_pieces, "_place", lambda text, begin, place=place: place)
        assert read(file, 2) == in_one, place
    # Behind the first tag, before each of the five elements in the outermost and the white space
    # between them, and before its end.
    assert sum(joined) == 8, [place for place, done in zip(places, joined, strict=True) if done]


TAGS = (b"", b"<", b"/>", b"<CSDS>", b"</CSDS>", b"<CYP001MPI>", b"<CYP001MPI/>", b"<!-- -->")


@pytest.mark.usefixtures("threads")
def test_spoilt_files_read_or_are_refused_as_in_one(
    tmp_path: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("levelfield.intake.reading.xml_stream._CHUNK", 800)
    folder = formats.march(tmp_path / "march")
    dice, outcomes = random.Random(3), []
    for case in range(300):
        text = bytearray((formats.flat_xml, formats.nested_xml)[case % 2](folder).encode())
        # Half of them in a value, since to change a tag makes most files unreadable.
        values = [found.end() for found in re.finditer(rb"<\w+>", text)]
        place = dice.choice((dice.choice(values), dice.randrange(len(text))))
        with_what = dice.choice((*NASTY, *TAGS))
        text[place : place + dice.choice((0, 0, 30))] = with_what
        file = written(bytes(text), tmp_path)
        outcomes.append(read(file, 1))
        assert read(file, 2) == outcomes[-1], case
    refused = sum(isinstance(outcome, str) for outcome in outcomes)
    assert 50 < refused < 250
    assert 50 < sum(joined) <= 300 - refused


@pytest.mark.parametrize(
    "text",
    [
        "<CYP001MPI><LocalPatientID>P1</LocalPatientID>" + "<CYP002GP/>" * 500 + "</CYP001MPI>",
        "<CSDS><CYP001MPI>" + "<CYP002GP/>" * 500 + "</CYP001MPI></CSDS>",
        "<CSDS>" + " " * 9_000 + "</CSDS>",
        "<CSDS/>" + " " * 9_000,
        "<!DOCTYPE CSDS>" + "<!-- x -->" * 900 + "<CSDS/>",
        "x" * 9_000,
        "<CSDS><Around>" + "<CYP001MPI><Gender>1</Gender></CYP001MPI>" * 99 + "</Around></CSDS>",
    ],
    ids=["record", "long record", "space", "nothing", "DTD", "no XML", "around"],
)
@pytest.mark.usefixtures("threads")
def test_what_cannot_be_cut_is_read_in_one(tmp_path: Path, joined: list[bool], text: str) -> None:
    file = written(text, tmp_path)
    assert read(file, 2) == read(file, 1)
    assert joined == [False]


def dies(*given: object) -> None:
    os._exit(9)


def test_a_process_that_dies_leaves_the_file_to_one(
    tmp_path: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(formats.flat_xml(formats.march(tmp_path / "march")), tmp_path)
    monkeypatch.setattr(xml_pieces, "_read", dies)
    assert read(file, 2) == read(file, 1)
    assert joined == [False]


@pytest.mark.parametrize("error", [MemoryError, OSError, SubmissionError, pa.ArrowMemoryError])
@pytest.mark.usefixtures("threads")
def test_a_process_that_fails_leaves_the_file_to_one(
    tmp_path: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(*given: object) -> None:
        raise error("no room")

    file = written(formats.flat_xml(formats.march(tmp_path / "march")), tmp_path)
    monkeypatch.setattr(xml_pieces, "_read", fails)
    assert read(file, 2) == read(file, 1)
    assert joined == [False]


@pytest.mark.usefixtures("threads")
def test_few_pieces_are_in_memory_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, taken = [], []
    pieces, join = xml_pieces._pieces, Taken.join

    def counted(*given: Any) -> Iterator[Any]:
        for piece in pieces(*given):
            made.append(piece)
            assert len(made) - len(taken) <= 4
            yield piece

    def noted(self: Taken, after: Taken, above: int) -> None:
        taken.append(above)
        join(self, after, above)

    monkeypatch.setattr(xml_pieces, "_pieces", counted)
    monkeypatch.setattr(Taken, "join", noted)
    tables(written(f"<CSDS>{'<CYP001MPI><Gender>1</Gender></CYP001MPI>' * 900}</CSDS>", tmp_path))
    assert len(made) == len(taken) > 20


@pytest.mark.parametrize("command", ["check", "load"])
@pytest.mark.usefixtures("threads")
def test_commands_read_with_two_processes(
    tmp_path: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    file = written(formats.flat_xml(formats.march(tmp_path / "march")), tmp_path)
    more: list[object] = []
    if command == "load":
        (tmp_path / "key").write_bytes(bytes(range(32)))
        looked_up = handmade.lookups(tmp_path / "lookups")
        more = ["--home", tmp_path / "home", "--lookups", looked_up, "--key-file", tmp_path / "key"]
    monkeypatch.setattr(sys, "argv", ["levelfield", command, str(file), *map(str, more)])
    with pytest.raises(SystemExit):
        main()
    assert joined == [True]


@pytest.mark.usefixtures("threads")
def test_more_fields_than_any_table_has_are_refused_in_pieces_too(tmp_path: Path) -> None:
    rows = "".join(
        f"<CYP001MPI>{''.join(f'<F{n}x{m}>1</F{n}x{m}>' for m in range(60))}</CYP001MPI>"
        for n in range(20)
    )
    file = written(f"<CSDS>{rows}</CSDS>", tmp_path)
    said = read(file, 2)
    assert said == read(file, 1)
    assert "more than 1,000 fields" in said


def test_only_long_files_are_cut(
    tmp_path: Path, joined: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = formats.flat_xml(handmade.write(tmp_path / "march")).encode()
    file = written(text, tmp_path)
    monkeypatch.setattr(xml_file, "WORTH", len(text) + 1)
    read(file, 2)
    assert joined == []


def test_how_long_a_file_is_to_read(tmp_path: Path) -> None:
    """As it lies, as its zip says, and about twenty times what gzip has made of it."""
    text = b"<CSDS>" + b" " * 10_000 + b"</CSDS>"
    file = written(text, tmp_path)
    packed = tmp_path / "march.xml.gz"
    packed.write_bytes(gzip.compress(text))
    with zipfile.ZipFile(tmp_path / "march.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("march.xml", text)
    [inside] = zip_members(tmp_path / "march.zip")
    assert Member(file).size == inside.size == len(text)
    assert Member(packed).size == 20 * packed.stat().st_size
    assert Member(tmp_path / "gone.xml").size == 0
