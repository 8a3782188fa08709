"""Work on several things at the same time, where the work is done outside Python."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

_T = TypeVar("_T")
_R = TypeVar("_R")

THREADS = 2
"""As many as the smallest machine that we plan for has cores."""


MANY = 50_000
"""Rows from which on it pays to start threads."""


def together(
    work: Callable[[_T], _R], things: Iterable[_T], *, rows: int | None = None
) -> list[_R]:
    """The results of `work` on each thing, in the order of the things.

    Where each thing has fewer `rows` than `MANY` they are worked on in turn. What `work` raises for
    the first thing that fails is raised here, when those begun have ended.
    """
    if rows is not None and rows < MANY:
        return [work(thing) for thing in things]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, things))


def one_ahead(
    things: Iterable[_T], interrupt: Callable[[], None] = lambda: None
) -> Generator[_T, None, None]:
    """The same things, each of them made while the one before it is in use.

    One is ahead and no more, since each takes memory. What goes wrong in making one is raised where
    it would have come. Whoever stops early waits for the one that is being made: `interrupt` is
    called to make that short. A generator is closed in the thread that it runs in. Loop over it at
    once or close it: one that is left to the garbage collector may be ended at a moment when no
    thread can be waited for.
    """
    source, end = iter(things), object()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, source, end)
        try:
            while (thing := coming.result()) is not end:
                coming = pool.submit(next, source, end)
                yield cast(_T, thing)
        except BaseException:
            interrupt()
            raise
        finally:
            if isinstance(source, Generator):
                pool.submit(source.close)
