"""What an engine works out next while Python reckons with what it has worked out."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final, TypeVar

T = TypeVar("T")

_END: Final = object()


def ahead(found: Generator[T, None, None]) -> Iterator[T]:
    """Each of some things, the next of which is made in a thread of its own while one is used.

    One thing is ahead and no more, since each takes memory. An error in making one is raised where
    it would have come; whoever stops early waits for the one that is being made.
    """
    with closing(found), ThreadPoolExecutor(max_workers=1) as worker:
        coming = worker.submit(next, found, _END)
        while (one := coming.result()) is not _END:
            coming = worker.submit(next, found, _END)
            yield one  # type: ignore[misc]
