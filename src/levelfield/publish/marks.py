"""The pieces that forms of chart are made of: axes, points, lines across, lists of names."""

from typing import TYPE_CHECKING, Any

from levelfield.publish.layout import BLUE, INK, ORANGE, PURPLE, SOFT, Layout

if TYPE_CHECKING:
    import altair as alt

LOOKS = {
    "within limits": (SOFT, "circle"),
    "between the limits": (SOFT, "cross"),
    "better": (BLUE, "diamond"),
    "worse": (ORANGE, "square"),
    "unlike the rest": (PURPLE, "triangle-up"),
}
GRIDS = {
    "refresh": ("#1f4e79", "white"),
    "primary only": ("#9fc1de", INK),
    "late": ("#e9c28f", INK),
    "missing": ("#b45309", "white"),
    "before the first": ("#e8edee", INK),
}
"""The kinds of a grid of months, each with its fill and the ink of its letter."""

KINDS = tuple(LOOKS)
"""What a point of a funnel or a trend can be; between the limits is beyond 95% but
not 99.8%, and the last is a signal without a good direction."""

KINDS_SHOWN = "kinds go here"
"""What stands in a form where the legend's entries are put in."""

DASHES = {"solid": [1, 0], "dashed": [6, 4]}


def number_format(unit: str) -> str:
    """How an axis writes its ticks: no more decimals than tell them apart."""
    return {"percent": ".1~%", "points": "+.1~%", "per_person": ".2~f"}.get(unit, ",.1~f")


def value_axis(layout: Layout, field: str, unit: str, title: str | None, **scale: Any) -> "alt.Y":
    import altair as alt

    return alt.Y(
        f"{field}:Q",
        title=title,
        axis=alt.Axis(format=number_format(unit), tickCount=6 if layout.wide else 5),
        scale=alt.Scale(**({"zero": False, "nice": True, "padding": 8} | scale)),
    )


def marked_points(base: "alt.Chart", layout: Layout, x: "alt.X", y: "alt.Y") -> "alt.Chart":
    """Points whose colour and shape say what they are; the legend names those present."""
    import altair as alt

    colours, shapes = zip(*LOOKS.values(), strict=True)
    kinds = list(LOOKS)
    legend = alt.Legend(values=[KINDS_SHOWN])
    colour = alt.Scale(domain=kinds, range=list(colours))
    shape = alt.Scale(domain=kinds, range=list(shapes))
    points: alt.Chart = base.mark_point(
        filled=True, opacity=1, size=120 if layout.wide else 85
    ).encode(
        x=x,
        y=y,
        color=alt.Color("kind:N", scale=colour, legend=legend),
        shape=alt.Shape("kind:N", scale=shape, legend=legend),
    )
    return points


_HALO_AND_TEXT: tuple[dict[str, Any], ...] = (
    {"color": "white", "stroke": "white", "strokeWidth": 4},
    {"color": INK},
)
"""Words that may lie on points or lines are drawn on a white edge first."""


def lines_across(layout: Layout, y: "alt.Y") -> "list[alt.Chart]":
    """The average and the standard, each named at its right end."""
    import altair as alt

    base = alt.Chart(alt.NamedData("lines"))
    names = [
        base.mark_text(
            align="right", baseline="bottom", dy=-3, fontSize=layout.text - 1, **look
        ).encode(y=y, x=alt.value("width"), text="text:N")
        for look in _HALO_AND_TEXT
    ]
    return [
        *(
            base.transform_filter(f"datum.dash == '{dash}'")
            .mark_rule(color=INK, strokeWidth=1.4, strokeDash=strokes)
            .encode(y=y)
            for dash, strokes in DASHES.items()
        ),
        *names,
    ]


def breaks_across(layout: Layout, x: "alt.X") -> "list[alt.Chart]":
    """A dotted line before each month from which on the series means something else, named."""
    import altair as alt

    base = alt.Chart(alt.NamedData("breaks"))
    line = base.mark_rule(color=PURPLE, strokeWidth=1.6, strokeDash=[2, 3])
    words = [
        base.mark_text(align="left", baseline="top", dx=4, fontSize=layout.text - 1, **look).encode(
            x=x, y=alt.value(0), text="text:N"
        )
        for look in (_HALO_AND_TEXT[0], {"color": PURPLE})
    ]
    return [line.encode(x=x), *words]


def time_axis(layout: Layout) -> "alt.X":
    import altair as alt

    every = {"interval": "month", "step": 2 if layout.wide else 3}
    axis = alt.Axis(format="%b %y", tickCount=every)
    return alt.X("date:T", timeUnit="utcyearmonth", title=None, axis=axis)


def list_axis(layout: Layout, unit: str) -> "alt.Axis":
    import altair as alt

    return alt.Axis(format=number_format(unit), tickCount=5 if layout.wide else 3, grid=True)


def names(layout: Layout) -> "alt.Y":
    """The list of names: beside the bars on a page, no axis on a phone (see `names_above`)."""
    import altair as alt

    if not layout.names:
        return alt.Y("name:N", sort=None, axis=None)
    axis = alt.Axis(
        labelLimit=layout.names, ticks=False, domain=False, grid=False, title=None, labelPadding=8
    )
    return alt.Y("name:N", sort=None, axis=axis)


def names_above(base: "alt.Chart", layout: Layout) -> "list[alt.Chart]":
    import altair as alt

    if layout.names:
        return []
    name = base.mark_text(
        align="left", baseline="bottom", yOffset=-2, fontSize=layout.text, limit=layout.list_width
    )
    return [name.encode(y=names(layout), x=alt.value(0), text="name:N")]


def bar(base: "alt.Chart", layout: Layout, **look: Any) -> "alt.Chart":
    import altair as alt

    height = {"band": 0.66} if layout.names else 16
    drawn: alt.Chart = base.mark_bar(height=height, yOffset=bar_offset(layout), **look)
    return drawn


def bar_offset(layout: Layout) -> int:
    """How far below the middle of its row a bar stands: room for the name above it."""
    return 0 if layout.names else 9
