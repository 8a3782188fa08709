"""What the data quality files may say, and reading them."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.datasets import load_dataset
from levelfield.engine.predicates import check, columns_used
from levelfield.facts import load_fact

EXPECTED_MONTH = {
    "provider": "STRING",
    "period": "STRING",
    "expected": "BOOLEAN",
    "months": "INTEGER",
    "held": "INTEGER",
    "in_time": "INTEGER",
}
"""The columns of `expected_month` that a dimension may use, beside the quality facts."""

Breakdown = Literal["table", "field"]


class Reviewed(Definition):
    """What every file says of itself."""

    id: str
    version: int
    title: str
    source: str
    authored_by: str
    reviewed_on: date
    next_review: date


class Example(Definition):
    """Drawn rows of the fact, and what they count to."""

    title: str
    given: str
    numerator: int
    denominator: int


class Dimension(Reviewed):
    """One dimension of data quality: a share of two sums over a fact.

    `numerator` and `denominator` are sums of SQL expressions over the rows that `when` lets count.
    """

    question: str
    formula: str
    fact: Literal["field_quality", "table_quality", "expected_month"]
    when: str
    numerator: str
    denominator: str
    by: tuple[Breakdown, ...]
    caveats: tuple[str, ...]
    examples: tuple[Example, ...] = Field(min_length=1)


class Item(Definition):
    """One item of the index; `threshold_percent` is the share of records that may be defaults."""

    table: str
    field: str
    threshold_percent: float = Field(ge=0, le=100)

    @property
    def threshold(self) -> float:
        return self.threshold_percent / 100


class MaturityIndex(Reviewed):
    """The items of a Data Quality Maturity Index."""

    data_set: str
    formula: str
    caveats: tuple[str, ...]
    items: tuple[Item, ...] = Field(min_length=1)


class ConsistentSubmitter(Reviewed):
    """When a provider counts as a consistent submitter of a period."""

    words: str
    fewest_people: int = Field(ge=0)


class Grade(Definition):
    """A letter, and the least index that earns it."""

    grade: str
    at_least: float


class Grades(Reviewed):
    """Letters for ranges of the index, the best first; a price should not rest on data below the
    grade `bears_a_price`."""

    words: str
    grades: tuple[Grade, ...] = Field(min_length=1)
    bears_a_price: str

    @model_validator(mode="after")
    def _descending(self) -> Self:
        bounds = [one.at_least for one in self.grades]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0:
            raise ValueError("the bounds have to fall from the best grade to 0")
        if self.bears_a_price not in {one.grade for one in self.grades}:
            raise ValueError(f"there is no grade '{self.bears_a_price}'")
        return self

    def of(self, index: float) -> str:
        """The letter of an index from 0 to 100."""
        return next(one.grade for one in self.grades if index >= one.at_least)


@cache
def load_dimensions() -> dict[str, Dimension]:
    """The dimensions by id; raises DefinitionError for the first file that makes no sense."""
    files = sorted(definitions.path("quality/dimensions").glob("*.yaml"))
    return {found.id: found for found in map(read_dimension, files)}


def find_dimension(dimension_id: str) -> Dimension:
    """The dimension of that id; raises UsageError with the ids that there are."""
    known = load_dimensions()
    if dimension_id not in known:
        raise UsageError(
            f"There is no data quality dimension '{dimension_id}'. There are: {', '.join(known)}."
        )
    return known[dimension_id]


def read_dimension(file: Path) -> Dimension:
    """One dimension's file, known to work over its fact.

    Raises DefinitionError that names file, key and remedy.
    """
    found = definitions.load_yaml(file, Dimension)
    if file.stem != found.id:
        raise DefinitionError(
            f"{file}: 'id' is '{found.id}': a file is named after its id, here {found.id}.yaml."
        )
    columns = EXPECTED_MONTH if found.fact == "expected_month" else load_fact(found.fact).types
    check(found.when, columns, f"{file}: 'when'")
    for key in ("numerator", "denominator"):
        text, where = getattr(found, key), f"{file}: '{key}'"
        check(f"({text}) IS NOT NULL", columns, where)
        if not {columns[name] for name in columns_used(text, where)} <= {"INTEGER", "BIGINT"}:
            raise DefinitionError(f"{where}: '{text}' is not a count: use columns of counts.")
    needed = {"table": "table_name", "field": "field_name"}
    for name in found.by:
        if needed[name] not in columns:
            raise DefinitionError(f"{file}: 'by': the fact '{found.fact}' has no {name}s.")
    return found


@cache
def load_index() -> MaturityIndex:
    """The index; raises DefinitionError for an item that the data set does not have."""
    file = definitions.path("quality/dqmi_csds.yaml")
    found = definitions.load_yaml(file, MaturityIndex)
    tables = load_dataset().tables
    for item in found.items:
        if item.table not in tables or item.field not in tables[item.table].by_name:
            raise DefinitionError(
                f"{file}: there is no field {item.table}.{item.field}. Correct the item."
            )
    return found


@cache
def load_consistent() -> ConsistentSubmitter:
    """The rule of the consistent submitter."""
    file = definitions.path("quality/consistent_submitter.yaml")
    return definitions.load_yaml(file, ConsistentSubmitter)


@cache
def load_grades() -> Grades:
    """The grades of the index."""
    return definitions.load_yaml(definitions.path("quality/grades.yaml"), Grades)
