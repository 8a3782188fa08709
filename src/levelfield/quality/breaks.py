"""Breaks in series: from a month on, a figure means something else than before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.core.periods import Month
from levelfield.core.successions import read_successions
from levelfield.core.values import BREAK, MERGED
from levelfield.facts import OF_RETURN

FILE = "breaks.yaml"
"""Where a home records the breaks of its providers."""

EVERY_COLUMN = "*"


@dataclass(frozen=True, order=True)
class Break:
    """A break from the month `period` on; `provider` is empty where it concerns everybody.

    `columns` are the columns of facts whose meaning changes (`*`: all of them), `team_types` the
    services whose own figures do. `suspected`: seen in the data, not said by anybody. `flag` is
    that of the values that begin anew.
    """

    period: str
    provider: str
    label: str
    words: str
    columns: tuple[str, ...] = (EVERY_COLUMN,)
    team_types: tuple[str, ...] = ()
    suspected: bool = False
    flag: str = BREAK

    @property
    def whole(self) -> bool:
        """Whether the meaning of all records changes, and not of some columns or services."""
        return EVERY_COLUMN in self.columns

    @property
    def public_words(self) -> str:
        """The words for everybody: the names in a provider's headers are its own affair."""
        return "A change of system or version, suspected." if self.suspected else self.words

    def touches(self, columns: frozenset[str], stratifier: str, stratum: str) -> bool:
        """Whether it changes a figure made from these columns, for this stratum."""
        if stratifier == "service" and stratum in self.team_types:
            return True
        # A return has another source than the records of a submission.
        if OF_RETURN in columns:
            return OF_RETURN in self.columns
        return self.whole or bool(columns.intersection(self.columns))


class Recorded(Definition):
    """A break as somebody recorded it: from the month of `date` on."""

    provider: str
    date: date
    what: str


class RecordedBreaks(Definition):
    """The file of a home."""

    breaks: tuple[Recorded, ...]


def find_breaks(home: Path, coverage: pa.Table) -> tuple[Break, ...]:
    """The breaks that concern a home, by month: those of the data set, those that the home
    records, those that its submissions show, and the mergers of its look-ups, which change all
    that a successor submits from then on.

    A change of the system that the header names, and of the data set's version, from one month held
    of a provider to the next, is suspected unless the home records a break of that provider for the
    same month. Raises DefinitionError for a file that makes no sense.
    """
    recorded = _recorded(home)
    known = {(one.provider, one.period) for one in recorded}
    seen = [one for one in _seen(coverage) if (one.provider, one.period) not in known]
    return tuple(sorted([*_of_data_set(), *recorded, *seen, *_mergers(home)]))


@cache
def _of_data_set() -> tuple[Break, ...]:
    file = definitions.path("csds/breaks.csv")
    rows = definitions.read_csv(file, ["id", "period", "label", "what", "columns", "team_types"])
    return tuple(
        Break(
            str(Month.parse(row["period"])),
            "",
            row["label"],
            row["what"],
            _listed(row["columns"]),
            _listed(row["team_types"]),
        )
        for row in rows
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def _recorded(home: Path) -> list[Break]:
    file = home / FILE
    if not file.exists():
        return []
    found = definitions.load_yaml(file, RecordedBreaks).breaks
    if len({(one.provider, one.date) for one in found}) < len(found):
        raise DefinitionError(f"{file}: a provider has two breaks on one day. Put both into one.")
    return [
        Break(str(Month.of(one.date)), one.provider, "recorded", one.what.rstrip(".") + ".")
        for one in found
    ]


def _mergers(home: Path) -> Iterable[Break]:
    for one in read_successions(home / "lookups" / "successions.csv"):
        yield Break(
            one.period,
            one.successor,
            "merger",
            f"{one.code} went into {one.successor}: from here on its figures are of both.",
            columns=(EVERY_COLUMN, OF_RETURN),
            flag=MERGED,
        )


def _seen(coverage: pa.Table) -> Iterable[Break]:
    names = ["provider", "period", "primary_system", "data_set_version"]
    if not set(names) <= set(coverage.column_names):
        return
    rows = coverage.select(names).sort_by([("provider", "ascending"), ("period", "ascending")])
    for before, after in pairwise(rows.to_pylist()):
        if before["provider"] != after["provider"]:
            continue
        for name, label, words in (
            ("primary_system", "new system?", "The system named in the header changes"),
            ("data_set_version", "version?", "The version of the data set changes"),
        ):
            old, new = before[name], after[name]
            if old and new and old != new:
                yield Break(
                    after["period"],
                    after["provider"],
                    label,
                    f"{words} from {old} to {new}: a suspected break.",
                    suspected=True,
                )
