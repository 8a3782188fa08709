"""The words, icons and drawings of the pages."""

import json
from datetime import datetime
from xml.etree import ElementTree

import pyarrow.compute as pc
import pytest

from levelfield.publish import charts
from levelfield.publish.drawing import draw
from levelfield.publish.icons import assurance_icon, variation_icon
from levelfield.publish.words import (
    counted,
    figure,
    listed,
    moment,
    pounds_about,
    short_name,
    short_service,
    whole,
    with_unit,
)
from levelfield.published import load_published

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.8537, "percent", "85.4%"),
        (-0.031, "points", "−3.1 percentage points"),
        (0.031, "points", "+3.1 percentage points"),
        (34.0, "days", "34 days"),
        (7.5, "days", "7.5 days"),
        (1.0, "days", "1 day"),
        (1.0, "hours", "1 hour"),
        (0.99, "hours", "1.0 hours"),
        (3.361, "per_person", "3.36 per person"),
        (1234567.0, "number", "1,234,567"),
        (None, "days", "–"),
        (float("nan"), "percent", "–"),
    ],
)
def test_a_value_in_its_unit(value: float | None, unit: str, text: str) -> None:
    assert with_unit(value, unit) == text


def test_an_unknown_figure_is_never_zero() -> None:
    assert whole(None) == figure(None, "number") == "–"
    assert whole(0) == "0"


def test_moments() -> None:
    assert moment(datetime(2026, 3, 31, 14, 5)) == "31 March 2026 at 14:05"


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (190_000_000, "£1.9 million"),
        (4_824_950, "£48,200"),
        (999_949, "£9,999"),
        (-4_824_950, "−£48,200"),
        (0, "£0"),
    ],
)
def test_an_estimate_in_pounds_is_no_more_precise_than_it_is(pence: int, text: str) -> None:
    assert pounds_about(pence) == text


def test_lists_and_counts() -> None:
    assert counted(1, "provider") == "1 provider"
    assert counted(1200, "provider") == "1,200 providers"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Kent Community Health NHS Foundation Trust", "Kent Community Health"),
        ("Bridgewater Community Healthcare NHS Trust", "Bridgewater Community Healthcare"),
        ("Provide Community Interest Company", "Provide"),
        ("Marsh End", "Marsh End"),
    ],
)
def test_a_name_for_a_chart_drops_the_legal_form(name: str, short: str) -> None:
    assert short_name(name) == short


def test_services_on_a_chart_are_told_apart_within_the_room_for_a_name() -> None:
    table = load_published("community_waits_by_service_2025-03")
    services = set(table["stratum"].to_pylist())
    assert len({short_service(service) for service in services}) == len(services)
    drawn = table.filter(pc.equal(table["org_code"], "ENG"))["stratum"].to_pylist()
    assert max(len(short_service(service)) for service in drawn) <= 48


def test_an_icon_is_a_shape_and_a_word() -> None:
    worse, better = (
        variation_icon(f"special cause {word}", rising=True) for word in ("concern", "improvement")
    )
    assert "Getting worse" in worse
    assert "Improving" in better
    falling = variation_icon("special cause concern", rising=False)
    assert falling != worse
    assert "Will miss it" in assurance_icon("fail")


POINTS = [
    {"size": 200, "value": 0.7, "kind": "within limits", "label": ""},
    {"size": 900, "value": 0.5, "kind": "worse", "label": "Marsh End"},
]
LIMITS = [
    {"size": n, "lower95": 0.6, "upper95": 0.8, "lower998": 0.55, "upper998": 0.85}
    for n in (100, 1000)
]
LINES = [{"value": 0.7, "text": "average 70.0%", "dash": "solid"}]


def funnel() -> charts.Drawing:
    return charts.funnel(
        POINTS,
        LIMITS,
        unit="percent",
        value_title='Seen "in time"',
        size_title="Clocks",
        lines=LINES,
    )


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_drawing_is_made_for_a_page_and_for_a_phone() -> None:
    drawing = funnel()
    wide, narrow = draw([drawing.wide, drawing.narrow])
    widths = [
        float(ElementTree.fromstring(svg).attrib["viewBox"].split()[2]) for svg in (wide, narrow)
    ]
    assert widths[0] > 700
    # A phone of 375 pixels has 343 between its margins.
    assert widths[1] <= 350


def test_a_funnel_names_its_axes_its_lines_and_who_lies_outside() -> None:
    (svg,) = draw([funnel().wide])
    found = texts(svg)
    assert {'Seen "in time"', "Clocks", "average 70.0%", "Marsh End"} <= set(found)


def test_a_label_makes_way_for_the_mark_of_another() -> None:
    def heights(value: float) -> list[int]:
        near = {"size": 800, "value": value, "kind": "within limits", "label": ""}
        drawn = charts.funnel(
            [*POINTS, near], LIMITS, unit="percent", value_title="", size_title="", lines=[]
        )
        data = next(d for d in json.loads(drawn.narrow)["data"] if d["name"] == "points")
        return [row["below"] for row in data["values"] if row["label"]]

    assert heights(0.7) == [-8]
    # A smaller organisation a little above lies where the label would.
    assert heights(0.51) == [8]


def test_the_legend_names_the_kinds_that_are_there() -> None:
    (svg,) = draw([funnel().wide])
    found = texts(svg)
    assert "worse" in found
    assert "better" not in found


def test_signals_differ_in_shape_as_well_as_colour() -> None:
    (svg,) = draw([funnel().wide])
    symbols = [
        (node.attrib["d"], node.attrib["fill"])
        for node in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if node.attrib.get("aria-roledescription") == "point"
    ]
    assert len(symbols) == 2
    assert symbols[0][0] != symbols[1][0]
    assert symbols[0][1] != symbols[1][1]


def test_the_order_of_bars_is_kept() -> None:
    rows = [
        {"name": name, "value": value, "lower": None, "upper": None, "label": f"{value:.0%}"}
        for name, value in (("Zeta", 0.2), ("Alpha", 0.9), ("Mid", 0.5))
    ]
    drawing = charts.bars(rows, unit="percent", value_title="Share", lines=())
    (svg,) = draw([drawing.wide])
    names = [text for text in texts(svg) if text in ("Zeta", "Alpha", "Mid")]
    assert names == ["Zeta", "Alpha", "Mid"]


def test_rows_do_not_leak_from_one_drawing_to_the_next() -> None:
    assert "Marsh End" in funnel().wide
    other = charts.funnel(
        POINTS[:1], LIMITS, unit="percent", value_title="V", size_title="S", lines=()
    )
    assert "Marsh End" not in other.wide
    assert all(isinstance(json.loads(text), dict) for text in (other.wide, other.narrow))


def test_many_drawings_keep_their_order() -> None:
    one, two = (
        funnel().wide,
        charts.lines(
            [{"period": f"2025-{n:02d}", "series": "England", "value": n} for n in range(4, 10)],
            ["England"],
            unit="number",
            value_title="People",
        ).wide,
    )
    told: list[tuple[str, int, int]] = []
    drawn = draw([one, two] * 12, lambda *step: told.append(step))
    assert ["Clocks" in texts(svg) for svg in drawn] == [True, False] * 12
    assert told[-1] == ("charts", 24, 24)
