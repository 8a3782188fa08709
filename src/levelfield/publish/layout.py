"""The two shapes in which every chart is drawn, and its quiet colours.

A chart is drawn twice, for a page and for a phone, so that its words keep their size; the page
picks one by width. Colours are told apart by people with any kind of colour vision and always go
with a shape, a dash or a word.
"""

from dataclasses import dataclass

INK = "#212b32"
SOFT = "#4c6272"
RULE = "#aeb7bd"
GRID = "#e8edee"
BLUE = "#005eb8"
ORANGE = "#b45309"
PURPLE = "#6b4c9a"
PALE = "#c7d8e8"
STEPS = ("#1f4e79", "#6d9dc5", "#d5e3ef", "#e9c28f", "#b45309", "#8a8f94")
"""Fills of stacked bars: dark, middle and light of one hue first, then the odd ones out."""

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
"""Fonts of one width on all systems: the drawing is laid out before the reader's font is known."""


@dataclass(frozen=True)
class Layout:
    """`plot_width` in CSS pixels, axes and their labels apart, and that of a list beside its names
    (`list_width`); `height` of a chart without a list
    of names; `text` in pixels."""

    name: str
    plot_width: int
    list_width: int
    height: int
    text: int
    trend_height: int
    row: int
    names: int
    """`row` is the height of one bar of a list, `names` the room beside it for its label; without
    room the label stands above the bar."""

    @property
    def wide(self) -> bool:
        return self.name == "wide"

    def config(self) -> dict[str, object]:
        """The Vega-Lite configuration that all charts share."""
        axis = {
            "labelFontSize": self.text,
            "titleFontSize": self.text,
            "titleFontWeight": "normal",
            "labelColor": INK,
            "titleColor": SOFT,
            "gridColor": GRID,
            "domainColor": RULE,
            "tickColor": RULE,
            "labelFont": FONT,
            "titleFont": FONT,
            "titlePadding": 10,
            "labelPadding": 5,
        }
        # A title above its axis is read without turning one's head.
        upright = {
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleBaseline": "bottom",
            "titleX": 0,
            "titleY": -10,
            "titleLimit": self.plot_width,
        }
        legend = {
            "labelFontSize": self.text,
            "titleFontSize": self.text,
            "labelColor": INK,
            "labelFont": FONT,
            "labelLimit": 320,
            "symbolSize": 110,
            "orient": "bottom",
            "direction": "horizontal" if self.wide else "vertical",
            "columnPadding": 28,
            "title": None,
            "offset": 10,
        }
        return {
            "background": "white",
            "font": FONT,
            "view": {"stroke": None},
            "axis": axis,
            "axisX": {"grid": False},
            "axisY": upright,
            "legend": legend,
            "text": {"font": FONT, "fontSize": self.text, "color": INK},
        }


WIDE = Layout(
    "wide",
    plot_width=780,
    list_width=540,
    height=360,
    trend_height=260,
    text=14,
    row=28,
    names=360,
)
NARROW = Layout(
    "narrow",
    plot_width=280,
    list_width=320,
    height=270,
    trend_height=220,
    text=12,
    row=42,
    names=0,
)
LAYOUTS = (WIDE, NARROW)
