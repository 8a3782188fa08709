"""A folder that is written whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh_folder(final: Path) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `final` when the block ends well.

    The old one stays until then; when the block fails, it stays for good. The new one is hidden and
    for its owner's eyes alone until then. What an earlier, killed run left beside `final` goes
    first, and so two must not fill one `final` at the same time.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    _sweep(final)
    fresh = _beside(final)
    try:
        yield fresh
        fresh.chmod(0o755)
        _swap(fresh, final)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _beside(final: Path) -> Path:
    """A new hidden folder in the folder of `final`, which can be renamed to it in one step."""
    return Path(tempfile.mkdtemp(prefix=_hidden(final), dir=final.parent))


def _hidden(final: Path) -> str:
    return f".{final.name}.levelfield-"


def _sweep(final: Path) -> None:
    """Take away what a run that was killed has left beside `final`: it may hold exact figures."""
    for left in final.parent.iterdir():
        if left.name.startswith(_hidden(final)):
            shutil.rmtree(left)


def _swap(fresh: Path, final: Path) -> None:
    """Two renames, and the old one back if the second fails."""
    if not final.exists():
        fresh.rename(final)
        return
    old = _beside(final) / "old"
    final.rename(old)
    try:
        fresh.rename(final)
    except OSError:
        old.rename(final)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
