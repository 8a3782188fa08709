"""The breaks in series that a chart crosses, in the words under it and in its table."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from levelfield.core.dates import period_words
from levelfield.measures import columns_read
from levelfield.publish.parts import Audience
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import counted, listed
from levelfield.quality import Break, crossing

MOST_NAMED = 6
"""Providers that a note names; the table marks them all."""

HERE = "break in series"
"""The mark of a month from which on a figure means something else."""


@dataclass(frozen=True)
class Crossed:
    """The breaks that a chart crosses, by month; empty where it crosses none.

    `several`: it shows providers side by side, so that a note has to say whose break it is.
    """

    breaks: tuple[Break, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    audience: Audience = "public"
    several: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences to stand under the chart: everybody's breaks, then those of providers."""
        return (*self._by_month(), *self._by_provider())

    @property
    def months(self) -> list[dict[str, str]]:
        """The months to mark in a chart over time, in the form that charts take."""
        periods = dict.fromkeys(one.period for one in self.breaks)
        return [{"period": period, "text": HERE} for period in periods]

    def at(self, provider: str, period: str) -> bool:
        """Whether a provider's figures mean something else from this month on."""
        return any(one.provider in ("", provider) and one.period == period for one in self.breaks)

    def note(self, provider: str) -> str:
        """What the table says beside a provider; empty without a break of its own."""
        periods = [one.period for one in self.breaks if one.provider == provider]
        return f"{HERE}, {listed([period_words(p) for p in periods])}" if periods else ""

    def _by_month(self) -> Iterator[str]:
        plain = (one for one in self.breaks if not one.provider or not self.several)
        for period, same in groupby(plain, key=lambda one: one.period):
            words = dict.fromkeys(self._words(one) for one in same)
            yield f"Break in series, {period_words(period)}: {' '.join(words)}"

    def _by_provider(self) -> Iterator[str]:
        own = [one for one in self.breaks if one.provider and self.several]
        if not own:
            return
        named = [
            f"{self.names.get(one.provider, one.provider)} from {period_words(one.period)}"
            f"{' (suspected)' if one.suspected else ''}"
            for one in own[:MOST_NAMED]
        ]
        if left := len(own) - len(named):
            named.append(f"{counted(left, 'other')}, marked in the table")
        yield (
            f"Break in series of {listed(named)}: what comes before and what follows are not "
            "comparable, and a figure of the whole period mixes them."
        )

    def _words(self, one: Break) -> str:
        return one.words if self.audience == "party" else one.public_words


def crossed(
    data: SiteData,
    periods: Iterable[str],
    providers: Collection[str] = (),
    measure: str | None = None,
    *,
    audience: Audience = "public",
) -> Crossed:
    """The breaks that a chart crosses.

    `periods` are the months or years shown, `providers` those whose figures are drawn (none for a
    total of everybody, into which no provider's own break is carried), `measure` the id of what is
    drawn; without one the chart rests on the records as a whole.
    """
    columns = columns_read().get(measure, frozenset()) if measure is not None else None
    found = crossing(data.breaks, periods, providers, columns)
    return Crossed(tuple(found), data.names, audience, several=len(providers) > 1)
