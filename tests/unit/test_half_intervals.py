"""Disclosure control may leave one bound of an interval: what is drawn of it."""

import json

import pyarrow as pa
import pytest

from levelfield.benchmark import Bars, Reading, ordered_bars
from levelfield.core.values import VALUE_SCHEMA
from levelfield.publish.cells import interval_text
from levelfield.publish.comparisons import bars_figure

ROWS = [
    {
        "measure": "wait_first_contact.p90",
        "org_level": "provider",
        "org_code": code,
        "denominator": 50.0,
        "value": value,
        "lower": lower,
        "upper": upper,
        "flags": "rounded",
        "lineage": f"V-{code}",
    }
    for code, value, lower, upper in (("ZA1", 40.0, 30.0, None), ("ZA2", 50.0, 41.0, 66.0))
]


def test_half_an_interval_is_not_drawn_from_nought() -> None:
    reading = Reading("median", "days", "lower", comparison="bars")
    found = ordered_bars(pa.Table.from_pylist(ROWS, schema=VALUE_SCHEMA), reading)
    assert isinstance(found, Bars)
    figure = bars_figure("p90", found, ROWS, reading, {}, value_title="Days")
    (drawn,) = (
        one["values"] for one in json.loads(figure.drawing.wide)["data"] if one["name"] == "rows"
    )
    assert [(row["lower"], row["upper"]) for row in drawn] == [(None, None), (41, 66)]


@pytest.mark.parametrize(("place", "text"), [(0, "–"), (1, "41 to 66")])
def test_half_an_interval_is_not_written(place: int, text: str) -> None:
    assert interval_text(ROWS[place], "days") == text
