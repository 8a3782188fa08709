"""Processes of our own: workers, the same on every platform, and what a process need not import."""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


PROCESSES = 2
"""As many as the smallest machine that we plan for has cores."""


@contextmanager
def workers(count: int) -> "Iterator[ProcessPoolExecutor]":
    """A pool of `count` fresh processes for the length of a `with` block.

    They are spawned and never forked: a fork would copy the threads of engines. Ctrl-C is the
    parent's to hear; where it ends the block, work that has begun is finished and what waits is
    dropped. They end with a parent that is killed.
    """
    # Imported here, since most commands do all in one process.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin_worker)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Else those of a parent that was killed would wait for ever, with people's records in memory.
    Thread(target=_end_with_parent, daemon=True).start()
    look_for_garbage_rarely()
    leave_pandas_out()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def look_for_garbage_rarely() -> None:
    """Let Python look for what can no longer be reached at most a hundredth as often as it does.

    What is imported and read from definitions stays to the end, and to go through it over and over
    takes a twentieth of a command's time. For a program that ends with its work.
    """
    gc.set_threshold(70_000, 20, 50)


def leave_pandas_out() -> None:
    """Spare this process pandas, a quarter of a second, until it asks for a frame.

    With the first array that it makes Arrow imports pandas, if it is there, so as to know a frame
    or a missing value of pandas when it is given one. This once it is told that there is none;
    `to_pandas` finds it all the same. For a program that, like ours, gives Arrow neither.
    """
    hiding = _PandasHidden()
    sys.meta_path.insert(0, hiding)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(hiding)


class _PandasHidden(MetaPathFinder):
    """Has it that pandas is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is left out for now", name=fullname)
