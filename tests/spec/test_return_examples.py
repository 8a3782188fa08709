"""The examples inside the layouts of returns."""

import numpy as np
import pyarrow as pa
import pytest

from levelfield.core.periods import Month
from levelfield.returns import KnownCodes, find_layout, load_layouts
from levelfield.returns.judge import judged
from levelfield.returns.layouts import Example, Layout
from spec.tables import rows

title = "The examples of each layout of a return"

GIVEN = {"provider": "RX1", "period": "2026-03"}
KNOWN = KnownCodes(last=Month(2026, 6))

EXAMPLES = [
    pytest.param(layout, example, id=f"{layout.id}: {example.title}")
    for layout in load_layouts().values()
    for example in layout.examples
]


def told(layout: Layout, row: dict[str, str]) -> str:
    """What a row that is alone in its file is told; nothing where it is taken."""
    sent = pa.table({name: [text] for name, text in (GIVEN | row).items()})
    _, faults = judged(sent, np.array([1]), layout, KNOWN)
    return " ".join(fault.words for fault in faults)


@pytest.mark.parametrize(("layout", "example"), EXAMPLES)
def test_example(layout: Layout, example: Example) -> None:
    """Each row is told what its file says, or taken."""
    for row in rows(example.given):
        expected = row.pop("expect")
        found = told(layout, row)
        assert expected in found, found
        assert bool(expected) == bool(found), found


def test_every_rule_has_a_row_that_breaks_it() -> None:
    for layout in load_layouts().values():
        said = [row["expect"] for one in layout.examples for row in rows(one.given)]
        for rule in layout.rules:
            assert any(text and text in rule.words for text in said), (layout.id, rule.words)


def test_every_layout_has_a_row_that_is_taken() -> None:
    for layout in load_layouts().values():
        said = [row["expect"] for one in layout.examples for row in rows(one.given)]
        assert "" in said, layout.id


def test_a_year_is_named_by_its_last_month() -> None:
    row = {"team_type": "12", "asked": "10", "answered": "1"}
    layout = find_layout("staff_collaboration_survey")
    assert "is not the last month of a financial year" in told(layout, {**row, "period": "2025-11"})
