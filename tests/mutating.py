"""Small submissions spoilt at random, and what must hold whatever was done to them.

A case is made from its number alone, so one that fails can be made again.
"""

import csv
import gzip
import io
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

import formats
from levelfield import intake
from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.read import RawSubmission, read
from levelfield.intake.reading.source import Source

FORMATS = ("csv", "csv.gz", "zip", "parquet", "flat.xml", "nested.xml")
NASTY = (
    b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff", b"\x81",
    b";", b"\t", b"|", b"'", b"\\", b" ", b"<", b"&", b"]]>", b"<!--", b"-", b"0", b"999999999999",
    b"2026-02-30", b"05/03/2026", b"46086", b"24:00:00", b"1e3", b"NULL", b"=1+1", b"\xe2\x80\x8f",
    b"\xd9\xa3", b"\xef\xbc\x99", b"\x1a", b"\x0b", b"\xc2\x85", b"\xe2\x80\xa8",
)  # fmt: skip
_ENCODINGS = {
    "UTF-8": "utf-8-sig",
    "Windows-1252": "cp1252",
    "Windows-1252, in part like UTF-8": "cp1252",
}
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "vertical bar": "|"}
_QUOTES = {"double": '"', "single": "'", "none": '"'}


class LostError(AssertionError):
    """A record that was sent and is neither read nor said to be unreadable."""


@dataclass(frozen=True)
class Outcome:
    """What became of a case: refused, with its words, or read."""

    case: int
    form: str
    refused: str = ""


