"""Bridges as charts: where each step begins and ends, between two totals.

A step is drawn to its length and says its amount. Where steps would be too small beside the totals
to be seen, the axis begins near them, and a total is then a line, since a bar that does not begin
at nought would say too much.
"""

from functools import cache

from levelfield.core.money import format_pounds
from levelfield.payment import Bridge
from levelfield.publish.charts import draw
from levelfield.publish.forms import VALUE_TITLE, compiled
from levelfield.publish.layout import BLUE, INK, ORANGE, Layout
from levelfield.publish.marks import bar, bar_offset, list_axis, names, names_above
from levelfield.publish.parts import Cell, Figure, Row, Table, columns
from levelfield.publish.words import pounds_about

KINDS = {"total": INK, "more": BLUE, "less": ORANGE}
"""What a bar can be, with its colour; its label has the sign too."""

_TOO_SMALL = 0.2
"""The whole way up and down, as a share of the larger total, below which the axis is cut."""

_SCALES = ((1_000_000_00, "Pounds, millions"), (1_000_00, "Pounds, thousands"), (100, "Pounds"))


def bridge_figure(
    name: str,
    made: Bridge,
    sentence: str,
    by: str = "",
    notes: tuple[str, ...] = (),
    table_note: str = "",
) -> Figure:
    """A bridge with its table; `sentence` says what it shows, and `by` what its steps are, which
    tells the table from others on its page. `table_note` stands below the table."""
    levels = made.levels()
    ends = [at for _, start, end in levels for at in (start, end)]
    steps = ends[2:-2] or ends
    cut = max(steps) - min(steps) < _TOO_SMALL * max(ends) and min(steps) > 0
    size, title = next(
        (one for one in _SCALES if (max(steps) - min(steps) if cut else max(ends)) >= 2 * one[0]),
        _SCALES[-1],
    )
    rows = []
    for place, (step, start, end) in enumerate(levels):
        total = place in (0, len(levels) - 1)
        rows.append(
            {
                "name": step,
                "start": (end if cut and total else start) / size,
                "end": end / size,
                "kind": "total" if total else "more" if end >= start else "less",
                "label": pounds_about(end) if total else _signed(end - start),
            }
        )
    drawing = draw(_form, {"rows": rows}, {VALUE_TITLE: title}, not cut, len(rows))
    said = ("The axis does not begin at nought: a total is a line, not a length.",) if cut else ()
    alternative = f"Waterfall from {made.start_name} to {made.end_name}. {sentence}"
    return Figure(
        name, sentence, alternative, drawing, _table(made, by, table_note), (*said, *notes)
    )


def _signed(pence: int) -> str:
    text = pounds_about(pence)
    return f"+{text}" if pence > 0 else text


def _table(made: Bridge, by: str, note: str) -> Table:
    rows: list[Row] = [(Cell(made.start_name), "", format_pounds(made.start))]
    at = made.start
    for name, pence in made.steps:
        at += pence
        rows.append((Cell(name), format_pounds(pence), format_pounds(at)))
    rows.append(tuple(Cell(text, kind="total") for text in (made.end_name, "", format_pounds(at))))
    head = columns("Step", "Change #", "Reached #")
    caption = f"From {made.start_name} to {made.end_name}{f', {by}' if by else ''}"
    return Table(caption, head, tuple(rows), note=note)


@cache
def _form(layout: Layout, from_zero: bool, count: int) -> str:
    import altair as alt

    scale = alt.Scale(zero=from_zero, nice=True, padding=0 if from_zero else 24)
    axis = list_axis(layout, "number")
    x = alt.X("start:Q", title=VALUE_TITLE, axis=axis, scale=scale)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values())), legend=None
    )
    base = alt.Chart(alt.NamedData("rows"))
    layers = [
        bar(base, layout).encode(x=x, x2=alt.X2("end:Q"), y=names(layout), color=colour),
        base.transform_filter("datum.kind == 'total' && datum.start == datum.end")
        .mark_tick(thickness=3, bandSize=20, yOffset=bar_offset(layout), color=INK)
        .encode(x=alt.X("end:Q"), y=names(layout)),
        base.transform_calculate(right="max(datum.start, datum.end)")
        .mark_text(align="left", dx=6, yOffset=bar_offset(layout), fontSize=layout.text)
        .encode(x=alt.X("right:Q"), y=names(layout), text="label:N"),
        *names_above(base, layout),
    ]
    return compiled(alt.layer(*layers), layout, layout.list_width, count * layout.row)
