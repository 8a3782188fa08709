"""Returns of the fictional providers: what they send beside CSDS, drawn about a known truth."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from levelfield.core.periods import Month
from levelfield.returns import find_layout
from levelfield.simulate import return_rows
from levelfield.simulate.economy import Settings
from levelfield.simulate.return_rows import Row
from levelfield.simulate.return_truth import ReturnTruth, return_truths, rng_of, truth_rows

MAKERS: dict[str, Callable[..., Iterator[Row]]] = {
    "bed_use": return_rows.bed_use,
    "complaints": return_rows.complaints,
    "costs": return_rows.costs,
    "falls": return_rows.falls,
    "family_nurse_partnership": return_rows.family_nurse_partnership,
    "friends_and_family": return_rows.friends_and_family,
    "incidents": return_rows.incidents,
    "patient_reported_outcomes": return_rows.patient_reported_outcomes,
    "pressure_ulcers": return_rows.pressure_ulcers,
    "social_value": return_rows.social_value,
    "staff_collaboration_survey": return_rows.staff_collaboration_survey,
    "walk_in_centres": return_rows.walk_in_centres,
    "workforce": return_rows.workforce,
    "wheelchair_packages": return_rows.wheelchair_packages,
}
"""What makes the rows of one provider and period, by kind. A new kind comes last: its place sets
what is drawn."""

LAST_MONTHS = {"month": range(1, 13), "quarter": (3, 6, 9, 12), "year": (3,)}

UNSENT = {("ZA6", "incidents", 2), ("ZA6", "friends_and_family", 4)}
"""What a provider forgot to send: provider, kind, and month from 0."""


def write_returns(folder: Path, settings: Settings) -> None:
    """Write `folder/<kind>.csv`, with the rows of every provider and period of the simulation.

    A quarter or year that began before the first month is sent whole all the same.
    """
    folder.mkdir(parents=True)
    truths = return_truths(settings)
    months = settings.calendar.months
    for part, kind in enumerate(MAKERS, start=1):
        layout = find_layout(kind)
        names = [column.name for column in layout.columns]
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
            writer.writeheader()
            for number, truth in enumerate(truths):
                rng = rng_of(settings, number, part)
                for place, month in enumerate(months):
                    if month.month not in LAST_MONTHS[layout.every]:
                        continue
                    rows = list(MAKERS[kind](rng, truth, place, month))
                    if (truth.provider.code, kind, place) not in UNSENT:
                        writer.writerows(_placed(rows, truth, month))


def write_return_truth(file: Path, settings: Settings) -> None:
    """Write the true parameters behind the returns, a row for each provider and parameter."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("provider", "name", "value", "later_value", "from_month"))
        writer.writerows(truth_rows(return_truths(settings)))


def _placed(rows: list[Row], truth: ReturnTruth, month: Month) -> Iterator[Row]:
    place: Row = {"provider": truth.provider.code, "period": str(month)}
    return (place | row for row in rows)
