"""What differs between a month and those before it: numbers and thresholds, no files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from types import MappingProxyType

import numpy as np

from levelfield.core.dates import month_words, period_words
from levelfield.core.periods import Month
from levelfield.pipeline.profiles import Item, Profile
from levelfield.publish.breaks import Crossed
from levelfield.publish.changes import Change, Comparison, Kind
from levelfield.publish.words import listed
from levelfield.quality import Break
from levelfield.statistics import xmr

FEWEST_MONTHS = 12
"""Months of history from which on a control chart decides; with fewer, the last month does."""

CHART, LAST_MONTH, EARLIER_FILE = "XmR chart", "last month", "earlier file of the month"
BEFORE_BREAK = "last month before a break"

LEAST_CHANGE = {CHART: 0.1, LAST_MONTH: 0.2, EARLIER_FILE: 0.1, BEFORE_BREAK: 0.2}
"""The change of a count, as a share of what it was, below which nothing is said."""

LEAST_POINTS = 0.05
"""The same for a share: five percentage points."""

FEWEST = 30
"""Counts that stay below say nothing."""

TWICE, LOST = 0.5, -0.2
"""Changes from which on a sentence asks whether something was sent twice, or not at all."""

Z = 3.0
"""How many standard errors two counts must lie apart."""


def changes(
    now: Profile,
    months: Mapping[Month, Profile],
    earlier: Profile | None,
    period: Month,
    breaks: Sequence[Break] = (),
    rejected: Profile = MappingProxyType({}),
) -> Comparison:
    """What changed, lost volume first.

    `months` are the provider's earlier months, `earlier` another file of the same month. With
    twelve months or more a count or share is told when it lies outside the limits of an XmR chart
    of those months; with fewer, when it differs from the last month by a fifth and by more than
    chance. Of `breaks`, those that lie between the months and the file, each thing is held against
    the months since the last that touches it; where there are none, counts that fell are held
    against the last month before a break of the whole record, and nothing else is. `rejected` has
    what was sent in the file and rejected, of the counts that leave it out.
    """
    found: list[Change] = []
    ordered = sorted(months)
    items = _items([now, *months.values()])
    for item in items if ordered else []:
        begun = max((one.period for one in breaks if item.touched(one)), default="")
        since = [month for month in ordered if str(month) >= begun]
        if since:
            values = [_of(months[month], item) for month in since]
            found += _against_months(item, _of(now, item), values, since)
        elif all(one.whole for one in breaks if item.touched(one)):
            before = _of(months[ordered[-1]], item)
            found += _across(item, _of(now, item), before, ordered[-1])
    if earlier is not None:
        when = f"the earlier file of {month_words(period)}"
        for item in _items([now, earlier]):
            found += _plain(item, _of(now, item), _of(earlier, item), EARLIER_FILE, when)
    fell = {item.words: count for item, count in rejected.items() if count and not item.fault}
    found = [_after_rejections(change, fell.get(change.what, 0)) for change in found]
    last = months[ordered[-1]] if ordered else earlier
    rows = [
        (item.words, _of(now, item) or 0.0, _of(last, item) if last else None, item.share)
        for item in _items([now, *([last] if last else [])])
    ]
    whole = max((one.period for one in breaks if one.whole), default="")
    comparable = [month for month in ordered if str(month) >= whole]
    return Comparison(
        _against(comparable, earlier is not None, period, whole if ordered else ""),
        breaks=tuple(dict.fromkeys(_broken(breaks, ordered))) if ordered else (),
        changes=tuple(sorted(found, key=_order)),
        series=tuple(rows),
    )


def _items(found: Iterable[Profile]) -> list[Item]:
    every = dict.fromkeys(item for profile in found for item in profile)
    # Shares of one field stand together.
    return sorted(every, key=lambda item: (item.share, item.share and item.column))


def _of(profile: Profile, item: Item) -> float | None:
    """A count that is not there is nought; a share of nothing is not known."""
    return profile.get(item, None if item.share else 0.0)


def _against(months: Sequence[Month], earlier: bool, period: Month, broken: str) -> str:
    things = []
    if len(months) >= FEWEST_MONTHS:
        things.append(
            f"by a control chart (XmR) with {len(months)} earlier months, "
            f"{month_words(months[0])} to {month_words(months[-1])}"
        )
    elif months:
        things.append(f"with {month_words(months[-1])}")
    if earlier:
        things.append(f"with the earlier file of {month_words(period)}")
    if things:
        return f"Compared {listed(things)}."
    if not broken:
        return "No earlier month is held."
    return f"No earlier month held lies after the break in series of {period_words(broken)}."


def _broken(breaks: Sequence[Break], months: Sequence[Month]) -> Iterable[str]:
    """Each break with what it does to the comparison."""
    for one in breaks:
        (words,) = Crossed((one,), audience="party").notes
        what = "Everything" if one.whole else "What it touches"
        if any(str(month) >= one.period for month in months):
            yield f"{words} {what} is compared only with the months since."
            continue
        lie = f"All earlier months held lie before the break of {period_words(one.period)}"
        last = month_words(months[-1])
        left = f"counts that fell since {last} are told, and nothing else is compared with it"
        yield f"{words} {lie}: {left if one.whole else 'what it touches is not compared'}."


def _against_months(
    item: Item, now: float | None, series: Sequence[float | None], months: Sequence[Month]
) -> list[Change]:
    known = [value for value in series if value is not None]
    last, when = series[-1], month_words(months[-1])
    if now is None or last is None:
        return []
    if len(known) < FEWEST_MONTHS:
        return _plain(item, now, last, LAST_MONTH, when)
    points = [np.nan if value is None else value for value in [*series, now]]
    chart = xmr(points, baseline=len(series))
    mean, low, high = (float(limit[-1]) for limit in (chart.mean, chart.lower, chart.upper))
    if not chart.outside[-1] or not _large(item, now, mean, CHART):
        return []
    usual = (max(low, 0.0), min(high, 1.0) if item.share else high)
    stray = (now > mean) != (now > last) or not _large(item, now, last, CHART)
    asked = "" if stray else _asked(item, now, last)
    kind = _kind(item)
    return [Change(item.words, kind, CHART, when, now, last, usual, stray, asked, item.fault)]


def _plain(
    item: Item, now: float | None, before: float | None, method: str, when: str
) -> list[Change]:
    if now is None or before is None or not _large(item, now, before, method):
        return []
    if not item.share and abs(now - before) < Z * sqrt(now + before):
        return []
    asked = _asked(item, now, before)
    kind = _kind(item)
    return [Change(item.words, kind, method, when, now, before, asked=asked, fault=item.fault)]


def _across(item: Item, now: float | None, before: float | None, last: Month) -> list[Change]:
    """What fell with a break of the whole record: did all of it come over?"""
    if item.share or item.fault or now is None or before is None or now >= before:
        return []
    when = f"{month_words(last)}, before the break"
    found = _plain(item, now, before, BEFORE_BREAK, when)
    asked = item.lapse or "has all of it moved over?"
    return [replace(change, asked=asked) for change in found]


def _after_rejections(change: Change, rejected: float) -> Change:
    """Nothing is lost on the way that was sent and rejected here."""
    if not rejected or not change.worse:
        return change
    held = (change.now + rejected - change.before) / max(change.before, 1) > LOST
    asked = "" if held else change.asked
    return replace(change, asked=asked, rejected=rejected)


def _large(item: Item, now: float, before: float, method: str) -> bool:
    if item.share:
        return abs(now - before) >= LEAST_POINTS
    least = LEAST_CHANGE[method]
    return max(now, before) >= FEWEST and abs(now - before) >= least * max(before, 1)


def _asked(item: Item, now: float, before: float) -> str:
    """What a submitter should ask of a count that changed."""
    if item.share:
        return ""
    if item.fault:
        return item.rise if now > before else ""
    if now and not before:
        return "a new feed?"
    change = (now - before) / before if before else 0.0
    if change <= LOST:
        return item.lapse or "a lost feed?"
    return "sent twice?" if change >= TWICE else ""


def _kind(item: Item) -> Kind:
    if item.share:
        return "share"
    return "team type" if item.team_types else "records"


def _order(change: Change) -> tuple[bool, bool, bool, float]:
    """Counts before shares, what is worse first, the same month before others, then by size."""
    size = abs(change.now - change.before)
    return change.share, not change.worse, change.method != EARLIER_FILE, -size
