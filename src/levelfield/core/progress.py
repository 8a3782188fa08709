"""How long work tells whoever watches how far it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done, and how many there are.

Names of organisations, months and definitions may appear; never the value of a record.
"""


def tell(progress: Progress | None, doing: str, done: int, total: int) -> None:
    """Say how far work is, where somebody watches."""
    if progress is not None:
        progress(doing, done, total)
