"""Reviews of block contracts of a home, kept beside the statements."""

import shutil
from collections.abc import Callable
from pathlib import Path

from levelfield.commissioning import block_review
from levelfield.home import Home


def keep_review(home: Home, made: block_review.Review) -> Path:
    """Write a review's files into `reviews/<contract>` of the home; returns that folder.

    The folder takes the place of an earlier one when all of its files are written.
    """
    return _keep(
        home.path / "reviews" / made.contract.id,
        lambda folder: block_review.write_files(made, folder),
    )


def _keep(folder: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a new folder, then put it in the place of `folder`."""
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        write(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder
