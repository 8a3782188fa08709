import re

import pyarrow as pa
import pytest
import yaml

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError
from levelfield.core.values import VALUE_SCHEMA
from levelfield.measures import load_measures
from levelfield.measures.composite import (
    Composite,
    compose_values,
    load_composites,
    read_composite,
)
from spec.tables import arrow, assert_rows, rows

title = "Composites: the weighted mean of several measures"

SOUND = yaml.safe_load((definitions.path("composites") / "care_in_time.yaml").read_text("utf-8"))

NAMES = [part["measure"] for part in SOUND["parts"]]


def of_parts(**weights: float) -> Composite:
    parts = [{"measure": name, "weight": w, "why": "-"} for name, w in weights.items()]
    given = dict.fromkeys(weights, 0.5)
    examples = [{"title": "-", "given": given, "value": 0.5}]
    return Composite.model_validate({**SOUND, "parts": parts, "examples": examples})


def values(drawn: str) -> pa.Table:
    keys = {"version": "1", "period": "2026-03", "org_level": "provider", "org_code": "ZA1"}
    keys |= {"stratifier": "all", "stratum": "all", "method": "-", "flags": "not official"}
    return arrow(rows(drawn), VALUE_SCHEMA, keys)


@pytest.mark.parametrize(
    ("composite", "example"),
    [
        pytest.param(one, example, id=f"{one.id}: {example.title}")
        for one in load_composites().values()
        for example in one.examples
    ],
)
def test_the_examples_of_each_composite(composite, example):
    given = [
        {**dict.fromkeys(VALUE_SCHEMA.names), "measure": name, "value": value, "period": "2026-03"}
        for name, value in example.given.items()
    ]
    keys = {"org_level": "national", "org_code": "ALL", "stratifier": "all", "stratum": "all"}
    table = pa.Table.from_pylist([{**row, **keys} for row in given], schema=VALUE_SCHEMA)
    [found] = compose_values(composite, table).to_pylist()
    assert found["value"] == (example.value and pytest.approx(example.value, abs=1e-12))


def test_a_composite_weighs_its_parts():
    """Three of four parts of weight for the first: 0.75 × 0.8 + 0.25 × 0.4. The bounds lie off by the
    root of (0.75 × 0.1)² + (0.25 × 0.2)² below, and (0.75 × 0.04)² + (0.25 × 0.16)² above."""
    found = compose_values(
        of_parts(a=3, b=1),
        values("""
            measure | denominator | value | lower | upper | flags                     | lineage
            a       | 50          | 0.8   | 0.7   | 0.84  | not official;provisional  | V-1
            b       | 8           | 0.4   | 0.2   | 0.56  | not official;small number | V-2
            c       | 1           | 0     | 0     | 0     | incomplete                | V-3
        """),
    )
    assert_rows(
        found,
        """
        measure      | numerator | denominator | value | lower              | upper | flags
        care_in_time |           | 8           | 0.7   | 0.6098612181134003 | 0.75  | not official;provisional;small number
        """,
        tolerance=1e-9,
    )


def test_a_part_that_is_missing_makes_no_value():
    """Nothing is reweighted: ZA2 has no denominator for the first part, ZA3 no row at all."""
    found = compose_values(
        of_parts(a=1, b=1),
        values("""
            measure | org_code | denominator | value | lower | upper
            a       | ZA1      | 50          | 0.8   | 0.7   | 0.9
            a       | ZA2      | 0           |       |       |
            b       | ZA1      | 50          | 0.4   | 0.3   | 0.5
            b       | ZA2      | 50          | 0.4   | 0.3   | 0.5
            b       | ZA3      | 50          | 0.4   | 0.3   | 0.5
        """),
    )
    assert_rows(
        found,
        """
        org_code | denominator | value
        ZA1      | 50          | 0.6
        ZA2      | 0           |
        """,
        tolerance=1e-9,
    )


def test_every_value_has_a_key_of_its_own_that_follows_its_parts():
    drawn = """
        measure | period  | denominator | value | lineage
        a       | 2026-03 | 50          | 0.8   | V-1
        b       | 2026-03 | 50          | 0.4   | V-2
        a       | 2026-02 | 50          | 0.8   | V-3
        b       | 2026-02 | 50          | 0.4   | V-4
    """
    first = compose_values(of_parts(a=1, b=1), values(drawn))["lineage"].to_pylist()
    changed = values(drawn.replace("V-4", "V-5"))
    second = compose_values(of_parts(a=1, b=1), changed)["lineage"].to_pylist()
    assert len({*first, *second}) == 3


MISTAKES = [
    ({"id": "other"}, "a composite's file is named after it"),
    ({"parts": SOUND["parts"][:1]}, "'parts'"),
    ({"parts": [SOUND["parts"][0]] * 2}, "a measure is among the 'parts' twice"),
    ({"polarity": "lower"}, "the polarity of 'ucr_2h' is 'higher', that of the composite 'lower'"),
    ({"examples": [{"title": "-", "given": {}, "value": None}]}, "has to name the parts"),
    (
        {"examples": [{**SOUND["examples"][0], "value": 0.81}]},
        "'examples.0': a value of 0.81 was expected and 0.8 was found",
    ),
    ({"examples": [{**SOUND["examples"][0], "value": None}]}, "none was expected and 0.8 was"),
    ({"examples": [SOUND["examples"][0]] * 2}, "two 'examples' have the title 'Half way"),
    (
        {"examples": [{"title": "-", "given": dict.fromkeys(NAMES, 70), "value": 1}]},
        "'examples.0.given.ucr_2h' must be at most 1",
    ),
    (
        {"parts": [{**SOUND["parts"][0], "weight": float("inf")}, SOUND["parts"][1]]},
        "'parts.0.weight' must be a number, and not an endless one",
    ),
]


@pytest.mark.parametrize(("changed", "message"), MISTAKES)
def test_a_mistake_is_named(tmp_path, changed, message):
    file = tmp_path / "care_in_time.yaml"
    file.write_text(yaml.safe_dump({**SOUND, **changed}), encoding="utf-8")
    with pytest.raises(DefinitionError, match=re.escape(message)):
        read_composite(file, load_measures())


@pytest.mark.parametrize(
    ("measure", "message"),
    [("nobody", "there is no measure 'nobody'"), ("wait_first_contact", "is a median")],
)
def test_a_part_is_a_measure_that_gives_a_share(tmp_path, measure, message):
    parts = [{**SOUND["parts"][0], "measure": measure}, SOUND["parts"][1]]
    examples = [{"title": "-", "given": {measure: 1, "wait_incomplete_18w": 1}, "value": 1}]
    file = tmp_path / "care_in_time.yaml"
    file.write_text(yaml.safe_dump({**SOUND, "parts": parts, "examples": examples}), "utf-8")
    with pytest.raises(DefinitionError, match=re.escape(message)):
        read_composite(file, load_measures())
