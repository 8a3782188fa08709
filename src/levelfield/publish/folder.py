"""A site is written beside its place and put there in one step: never half of one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from levelfield.core.errors import UsageError

MARK = "levelfield-site.txt"
"""The file by which a folder is known as a site of ours that may be replaced."""


@contextmanager
def new_site(out: Path) -> Iterator[Path]:
    """A fresh folder to fill, which takes the place of `out` when the block ends well.

    The old site stays until then; when the block fails, it stays for good. Raises UsageError when
    `out` is a file, or a folder that holds something else than a site.
    """
    refuse_other(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield fresh
        (fresh / MARK).write_text("A levelfield site. Publishing again replaces this folder.\n")
        fresh.chmod(0o755)
        _swap(fresh, out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def refuse_other(out: Path) -> None:
    """Raise UsageError when `out` is a file, or a folder that holds something else than a site."""
    if out.is_dir():
        if any(out.iterdir()) and not (out / MARK).exists():
            raise UsageError(
                f"{out} holds something else than a levelfield site, and publishing would replace "
                "it. Choose another folder or empty this one."
            )
    elif out.exists():
        raise UsageError(f"{out} is a file. Choose a folder for the site.")


def _swap(fresh: Path, out: Path) -> None:
    """Two renames, and the old one back if the second fails."""
    if not out.exists():
        fresh.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent)) / "site"
    out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        old.rename(out)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
