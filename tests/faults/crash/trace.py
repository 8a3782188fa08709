"""What strace has seen of a step: the points at which it can be disturbed, and their order."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

KINDS = {
    "write": ("write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "fallocate",
              "copy_file_range", "sendfile"),
    "sync": ("fsync", "fdatasync", "sync_file_range", "syncfs", "sync", "msync"),
    "rename": ("rename", "renameat", "renameat2"),
    "remove": ("unlink", "unlinkat", "rmdir"),
    "make": ("open", "openat", "creat", "mkdir", "mkdirat", "link", "linkat", "symlink",
             "symlinkat"),
}  # fmt: skip
"""Every system call that can change what a disk holds, by kind. Making an empty file is one."""

CALLS = {call: kind for kind, calls in KINDS.items() for call in calls}

# A question mark lets strace pass over calls that a processor does not have.
TRACED = ",".join(f"?{call}" for call in CALLS)

_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|\?)")
_BEGUN = re.compile(r"(?:\d+ +)?(\w+)\((.*)")
_FILE = re.compile(r"\b\d+<([^>]*)>")
_NAME = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"')
_RANDOM = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")


@dataclass(frozen=True)
class Point:
    """The n-th call of its name in a run that touches the home, and which file it touches."""

    kind: str
    call: str
    number: int
    paths: tuple[str, ...]

    @property
    def where(self) -> str:
        """The file, with random names made alike."""
        return alike(self.paths)


def points(log: Path, home: Path) -> list[Point]:
    """The points of a run of one thread, in their order, from a log of `strace -y -e TRACED`."""
    seen: Counter[str] = Counter()
    found = []
    for call, arguments, _ in calls(log):
        seen[call] += 1
        paths = tuple(_inside(call, arguments, home))
        if paths and not only_reads(call, arguments):
            found.append(Point(CALLS[call], call, seen[call], paths))
    return found


def threads(log: Path, home: Path) -> set[str]:
    """The threads that change the home, by their numbers, from a log of `strace -f`."""
    found = set()
    for line in log.read_text(errors="replace").splitlines():
        match = _BEGUN.match(line)
        if match and not only_reads(match[1], match[2]) and paths_of(line, home):
            found.add(line.split(" ", 1)[0])
    return found


def alike(paths: Sequence[str]) -> str:
    """Paths as text, with random names made alike."""
    return " ".join(_RANDOM.sub("*", path) for path in paths)


def paths_of(line: str, home: Path) -> list[str]:
    """The paths in the home that the call of one line of a log touches."""
    match = _BEGUN.match(line)
    return _inside(match[1], match[2], home) if match and match[1] in CALLS else []


def only_reads(call: str, arguments: str) -> bool:
    """Whether a call opens a file without making one."""
    return call in ("open", "openat") and "O_CREAT" not in arguments


def calls(log: Path) -> Iterator[tuple[str, str, str]]:
    """Each call that ended: its name, its arguments and its result."""
    for line in log.read_text(errors="replace").splitlines():
        match = _LINE.match(line)
        if match:
            yield match[1], match[2], match[3]


def _inside(call: str, arguments: str, home: Path) -> list[str]:
    """The paths among a call's arguments that lie in the home, relative to it."""
    if CALLS[call] in ("write", "sync"):
        # The rest of the arguments is what is written.
        named = [PurePosixPath(path) for path in _FILE.findall(arguments)]
    else:
        named = [PurePosixPath(base or "/") / name for base, name in _NAME.findall(arguments)]
    return [path.relative_to(home).as_posix() for path in named if path.is_relative_to(home)]
