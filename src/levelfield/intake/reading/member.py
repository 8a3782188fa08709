"""One file of a submission, read as a stream of unpacked bytes that cannot grow without bound."""

import gzip
import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from levelfield.core.errors import SubmissionError
from levelfield.intake.reading.names import looks_like_name

Kind = Literal["csv", "parquet", "xml", "access"]

KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".parquet": "parquet",
    ".xml": "xml",
    ".accdb": "access",
    ".mdb": "access",
}
PACKED = ".gz"
_GZIP = b"\x1f\x8b"

MAX_BYTES = 64 * 1024**3
"""Size of one submission when unpacked: about a hundred million contacts."""
MAX_RATIO = 400
"""Unpacked size over packed size. Submissions pack ten to fifty times smaller."""
_USUAL_RATIO = 20
_ROOM = 1_048_576
"""What any file may unpack to, however small it is packed."""


@dataclass(frozen=True)
class Member:
    """A file of a submission: on disk at `path`, or inside the zip that lies there, which gives its
    size as `declared`."""

    path: Path
    inside: str = ""
    declared: int = 0

    @property
    def name(self) -> str:
        """The file's own name, without folders and without the ending of gzip."""
        return self._file_name[: -len(PACKED)] if self._packed else self._file_name

    @property
    def kind(self) -> Kind | None:
        """The format that the name's ending says; None for a file that is none of ours."""
        return KINDS.get(PurePosixPath(self.name).suffix.lower())

    @property
    def stem(self) -> str:
        """The name without its ending: of a CSV or Parquet file the table that it holds."""
        return PurePosixPath(self.name).stem

    @property
    def where(self) -> str:
        """The place as messages say it; a name that may be a record's value is not said."""
        if not self.inside and self.kind in ("xml", "access"):
            return str(self.path)
        plain = looks_like_name(self.stem) and self._file_name.isprintable()
        shown = f"'{self._file_name}'" if plain else "a file"
        return f"{self.path}: {shown}" if self.inside else f"{self.path.parent}: {shown}"

    @property
    def size(self) -> int:
        """About how many bytes there are to read; 0 for one that is gone, which is told when it is
        opened."""
        try:
            size = self.declared if self.inside else self.path.stat().st_size
        except OSError:
            return 0
        return size * _USUAL_RATIO if self._packed else size

    @property
    def on_disk(self) -> Path | None:
        """The file itself, where it lies unpacked on the disk."""
        return None if self.inside or self._packed else self.path

    @property
    def _packed(self) -> bool:
        return self._file_name.lower().endswith(PACKED)

    @property
    def _file_name(self) -> str:
        return PurePosixPath(self.inside).name if self.inside else self.path.name

    def open(self) -> "Stream":
        """The unpacked bytes; raises SubmissionError for a file that is gone or closed to us."""
        try:
            return Stream(self, *self._opened())
        except OSError as error:
            raise closed(self.path, error) from None
        except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError) as error:
            raise self._damaged(error) from None

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the unpacked bytes of a file that is not read for its content; of one
        that cannot be unpacked, of nothing."""
        try:
            with self.open() as stream:
                while stream.read(_ROOM):
                    pass
                return stream.digest
        except SubmissionError:
            return hashlib.sha256().digest()

    def _opened(self) -> tuple[BinaryIO, int]:
        packed, opened = self.path.stat().st_size, self._as_it_lies()
        if self._packed:
            return cast(BinaryIO, gzip.GzipFile(fileobj=opened, mode="rb")), packed
        return opened, packed

    def _as_it_lies(self) -> BinaryIO:
        """The bytes of the file itself, packed as they may be."""
        if self.inside:
            # The stream keeps the archive open for as long as it is read.
            return cast(BinaryIO, zipfile.ZipFile(self.path).open(self.inside))
        return cast(BinaryIO, io.FileIO(self.path))

    def _damaged(self, error: Exception) -> SubmissionError:
        """Why the file cannot be unpacked, and what to do."""
        match error:
            case gzip.BadGzipFile() if "Not a gzipped" in str(error):
                why = "is not packed with gzip. Take the ending .gz off its name, or pack it"
                with self._as_it_lies() as packed:
                    if packed.read(2) == _GZIP:
                        why = "holds something else behind the end of its gzip. Pack it again"
            case EOFError():
                why = "is cut short. Pack it again"
            case RuntimeError() if "password" in str(error):
                why = "is locked with a password. Make the zip again, without a password"
            case NotImplementedError():
                why = "is packed in a way that is not read. Make the zip again, with plain Deflate"
            case _:
                why = "is damaged and cannot be unpacked. Pack it again"
        return SubmissionError(f"{self.where} {why}.")


class Stream(io.RawIOBase):
    """Bytes that are counted and hashed on their way to a reader.

    `digest` and the other figures stand for what has been read so far. Reading raises
    SubmissionError when the file is damaged or unpacks to an absurd size.
    """

    def __init__(self, member: Member, source: BinaryIO, packed: int) -> None:
        self._member, self._source = member, source
        self._most = min(MAX_BYTES, MAX_RATIO * packed + _ROOM)
        self._hash = hashlib.sha256()
        self.bytes_read = 0
        self.quotes = self.line_feeds = self.returns = 0
        self.last = b""

    def readable(self) -> bool:
        return True

    def readall(self) -> bytes:
        parts = []
        while part := self.read(_ROOM):
            parts.append(part)
        return b"".join(parts)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size` of them; empty at the end."""
        if size < 0:
            return self.readall()
        part = self.unpacked(size)
        self._hash.update(part)
        self.line_feeds += part.count(b"\n")
        # Most files have neither, and it takes much less time to see that than to count.
        self.quotes += part.count(b'"') if b'"' in part else 0
        self.returns += part.count(b"\r") if b"\r" in part else 0
        self.last = part[-1:] or self.last
        return part

    def unpacked(self, size: int) -> bytes:
        """As `read`, for bytes that are only looked at: neither hashed nor counted."""
        try:
            part = self._source.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
            raise self._member._damaged(error) from None
        except OSError as error:
            raise closed(self._member.path, error) from None
        self.bytes_read += len(part)
        if self.bytes_read > self._most:
            raise SubmissionError(
                f"{self._member.where} unpacks to more than {self._most:,} bytes, which no "
                "submission does. Send the submission's own files only."
            )
        return part

    def close(self) -> None:
        self._source.close()
        super().close()

    @property
    def digest(self) -> bytes:
        return self._hash.digest()


def closed(path: Path, error: OSError) -> SubmissionError:
    """The error of a file that the system does not let us read."""
    why = error.strerror or "the system says no more"
    return SubmissionError(
        f"{path}: this cannot be read ({why}). Check that it is still there and open to you."
    )
