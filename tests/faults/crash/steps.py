"""What is disturbed: each thing that changes a home, done to a home of two small submissions."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import cache, partial
from pathlib import Path

import handmade
from levelfield import intake, measures, quality, warehouse
from levelfield.core import threads
from levelfield.core.errors import UsageError
from levelfield.engine import open_engine, sql
from levelfield.intake import submission
from levelfield.pipeline import build as building
from levelfield.pipeline import load as loading
from levelfield.pipeline.lookups import find_lookups
from levelfield.warehouse import Warehouse

KEY = intake.PseudonymKey.of(b"a key for tests alone")
PRIMARY, REFRESH = "2026-04-10", "2026-05-10"
MEASURE, DIMENSION = "dna_rate", "dq_validity"


def write_submissions(folder: Path) -> None:
    """One provider-month twice, as a primary and as a refresh file, with one rejected referral."""
    for name, day in (("primary", PRIMARY), ("refresh", REFRESH)):
        handmade.write(
            folder / name,
            CYP000Header=handmade.HEADER.replace("2026-04-20", day),
            CYP101Referral=handmade.REFERRAL.replace("2026-03-02", "2026-03-40"),
        )
    handmade.lookups(folder / "lookups")


def load(home: Path, sent: Path, name: str) -> None:
    [loaded] = loading.load(
        intake.find_submissions(sent / name),
        home,
        lookups=find_lookups(home, None, [sent]),
        key=KEY,
    )
    assert loaded.outcome in ("committed", "already here"), loaded


def build(home: Path) -> None:
    engine = open_engine("duckdb", threads=1)
    # Its writes would come from threads of their own, in another order each time.
    engine._run("SET async_threads = 0")  # type: ignore[attr-defined]
    try:
        building.build(Warehouse.open(home), engine)
    finally:
        engine.close()


def _refresh(opened: Warehouse) -> warehouse.Submission:
    return next(s for s in opened.catalogue.submissions() if s.window == "refresh")


def retract(home: Path) -> None:
    opened = Warehouse.open(home)
    _unless_done(lambda: warehouse.retract(opened, _refresh(opened), "by mistake"))


def restore(home: Path) -> None:
    opened = Warehouse.open(home)
    _unless_done(lambda: warehouse.restore(opened, _refresh(opened), "it was right"))


def destroy(home: Path) -> None:
    opened = Warehouse.open(home)
    _unless_done(lambda: warehouse.destroy(opened, [_refresh(opened)], "no longer needed"))


def _unless_done(change: Callable[[], None]) -> None:
    """Run again after it went through, a change is refused since it has been made already."""
    try:
        change()
    except UsageError as error:
        if "this submission is" not in str(error):
            raise


STEPS: dict[str, Callable[[Path, Path], None]] = {
    "load": lambda home, sent: load(home, sent, "primary"),
    "supersede": lambda home, sent: load(home, sent, "refresh"),
    "retract": lambda home, _: retract(home),
    "restore": lambda home, _: restore(home),
    "destroy": lambda home, _: destroy(home),
    "build": lambda home, _: build(home),
}

BEFORE: dict[str, tuple[str, ...]] = {
    "load": (),
    "supersede": ("load", "build"),
    "retract": ("load", "supersede", "build"),
    "restore": ("load", "supersede", "retract", "build"),
    "destroy": ("load", "build", "supersede", "build"),
    "build": ("load", "build", "supersede"),
}
"""The steps that come before each one, undisturbed."""


def simplify() -> None:
    """Make the order of writes the same every time, and a build short.

    The n-th write of a run must be the n-th of the next, so that each can be hit: the tables that
    are staged by several threads are staged one after the other. One measure and one dimension of
    quality instead of all: each more would add its rows to the same file of results. Templates of
    queries are compiled once.
    """
    threads.ThreadPoolExecutor = _OneAfterTheOther  # type: ignore[misc,assignment]
    library = {MEASURE: measures.load_measures()[MEASURE]}
    measures.load_measures = lambda: library  # type: ignore[assignment]
    quality.evaluate = partial(quality.evaluate, only=DIMENSION)
    environment = sql._environment()
    environment.from_string = cache(environment.from_string)  # type: ignore[method-assign]


def warm(folder: Path) -> None:
    """Run every step once, so that children that are forked afterwards find all loaded."""
    write_submissions(folder / "sent")
    for name in ("load", "build", "supersede", "build", "retract", "restore", "destroy"):
        STEPS[name](folder / "home", folder / "sent")
    # Checking writes nothing, so it is done here once: a child finds the outcome, untouched.
    found = [intake.find_submissions(folder / "sent" / name) for name in ("primary", "refresh")]
    examined = {source.path: intake.examine(source) for [source] in found}
    intake.examine = lambda source, **_: examined[source.path]  # type: ignore[assignment]
    # A connection of the parent is of no use to its children.
    submission._own_engine().close()
    submission._own_engine.cache_clear()


class _OneAfterTheOther:
    """A pool of threads that has none."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> "_OneAfterTheOther":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[..., object], *arguments: object) -> Future[object]:
        done: Future[object] = Future()
        done.set_result(work(*arguments))
        return done

    def map(self, work: Callable[[object], object], things: Iterable[object]) -> list[object]:
        return [work(thing) for thing in things]
