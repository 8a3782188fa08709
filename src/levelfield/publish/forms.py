"""The forms of chart as Vega specifications without data, built once for each layout.

Building and compiling a specification takes as long as drawing it, so it is kept, and the rows
are put in as text. Altair and vl-convert are imported when the first form is asked for: that takes
more than a second.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from levelfield.publish.layout import BLUE, INK, ORANGE, PALE, PURPLE, RULE, SOFT, STEPS, Layout
from levelfield.publish.marks import (
    DASHES,
    GRIDS,
    KINDS_SHOWN,
    bar,
    bar_offset,
    breaks_across,
    lines_across,
    list_axis,
    marked_points,
    names,
    names_above,
    time_axis,
    value_axis,
)

if TYPE_CHECKING:
    import altair as alt

_LIGHT_TEXT_ON = ("#1f4e79", "#b45309")

VALUE_TITLE = "value title goes here"
SIZE_TITLE = "size title goes here"
"""What stands in a form where its titles are put in; `rows_of` and KINDS_SHOWN do for the rest."""


def rows_of(name: str) -> str:
    """What stands in a form where the rows of a data set are put in."""
    return f"rows of {name} go here"


def compiled(
    chart: "alt.LayerChart | alt.FacetChart", layout: Layout, width: int, height: int
) -> str:
    """A chart of a width and height in CSS pixels as a form: places for rows in place of data."""
    import vl_convert

    sized = chart.properties(
        width=width,
        height=height,
        padding={"left": 4, "right": 10, "top": 6, "bottom": 4},
    )
    spec: dict[str, Any] = {**sized.to_dict(validate=False), "config": layout.config()}
    found: dict[str, Any] = vl_convert.vegalite_to_vega(spec)
    for data in found["data"]:
        if "source" not in data:
            data["values"] = rows_of(data["name"])
    for legend in found.get("legends", ()):
        if "values" in legend:
            legend["values"] = KINDS_SHOWN
    return json.dumps(found)


@cache
def funnel_form(layout: Layout, unit: str) -> str:
    import altair as alt

    axis = alt.Axis(format=",.0f", tickCount=6 if layout.wide else 3)
    x = alt.X("size:Q", title=SIZE_TITLE, axis=axis, scale=alt.Scale(zero=True, nice=True))
    curves = alt.Chart(alt.NamedData("limits"))
    points = alt.Chart(alt.NamedData("points"))

    def y(field: str) -> alt.Y:
        return value_axis(layout, field, unit, VALUE_TITLE)

    layers = [
        curves.mark_area(color=PALE, opacity=opacity).encode(
            x=x, y=y(f"lower{level}"), y2=alt.Y2(f"upper{level}:Q")
        )
        for level, opacity in (("998", 0.35), ("95", 0.5))
    ]
    layers += [
        curves.mark_line(color=SOFT, strokeWidth=1, strokeDash=DASHES[dash]).encode(
            x=x, y=y(f"{side}{level}")
        )
        for level, dash in (("998", "solid"), ("95", "dashed"))
        for side in ("lower", "upper")
    ]
    layers += lines_across(layout, y("value"))
    layers.append(marked_points(points, layout, x, y("value")))
    label = points.mark_text(
        align=alt.ExprRef("datum.flip ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.flip ? -9 : 9"),
        dy=alt.ExprRef("datum.below"),
        fontSize=layout.text,
    )
    layers.append(label.encode(x=x, y=y("value"), text="label:N"))
    return compiled(alt.layer(*layers), layout, layout.plot_width, layout.height)


@cache
def trend_form(layout: Layout, unit: str) -> str:
    import altair as alt

    x = time_axis(layout)
    base = alt.Chart(alt.NamedData("points"))

    def y(field: str) -> alt.Y:
        return value_axis(layout, field, unit, VALUE_TITLE)

    # Nothing is drawn across a break: each stretch has lines of its own.
    layers = [
        base.mark_line(color=SOFT, strokeWidth=1.2, strokeDash=DASHES[dash]).encode(
            x=x, y=y(field), detail="segment:N"
        )
        for field, dash in (("lower", "dashed"), ("upper", "dashed"), ("mean", "solid"))
    ]
    layers += breaks_across(layout, x)
    layers += lines_across(layout, y("value"))
    layers.append(
        base.mark_line(color=RULE, strokeWidth=2).encode(x=x, y=y("value"), detail="segment:N")
    )
    layers.append(marked_points(base, layout, x, y("value")))
    return compiled(alt.layer(*layers), layout, layout.plot_width, layout.trend_height)


@cache
def bars_form(layout: Layout, unit: str, count: int) -> str:
    import altair as alt

    x = alt.X("value:Q", title=VALUE_TITLE, axis=list_axis(layout, unit))
    base = alt.Chart(alt.NamedData("rows"))
    standard = alt.Chart(alt.NamedData("lines"))
    end = alt.X("end:Q")
    layers = [
        bar(base, layout, color="#8fb3d4").encode(x=x, y=names(layout)),
        base.mark_rule(color=INK, strokeWidth=1.5, yOffset=bar_offset(layout)).encode(
            x=alt.X("lower:Q"), x2=alt.X2("upper:Q"), y=names(layout)
        ),
        base.transform_calculate(end="max(datum.value, datum.upper)")
        .mark_text(align="left", dx=6, yOffset=bar_offset(layout), fontSize=layout.text)
        .encode(x=end, y=names(layout), text="label:N"),
        standard.mark_rule(color=INK, strokeDash=DASHES["dashed"]).encode(x="value:Q"),
        *names_above(base, layout),
    ]
    return compiled(alt.layer(*layers), layout, layout.list_width, count * layout.row)


@cache
def stacks_form(layout: Layout, unit: str, parts: tuple[str, ...], count: int) -> str:
    import altair as alt

    x = alt.X("value:Q", title=VALUE_TITLE, stack="zero", axis=list_axis(layout, unit))
    fills = STEPS[: len(parts)]
    base = alt.Chart(alt.NamedData("rows"))
    y, order = names(layout), alt.Order("place:Q", sort="ascending")
    fill = alt.Color("part:N", scale=alt.Scale(domain=parts, range=fills))
    dark = [part for part, colour in zip(parts, fills, strict=True) if colour in _LIGHT_TEXT_ON]
    text_colour = alt.condition(
        alt.FieldOneOfPredicate("part", dark), alt.value("white"), alt.value(INK)
    )
    layers = [
        bar(base, layout, stroke="white", strokeWidth=1).encode(x=x, y=y, order=order, color=fill),
        *names_above(base.transform_filter("datum.place == 0"), layout),
    ]
    if layout.wide:
        middle = alt.X("value:Q", stack="zero", bandPosition=0.5)
        inside = base.mark_text(fontSize=12).encode(
            x=middle, y=y, order=order, text="label:N", color=text_colour, detail="part:N"
        )
        layers.append(inside)
    return compiled(alt.layer(*layers), layout, layout.list_width, count * layout.row)


@cache
def lines_form(layout: Layout, unit: str, series: tuple[str, ...], from_zero: bool) -> str:
    import altair as alt

    count = len(series)
    legend = alt.Undefined if count > 1 else None
    x = time_axis(layout)
    scale = {"zero": True, "padding": 0} if from_zero else {}
    y = value_axis(layout, "value", unit, VALUE_TITLE, **scale)
    looks = (
        (BLUE, ORANGE, SOFT, PURPLE),
        ([1, 0], [7, 4], [2, 3], [10, 3, 2, 3]),
        ("circle", "square", "diamond", "triangle-up"),
    )
    colours, dashes, shapes = (
        alt.Scale(domain=series, range=list(values[:count])) for values in looks
    )
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=x, y=y, color=alt.Color("series:N", scale=colours, legend=legend)
    )
    dash = alt.StrokeDash("series:N", scale=dashes, legend=legend)
    shape = alt.Shape("series:N", scale=shapes, legend=legend)
    points = base.mark_point(filled=True, opacity=1, size=70 if layout.wide else 50)
    layers = [
        *breaks_across(layout, x),
        *lines_across(layout, y),
        base.mark_line(strokeWidth=2.2).encode(strokeDash=dash, detail="segment:N"),
        points.encode(shape=shape),
    ]
    return compiled(alt.layer(*layers), layout, layout.plot_width, layout.trend_height)


@cache
def grid_form(layout: Layout, kinds: tuple[str, ...], count: int) -> str:
    """A field of squares, a row a name and a column a month; colour and letter say the kind, a
    heavy line before a square that a series breaks there."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows"))
    x = alt.X(
        "month:O",
        sort=None,
        title=None,
        axis=alt.Axis(orient="top", labelAngle=-90, ticks=False, domain=False),
    )
    y = names(layout) if layout.names else alt.Y("code:N", sort=None, axis=alt.Axis(title=None))
    fills = alt.Scale(domain=kinds, range=[GRIDS[kind][0] for kind in kinds])
    inks = alt.Scale(domain=kinds, range=[GRIDS[kind][1] for kind in kinds])
    fill = alt.Color("kind:N", scale=fills, legend=alt.Legend(title=None, orient="bottom"))
    layers = [
        base.mark_rect(stroke="white", strokeWidth=2).encode(x=x, y=y, color=fill),
        base.mark_text(fontSize=layout.text - 1).encode(
            x=x, y=y, text="letter:N", color=alt.Color("kind:N", scale=inks, legend=None)
        ),
        *(
            base.transform_filter("datum.broken")
            .mark_tick(orient="vertical", thickness=width, color=colour, opacity=1, bandSize=26)
            .encode(x=alt.X("month:O", sort=None, bandPosition=0), y=y)
            for width, colour in ((9, "white"), (5, PURPLE))
        ),
    ]
    chart = alt.layer(*layers).resolve_scale(color="independent")
    return compiled(chart, layout, layout.list_width, count * 26)
