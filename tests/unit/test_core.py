"""Periods, money, values, definitions."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelfield.core import definitions
from levelfield.core.dates import long_date, month_words, period_words
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.money import format_pounds, pence, round_half_away
from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.core.values import (
    VALUE_COLUMNS,
    join_flags,
    lineage_key,
    lineage_keys,
    lineage_number,
)

MONTHS = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))


@given(MONTHS, st.integers(-500, 500))
def test_months_added_and_taken_away_cancel(month, steps):
    assert month.plus(steps).plus(-steps) == month
    assert (month.plus(steps) > month) == (steps > 0)


@given(MONTHS)
def test_a_month_reads_back_what_it_writes(month):
    assert Month.parse(str(month)) == month
    assert month.first.day == 1
    assert Month.of(month.last) == month
    assert month in month.financial_year.months


def test_a_financial_year_runs_from_april_to_march():
    year = FinancialYear.parse("2025-26")
    assert (year.first, year.last) == (date(2025, 4, 1), date(2026, 3, 31))
    assert [str(month) for month in (year.months[0], year.months[-1])] == ["2025-04", "2026-03"]
    assert str(FinancialYear(1999)) == "1999-00"


def test_days_months_and_periods_in_words():
    assert long_date(date(2026, 3, 1)) == "1 March 2026"
    assert month_words(Month(2026, 3)) == "March 2026"
    assert period_words("2026-03") == "March 2026"
    assert period_words("2025-26") == "April 2025 to March 2026"


def test_a_period_that_could_be_either_is_a_month():
    assert parse_period("2009-10") == Month(2009, 10)
    assert parse_period("2025-26") == FinancialYear(2025)


@pytest.mark.parametrize("text", ["2026-3", "March", "", "2026-03-01"])
def test_what_is_no_period_is_refused_with_an_example(text):
    with pytest.raises(UsageError, match="as in 20"):
        parse_period(text)


@pytest.mark.parametrize("text", ["2025-13", "2025-27", "2025-00"])
def test_a_year_with_a_wrong_end_is_told_its_months_and_its_financial_year(text):
    with pytest.raises(UsageError, match=r"neither .* 2025-01 to 2025-12, .* 2025 is 2025-26\."):
        parse_period(text)


@pytest.mark.parametrize(
    ("amount", "whole"), [("0.5", 1), ("-0.5", -1), ("1.4999", 1), ("2.5", 3), ("-2.5", -3)]
)
def test_a_half_goes_away_from_zero(amount, whole):
    assert round_half_away(Decimal(amount)) == whole


@given(st.integers(-(10**12), 10**12))
def test_pence_read_back_from_pounds(amount):
    assert pence(format_pounds(amount).replace("-£", "-")) == amount


def test_pounds_are_rounded_to_pence_once():
    assert pence("80.427263") == 8043
    assert pence("£1,234.565") == 123457
    assert format_pounds(-123456) == "-£1,234.56"


@pytest.mark.parametrize("text", ["", "ten", "NaN", "Infinity", "1.2.3"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(UsageError, match="not an amount"):
        pence(text)


def test_a_lineage_key_is_the_same_everywhere_and_parts_do_not_run_together():
    assert lineage_key("V", "a", "b") == lineage_key("V", "a", "b")
    assert lineage_key("V", "a", "b") != lineage_key("V", "ab", "")
    assert lineage_key("V", "a").startswith("V-")


def test_the_keys_of_many_figures_are_those_of_their_parts_by_exclusive_or():
    about, cells = ["dna_rate", 1], [b"2026-03", b"2026-04", b"\xc3\xa9"]
    numbers = [int(sha256(text).hexdigest()[:12], 16) for text in (b"dna_rate\x1f1", *cells)]
    found = lineage_keys("V", about, np.array(list(map(lineage_number, cells)), dtype=np.uint64))
    assert found.to_pylist() == [f"V-{numbers[0] ^ one:012x}" for one in numbers[1:]]
    assert lineage_keys("V", about, np.array([], dtype=np.uint64)).to_pylist() == []


def test_flags_are_sorted_and_single():
    assert join_flags("small number", "", "incomplete", "small number") == "incomplete;small number"


def test_the_columns_of_a_value_keep_their_order():
    assert VALUE_COLUMNS == (
        "measure", "version", "period", "org_level", "org_code", "stratifier", "stratum",
        "numerator", "denominator", "value", "lower", "upper", "method", "flags", "lineage",
    )  # fmt: skip


class Sample(definitions.Definition):
    """A definition for these tests."""

    id: str
    size: int


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: a\nsize: 1\ncolour: red\n", "'colour' is not a key"),
        ("id: a\n", "'size' is missing"),
        ("id: a\nsize: many\n", "'size'"),
        ("- a\n- b\n", "expected keys"),
        ("id: [a\n", "not YAML"),
        ("id: !!python/object/apply:os.system ['true']\nsize: 1\n", "not YAML"),
    ],
)
def test_a_mistake_in_a_definition_names_file_key_and_remedy(tmp_path: Path, text, said):
    file = tmp_path / "sample.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        definitions.load_yaml(file, Sample)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_definition_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(DefinitionError, match="no such file"):
        definitions.load_yaml(tmp_path / "none.yaml", Sample)


@pytest.mark.parametrize("row", ["a,b,c", "a"])
def test_row_of_a_definition_has_a_value_for_each_column(tmp_path, row):
    file = tmp_path / "words.csv"
    file.write_text(f"id,message\n{row}\n")
    with pytest.raises(DefinitionError, match=r"words\.csv: row 2 has not one value"):
        definitions.read_csv(file)
