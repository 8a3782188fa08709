"""The measure pages: what is meant, who differs, and how it moves. Public, from disclosed rows."""

from collections.abc import Iterator

from levelfield.benchmark import Bars, Funnel, NotComparable, funnel, ordered_bars, select
from levelfield.core.dates import long_date, period_words
from levelfield.core.values import NATIONAL
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.measures import Example, Measure, in_words
from levelfield.measures.examples import BECAUSE, read_rows
from levelfield.publish.breaks import Crossed, crossed
from levelfield.publish.cells import (
    interval_text,
    key_cell,
    records,
    shown_value,
    value_table,
)
from levelfield.publish.comparisons import bars_figure, funnel_figure, trend_figure
from levelfield.publish.pages.quality_figures import not_consistent
from levelfield.publish.parts import Cell, Download, Figure, Page, Table, columns
from levelfield.publish.results import MeasureResults, strata
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import with_unit

HOME = ("Measures", "measures/index.html")

STRATIFIERS = {
    "service": "service",
    "age_band": "age",
    "sex": "sex",
    "ethnic_group": "ethnic group",
    "deprivation_fifth": "deprivation",
    "staff_group": "staff group",
    "medium": "medium of contact",
    "source_of_referral": "source of referral",
}

CODES = {
    "service": TEAM_TYPES,
    "staff_group": "care_professional_staff_group_community_care",
    "medium": "consultation_mechanism_community_care",
    "source_of_referral": "source_of_referral_for_community",
}
"""The code lists of the data set behind the stratifiers whose strata are codes."""


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


def measure_path(measure_id: str) -> str:
    return f"measures/{measure_id}.html"


def measure_pages(data: SiteData, found: dict[str, MeasureResults]) -> Iterator[Page]:
    """The list of measures and a page for each that has values."""
    yield _list(data, found)
    for one in found.values():
        yield _page(data, one)


def _list(data: SiteData, found: dict[str, MeasureResults]) -> Page:
    period = period_words(str(data.year))
    head = columns("Measure", "Value #", "Standard #", "Domain", "Key")
    rows = []
    for one in found.values():
        row = one.row(one.public, NATIONAL)
        rows.append(
            (
                Cell(one.measure.title, measure_path(one.measure.id), note=one.measure.purpose),
                Cell(shown_value(row, one.reading.unit)) if row else "–",
                with_unit(one.reading.standard, one.reading.unit),
                one.measure.domain,
                key_cell(row) if row else "–",
            )
        )
    return Page(
        path="measures/index.html",
        kind="list",
        title="Measures",
        lead="Each measure says who counts, why it matters and how providers compare.",
        section="measures/index.html",
        content={
            "tables": [Table(f"{data.title}, {period}", head, tuple(rows))] if rows else [],
            "empty": "There are no values yet. Run levelfield build, then publish again.",
        },
    )


_PART_UNITS = {"points": "percent"}
"""The parts of a difference in percentage points are percentages; other parts are as the whole."""


def _page(data: SiteData, one: MeasureResults) -> Page:
    measure, period = one.measure, period_words(one.period)
    csv = f"data/{measure.id}.csv"
    held = select(one.public, measure=measure.id, period=one.period, org_level="provider")
    bars = ordered_bars(held, one.reading, names=data.names)
    # In the order of what is shown: the place of a suppressed provider would say how it does.
    shown = records(bars.points if isinstance(bars, Bars) else held)
    # Who is suppressed is not named below the chart, not even for a break.
    valued = [str(row["org_code"]) for row in shown if row["value"] is not None]
    breaks = crossed(data, one.window, valued, measure.id)
    table = value_table(
        shown,
        "Provider",
        [
            Cell(data.name(code), note=breaks.note(code))
            for code in (str(row["org_code"]) for row in shown)
        ],
        one.reading.unit,
        f"{measure.title}, {period}",
        csv,
    )
    among = funnel(held, one.reading, names=data.names)
    beside_others, over_time = _beside_others(data, one, among, bars, breaks), _over_time(data, one)
    national = one.row(one.public, NATIONAL)
    return Page(
        path=measure_path(measure.id),
        kind="measure",
        title=measure.title,
        lead=measure.purpose,
        section="measures/index.html",
        trail=(HOME,),
        content={
            "measure": measure,
            "words": in_words(measure),
            "summary": _summary(measure),
            "headline": national
            and {
                "value": shown_value(national, one.reading.unit),
                "interval": interval_text(national, one.reading.unit),
                "standard": with_unit(one.reading.standard, one.reading.unit),
                "key": national["lineage"],
            },
            "parts": [
                {
                    "name": name.capitalize(),
                    "value": shown_value(row, _PART_UNITS.get(one.reading.unit, one.reading.unit)),
                    "key": row["lineage"],
                }
                for name, row in one.parts(one.public, NATIONAL)
            ],
            "period": period,
            "companion": next((m.title for m in data.measures if m.id == measure.companion), ""),
            "table": table,
            "beside_others": beside_others,
            "not_compared": _not_compared(among, bars),
            "not_consistent": not_consistent(data, one.period),
            "over_time": over_time,
            "no_trend": "" if over_time else one.national_trend.sentence,
            "groups": list(_groups(one)),
            "examples": [_example(example, one) for example in measure.examples],
        },
        figures=beside_others + over_time,
        downloads=(Download(csv, one.public),),
    )


