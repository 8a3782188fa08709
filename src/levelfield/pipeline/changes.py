"""What differs between a month and those before it: numbers and thresholds, no files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from levelfield.core.periods import Month
from levelfield.publish.check_data import Change, Comparison
from levelfield.publish.check_words import percent
from levelfield.publish.words import listed, month_words
from levelfield.statistics import xmr

FEWEST_MONTHS = 12
"""Months of history from which on a control chart decides; with fewer, the last month does."""

CHART, LAST_MONTH, EARLIER_FILE = "XmR chart", "last month", "earlier file of the month"

LEAST_CHANGE = {CHART: 0.1, LAST_MONTH: 0.2, EARLIER_FILE: 0.1}
"""The change of a count, as a share of what it was, below which nothing is said."""

LEAST_POINTS = 0.05
"""The same for a share: five percentage points."""

FEWEST = 30
"""Counts that stay below say nothing."""

TWICE, LOST = 0.5, -0.2
"""Changes from which on a sentence asks whether something was sent twice, or not at all."""

Z = 3.0
"""How many standard errors two counts must lie apart."""


@dataclass(frozen=True)
class Profile:
    """A submission in numbers, by what they are in words: counts, and shares from 0 to 1."""

    volumes: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


def changes(
    now: Profile, months: Mapping[Month, Profile], earlier: Profile | None, period: Month
) -> Comparison:
    """The sentences on what changed, lost volume first, then by size.

    `months` are the provider's earlier months, `earlier` another file of the same month. With
    twelve months or more a count or share is told when it lies outside the limits of an XmR chart
    of those months; with fewer, when it differs from the last month by a fifth and by more than
    chance.
    """
    found: list[Change] = []
    ordered = sorted(months)
    if ordered:
        for share in (False, True):
            for what in _names([now, *months.values()], share):
                series = [_of(months[month], what, share) for month in ordered]
                change = _against_months(what, _of(now, what, share), series, ordered, share)
                found += [change] if change else []
    if earlier is not None:
        for share in (False, True):
            for what in _names([now, earlier], share):
                pair = (_of(now, what, share), _of(earlier, what, share))
                when = f"the earlier file of {month_words(period)}"
                found += _plain(what, *pair, EARLIER_FILE, when, share)
    last = months[ordered[-1]] if ordered else earlier
    rows = []
    for share in (False, True):
        for what in _names([now, *([last] if last else [])], share):
            before = _of(last, what, share) if last else None
            rows.append((what, _of(now, what, share) or 0.0, before, share))
    return Comparison(
        _against(ordered, earlier is not None, period),
        tuple(sorted(found, key=_order)),
        series=tuple(rows),
    )


def _names(profiles: list[Profile], share: bool) -> list[str]:
    names = (name for p in profiles for name in (p.shares if share else p.volumes))
    return list(dict.fromkeys(names))


def _of(profile: Profile, what: str, share: bool) -> float | None:
    """A count that is not there is nought; a share of nothing is not known."""
    return profile.shares.get(what) if share else profile.volumes.get(what, 0.0)


def _against(months: list[Month], earlier: bool, period: Month) -> str:
    things = []
    if len(months) >= FEWEST_MONTHS:
        things.append(
            f"{len(months)} earlier months, {month_words(months[0])} to "
            f"{month_words(months[-1])}, by a control chart (XmR)"
        )
    elif months:
        things.append(month_words(months[-1]))
    if earlier:
        things.append(f"the earlier file of {month_words(period)}")
    return f"Compared with {listed(things)}."


def _against_months(
    what: str, now: float | None, series: list[float | None], months: list[Month], share: bool
) -> Change | None:
    known = [value for value in series if value is not None]
    last = series[-1]
    if now is None or last is None:
        return None
    if len(known) < FEWEST_MONTHS:
        found = _plain(what, now, last, LAST_MONTH, month_words(months[-1]), share)
        return found[0] if found else None
    points = [np.nan if value is None else value for value in [*series, now]]
    chart = xmr(points, baseline=len(series))
    if not chart.outside[-1]:
        return None
    mean, low, high = (float(limit[-1]) for limit in (chart.mean, chart.lower, chart.upper))
    if not _large(now, mean, CHART, share):
        return None
    top = min(high, 1.0) if share else high
    usual = f"usually {_figure(max(low, 0), share)} to {_figure(top, share)}"
    when = month_words(months[-1])
    if (now > mean) == (now > last):
        sentence = _sentence(what, now, last, when, share, usual)
    else:
        # It lies outside the limits on one side, though it has come back a little.
        name = f"the share of {what}" if share else what
        then = f"{_figure(last, share)} in {when}"
        sentence = _capital(f"{name}: {_figure(now, share)}, {usual} ({then}).")
    return Change(sentence, what, CHART, now, last, share)


def _plain(
    what: str, now: float | None, before: float | None, method: str, when: str, share: bool
) -> list[Change]:
    if now is None or before is None or not _large(now, before, method, share):
        return []
    if not share and abs(now - before) < Z * sqrt(now + before):
        return []
    return [Change(_sentence(what, now, before, when, share), what, method, now, before, share)]


def _large(now: float, before: float, method: str, share: bool) -> bool:
    if share:
        return abs(now - before) >= LEAST_POINTS
    least = LEAST_CHANGE[method]
    return max(now, before) >= FEWEST and abs(now - before) >= least * max(before, 1)


def _sentence(what: str, now: float, before: float, when: str, share: bool, usual: str = "") -> str:
    note = f"; {usual}" if usual else ""
    if share:
        way = "rose" if now > before else "fell"
        moved = f"{way} to {_figure(now, share)} against {_figure(before, share)} in {when}"
        same = f"is {_figure(now, share)}, as in {when}"
        text = f"the share of {what} {moved if now != before else same}{note}."
    elif not now:
        text = f"no {what}, against {before:,.0f} in {when}{note}: a lost feed?"
    elif not before:
        text = f"{now:,.0f} {what}, and none in {when}{note}: a new feed?"
    else:
        change, way = (now - before) / before, "rose" if now > before else "fell"
        asked = ": sent twice?" if change >= TWICE else ": a lost feed?" if change <= LOST else "."
        counts = f"{now:,.0f} against {before:,.0f}"
        text = f"{what} {way} by {percent(abs(change))} against {when} ({counts}){note}{asked}"
    return _capital(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figure(value: float, share: bool) -> str:
    return percent(value) if share else f"{value:,.0f}"


def _order(change: Change) -> tuple[bool, bool, float]:
    lost = change.now < change.before
    size = abs(change.now - change.before)
    return change.share, not lost, -size