class Mutations:
    """Makes and judges cases in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.csv = formats.march(folder / "csv")
        self.sound = {form: self._written(form) for form in FORMATS}
        self.names = sorted(file.name for file in self.csv.iterdir())

    def run(self, case: int, *, whole: bool) -> Outcome:
        """Make a case and judge it; `whole` runs all checks on it and not the reading alone.

        Raises whatever a reader lets slip, and LostError for a record that vanished.
        """
        dice = random.Random(case)
        form = FORMATS[case % len(FORMATS)]
        path, source = self._spoilt(form, dice)
        try:
            if whole:
                self._check(path)
            else:
                conserved(read(source, load_dataset()))
        except SubmissionError as error:
            said = str(error)
            assert said.endswith(".") and "\n" not in said, said  # noqa: PT018
            return Outcome(case, form, said)
        return Outcome(case, form)

    def _check(self, path: Path) -> None:
        [source] = intake.find_submissions(path)
        examined = intake.examine(source)
        conserved(examined.raw)
        report = intake.report(examined)
        for name, counts in report.tables.items():
            if counts.read != counts.accepted + counts.rejected + counts.duplicate:
                raise LostError(f"{name}: {counts}")
            if report.status == "refused" and counts.accepted:
                raise LostError(f"{name}: accepted records of a refused submission")

    def _spoilt(self, form: str, dice: random.Random) -> tuple[Path, Source]:
        """A submission with one spoilt file, whole at the path, and that file alone."""
        target = self.folder / "spoilt"
        shutil.rmtree(target, ignore_errors=True)
        if form == "zip" or form.endswith(".xml"):
            target.mkdir()
            file = target / f"march.{form.rpartition('.')[2]}"
            file.write_bytes(_mutated(self.sound[form], dice, text=form.endswith(".xml")))
            if form == "zip":
                [source] = [_found(file)]
            else:
                source = Source(file, "file", (Member(file),))
            return file, source
        name = dice.choice(self.names)
        shutil.copytree(self.csv, target)
        (target / name).unlink()
        file = target / (name.removesuffix(".csv") + f".{form}")
        content = (self.csv / name).read_bytes()
        if form == "csv":
            file.write_bytes(_mutated(content, dice, text=True))
        elif form == "csv.gz":
            # Half of them are damaged as a gzip, half are sound ones of a spoilt file.
            if dice.random() < 0.5:
                file.write_bytes(_mutated(gzip.compress(content, mtime=0), dice, text=False))
            else:
                file.write_bytes(gzip.compress(_mutated(content, dice, text=True), mtime=0))
        else:
            file.write_bytes(_mutated(_parquet(content), dice, text=False))
        return target, Source(target, "folder", (Member(file),))

    def _written(self, form: str) -> bytes:
        if form == "zip":
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(self.csv.iterdir()):
                    archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())
            return content.getvalue()
        write = {"flat.xml": formats.flat_xml, "nested.xml": formats.nested_xml}.get(form)
        return write(self.csv).encode() if write else b""


def _found(file: Path) -> Source:
    try:
        [source] = intake.find_submissions(file)
    except SubmissionError as error:
        return Source(file, "zip", (), unreadable=str(error))
    return source


def _parquet(content: bytes) -> bytes:
    written = io.BytesIO()
    pq.write_table(pa.csv.read_csv(io.BytesIO(content)), written)
    return written.getvalue()


def _mutated(content: bytes, dice: random.Random, *, text: bool) -> bytes:
    changes: list[Callable[[bytes, random.Random], bytes]] = [_bytes, _bytes, _cut]
    if text:
        changes += [_rows, _rows, _cells, _cells, _whole]
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        content = dice.choice(changes)(content, dice)
    return content


def _bytes(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    match dice.randrange(4):
        case 0:
            return content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]
        case 1:
            return content[:at] + dice.choice(NASTY) + content[at:]
        case 2:
            return content[:at] + content[at + dice.randrange(1, 20) :]
        case _:
            put = dice.choice(NASTY)
            return content[:at] + put + content[at + len(put) :]


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def _rows(content: bytes, dice: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[other])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines.insert(at, dice.choice((b"\n", b"   \n", b",,,\n", b'""\n', b"Total,3\n")))
        case 4:
            lines[at] = lines[at].rstrip(b"\r\n")
        case _:
            lines = lines * 2
    return b"".join(lines)


def _cells(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    at = dice.randrange(len(lines))
    cells = lines[at].split(b",")
    cell = dice.randrange(len(cells))
    match dice.randrange(4):
        case 0:
            cells[cell] = dice.choice(NASTY)
        case 1:
            cells[cell] = b'"' + cells[cell] + dice.choice(NASTY) + b'"'
        case 2:
            del cells[cell]
        case _:
            cells.insert(cell, dice.choice(NASTY))
    lines[at] = b",".join(cells)
    return b"\n".join(lines)


def _whole(content: bytes, dice: random.Random) -> bytes:
    match dice.randrange(6):
        case 0:
            return content.replace(b"\n", b"\r\n")
        case 1:
            return content.replace(b"\n", b"\r")
        case 2:
            return content.replace(b",", dice.choice((b";", b"\t", b"|", b":")))
        case 3:
            return content.decode("utf-8", "replace").encode(
                dice.choice(("utf-16", "cp1252")), "replace"
            )
        case 4:
            return b"\xef\xbb\xbf" * dice.randrange(1, 3) + content
        case _:
            return b"\n" * dice.randrange(1, 3) + content


def conserved(raw: RawSubmission) -> None:
    """Every record that another reader sees has been read, with its values, or is counted."""
    for name, found in raw.tables.items():
        described = raw.files[name]
        member = next(m for m in raw.source.members if m.stem == name or m.kind == "xml")
        with member.open() as stream:
            content = stream.readall()
        total = found.rows.num_rows + found.left_out
        match described["format"]:
            case "csv":
                _csv_conserved(name, content, described, raw)
            case "parquet":
                rows = pq.ParquetFile(io.BytesIO(content)).metadata.num_rows
                if rows != total:
                    raise LostError(f"{name}: {rows} rows are in the file and {total} were read")
            case "xml":
                sent = _elements(name, content)
                if sent != total:
                    raise LostError(f"{name}: {sent} elements are in the file, {total} were read")


def _elements(name: str, content: bytes) -> int:
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        # Expat knows fewer letters than XML has by now: then the text itself is counted.
        return len(re.findall(rb"<(?:[^<>/]*:)?" + name.encode() + rb"[\s/>]", content))
    return sum(element.tag.rpartition("}")[2] == name for element in root.iter())


def _csv_conserved(
    name: str, content: bytes, described: dict[str, str | int], raw: RawSubmission
) -> None:
    encoding = str(described["encoding"]).removesuffix(" with byte-order mark")
    text = content.decode(_ENCODINGS[encoding]).lstrip(" \t\r\n")
    lines = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=_DELIMITERS[str(described["delimiter"])],
        quotechar=_QUOTES[str(described["quotation_marks"])],
    )
    header, *rows = [line for line in lines if line]
    found = raw.tables[name]
    total = found.rows.num_rows + found.left_out
    if len(rows) != total:
        raise LostError(f"{name}: {len(rows)} rows are in the file and {total} were read")
    sound = [row for row in rows if len(row) == len(header)]
    names = [column for column in header if column in found.rows.column_names]
    if len(set(header)) < len(header) or set(names) != set(found.rows.column_names):
        return
    if len(sound) == len(rows):  # rows that repeat the field names are no records
        places = [header.index(column) for column in names]
        sound = [row for row in sound if [row[place] for place in places] != names]
    expected = {column: [row[header.index(column)] for row in sound] for column in names}
    if found.rows.to_pydict() != expected:
        raise LostError(f"{name}: the values that were read are not those that were sent")
