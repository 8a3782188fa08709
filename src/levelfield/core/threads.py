"""Work on several things at the same time, where the work is done outside Python."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")

THREADS = 2
"""As many as the smallest machine that we plan for has cores."""


def together(work: Callable[[_T], _R], things: Iterable[_T]) -> list[_R]:
    """The results of `work` on each thing, in the order of the things.

    What `work` raises for the first thing that fails is raised here, when all have ended.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, things))
