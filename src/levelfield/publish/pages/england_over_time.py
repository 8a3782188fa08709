"""England by month: lines as far as the publications bear, each with its source."""

from levelfield.benchmark import reading_of_series
from levelfield.core.dates import period_words
from levelfield.publish import charts
from levelfield.publish.breaks import crossed
from levelfield.publish.cells import number
from levelfield.publish.comparisons import lines_across
from levelfield.publish.pages.england_series import published_series
from levelfield.publish.parts import Figure
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import figure, whole


def two_hour_response(data: SiteData) -> Figure:
    """England's months against the standard: lines, since no denominators were published."""
    held = published_series(data, "ucr_2h_2024-25", "published_ucr_2h")
    rows = held.england
    breaks = crossed(data, [str(row["period"]) for row in rows])
    values = [value for row in rows if (value := number(row["value"])) is not None]
    last = rows[-1]
    reading = reading_of_series(held.series, str(last["period"]))
    met = sum(value >= (reading.standard or 0) for value in values)
    sentence = (
        f"In {period_words(str(last['period']))} {figure(values[-1], 'percent')} of two-hour "
        f"responses in England met two hours. The year's months lay between "
        f"{figure(min(values), 'percent')} and {figure(max(values), 'percent')}, and {met} of "
        f"{len(values)} met the standard of {figure(reading.standard, 'percent')}."
    )
    drawing = charts.lines(
        [{"period": row["period"], "series": "England", "value": row["value"]} for row in rows],
        ["England"],
        unit="percent",
        value_title="Met two hours",
        rules=lines_across(reading),
        breaks=breaks.months,
    )
    return Figure(
        "england-two-hour",
        sentence,
        f"Line chart by month. {sentence}",
        drawing,
        held.england_table(),
        (
            held.source,
            "Drawn over time only: no denominators were published.",
            *breaks.notes,
        ),
    )


def waiting_list(data: SiteData) -> Figure:
    """England's list by month, adults and children apart."""
    held = published_series(data, "community_waits_national_trend", "published_waiting_list_trend")
    rows = held.england
    totals = [row for row in rows if row["stratum"] == "all"]
    parts = [row for row in rows if row["stratum"] != "all"]
    groups = list(dict.fromkeys(str(row["stratum"]) for row in parts))
    first, last = number(totals[0]["value"]) or 0, number(totals[-1]["value"]) or 0
    ends = {
        group: [number(row["value"]) or 0 for row in parts if row["stratum"] == group]
        for group in groups
    }
    moved = "; ".join(
        f"{group} went from {whole(values[0])} to {whole(values[-1])}"
        for group, values in ends.items()
    )
    sentence = (
        f"{whole(last)} people were waiting in {period_words(str(totals[-1]['period']))}, "
        f"{'more' if last > first else 'fewer'} than the {whole(first)} of "
        f"{period_words(str(totals[0]['period']))}: {moved}."
    )
    drawing = charts.lines(
        [{"period": r["period"], "series": r["stratum"], "value": r["value"]} for r in parts],
        groups,
        unit="number",
        value_title="People waiting",
        from_zero=True,
    )
    return Figure(
        "england-waiting-list",
        sentence[0].upper() + sentence[1:],
        f"Line chart by month, one line each for {' and '.join(groups)}. {sentence}",
        drawing,
        held.england_table(),
        (held.source,),
    )
