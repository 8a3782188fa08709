"""Returns into a home: each is judged against what the home knows, and taken whole or refused."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from levelfield import returns
from levelfield.core.definitions import read_csv
from levelfield.core.errors import SubmissionError, UsageError
from levelfield.core.periods import Month
from levelfield.home import Home
from levelfield.warehouse import settle


def check_return(
    file: Path, kind: str | None = None, home: Home | None = None
) -> returns.ReadReturn:
    """Judge one return; nothing is kept.

    Without a `kind` it is that by which the file's name begins. With a home the codes of providers
    must be known there. Raises UsageError for a kind that is unknown or cannot be told, and
    SubmissionError for a file that cannot be read.
    """
    if kind is None and not file.exists():
        raise SubmissionError(f"{file}: there is no such file.")
    layout = returns.find_layout(kind or _kind_by_name(file))
    return returns.read_return(file, layout, _known(home))


def load_returns(
    files: Iterable[Path], home: Home, kind: str | None = None
) -> list[returns.Loaded]:
    """Judge returns and keep each that is sound, in the order in which they are given.

    One that is refused stops no other; one that cannot be read ends it, and what was kept before
    stays kept. Raises as `check_return`, and WarehouseError when the disk refuses.
    """
    settle(home.warehouse)
    return [returns.keep(home.warehouse, check_return(file, kind, home)) for file in files]


def _kind_by_name(file: Path) -> str:
    """The kind whose name the file's name begins with, the longest of several."""
    stem = file.name.partition(".")[0]
    found = [
        kind
        for kind in returns.load_layouts()
        if stem == kind or stem.startswith((f"{kind}-", f"{kind}_"))
    ]
    if not found:
        raise UsageError(
            f"{file}: its name does not begin with a kind of return. Name the kind with --kind; "
            f"there are: {', '.join(returns.load_layouts())}."
        )
    return max(found, key=len)


def _known(home: Home | None) -> returns.KnownCodes:
    """What a home knows: the providers of its look-ups and submissions, and its last month."""
    if home is None:
        return returns.KnownCodes()
    submissions = home.warehouse.submissions()
    codes = {submission.provider for submission in submissions}
    file = home.lookups.folder / "providers.csv"
    if file.exists():
        codes |= {row["code"] for row in read_csv(file, ["code"])}
    held = [Month.parse(submission.period) for submission in submissions]
    return returns.KnownCodes(codes, max([Month.of(date.today()), *held]))
