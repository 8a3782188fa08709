"""A site or an export is written beside its place and put there in one step: never half of one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from levelfield.core.errors import UsageError

Kind = Literal["site", "export"]


def mark_of(kind: Kind) -> str:
    """The file by which a folder is known as one of ours that may be replaced."""
    return f"levelfield-{kind}.txt"


@contextmanager
def new_folder(out: Path, kind: Kind) -> Iterator[Path]:
    """A fresh folder to fill, which takes the place of `out` when the block ends well.

    The old one stays until then; when the block fails, it stays for good. What an earlier, killed
    one left beside `out` goes first, and so two must not fill one `out` at the same time. Raises
    UsageError when `out` is a file, or a folder that holds something else than this kind.
    """
    # Resolved before anything is looked at or made: `none/../site` is `site`, whether or not
    # there is a folder `none`.
    out = out.resolve()
    refuse_other(out, kind)
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    fresh = _beside(out)
    try:
        yield fresh
        (fresh / mark_of(kind)).write_text(
            f"A levelfield {kind}. Writing it again replaces this folder.\n"
        )
        fresh.chmod(0o755)
        _swap(fresh, out, kind)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def refuse_other(out: Path, kind: Kind = "site") -> None:
    """Raise UsageError when `out` is a file, or a folder that holds something else than this."""
    out = out.resolve()
    if out.is_dir():
        if any(out.iterdir()) and not (out / mark_of(kind)).exists():
            raise UsageError(
                f"{out} holds something else than a levelfield {kind}, and would be replaced. "
                "Choose another folder or empty this one."
            )
    elif out.exists():
        raise UsageError(f"{out} is a file. Choose a folder for the {kind}.")


def _beside(out: Path) -> Path:
    """A new hidden folder in the folder of `out`, which can be renamed to it in one step."""
    return Path(tempfile.mkdtemp(prefix=_hidden(out), dir=out.parent))


def _hidden(out: Path) -> str:
    return f".{out.name}.levelfield-"


def _sweep(out: Path) -> None:
    """Take away what a publish that was killed has left beside `out`: it holds exact pages."""
    for left in out.parent.iterdir():
        if left.name.startswith(_hidden(out)):
            shutil.rmtree(left)


def _swap(fresh: Path, out: Path, kind: Kind) -> None:
    """Two renames, and the old one back if the second fails.

    What is there is looked at once more: only a folder of ours is ever moved away and removed.
    """
    refuse_other(out, kind)
    if not out.exists():
        fresh.rename(out)
        return
    old = _beside(out) / "old"
    out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        old.rename(out)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
