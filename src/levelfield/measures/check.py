"""One definition file, held against all that can be known of it before it is in its folder."""

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError, EngineError
from levelfield.engine import Engine
from levelfield.measures.about import About
from levelfield.measures.code_lists import read_code_list
from levelfield.measures.composite import read_composite
from levelfield.measures.examples import example_fault, example_table
from levelfield.measures.library import check_companion, load_measures, read_measure


class _AnyKeys(BaseModel):
    model_config = ConfigDict(extra="allow")


def check_file(engine: Engine, file: Path) -> str:
    """What was found of a file that makes sense, a sentence: of a measure whose examples hold on
    the engine, of a composite of the package's measures, or of a code list.

    Raises DefinitionError as reading it does, for a companion that neither the package nor the file
    has, a review on a day to come, and with what was expected and found of all examples that do
    not hold.
    """
    keys = definitions.load_yaml(file, _AnyKeys).model_extra or {}
    if "parts" in keys:
        composite = read_composite(file, load_measures())
        _check_review(composite, file)
        return (
            f"{file}: the composite '{composite.id}' makes sense, and {_held(composite.examples)}."
        )
    if "codes" in keys:
        found = read_code_list(file)
        return f"{file}: the code list '{found.id}' makes sense, with {len(found.codes)} codes."
    measure = read_measure(file)
    check_companion(measure, {**load_measures(), measure.id: measure}, file)
    _check_review(measure, file)
    for example in measure.examples:
        example_table(measure, example, f"{file}: the example '{example.title}'")
    try:
        faults = [example_fault(engine, measure, one) for one in measure.examples]
    except EngineError as error:
        raise DefinitionError(
            f"{file}: the examples cannot be counted. {error} Look for a condition that takes a "
            "text for a number or a day."
        ) from None
    if wrong := [fault for fault in faults if fault]:
        raise DefinitionError(
            f"{file}: {'; '.join(wrong)}. Correct what the example expects, or the conditions."
        )
    return f"{file}: the measure '{measure.id}' makes sense, and {_held(measure.examples)}."


def _held(examples: tuple[object, ...]) -> str:
    return "its example holds" if len(examples) == 1 else f"its {len(examples)} examples hold"


def _check_review(about: About, file: Path) -> None:
    """Asked of a file that somebody writes, not of the library: a clock that is slow stops no
    program."""
    if about.reviewed_on > date.today():
        raise DefinitionError(
            f"{file}: 'reviewed_on': {about.reviewed_on} is a day to come: write when it was "
            "reviewed."
        )
