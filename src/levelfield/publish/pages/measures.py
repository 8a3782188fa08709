"""The measure pages: what is meant, who differs, and how it moves. Public, from disclosed rows."""

from collections.abc import Iterator

from levelfield.benchmark import Bars, Funnel, NotComparable, Trend, reading_of_measure
from levelfield.core.dates import period_words
from levelfield.core.values import NATIONAL
from levelfield.facts import load_fact
from levelfield.measures import Measure
from levelfield.publish.breaks import Crossed, crossed
from levelfield.publish.cells import Record, interval_text, shown_value
from levelfield.publish.comparisons import bars_figure, funnel_figure, trend_figure
from levelfield.publish.headlines import WITHHELD
from levelfield.publish.icons import outlook_of, variation_of
from levelfield.publish.pages.like_with_like import LikeWithLike, like_with_like
from levelfield.publish.pages.measure_definition import definition
from levelfield.publish.pages.measure_groups import equity_panel, other_groups
from levelfield.publish.pages.measure_index import HOME, index_page, measure_path
from levelfield.publish.pages.measure_order import guard_table, order_table
from levelfield.publish.pages.quality_figures import not_consistent
from levelfield.publish.pages.same_providers import same_providers
from levelfield.publish.parts import Download, Figure, Page
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import unit_words, with_unit

SIZES = {
    "contact": "Contacts",
    "referral": "Referrals",
    "clock": "Clocks",
    "person": "People",
    "activity": "Activities",
    "assessment": "Assessments",
    "care plan": "Care plans",
    "child": "Children",
    "death": "Deaths",
    "day": "Days",
    "report": "Reports",
}
"""What a measure counts, by its unit, for the axis of a funnel."""

_PART_UNITS = {"points": "percent"}
"""The parts of a difference in percentage points are percentages; other parts are as the whole."""


def measure_pages(data: SiteData, found: dict[str, MeasureResults]) -> Iterator[Page]:
    """The list of measures and a page for each; of those without values the definition alone."""
    yield index_page(data, found)
    for measure in data.measures:
        if measure.id in found:
            yield _page(data, found, found[measure.id])
        elif found:
            yield _definition_page(data, found, measure)


def _page(data: SiteData, found: dict[str, MeasureResults], one: MeasureResults) -> Page:
    measure, period = one.measure, period_words(one.period)
    csv = f"data/{measure.id}.csv"
    # Who is suppressed is not named below the chart, not even for a break.
    valued = [str(row["org_code"]) for row in one.held.to_pylist() if row["value"] is not None]
    breaks = crossed(data, one.window, valued, measure.id)
    beside_others, over_time = _beside_others(data, one, breaks), _over_time(data, one)
    national, trend = one.row(one.public, NATIONAL), one.national_trend
    like, same = like_with_like(data, one), same_providers(data, one)
    more = like.figures if isinstance(like, LikeWithLike) else ()
    more += (same.figure,) if same and same.figure else ()
    equity = equity_panel(one)
    guards = guard_table(data, one)
    return Page(
        path=measure_path(measure.id),
        kind="measure",
        title=measure.title,
        lead=measure.purpose,
        section=HOME[1],
        trail=(HOME,),
        content={
            "measure": measure,
            **definition(measure, one.reading, data.generated_at.date()),
            "headline": national and _headline(one, national),
            "parts": [
                {
                    "name": name.capitalize(),
                    "value": shown_value(row, _PART_UNITS.get(one.reading.unit, one.reading.unit)),
                    "key": row["lineage"],
                }
                for name, row in one.parts(one.public, NATIONAL)
            ],
            "period": period,
            **_companion(data, found, measure),
            "peers": one.peers,
            "like": like,
            "same": same,
            "table": order_table(one, breaks, csv),
            "beside_others": beside_others,
            "not_compared": _not_compared(one),
            "not_consistent": not_consistent(data, one.period),
            "guards": guards,
            "over_time": over_time,
            "icons": [variation_of(trend), outlook_of(trend)] if isinstance(trend, Trend) else [],
            "no_trend": "" if over_time else trend.sentence,
            "equity": equity,
            "groups": list(other_groups(one, equity)),
        },
        figures=beside_others + over_time + more,
        downloads=(Download(csv, one.public),),
    )


def _definition_page(data: SiteData, found: dict[str, MeasureResults], measure: Measure) -> Page:
    """The page of a measure that this home has no values of."""
    reading, fact = reading_of_measure(measure, data.period), load_fact(measure.fact)
    return Page(
        path=measure_path(measure.id),
        kind="definition",
        title=measure.title,
        lead=measure.purpose,
        section=HOME[1],
        trail=(HOME,),
        content={
            "measure": measure,
            "counted_from": f"returns of the kind '{fact.name}'"
            if fact.every
            else f"the fact '{fact.name}'",
            **definition(measure, reading, data.generated_at.date()),
            **_companion(data, found, measure),
        },
    )


def _companion(
    data: SiteData, found: dict[str, MeasureResults], measure: Measure
) -> dict[str, object]:
    """The measure that would show if this one were gamed."""
    title = next((one.title for one in data.measures if one.id == measure.companion), "")
    return {"companion": title, "companion_held": measure.companion in found}


def _headline(one: MeasureResults, national: Record) -> dict[str, object]:
    return {
        "value": shown_value(national, one.reading.unit),
        "per": one.per,
        "interval": interval_text(national, one.reading.unit),
        "withheld": WITHHELD if one.no_interval else "",
        "standard": with_unit(one.reading.standard, one.reading.unit, one.per),
        "key": national["lineage"],
    }


def _beside_others(data: SiteData, one: MeasureResults, breaks: Crossed) -> tuple[Figure, ...]:
    """The funnel where the values that are shown bear one, else the bars."""
    name, title = one.measure.id, value_title(one)
    if isinstance(one.public_funnel, Funnel):
        drawn = funnel_figure(
            f"{name}-funnel",
            one.public_funnel,
            one.reading,
            data.names,
            value_title=title,
            size_title=f"{SIZES[one.measure.unit]} counted",
            breaks=breaks,
        )
        return (drawn,)
    if isinstance(one.public_bars, Bars):
        drawn = bars_figure(
            f"{name}-bars",
            one.public_bars,
            one.public_bars.points.to_pylist(),
            one.reading,
            data.names,
            value_title=title,
            breaks=breaks,
        )
        return (drawn,)
    return ()


def _not_compared(one: MeasureResults) -> list[str]:
    """Why there is no comparison at all, or else why it is no funnel."""
    among, bars = one.public_funnel, one.public_bars
    found = bars if isinstance(bars, NotComparable) else among
    return [found.reason] if isinstance(found, NotComparable) else []


def _over_time(data: SiteData, one: MeasureResults) -> tuple[Figure, ...]:
    if isinstance(one.national_trend, NotComparable):
        return ()
    months = one.national_trend.points["period"].to_pylist()
    drawn = trend_figure(
        f"{one.measure.id}-trend",
        one.national_trend,
        one.reading,
        data.title,
        value_title=value_title(one),
        breaks=crossed(data, months, measure=one.measure.id),
    )
    return (drawn,)


def value_title(one: MeasureResults) -> str:
    """What a chart's values are: the measure, in its unit."""
    return ", ".join(filter(None, [one.measure.title, unit_words(one.reading.unit, one.per)]))
