"""The figures of England: each as far as its publication bears, with its source."""

from dataclasses import replace

from levelfield.benchmark import Bars, ordered_bars, reading_of_series, select
from levelfield.core.values import ENGLAND
from levelfield.publish import charts
from levelfield.publish.cells import Record, key_cell, number, records, value_cell, value_table
from levelfield.publish.comparisons import bars_figure, lines_across
from levelfield.publish.parts import Cell, Figure, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import figure, period_words, short_name, short_service, whole
from levelfield.published import (
    PublishedDataset,
    Series,
    organisation_names,
    published_dataset,
)

UNITS = {"proportion": "percent", "count": "number", "days": "days"}


def two_hour_response(data: SiteData) -> Figure:
    """England's months against the standard: lines, since no denominators were published."""
    dataset = published_dataset("ucr_2h_2024-25")
    series = dataset.find_series("published_ucr_2h")
    rows = records(select(data.published[dataset.id], measure=series.measure, org_code=ENGLAND))
    values = [value for row in rows if (value := number(row["value"])) is not None]
    last = rows[-1]
    reading = reading_of_series(series, str(last["period"]))
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
    )
    return Figure(
        "england-two-hour",
        sentence,
        f"Line chart by month. {sentence}",
        drawing,
        england_table(rows, series),
        (_source(dataset), "Drawn over time only: no denominators were published."),
    )


def waiting_list(data: SiteData) -> Figure:
    """England's list by month, adults and children apart."""
    dataset = published_dataset("community_waits_national_trend")
    series = dataset.find_series("published_waiting_list_trend")
    rows = [row for row in records(data.published[dataset.id]) if row["measure"] == series.measure]
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
        england_table(rows, series),
        (_source(dataset),),
    )


def long_waits(data: SiteData) -> Figure:
    """Waits over 52 weeks by service: like with like, since services differ more than places."""
    dataset = published_dataset("community_waits_by_service_2025-03")
    series = dataset.find_series("published_service_over_52")
    rows = [
        row
        for row in records(data.published[dataset.id])
        if row["measure"] == series.measure and row["org_code"] == ENGLAND
    ]
    rows.sort(key=lambda row: -(number(row["value"]) or 0))
    top = max(rows, key=lambda row: number(row["numerator"]) or 0)
    sentence = (
        f"{whole(number(top['numerator']))} people had waited over 52 weeks for "
        f"{top['stratum']}, {figure(number(top['value']), 'percent')} of that list. An "
        "organisation's total says first of all which services it runs, so compare one service "
        "at a time."
    )
    drawing = charts.bars(
        [
            {
                "name": short_service(str(row["stratum"])),
                "value": row["value"],
                "lower": None,
                "upper": None,
                "label": figure(number(row["value"]), "percent"),
            }
            for row in rows
        ],
        unit="percent",
        value_title="Share of the service's list over 52 weeks",
        lines=(),
    )
    head = columns("Service", "Over 52 weeks #", "On the list #", "Share #", "Key")
    body = tuple(
        (
            Cell(str(row["stratum"])),
            whole(number(row["numerator"])),
            whole(number(row["denominator"])),
            figure(number(row["value"]), "percent"),
            key_cell(row),
        )
        for row in rows
    )
    return Figure(
        "england-long-waits",
        sentence,
        f"Bar chart of {len(rows)} services. {sentence}",
        drawing,
        Table("Waits over 52 weeks by service, England", head, body),
        (_source(dataset), "Only the twelve longest lists were published: they make no total."),
    )


