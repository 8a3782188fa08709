"""Whether a measure file makes sense beyond its keys: nothing twice, columns that can be used so,
examples of rows that there can be.
"""

from collections.abc import Iterator
from pathlib import Path

from levelfield.core import drawn
from levelfield.core.errors import DefinitionError
from levelfield.datasets import load_dataset
from levelfield.facts import Fact
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure
from levelfield.measures.examples import BECAUSE
from levelfield.measures.parts import Example, repeated

_UNLISTED = "none of the list"
"""What a row's `because` says where a code that does not exist stands on purpose."""


def check_sense(measure: Measure, fact: Fact, file: Path) -> None:
    """Raises DefinitionError that names file, key and remedy: for an entry that is given twice, a
    column that holds no month or no groups, and an example that cannot be counted.
    """
    for key, twice in _repeated(measure):
        if twice:
            raise DefinitionError(f"{file}: '{key}': '{twice}' stands there twice: keep one.")
    if not measure.period_column.endswith("period"):
        months = [column.name for column in fact.columns if column.name.endswith("period")]
        raise DefinitionError(
            f"{file}: 'period_column': '{measure.period_column}' does not hold months. "
            f"Those of the fact '{fact.name}' are in: {', '.join(months)}."
        )
    groups = set(STRATIFIER_COLUMNS.values())
    for name in measure.adjustment.by if measure.adjustment else ():
        if name not in groups:
            raise DefinitionError(
                f"{file}: 'adjustment.by': '{name}' does not sort people into groups. Adjust for: "
                f"{', '.join(sorted(groups & set(fact.types)))}."
            )
    for place, example in enumerate(measure.examples):
        _check_example(example, fact, f"{file}: 'examples.{place}.given'")


def _repeated(measure: Measure) -> Iterator[tuple[str, str]]:
    """Every list of a measure in which nothing may stand twice, by its key, and what does."""
    yield "stratifiers", repeated(measure.stratifiers)
    yield "periods", repeated(measure.periods)
    yield "code_lists", repeated(measure.code_lists)
    yield "areas", repeated(measure.areas)
    yield "breaks", repeated(one.first_day for one in measure.breaks)
    yield "examples", repeated(example.title for example in measure.examples)
    if measure.adjustment:
        yield "adjustment.by", repeated(measure.adjustment.by)


def _check_example(example: Example, fact: Fact, where: str) -> None:
    names = drawn.names(example.given)
    if BECAUSE not in names:
        raise DefinitionError(
            f"{where}: the column '{BECAUSE}' is missing: add it to the line of names, and say in "
            "each row why it counts or does not."
        )
    if twice := repeated(names):
        raise DefinitionError(f"{where}: the column '{twice}' stands there twice: keep one.")
    for column in names:
        if column not in fact.types and column != BECAUSE:
            raise DefinitionError(
                f"{where}: the fact '{fact.name}' has no column '{column}'. "
                f"It has: {', '.join(fact.types)}."
            )
    lists = {column.name: column.codes for column in fact.columns if column.codes}
    for row in drawn.rows(example.given, where):
        if not row[BECAUSE]:
            raise DefinitionError(
                f"{where}: the row '{' | '.join(row.values())}' does not say '{BECAUSE}': say why "
                "it counts or does not."
            )
        for column in row.keys() & lists.keys():
            known = load_dataset().codes[lists[column]]
            if row[column] not in ("", "''", *known) and _UNLISTED not in row[BECAUSE]:
                raise DefinitionError(
                    f"{where}: '{row[column]}' is no code of the column '{column}'. Its codes are: "
                    f"{', '.join(known)}. To show what becomes of another, let 'because' say that "
                    f"the code is {_UNLISTED}."
                )
