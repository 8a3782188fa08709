"""Comparisons as figures: funnel, ordered bars and trend, each with its sentence and its table.

Comparisons are computed on exact values. What is drawn are the rows that were handed in: disclosed
ones on a public page, so a suppressed organisation has no point and the figure says so.
"""

from collections.abc import Mapping, Sequence

from levelfield.benchmark import Bars, Funnel, Reading, Trend
from levelfield.disclosure import NEAREST
from levelfield.publish import charts
from levelfield.publish.cells import Record, flags, key_cell, number, value_cell
from levelfield.publish.parts import Cell, Figure, Table, columns
from levelfield.publish.words import (
    counted,
    figure,
    listed,
    period_words,
    short_name,
)

Names = Mapping[str, str]


def funnel_figure(
    name: str,
    found: Funnel,
    shown: Sequence[Record],
    reading: Reading,
    names: Names,
    *,
    value_title: str,
    size_title: str,
    table: Table | None = None,
) -> Figure:
    """The funnel of `found` with the points of `shown` (the same organisations, disclosed)."""
    kinds = dict(
        zip(found.points["org_code"].to_pylist(), found.points["kind"].to_pylist(), strict=True)
    )
    points = [
        {
            "size": row["denominator"],
            "value": row["value"],
            "kind": kinds[str(row["org_code"])],
            "label": _label(row, kinds, names),
        }
        for row in shown
        if row["value"] is not None and row["denominator"] and kinds.get(str(row["org_code"]))
    ]
    drawing = charts.funnel(
        points,
        _limits_between(found, points),
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
        table,
        (method_words(found.method, found.parameters), *missing_words(shown)),
    )


def _limits_between(found: Funnel, points: Sequence[Record]) -> list[Record]:
    """The limits over the sizes that are drawn: the curve must not end at a suppressed one."""
    sizes = [number(point["size"]) or 0.0 for point in points]
    # The largest may have been rounded down: its own end of the curve still belongs to it.
    return [
        row
        for row in found.limits.to_pylist()
        if sizes and min(sizes) <= row["size"] <= max(sizes) + NEAREST / 2
    ]


def _label(row: Record, kinds: Mapping[str, str], names: Names) -> str:
    code = str(row["org_code"])
    return (
        ""
        if kinds[code] in (None, "within limits", "between the limits")
        else short_name(names.get(code, code))
    )


def bars_figure(
    name: str,
    found: Bars,
    shown: Sequence[Record],
    reading: Reading,
    names: Names,
    *,
    value_title: str,
) -> Figure:
    """Ordered bars in the order of `found`, with the values of `shown`."""
    by_code = {row["org_code"]: row for row in shown}
    rows = [
        {
            "name": short_name(names.get(code, code)),
            "value": row["value"],
            "lower": row["lower"],
            "upper": row["upper"],
            "label": figure(number(row["value"]), reading.unit),
        }
        for code in found.points["org_code"].to_pylist()
        if (row := by_code.get(code)) is not None and row["value"] is not None
    ]
    drawing = charts.bars(
        rows,
        unit=reading.unit,
        value_title=value_title,
        lines=lines_across(reading, found.reference)[:1],
    )
    return Figure(
        name,
        found.sentence,
        f"Bar chart of {counted(len(rows), 'organisation')} in order of their values, with 95% "
        f"intervals. {found.sentence} The figures are in the table below.",
        drawing,
        notes=(method_words(found.method, found.parameters), *missing_words(shown)),
    )


def trend_figure(
    name: str, found: Trend, reading: Reading, who: str, *, value_title: str
) -> Figure:
    """The XmR chart of one organisation, with its months in a table."""
    rows = [row for row in found.points.to_pylist() if row["value"] is not None]
    points = [
        {
            "period": row["period"],
            "value": row["value"],
            "mean": row["mean"],
            "lower": row["lower_limit"],
            "upper": row["upper_limit"],
            "kind": row["kind"],
        }
        for row in rows
    ]
    drawing = charts.trend(
        points,
        unit=reading.unit,
        value_title=value_title,
        lines=lines_across(reading)[-1:],
    )
    return Figure(
        name,
        found.sentence,
        f"Control chart of {counted(len(points), 'month')} for {who}. {found.sentence} "
        "The figures are in the table below.",
        drawing,
        _months_table(rows, reading, who),
        (method_words(found.method, found.parameters),),
    )


def _months_table(rows: Sequence[Record], reading: Reading, who: str) -> Table:
    unit = reading.unit
    head = columns("Month", "Value #", "Mean #", "Limits #", "Signal", "Key")
    body = tuple(
        (
            Cell(period_words(str(row["period"]))),
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
        text = f"reference {figure(average, reading.unit)}"
        found.append({"value": average, "text": text, "dash": "solid"})
    if reading.standard is not None:
        text = f"standard {figure(reading.standard, reading.unit)}"
        found.append({"value": reading.standard, "text": text, "dash": "dashed"})
    return found


def method_words(method: str, parameters: Mapping[str, object]) -> str:
    """The method's name and parameters, as they stand beside a result."""
    said = [f"{name} {_parameter(value)}" for name, value in parameters.items()]
    return f"Method: {method}; {'; '.join(said)}."


def _parameter(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def missing_words(shown: Sequence[Record]) -> list[str]:
    """A sentence on the organisations that are not drawn, or nothing."""
    hidden = sum("suppressed" in flags(row) for row in shown)
    empty = sum(row["value"] is None for row in shown) - hidden
    parts = [counted(hidden, "provider") + " suppressed for small numbers"] if hidden else []
    parts += [counted(empty, "provider") + " without a value"] if empty else []
    return [f"Not drawn: {listed(parts)}."] if parts else []
