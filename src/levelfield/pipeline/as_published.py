"""A submission beside what was published of its provider: volume, mix of ages, completeness."""

from collections.abc import Iterator, Sequence

from levelfield import published
from levelfield.core.dates import month_words
from levelfield.core.periods import Month
from levelfield.core.values import ALL
from levelfield.intake import Examined
from levelfield.pipeline.changes import FEWEST, FEWEST_MONTHS, LEAST_POINTS
from levelfield.pipeline.counted import AGES, Counted, Strata
from levelfield.publish.changes import Published
from levelfield.publish.words import listed, percent
from levelfield.published import PublishedDataset
from levelfield.statistics import xmr

ACTIVITY, TRACKER = "csds_activity_2025-03", "csds_submission_tracker_2022-23"
"""The published data sets that name providers and count what a submission holds."""

LEAST_FOR_SHARES = 1000
"""Published counts below say nothing of a mix: each is rounded to the nearest 5."""

PART_ALONE = (
    "Not held against published figures: an extract may hold some of the provider's records alone."
)


def beside_published(
    examined: Examined, provider: str, period: Month
) -> tuple[tuple[Published, ...], tuple[str, ...]]:
    """The provider's published figures beside the file's own, and sentences on them.

    Only like is held against like: accepted records of the same kind, referrals by the month of
    their receipt, shares of those whose age is known. Nothing published says how full a provider's
    fields are, but for the age. A provider that no publication names is told so, once.
    """
    if examined.raw.source.extract is not None:
        return (), (PART_ALONE,)
    counted = Counted(examined.tables, period)
    found: list[Published] = []
    words: list[str] = []
    unnamed = []
    for dataset_id, beside in ((ACTIVITY, _activity), (TRACKER, _tracker)):
        dataset = published.published_dataset(dataset_id)
        if provider not in published.organisation_names(dataset_id):
            unnamed.append(f"'{dataset.title}'")
            continue
        figures, sentences = beside(dataset, provider, counted)
        found += figures
        words += sentences
    if unnamed:
        words.append(f"No figure of {provider} was published in {' or '.join(unnamed)}.")
    return tuple(found), tuple(words)


def _activity(
    dataset: PublishedDataset, provider: str, counted: Counted
) -> tuple[list[Published], list[str]]:
    """One published month: volumes, the ages of referrals and contacts, and how many have one."""
    values = {name: strata for name, strata in _by_measure(dataset, provider).items() if strata}
    month = month_words(Month.parse(dataset.period or ""))
    titles = {one.measure: one.title for one in dataset.series}
    figures = [
        Published(titles[name], month, strata[ALL], counted.count(name))
        for name, strata in values.items()
        if strata.get(ALL)
    ]
    volumes = [
        f"{one.what.lower()} {_against(one.now, one.value)}"
        for one in figures
        if one.now is not None
    ]
    shares = [
        share
        for name in ("published_referrals", "published_care_contacts")
        if name in values
        for share in _shares(values[name], counted.ages(name), titles[name], month)
    ]
    words = []
    if volumes:
        now = month_words(counted.period)
        words = [
            f"'{dataset.title}' ({dataset.status}), beside this file for {now}: {listed(volumes)}."
        ]
    return figures + shares, words + _mix_words(shares)


def _mix_words(shares: Sequence[Published]) -> list[str]:
    """Which shares lie apart, or that none does; nothing where there is nothing to compare."""
    known = [one for one in shares if one.now is not None]
    apart = [
        f"{one.what} {percent(one.now)}, published {percent(one.value)}"
        for one in known
        if one.now is not None and abs(one.now - one.value) >= LEAST_POINTS
    ]
    if apart:
        return [f"Five points or more from what was published: {'; '.join(apart)}."]
    same = "The mix of ages, and how many have one, are as published within five points."
    return [same] if known else []


def _against(now: float, before: float) -> str:
    if now == before:
        return f"{before:,.0f}, the same here"
    way = "more" if now > before else "fewer"
    return f"{before:,.0f}, here {now:,.0f} ({percent(abs(now / before - 1))} {way})"


def _shares(before: Strata, now: Strata, title: str, month: str) -> Iterator[Published]:
    """The share of each age group among those of known age, and of those whose age is known.

    None where too few were published; without the file's own where it holds too few.
    """
    if before.get(ALL, 0) < LEAST_FOR_SHARES or not set(AGES) <= set(before):
        return
    few = now[ALL] < FEWEST
    aged_before, aged_now = (sum(strata[group] for group in AGES) for strata in (before, now))
    for group in AGES:
        share = None if few or not aged_now else now[group] / aged_now
        words = f"{title}: aged {group}"
        yield Published(words, month, before[group] / aged_before, share, share=True)
    # Each group is rounded, so that their sum may pass the whole.
    full = min(1.0, aged_before / before[ALL])
    known = None if few else aged_now / now[ALL]
    yield Published(f"{title}: with an age", month, full, known, share=True)


def _tracker(
    dataset: PublishedDataset, provider: str, counted: Counted
) -> tuple[list[Published], list[str]]:
    """Person records by month: which months had a file, and what was usual (XmR)."""
    rows = published.load_published(dataset.id, provider).sort_by("period").to_pylist()
    held = {row["period"]: row["value"] for row in rows if row["value"]}
    if not held:
        return [], [f"{dataset.title} ({dataset.status}): no file in any of {len(rows)} months."]
    now = counted.count("published_people_submitted")
    last = max(held)
    first, until = (month_words(Month.parse(row["period"])) for row in (rows[0], rows[-1]))
    title = dataset.series[0].title
    note = f"a file in {len(held)} of {len(rows)} months, {first} to {until}"
    words = f"{title} ({dataset.status}): {note}"
    if len(held) >= FEWEST_MONTHS:
        chart = xmr([*held.values(), now], baseline=len(held))
        low, high = max(float(chart.lower[-1]), 0.0), float(chart.upper[-1])
        lies = "outside" if chart.outside[-1] else "within"
        words += f", usually {low:,.0f} to {high:,.0f} (XmR); here {now:,}, {lies} these limits"
        note += f"; usually {low:,.0f} to {high:,.0f}"
    else:
        words += f", the last with {_against(now, held[last])}"
    figure = Published(title, month_words(Month.parse(last)), held[last], now, note=note)
    return [figure], [f"{words}."]


def _by_measure(dataset: PublishedDataset, provider: str) -> dict[str, dict[str, float]]:
    """A provider's published counts by measure and stratum; what was not published is left out."""
    found: dict[str, dict[str, float]] = {one.measure: {} for one in dataset.series}
    for row in published.load_published(dataset.id, provider).to_pylist():
        if row["value"] is not None:
            found[row["measure"]][row["stratum"]] = row["value"]
    return found
