"""The look-ups that a home keeps, and where a load finds them."""

from collections.abc import Sequence
from pathlib import Path

from levelfield import intake
from levelfield.core.errors import UsageError
from levelfield.warehouse import Warehouse, explained, sync_names, write_whole

LOOKUPS = (
    "postcodes.csv",
    "practices.csv",
    "commissioners.csv",
    "providers.csv",
    "areas.csv",
    "successions.csv",
)
"""Look-ups that a home keeps: the first two are needed, the others name and place organisations and
say which of them merged."""

UNFINISHED = "unfinished"
"""A file beside look-ups that are being copied, or were when a run was stopped."""


def find_lookups(
    home: Path, given: Path | None, near: Sequence[Path], *, needed: bool = True
) -> Path | None:
    """The folder of look-ups to load with.

    Without `given`, those that the home keeps; where it has none, a folder `lookups` beside or
    above the submissions. Raises UsageError when one of its tables makes no sense, and when there
    is none either way. Where none is `needed`, for extracts, which bring areas and commissioners
    with them, None is returned instead.
    """
    found = [given] if given is not None else [kept(home)] if is_complete(home) else _near(near)
    if not found and not needed:
        return None
    if not found:
        raise UsageError(
            f"{home}: this home has no look-ups yet. Name the folder with "
            f"{LOOKUPS[0]} and {LOOKUPS[1]} with --lookups."
        )
    intake.read_lookups(found[0])
    return found[0]


def register_lookups(warehouse: Warehouse, source: Path) -> None:
    """Copy look-ups into the home, in place of those that it has."""
    with explained(warehouse.home), warehouse.lock_home("registering look-ups"):
        _copy(source, kept(warehouse.home))


def kept(home: Path) -> Path:
    """The folder of a home in which it keeps its look-ups."""
    return home / "lookups"


def is_complete(home: Path) -> bool:
    """Whether the home has look-ups, and all of those that were registered last."""
    folder = kept(home)
    there = all((folder / name).exists() for name in LOOKUPS[:2])
    return there and not (folder / UNFINISHED).exists()


def _near(paths: Sequence[Path]) -> list[Path]:
    folders = [folder for path in paths for folder in (path.resolve(), *path.resolve().parents)]
    return [f / "lookups" for f in folders if (f / "lookups" / LOOKUPS[0]).exists()]


def _copy(source: Path, target: Path) -> None:
    """Copy look-ups, each in one step; while the mark is there some may be old."""
    target.mkdir(exist_ok=True)
    mark = target / UNFINISHED
    write_whole(mark, b"")
    for name in LOOKUPS:
        if (source / name).exists():
            write_whole(target / name, (source / name).read_bytes())
    mark.unlink()
    sync_names(target)
