"""Services and providers of England side by side: bars as far as the publications bear."""

from dataclasses import replace

from levelfield.benchmark import Bars, ordered_bars, reading_of_series, select
from levelfield.publish import charts
from levelfield.publish.cells import key_cell, number, records, value_cell, value_table
from levelfield.publish.comparisons import bars_figure
from levelfield.publish.pages.england_series import published_series
from levelfield.publish.parts import Cell, Figure, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import figure, short_name, short_service, whole
from levelfield.published import organisation_names

_BY_SERVICE = ("community_waits_by_service_2025-03", "published_service_over_52")


def long_waits(data: SiteData) -> Figure:
    """Waits over 52 weeks by service: like with like, since services differ more than places."""
    held = published_series(data, *_BY_SERVICE)
    rows = sorted(held.england, key=lambda row: -(number(row["value"]) or 0))
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
        (held.source, "Only the twelve longest lists were published: they make no total."),
    )


def one_service_compared(data: SiteData) -> Figure | None:
    """The service with most long waits at the providers with its longest lists.

    Bars and no funnel: providers differ so much that limits which allow for it say nothing.
    """
    held = published_series(data, *_BY_SERVICE)
    dataset, series = held.dataset, held.series
    service = max(held.england, key=lambda row: number(row["numerator"]) or 0)["stratum"]
    providers = select(
        data.published[dataset.id],
        measure=series.measure,
        org_level="provider",
        stratifier="service",
        stratum=str(service),
    )
    longest = providers.sort_by([("denominator", "descending"), ("org_code", "ascending")]).slice(
        0, 20
    )
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
        notes=(held.source, *drawn.notes),
    )


def activity_by_age(data: SiteData) -> Figure:
    """The providers with most care contacts, by the age of the people seen."""
    held = published_series(data, "csds_activity_2025-03", "published_care_contacts")
    rows = held.providers
    names = organisation_names(held.dataset.id)
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
        (held.source,),
    )