def _beside_others(
    data: SiteData,
    one: MeasureResults,
    among: Funnel | NotComparable,
    bars: Bars | NotComparable,
    breaks: Crossed,
) -> tuple[Figure, ...]:
    """The funnel where the values that are shown bear one, else the bars."""
    name, title = one.measure.id, value_title(one.measure)
    if isinstance(among, Funnel):
        drawn = funnel_figure(
            f"{name}-funnel",
            among,
            one.reading,
            data.names,
            value_title=title,
            size_title=f"{SIZES[one.measure.unit]} counted",
            breaks=breaks,
        )
        return (drawn,)
    if isinstance(bars, Bars):
        drawn = bars_figure(
            f"{name}-bars",
            bars,
            records(bars.points),
            one.reading,
            data.names,
            value_title=title,
            breaks=breaks,
        )
        return (drawn,)
    return ()


def _not_compared(among: Funnel | NotComparable, bars: Bars | NotComparable) -> list[str]:
    """Why there is no comparison at all, or else why it is no funnel."""
    found = bars if isinstance(bars, NotComparable) else among
    return [found.reason] if isinstance(found, NotComparable) else []


def _over_time(data: SiteData, one: MeasureResults) -> tuple[Figure, ...]:
    if isinstance(one.national_trend, NotComparable):
        return ()
    name, title = f"{one.measure.id}-trend", value_title(one.measure)
    months = one.national_trend.points["period"].to_pylist()
    drawn = trend_figure(
        name,
        one.national_trend,
        one.reading,
        data.title,
        value_title=title,
        breaks=crossed(data, months, measure=one.measure.id),
    )
    return (drawn,)


def value_title(measure: Measure) -> str:
    """What a chart's values are: the measure, in its unit."""
    words = {"gap": ", percentage points", "median": ", days"}.get(measure.statistic, "")
    return f"{measure.title}{words}"


def _summary(measure: Measure) -> list[tuple[str, str]]:
    words = in_words(measure)
    return [
        ("Standard", " ".join(words.standards) or "Nobody has set one."),
        ("Which way is better", words.polarity),
        ("How it is shown", words.how_it_is_shown),
        ("Domain", f"{measure.domain}; {measure.theme}; a measure of {measure.kind}"),
        ("Services", measure.services),
        ("Source", measure.source),
        ("Written by", measure.authored_by),
        ("Reviewed", f"{long_date(measure.reviewed_on)}; next on {long_date(measure.next_review)}"),
        ("Version", f"{measure.id}, version {measure.version}"),
    ]


def _groups(one: MeasureResults) -> Iterator[Table]:
    for stratifier in one.measure.stratifiers:
        rows = strata(one.public, one.measure.id, one.period, stratifier)
        if rows:
            labels = [stratum_label(stratifier, str(row["stratum"])) for row in rows]
            caption = f"By {STRATIFIERS[stratifier]}"
            yield value_table(rows, "Group", labels, one.reading.unit, caption)


def stratum_label(stratifier: str, stratum: str) -> str:
    """A stratum as a reader knows it: a code by its name, a fifth by its end."""
    if stratifier in CODES:
        label = load_dataset().label(CODES[stratifier], stratum)
        return f"{label} ({stratum})" if label != stratum else stratum
    ends = {"1": "1, most deprived", "5": "5, least deprived"}
    return ends.get(stratum, stratum) if stratifier == "deprivation_fifth" else stratum


def _example(example: Example, one: MeasureResults) -> dict[str, object]:
    """The rows of an example, the reason first: a clinician reads that, and then the codes."""
    rows = read_rows(example.given, example.title)
    others = [name for name in rows[0] if name != BECAUSE]
    head = columns("Why", *others)
    body = tuple(
        (Cell(row[BECAUSE]), *(Cell(row[name] or "blank") for name in others)) for row in rows
    )
    if example.value is not None:
        result = with_unit(example.value, one.reading.unit)
    else:
        result = f"{example.numerator} of {example.denominator}"
    return {"title": example.title, "result": result, "table": Table(example.title, head, body)}
