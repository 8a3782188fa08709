"""The forms of chart: one function each, from plain rows to two Vega specifications."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from levelfield.publish.forms import (
    SIZE_TITLE,
    VALUE_TITLE,
    bars_form,
    funnel_form,
    grid_form,
    lines_form,
    rows_of,
    stacks_form,
    trend_form,
)
from levelfield.publish.layout import LAYOUTS
from levelfield.publish.marks import KINDS, KINDS_SHOWN

Row = Mapping[str, object]


@dataclass(frozen=True)
class Drawing:
    """A chart as two Vega specifications in JSON, for a page and for a phone."""

    wide: str
    narrow: str


def funnel(
    points: Sequence[Row],
    limits: Sequence[Row],
    *,
    unit: str,
    value_title: str,
    size_title: str,
    lines: Sequence[Row],
) -> Drawing:
    """A funnel: each organisation by its size and value, with 95% and 99.8% limits.

    `points`: size, value, kind (one of KINDS), label (text beside the point, or "").
    `limits`: size, lower95, upper95, lower998, upper998, in order of size.
    `lines`: the average and the standard as value, text and dash (solid or dashed).
    """
    data = {"points": _labels_clear(points, limits), "limits": limits, "lines": lines}
    return draw(funnel_form, data, {VALUE_TITLE: value_title, SIZE_TITLE: size_title}, unit)


def trend(
    points: Sequence[Row],
    *,
    unit: str,
    value_title: str,
    lines: Sequence[Row],
    breaks: Sequence[Row] = (),
) -> Drawing:
    """An XmR chart: a value each month, its average and natural limits, signals by shape.

    `points`: period (`2026-03`), value, mean, lower, upper (None where there are no limits), kind
    (one of KINDS), segment: no line joins points of two segments. `lines` as in `funnel`; `breaks`:
    the period from which on the series means something else, and text.
    """
    data = {"points": _dated(points), "lines": lines, "breaks": _dated(breaks)}
    return draw(trend_form, data, {VALUE_TITLE: value_title}, unit)


def bars(rows: Sequence[Row], *, unit: str, value_title: str, lines: Sequence[Row]) -> Drawing:
    """Ordered bars with intervals, the order of `rows` from the top.

    `rows`: name, value, lower and upper (None when there is no interval), label (text after the
    bar, or ""). `lines` as in `funnel`.
    """
    return draw(
        bars_form, {"rows": rows, "lines": lines}, {VALUE_TITLE: value_title}, unit, len(rows)
    )


def stacks(rows: Sequence[Row], parts: Sequence[str], *, unit: str, value_title: str) -> Drawing:
    """Stacked bars, one a name, cut into `parts` in that order; the order of names is kept.

    `rows`: name, part (one of `parts`), value, label (text inside the segment, or "").
    """
    count = len({row["name"] for row in rows})
    order = {part: place for place, part in enumerate(parts)}
    placed = [{**row, "place": order[str(row["part"])]} for row in rows]
    return draw(
        stacks_form, {"rows": placed}, {VALUE_TITLE: value_title}, unit, tuple(parts), count
    )


def grid(rows: Sequence[Row], kinds: Sequence[str]) -> Drawing:
    """A field of squares: names down, months across, in the order of `rows`.

    `rows`: name, code (for a phone), month (its short name), kind (one of `kinds`), letter, broken
    (whether the figures of that name mean something else from that month on: a line before it).
    """
    count = len({row["code"] for row in rows})
    titles: dict[str, str] = {}
    return draw(grid_form, {"rows": rows}, titles, tuple(kinds), count)


def lines(
    rows: Sequence[Row],
    series: Sequence[str],
    *,
    unit: str,
    value_title: str,
    from_zero: bool = False,
    rules: Sequence[Row] = (),
    breaks: Sequence[Row] = (),
) -> Drawing:
    """Lines over months, told apart by dash and point as well as colour.

    `rows`: period (`2026-03`), series (one of `series`, at most four), value. `rules` are the
    `lines` of `funnel`, `breaks` those of `trend`: no line runs across one.
    """
    begun = [str(one["period"]) for one in breaks]
    parts = [{**row, "segment": sum(str(row["period"]) >= b for b in begun)} for row in rows]
    data = {"rows": _dated(parts), "lines": rules, "breaks": _dated(breaks)}
    return draw(lines_form, data, {VALUE_TITLE: value_title}, unit, tuple(series), from_zero)


def draw(
    form: Callable[..., str],
    datasets: Mapping[str, Sequence[Row]],
    titles: Mapping[str, str],
    *options: object,
) -> Drawing:
    """A form for both layouts, with rows, titles and the kinds of its points put in.

    `datasets` are rows by the name that the form gives them, `titles` what stands in place of its
    titles, and `options` what the form takes beside the layout.
    """
    puts: dict[str, object] = {**titles, KINDS_SHOWN: _kinds(datasets.get("points", ()))}
    puts |= {rows_of(name): list(rows) for name, rows in datasets.items()}
    wide, narrow = (form(layout, *options) for layout in LAYOUTS)
    for place, content in puts.items():
        text = json.dumps(content)
        wide, narrow = (spec.replace(json.dumps(place), text) for spec in (wide, narrow))
    return Drawing(wide, narrow)


_HEIGHTS = (-8, 8, -20, 20)
"""Where the middle of a label may stand, in pixels below its point; the first that is clear."""

_REACH = 12
"""Half the height of a label and of a mark, in pixels."""


def _labels_clear(points: Sequence[Row], limits: Sequence[Row]) -> list[Row]:
    """Labels of large organisations stand left of their points, so that none leaves the chart, and
    each at the height at which it covers the fewest marks of others in either layout."""
    places = [(float(str(point["size"])), float(str(point["value"]))) for point in points]
    curves = [row[name] for row in limits for name in ("lower998", "upper998")]
    ends = [value for _, value in places]
    ends += [float(str(end)) for end in curves if end is not None]
    width = max((size for size, _ in places), default=0.0) or 1.0
    height = max(ends, default=0.0) - min(ends, default=0.0) or 1.0
    placed: list[Row] = []
    for point, (size, value) in zip(points, places, strict=True):
        flip = size > 0.6 * width
        others = [
            ((x - size) / width * (-1 if flip else 1), (value - y) / height)
            for x, y in places
            if (x, y) != (size, value)
        ]
        covered = [_covered(others, len(str(point["label"])), below) for below in _HEIGHTS]
        placed.append({**point, "flip": flip, "below": _HEIGHTS[covered.index(min(covered))]})
    return placed


def _covered(others: Sequence[tuple[float, float]], letters: int, below: int) -> int:
    """How many marks a label lies over; `others` from its point, as shares of the plot."""
    return sum(
        0 <= across * layout.plot_width <= _REACH + letters * layout.text * 0.55 + _REACH
        and abs(down * layout.height - below) < _REACH
        for layout in LAYOUTS
        for across, down in others
    )


def _dated(rows: Sequence[Row]) -> list[Row]:
    return [{**row, "date": f"{row['period']}-01"} for row in rows]


def _kinds(points: Sequence[Row]) -> list[str]:
    present = {point["kind"] for point in points}
    return [kind for kind in KINDS if kind in present]
