"""What a zip holds, and what no zip of a submission may hold."""

import stat
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from levelfield.core.errors import SubmissionError
from levelfield.intake.reading.file_names import left_behind
from levelfield.intake.reading.member import MAX_BYTES, MAX_RATIO, Member, closed

MAX_MEMBERS = 1_000
"""Files in one zip. A submission has at most 37 tables."""


def zip_members(path: Path) -> list[Member]:
    """The files in a zip, but for what programs leave behind in it.

    Raises SubmissionError for what is no zip or is damaged, for one that unpacks to too much or
    holds too many files, a zip or a link, and for a name that leads out of it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            entries = [entry for entry in entries if not left_behind(entry.filename)]
    except OSError as error:
        raise closed(path, error) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, IndexError, struct.error):
        # The library asks a damaged entry for the last letter of a name that it has lost.
        raise no_zip(path) from None
    packed, unpacked = path.stat().st_size, sum(entry.file_size for entry in entries)
    if len(entries) > MAX_MEMBERS:
        raise SubmissionError(
            f"{path}: the zip holds {len(entries):,} files, and may hold {MAX_MEMBERS:,}. Zip the "
            "submission's own files only."
        )
    if unpacked > MAX_BYTES:
        raise SubmissionError(
            f"{path}: the zip unpacks to {unpacked:,} bytes, and may unpack to {MAX_BYTES:,}. Zip "
            "the submission of one provider and month alone."
        )
    if unpacked > MAX_RATIO * packed:
        raise SubmissionError(
            f"{path}: the zip unpacks to {unpacked:,} bytes, more than {MAX_RATIO} times its own "
            "size, as no submission does. Zip the submission's own files only."
        )
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise SubmissionError(
            f"{path}: this is an Office document, for example an Excel workbook, not a zip of "
            "tables. Save each table as a CSV file."
        )
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if points := _outside(parts, entry.filename):
            raise SubmissionError(
                f"{path}: a file in the zip {points}, out of the zip. Zip the tables by plain "
                "names."
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise SubmissionError(
                f"{path}: the zip holds a link in place of a file. Zip the files themselves."
            )
        if entry.filename.lower().endswith(".zip"):
            raise SubmissionError(f"{path}: there is a zip inside the zip. Unpack the outer one.")
    return [Member(path, entry.filename, entry.file_size) for entry in entries]


def no_zip(path: Path) -> SubmissionError:
    """What to say of a file that is called a zip and cannot be read as one."""
    with path.open("rb") as file:
        begins = file.read(2) == b"PK"
    what = "this zip is cut short or damaged" if begins else "this is not a zip"
    return SubmissionError(f"{path}: {what}. Make it again.")


def _outside(parts: Sequence[str], name: str) -> str:
    """How a name in a zip leads out of it; empty for one that does not."""
    if ".." in parts:
        return r"leads upwards by '..\'" if "\\" in name else "leads upwards by '../'"
    if parts[:1] == ("/",):
        return "begins at the root of the disk"
    return "names a drive" if parts and ":" in parts[0] else ""
