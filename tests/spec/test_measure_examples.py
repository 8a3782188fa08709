"""The examples inside the measure files, on both engines."""

import pytest

from levelfield.measures import Example, Measure, example_fault, load_measures

title = "The examples of each measure"

EXAMPLES = [
    pytest.param(measure, example, id=f"{measure.id}: {example.title}")
    for measure in load_measures().values()
    for example in measure.examples
]


@pytest.mark.parametrize(("measure", "example"), EXAMPLES)
def test_example(engine, measure: Measure, example: Example):
    """Each example counts to what its file says."""
    assert example_fault(engine, measure, example) == ""
