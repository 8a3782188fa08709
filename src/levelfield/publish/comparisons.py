"""Comparisons as figures: funnel, ordered bars and trend, each with its sentence and its table.

What was compared is drawn and described: on a public page the disclosed rows, so that a suppressed
organisation has no point and no name, and the figure says how many there are.
"""

from collections.abc import Mapping, Sequence

from levelfield.benchmark import Bars, Funnel, Reading, Trend, method_words
from levelfield.core.dates import period_words
from levelfield.publish import charts
from levelfield.publish.breaks import HERE, Crossed
from levelfield.publish.cells import Record, flags, key_cell, number, value_cell
from levelfield.publish.parts import Cell, Figure, Table, columns
from levelfield.publish.words import counted, figure, headed, listed, short_name, with_unit

Names = Mapping[str, str]

NO_BREAK = Crossed()


def funnel_figure(
    name: str,
    found: Funnel,
    reading: Reading,
    names: Names,
    *,
    value_title: str,
    size_title: str,
    breaks: Crossed = NO_BREAK,
) -> Figure:
    """A funnel with a point for each organisation that has a value."""
    rows: list[Record] = found.points.to_pylist()
    points = [
        {
            "size": row["denominator"],
            "value": row["value"],
            "kind": row["kind"],
            "label": _label(row, names),
        }
        for row in rows
        if row["kind"] is not None
    ]
    drawing = charts.funnel(
        points,
        found.limits.to_pylist(),
        unit=reading.unit,
        value_title=value_title,
        size_title=size_title,
        lines=lines_across(reading, found.reference),
    )
    return Figure(
        name,
        found.sentence,
        f"Funnel plot of {counted(len(points), 'organisation')} by size and value, with 95% and "
        f"99.8% limits. {found.sentence} The figures are in the table below.",
        drawing,
        notes=(
            method_words(found.method, found.parameters),
            *missing_words(rows),
            *breaks.notes,
        ),
    )


def _label(row: Record, names: Names) -> str:
    code = str(row["org_code"])
    if row["kind"] in ("within limits", "between the limits"):
        return ""
    return short_name(names.get(code, code))


def bars_figure(
    name: str,
    found: Bars,
    shown: Sequence[Record],
    reading: Reading,
    names: Names,
    *,
    value_title: str,
    breaks: Crossed = NO_BREAK,
) -> Figure:
    """Ordered bars in the order of `found`, with the values of `shown`."""
    by_code = {row["org_code"]: row for row in shown}
    rows = [
        {
            "name": short_name(names.get(code, code)),
            "value": row["value"],
            **_whole_interval(row),
            "label": figure(number(row["value"]), reading.unit),
        }
        for code in found.points["org_code"].to_pylist()
        if (row := by_code.get(code)) is not None and row["value"] is not None
    ]
    drawing = charts.bars(
        rows,
        unit=reading.unit,
        value_title=value_title,
        lines=[] if found.reference is None else lines_across(reading, found.reference)[:1],
    )
    drawn = ", with 95% intervals" if any(row["lower"] is not None for row in rows) else ""
    return Figure(
        name,
        found.sentence,
        f"Bar chart of {counted(len(rows), 'organisation')} in order of their values{drawn}. "
        f"{found.sentence} The figures are in the table below.",
        drawing,
        notes=(
            method_words(found.method, found.parameters),
            *missing_words(shown),
            *breaks.notes,
        ),
    )


def _whole_interval(row: Record) -> Record:
    """Both bounds, or none: half an interval would be drawn from nought."""
    whole = row["lower"] is not None and row["upper"] is not None
    return {name: row[name] if whole else None for name in ("lower", "upper")}


def trend_figure(
    name: str,
    found: Trend,
    reading: Reading,
    who: str,
    *,
    value_title: str,
    breaks: Crossed = NO_BREAK,
) -> Figure:
    """The XmR chart of one organisation, with its months in a table.

    Limits begin anew where the values say that their series breaks; `breaks` say why.
    """
    rows = [row for row in found.points.to_pylist() if row["value"] is not None]
    points = [
        {
            "period": row["period"],
            "value": row["value"],
            "mean": row["mean"],
            "lower": row["lower_limit"],
            "upper": row["upper_limit"],
            "kind": row["kind"],
            "segment": row["segment"],
        }
        for row in rows
    ]
    drawing = charts.trend(
        points,
        unit=reading.unit,
        value_title=value_title,
        lines=lines_across(reading)[-1:],
        breaks=[{"period": period, "text": HERE} for period in found.breaks],
    )
    return Figure(
        name,
        found.sentence,
        f"Control chart of {counted(len(points), 'month')} for {who}. {found.sentence} "
        "The figures are in the table below.",
        drawing,
        _months_table(rows, reading, who, found.breaks),
        (method_words(found.method, found.parameters), *breaks.notes),
    )


def _months_table(
    rows: Sequence[Record], reading: Reading, who: str, breaks: Sequence[str]
) -> Table:
    unit = reading.unit
    value = headed("Value", unit, reading.per)
    head = columns("Month", f"{value} #", "Mean #", "Limits #", "Signal", "Key")
    body = tuple(
        (
            Cell(
                period_words(str(row["period"])),
                note=f"{HERE}: what comes before is not comparable"
                if row["period"] in breaks
                else "",
            ),
            value_cell(row, unit),
            figure(number(row["mean"]), unit),
            f"{figure(number(row['lower_limit']), unit)} to "
            f"{figure(number(row['upper_limit']), unit)}",
            str(row["rule"] or "none"),
            key_cell(row),
        )
        for row in rows
    )
    return Table(f"{who} by month", head, body)


def lines_across(reading: Reading, average: float | None = None) -> list[Record]:
    """The reference (solid) and the standard (dashed), named with their values."""
    found: list[Record] = []
    if average is not None:
        text = f"reference {with_unit(average, reading.unit)}"
        found.append({"value": average, "text": text, "dash": "solid"})
    if reading.standard is not None:
        text = f"standard {with_unit(reading.standard, reading.unit)}"
        found.append({"value": reading.standard, "text": text, "dash": "dashed"})
    return found


def missing_words(shown: Sequence[Record]) -> list[str]:
    """A sentence on the organisations that are not drawn, or nothing."""
    hidden = sum("suppressed" in flags(row) for row in shown)
    empty = sum(row["value"] is None for row in shown) - hidden
    parts = [counted(hidden, "provider") + " suppressed for small numbers"] if hidden else []
    parts += [counted(empty, "provider") + " without a value"] if empty else []
    return [f"Not drawn: {listed(parts)}."] if parts else []
