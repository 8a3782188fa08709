"""The examples inside the measure files, on both engines."""

import pytest

from levelfield.measures import Example, Measure, count_example, load_measures

title = "The examples of each measure"

EXAMPLES = [
    pytest.param(measure, example, id=f"{measure.id}: {example.title}")
    for measure in load_measures().values()
    for example in measure.examples
]


@pytest.mark.parametrize(("measure", "example"), EXAMPLES)
def test_example(engine, measure: Measure, example: Example):
    """Each example counts to what its file says."""
    counted = count_example(engine, measure, example)
    assert counted.denominator == example.denominator
    assert counted.numerator == example.numerator
    if example.value is not None:
        assert counted.value == pytest.approx(example.value, abs=1e-12)
