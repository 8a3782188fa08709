"""Counts by organisation and stratum, as arrays: what standardisation and models start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import NotComparable
from levelfield.benchmark.tables import Floats, numbers, select, texts

NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Strata:
    """Organisations by strata; a row of the arrays per organisation, a column per stratum."""

    by: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    """Each stratum as the values of the columns `by`."""
    events: Floats
    size: Floats

    @property
    def rate(self) -> Floats:
        """Everybody's events per one of the denominator in each stratum; zero in an empty one."""
        people = self.size.sum(axis=0)
        events = self.events.sum(axis=0)
        return np.asarray(np.divide(events, people, out=np.zeros(people.shape), where=people > 0))

    @property
    def overall(self) -> float:
        return float(self.events.sum() / self.size.sum())

    def known(self) -> Self:
        """Without the strata of which a column is not known."""
        kept = [NOT_KNOWN not in (part.lower() for part in name) for name in self.names]
        names = tuple(name for name, one in zip(self.names, kept, strict=True) if one)
        return type(self)(self.by, names, self.events[:, kept], self.size[:, kept])

    def table(self, multiplier: float) -> pa.Table:
        """Everybody's figures, a row per stratum."""
        people = self.size.sum(axis=0)
        columns = {name: [one[n] for one in self.names] for n, name in enumerate(self.by)}
        return pa.table(
            {
                **columns,
                "numerator": self.events.sum(axis=0),
                "denominator": people,
                "value": self.rate * multiplier,
                "share": people / people.sum(),
            }
        )


def read_strata(
    counts: pa.Table, codes: Sequence[str], by: Sequence[str], reading: Reading
) -> Strata | NotComparable:
    """The counts of these organisations by stratum, or why there is nothing to adjust by.

    Rows without a denominator are left out, and organisations without any row have none.
    """
    if not reading.counts_events:
        why = "what is summed comes in rows that go together, not one by one"
        if reading.independent:
            why = f"a {reading.statistic} is no count of events"
        return NotComparable(f"No adjustment: {why}.")
    rows = zip(
        zip(*(texts(counts, name) for name in by), strict=True),
        texts(counts, "org_code"),
        numbers(counts, "numerator"),
        numbers(counts, "denominator"),
        strict=True,
    )
    place = {code: n for n, code in enumerate(codes)}
    kept = [row for row in rows if row[1] in place and row[3] > 0]
    if not kept:
        return NotComparable(f"No adjustment: nothing is known by {' and '.join(by)}.")
    if len({code for _, code, _, _ in kept}) < 2:
        return NotComparable("No adjustment: one organisation would be its own reference.")
    if any(np.isnan(row[2]) for row in kept):
        return NotComparable("No adjustment: these figures come without the counts behind them.")
    names = tuple(sorted({row[0] for row in kept}))
    column = {name: n for n, name in enumerate(names)}
    events, size = np.zeros((2, len(codes), len(names)))
    for name, code, hits, total in kept:
        events[place[code], column[name]] += hits
        size[place[code], column[name]] += total
    if reading.is_share and np.any(events > size):
        raise ValueError("a stratum of a proportion has a numerator above its denominator")
    if not events.sum():
        return NotComparable("No adjustment: there is no event in any stratum.")
    return Strata(tuple(by), names, events, size)


def counts_by(
    values: pa.Table, *, measure: str, period: str, stratifier: str, org_level: str = "provider"
) -> pa.Table:
    """The counts of one measure by organisation and stratum, from the values themselves.

    The column is named after the stratifier. A person whom two services see counts in both, so
    that strata may add up to more than the whole.
    """
    rows = select(
        values,
        measure=measure,
        period=period,
        org_level=org_level,
        stratifier=stratifier,
        stratum=None,
    )
    columns = ["org_code", "stratum", "numerator", "denominator"]
    return rows.select(columns).rename_columns(["org_code", stratifier, "numerator", "denominator"])
