"""The measures that the package ships, checked when they are loaded."""

from functools import cache
from pathlib import Path

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.engine.predicates import check, columns_used
from levelfield.facts import load_facts
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure
from levelfield.measures.queries import columns_needed


@cache
def load_measures() -> dict[str, Measure]:
    """Every measure of the package by id, in alphabetical order; read once.

    Raises DefinitionError for the first file that does not make sense.
    """
    return read_measures(definitions.path("measures"))


def find_measure(measure_id: str) -> Measure:
    """The measure of that id; raises UsageError with the ids that there are."""
    known = load_measures()
    if measure_id not in known:
        raise UsageError(f"There is no measure '{measure_id}'. There are: {', '.join(known)}.")
    return known[measure_id]


def read_measures(folder: Path) -> dict[str, Measure]:
    """The measures of a folder of YAML files, by id.

    Raises DefinitionError as `read_measure` does, and for a companion that is not there.
    """
    found = {measure.id: measure for measure in map(read_measure, sorted(folder.glob("*.yaml")))}
    for measure in found.values():
        if measure.companion and measure.companion not in found:
            raise DefinitionError(
                f"{folder / measure.id}.yaml: 'companion': there is no measure "
                f"'{measure.companion}'. Known are: {', '.join(found)}."
            )
    return found


def read_measure(file: Path) -> Measure:
    """One measure file, known to work over the facts.

    Raises DefinitionError that names file, key and remedy: for an unknown or missing key, a fact or
    column that does not exist, and an expression that is no condition over the fact's columns.
    """
    measure = definitions.load_yaml(file, Measure)
    if file.stem != measure.id:
        raise DefinitionError(
            f"{file}: 'id' is '{measure.id}': a measure's file is named after it, "
            f"here {measure.id}.yaml."
        )
    facts = load_facts()
    if measure.fact not in facts:
        raise DefinitionError(
            f"{file}: 'fact': there is no fact '{measure.fact}'. Known are: {', '.join(facts)}."
        )
    columns = facts[measure.fact].types
    for key, condition in measure.conditions:
        check(condition, columns, f"{file}: '{key}'")
    if measure.observation is not None:
        _check_number(measure.observation.value, columns, f"{file}: 'observation.value'")
    for key, column in _plain_columns(measure):
        if column not in columns:
            raise DefinitionError(
                f"{file}: '{key}': the fact '{measure.fact}' has no column '{column}'. "
                f"It has: {', '.join(columns)}."
            )
    return measure


def _check_number(expression: str, columns: dict[str, str], where: str) -> None:
    """An observation is an expression whose size can be compared; text is caught by its cast."""
    check(f"({expression}) IS NOT NULL", columns, where)
    kinds = {columns[name] for name in columns_used(expression, where)}
    if not kinds <= {"INTEGER", "BIGINT", "DOUBLE"}:
        raise DefinitionError(f"{where}: '{expression}' is not a number: use columns of numbers.")


def _plain_columns(measure: Measure) -> list[tuple[str, str]]:
    """Columns that the language itself reads, with the key that asks for them."""
    wanted = [("period_column", measure.period_column)]
    wanted += [("stratifiers", STRATIFIER_COLUMNS[name]) for name in measure.stratifiers]
    wanted += [("fact", "provider"), ("fact", "commissioner")]
    if measure.unit == "person":
        wanted.append(("unit", "person_id"))
    if measure.gap:
        wanted.append(("gap.column", measure.gap.column))
    return wanted


def columns_read() -> dict[str, frozenset[str]]:
    """The columns of its fact that each measure reads, by its id."""
    return {measure.id: frozenset(columns_needed(measure)) for measure in load_measures().values()}