def one_service_compared(data: SiteData) -> Figure | None:
    """The service with most long waits at the providers with its longest lists.

    Bars and no funnel: providers differ so much that limits which allow for it say nothing.
    """
    dataset = published_dataset("community_waits_by_service_2025-03")
    series = dataset.find_series("published_service_over_52")
    table = data.published[dataset.id]
    service = max(
        (r for r in records(table) if r["measure"] == series.measure and r["org_code"] == ENGLAND),
        key=lambda row: number(row["numerator"]) or 0,
    )["stratum"]
    held = select(
        table,
        measure=series.measure,
        org_level="provider",
        stratifier="service",
        stratum=str(service),
    )
    longest = held.sort_by([("denominator", "descending")]).slice(0, 20)
    reading, names = reading_of_series(series, "2025-03"), organisation_names(dataset.id)
    found = ordered_bars(longest, reading, names=names)
    if not isinstance(found, Bars):
        return None
    rows = records(found.points)
    labels = [names.get(str(row["org_code"]), str(row["org_code"])) for row in rows]
    title = f"{service}: waits over 52 weeks at the {len(rows)} providers with the longest lists"
    drawn = bars_figure(
        "england-one-service",
        found,
        rows,
        reading,
        names,
        value_title="Share of the list over 52 weeks",
    )
    return replace(
        drawn,
        sentence=f"{title}. {found.sentence}",
        table=value_table(rows, "Provider", labels, "percent", title),
        notes=(_source(dataset), *drawn.notes),
    )


def activity_by_age(data: SiteData) -> Figure:
    """The providers with most care contacts, by the age of the people seen."""
    dataset = published_dataset("csds_activity_2025-03")
    rows = [
        row
        for row in records(data.published[dataset.id])
        if row["measure"] == "published_care_contacts" and row["org_level"] == "provider"
    ]
    names = organisation_names(dataset.id)
    totals = {
        str(row["org_code"]): number(row["value"]) or 0 for row in rows if row["stratum"] == "all"
    }
    largest = sorted(totals, key=lambda code: -totals[code])[:15]
    groups = sorted({str(row["stratum"]) for row in rows} - {"all"})
    cells = {(str(row["org_code"]), str(row["stratum"])): row for row in rows}
    drawing = charts.stacks(
        [
            {
                "name": short_name(names[code]),
                "part": f"aged {group}",
                "value": number(cells[code, group]["value"]) or 0,
                "label": "",
            }
            for code in largest
            for group in groups
            if (code, group) in cells
        ],
        [f"aged {group}" for group in groups],
        unit="number",
        value_title="Care contacts in March 2025",
    )
    shown = [cells[code, group] for code in largest for group in ("all", *groups)]
    sentence = (
        f"{short_name(names[largest[0]])} reported most care contacts in March 2025, "
        f"{whole(totals[largest[0]])}; the fifteen largest of {len(totals)} providers reported "
        f"{sum(totals[code] for code in largest) / sum(totals.values()):.0%} of them. Size and age "
        "mix say who is cared for, not how well."
    )
    head = columns("Provider", "Age", "Care contacts #", "Key")
    body = tuple(
        (
            Cell(names[str(row["org_code"])]),
            str(row["stratum"]),
            value_cell(row, "number"),
            key_cell(row),
        )
        for row in shown
    )
    return Figure(
        "england-activity",
        sentence,
        f"Stacked bar chart of fifteen providers by three age groups. {sentence}",
        drawing,
        Table("Care contacts by provider and age, March 2025", head, body),
        (_source(dataset),),
    )


def _source(dataset: PublishedDataset) -> str:
    return (
        f"Source: {dataset.publisher}, {dataset.title} ({dataset.status}). "
        f"Rounding: {dataset.rounding}."
    )


def england_table(rows: list[Record], series: Series) -> Table:
    by_group = any(row["stratum"] != "all" for row in rows)
    head = columns("Period", *(["Group"] if by_group else []), f"{_heading(series)} #", "Key")
    body: list[Row] = []
    for row in rows:
        group = ["all" if row["stratum"] == "all" else str(row["stratum"])] if by_group else []
        body.append(
            (
                Cell(period_words(str(row["period"]))),
                *group,
                value_cell(row, UNITS[series.unit]),
                key_cell(row),
            )
        )
    place = "" if series.title.endswith("England") else ", England"
    return Table(f"{series.title}{place}", head, tuple(body))


def _heading(series: Series) -> str:
    return {"proportion": "Share", "count": "Number", "days": "Days"}[series.unit]
