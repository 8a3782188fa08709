"""A site or an export is written beside its place and put there in one step: never half of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from levelfield.core.errors import UsageError
from levelfield.core.folders import fresh_folder

Kind = Literal["site", "export"]


def mark_of(kind: Kind) -> str:
    """The file by which a folder is known as one of ours that may be replaced."""
    return f"levelfield-{kind}.txt"


@contextmanager
def new_folder(out: Path, kind: Kind) -> Iterator[Path]:
    """A fresh folder to fill, which takes the place of `out` when the block ends well.

    As `core.folders.fresh_folder`, but raises UsageError when `out` is a file, or a folder that
    holds something else than this kind.
    """
    # Resolved before anything is looked at or made: `none/../site` is `site`, whether or not
    # there is a folder `none`.
    out = out.resolve()
    refuse_other(out, kind)
    with fresh_folder(out) as fresh:
        yield fresh
        (fresh / mark_of(kind)).write_text(
            f"A levelfield {kind}. Writing it again replaces this folder.\n"
        )
        # Looked at once more: only a folder of ours is ever moved away and removed.
        refuse_other(out, kind)


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
