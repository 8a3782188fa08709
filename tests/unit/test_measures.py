"""The shipped measures as a set, their words, and the calendar behind their flags."""

import re

import pyarrow as pa
import pytest

from levelfield.core.errors import UsageError
from levelfield.core.successions import Succession
from levelfield.core.values import VALUE_SCHEMA, lineage_number
from levelfield.engine import compose, open_engine
from levelfield.facts import load_fact
from levelfield.measures import (
    Measure,
    cell_columns,
    evaluate,
    find_measure,
    in_words,
    load_measures,
    measure_queries,
)
from levelfield.measures.calendar import Calendar

ASKED_FOR = {
    "ucr_2h",
    "ucr_2h_unmeasured",
    "wait_incomplete_18w",
    "wait_first_contact",
    "dna_rate",
    "contacts_per_person",
    "ethnicity_known",
    "dna_gap",
}


def coverage(*rows: tuple[str, str, str]) -> pa.Table:
    names = ("provider", "period", "submission_window")
    columns = list(zip(*rows, strict=True)) or [[], [], []]
    return pa.table(
        {name: pa.array(c, pa.string()) for name, c in zip(names, columns, strict=True)}
    )


def test_the_library_holds_what_was_promised():
    measures = load_measures()
    assert set(measures) >= ASKED_FOR
    assert {measure.domain for measure in measures.values()} == {
        "performance",
        "quality",
        "social value, equity and inclusion",
    }


@pytest.mark.parametrize("measure", load_measures().values(), ids=lambda measure: measure.id)
def test_every_measure_says_what_it_does(measure):
    words = in_words(measure)
    sentences = [words.who_counts, *words.who_does_not, words.what_is_counted, *words.notes]
    assert all(text[0].isupper() and text.endswith(".") for text in sentences)
    left_out = (measure.exclusions, measure.exceptions, measure.numerator_exclusions)
    assert len(words.who_does_not) == sum(map(len, left_out))
    assert measure.caveats
    assert "[verify]" not in measure.model_dump_json()


def test_words_of_a_standard_and_of_a_median():
    assert (
        in_words(find_measure("ucr_2h"))
        .standards[0]
        .startswith("At least 70% from 1 December 2022.")
    )
    counted = in_words(find_measure("wait_first_contact")).what_is_counted
    assert counted == "For each of them, the days from the receipt of the referral to that contact."


def test_a_year_with_one_month_held_is_there_and_incomplete():
    calendar = Calendar.from_coverage(coverage(("ZA1", "2026-03", "refresh")))
    measure = find_measure("dna_rate")
    periods = calendar.periods(measure)
    assert list(periods) == ["2026-03", "2025-26"]
    assert calendar.flags(measure, periods["2026-03"], ["ZA1"]) == ()
    assert calendar.flags(measure, periods["2025-26"], ["ZA1"]) == ("incomplete",)


def test_history_that_is_not_held_makes_a_month_incomplete():
    months = ("2026-01", "2026-02", "2026-03")
    calendar = Calendar.from_coverage(coverage(*[("ZA1", month, "primary") for month in months]))
    march = calendar.periods(find_measure("dna_rate"))["2026-03"]

    def flags(history: int) -> tuple[str, ...]:
        measure = find_measure("dna_rate").model_copy(update={"history": history})
        return calendar.flags(measure, march, ["ZA1"])

    assert flags(2) == ("provisional",)
    assert flags(3) == ("provisional", "incomplete")


def test_a_month_that_nobody_sent_lies_between():
    held = coverage(("ZA1", "2026-01", "refresh"), ("ZA1", "2026-03", "refresh"))
    calendar = Calendar.from_coverage(held)
    assert [str(month) for month in calendar.months] == ["2026-01", "2026-02", "2026-03"]


def test_nothing_held_is_said():
    with pytest.raises(UsageError, match="no submissions to measure"):
        Calendar.from_coverage(coverage())


def test_values_have_the_schema_and_a_key_of_their_own():
    engine = open_engine("duckdb", threads=1)
    measure = find_measure("dna_rate")
    schema = load_fact("contact").arrow_schema()
    row = {"provider": "ZA1", "period": "2026-03", "attendance_status": "3"}
    engine.view("contact", pa.Table.from_pylist([row], schema=schema))
    held = coverage(("ZA1", "2026-03", "refresh"))
    values = evaluate(engine, measure, "facts-1", held)
    assert values.schema == VALUE_SCHEMA
    keys = values["lineage"].to_pylist()
    assert len(set(keys)) == len(keys)
    about = "\x1f".join(["dna_rate", "1", "missing attendance left out", "facts-1"])
    cell = "\x1f".join(values[name][0].as_py() for name in VALUE_SCHEMA.names[2:7])
    number = lineage_number(about.encode()) ^ lineage_number(cell.encode())
    assert values["lineage"][0].as_py() == f"V-{number:012x}"
    assert evaluate(engine, measure, "facts-2", held)["lineage"][0] != values["lineage"][0]


def test_no_row_at_all_gives_no_value():
    engine = open_engine("duckdb", threads=1)
    for measure in load_measures().values():
        engine.view(measure.fact, load_fact(measure.fact).arrow_schema().empty_table())
        found = evaluate(engine, measure, "facts", coverage(("ZA1", "2026-03", "refresh")))
        assert found.num_rows == 0
        assert found.schema == VALUE_SCHEMA


def test_the_queries_can_be_printed():
    names = [query.name for query in measure_queries(find_measure("contacts_per_person"))]
    assert (names[:3], names[-1]) == (["fact_rows", "asked", "counted"], "cells")
    text = compose(measure_queries(find_measure("dna_rate"), "attended"))
    assert "COALESCE(attendance_status, '5') AS attendance_status" in text


@pytest.mark.parametrize("measure", load_measures().values(), ids=lambda one: one.id)
def test_the_cells_have_every_column_that_they_are_said_to_have(measure: Measure) -> None:
    if measure.statistic == "median":
        return
    cells = measure_queries(measure)[-1].sql
    columns = cell_columns(measure)
    assert columns
    for name, column in columns.items():
        assert re.search(rf"\b{column}\b", cells), name


def test_nothing_is_missed_of_a_provider_that_went_into_another():
    rows = [("ZA1", month, "refresh") for month in ("2026-01", "2026-02", "2026-03")]
    held = coverage(*rows, ("ZA2", "2026-01", "refresh"))
    measure, both = find_measure("dna_rate"), ["ZA1", "ZA2"]

    def flags(*gone: Succession) -> list[tuple[str, ...]]:
        calendar = Calendar.from_coverage(held, gone)
        periods = calendar.periods(measure)
        return [calendar.flags(measure, periods[str(one)], both) for one in calendar.months]

    assert flags() == [(), ("incomplete",), ("incomplete",)]
    assert flags(Succession("2026-02", "ZA2", "ZA1")) == [(), (), ()]
    # Until then its months are missed.
    assert flags(Succession("2026-03", "ZA2", "ZA1")) == [(), ("incomplete",), ()]
