"""Length and layout of plain texts: judged all at once as each is judged alone."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.intake.checking import fields
from levelfield.intake.checking.fields import field_checks

CHECK = field_checks(load_dataset(), Month(2026, 3))["CYP201CareContact"]["CareContactID"]
"""At most twenty characters of any kind that is visible, or a space within."""

LETTERS = st.sampled_from([*"aZ09-~! ", "\t", "\n", "\x7f", "\x1f", "\x80", "é", "日", "\u2003"])
TEXTS = st.lists(st.text(LETTERS, max_size=22), max_size=30)


@given(TEXTS, st.integers(0, 5))
def test_all_at_once_is_as_one_by_one(texts: list[str], start: int) -> None:
    assert CHECK.plain
    judged = CHECK.judge(pa.array(texts, pa.string()).slice(start))
    verdicts = [CHECK.verdict(text) for text in texts[start:]]
    assert judged.settled.to_pylist() == [verdict.value for verdict in verdicts]
    for rule in ("R-FORMAT", "R-BLANK"):
        assert judged.broken[rule].tolist() == [verdict.rule == rule for verdict in verdicts]


@given(TEXTS, st.integers(1, 50))
def test_a_column_is_looked_through_a_piece_at_a_time(texts: list[str], at_once: int) -> None:
    values, whole = pa.array(texts, pa.string()), fields._BYTES_AT_ONCE
    expected = fields._beyond_visible(values).tolist()
    try:
        fields._BYTES_AT_ONCE = at_once
        assert fields._beyond_visible(values).tolist() == expected
    finally:
        fields._BYTES_AT_ONCE = whole
