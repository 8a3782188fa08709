"""The examples of every scheme, on both engines."""

import pytest

from levelfield.currencies import (
    group,
    group_and_count,
    group_example,
    load_scheme,
    schemes,
    unit_counts,
)
from levelfield.engine import Engine, compose

EXAMPLES = [
    pytest.param(scheme, number, id=f"{scheme}: {example.title}")
    for scheme in schemes()
    for number, example in enumerate(load_scheme(scheme).worked)
]


@pytest.mark.parametrize(("name", "number"), EXAMPLES)
def test_the_example_holds(engine: Engine, name: str, number: int) -> None:
    scheme = load_scheme(name)
    assert group_example(engine, scheme, scheme.worked[number]) == []


def test_an_example_that_does_not_hold_says_which_row(duckdb_engine: Engine) -> None:
    scheme = load_scheme("ncc-2024-25")
    wrong = scheme.worked[1].model_copy(
        update={"expect": "record_id | currency\nC1 | N02AN\nC9 | N02AF"}
    )
    said = group_example(duckdb_engine, scheme, wrong)
    assert said == [
        "row 1 (record_id C1): currency N02AN was expected and N02AF was found, by the row "
        "'team-12-1'",
        "row 2 (record_id C9): no such record came out",
    ]


@pytest.mark.parametrize("name", ["ncc-2024-25", "procedure", "single-episode"])
def test_counting_before_the_class_is_named_gives_the_same(engine: Engine, name: str) -> None:
    """Rows joined, rows asked in an expression, and units that have a length."""
    scheme = load_scheme(name)
    for example in scheme.worked:
        assert group_example(engine, scheme, example) == []
        sooner, later = (
            engine.query(compose(queries)).to_pylist()
            for queries in (group_and_count(scheme), [*group(scheme), *unit_counts()])
        )
        assert sorted(map(str, sooner)) == sorted(map(str, later)) != []
