"""Composites as pages and exports read them: the mean of several measures, and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from levelfield.benchmark import (
    Bars,
    NotComparable,
    Reading,
    ordered_bars,
    reading_of_composite,
    select,
)
from levelfield.core.periods import Month, parse_period
from levelfield.measures import Composite, compose_values
from levelfield.publish.cells import Record
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData


@dataclass(frozen=True)
class CompositeResults:
    """A composite of a home: its values for either audience, of which all parts have values.

    The public ones are composed of what the public may see of the parts: a part that is suppressed
    leaves no value. `period` is what is compared: the earliest month that a part is compared in, or
    the year where all are compared over it.
    """

    composite: Composite
    parts: tuple[MeasureResults, ...]
    period: str
    reading: Reading
    exact: pa.Table
    public: pa.Table
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Its title, which says what it is."""
        return f"{self.composite.title} (composite)"

    def row(self, table: pa.Table, code: str) -> Record | None:
        """The unstratified value of an organisation in the period compared."""
        found = select(table, measure=self.composite.id, period=self.period, org_code=code)
        return found.to_pylist()[0] if found.num_rows else None

    @cached_property
    def held(self) -> pa.Table:
        """The public value of each provider in the period compared."""
        own = self.composite.id
        return select(self.public, measure=own, period=self.period, org_level="provider")

    @cached_property
    def bars(self) -> Bars | NotComparable:
        """The providers in the order of what the public may see."""
        return ordered_bars(self.held, self.reading, names=self.names)


def composed(data: SiteData, found: Mapping[str, MeasureResults]) -> dict[str, CompositeResults]:
    """Each composite of which all parts have values, by its id."""
    made = {}
    for one in data.composites:
        parts = tuple(found[name] for name in one.weights if name in found)
        if len(parts) < len(one.weights):
            continue
        exact, public = (
            compose_values(one, pa.concat_tables(tables))
            for tables in ([part.exact for part in parts], [part.public for part in parts])
        )
        period, reading = _period_compared(parts), reading_of_composite(one)
        made[one.id] = CompositeResults(one, parts, period, reading, exact, public, data.names)
    return made


def _period_compared(parts: tuple[MeasureResults, ...]) -> str:
    """The earliest month a part is compared in; the year where all are compared over it."""
    periods = [parse_period(part.period) for part in parts]
    months = [period for period in periods if isinstance(period, Month)]
    return str(min(months)) if months else parts[0].period
