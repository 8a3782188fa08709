"""A folder that is written whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh_folder(final: Path) -> Iterator[Path]:
    """A new folder that takes the place of `final` when the block ends well.

    Its name begins with a dot until then, so that nobody reads it half written.
    """
    fresh = final.with_name(f".{final.name}.next")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        yield fresh
        shutil.rmtree(final, ignore_errors=True)
        fresh.replace(final)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
