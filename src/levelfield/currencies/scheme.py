"""A currency scheme: the file that names its decision tables, words and parameters."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from levelfield.core.definitions import Definition, load_yaml, path, read_csv, validate
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.currencies.rules import Rule, check_outcomes, read_table, refuse_unreachable


class Settled(Definition):
    """How the codes of one field become the words that the tables use."""

    field: str
    values: dict[str, list[str]]


class Parameters(Definition):
    """Choices that published practice makes differently; each result states them."""

    missing_attendance: Literal["left_out", "attended"]
    group_unknown: Literal["one_to_one", "error"]
    child_to_age: int


class LeftOut(Definition):
    """A row of the source mapping that no contact could reach, and why."""

    source_row: int
    reason: str


class SchemeFile(Definition):
    """What `scheme.yaml` holds."""

    id: str
    version: str
    title: str
    status: str
    valid_from: date
    valid_to: date | None
    source: str
    authored_by: str
    reviewed_on: date
    fact: Literal["contact"]
    unit: str
    schedule: str
    tables: list[str]
    error_classes: str
    settled: dict[Literal["attendance", "mode", "group"], Settled]
    parameters: Parameters
    left_out: tuple[LeftOut, ...] = ()


class ErrorClass(Definition):
    """A named reason why a contact has no currency.

    `estimate` says what such a contact may be worth in an estimate (never on a statement): nothing,
    or the mean price of the contacts that could be classed.
    """

    error_class: str
    title: str
    meaning: str
    remedy: str
    estimate: Literal["nothing", "mean_price"]


class Scheme(SchemeFile):
    """A currency scheme, complete: its rules in order, error classes and currency names."""

    rules: tuple[Rule, ...]
    classes: dict[str, ErrorClass]
    currencies: dict[str, str]

    def rule(self, rule_id: str) -> Rule:
        """A row of the tables by its id; raises UsageError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise UsageError(f"The scheme {self.id} has no row '{rule_id}' in its decision tables.")

    def with_parameters(self, **choices: object) -> "Scheme":
        """The same scheme under other choices, such as `missing_attendance="attended"`."""
        chosen = self.parameters.model_dump() | choices
        parameters = validate(chosen, Parameters, f"parameters of {self.id}")
        return self.model_copy(update={"parameters": parameters})


def schemes() -> list[str]:
    """The ids of the schemes that ship with the package."""
    return sorted(p.parent.name for p in path("currencies").glob("*/scheme.yaml"))


def load_scheme(scheme: str | Path) -> Scheme:
    """A scheme by id (`ncc-2024-25`) or by the folder that holds its `scheme.yaml`.

    Raises UsageError for an unknown id and DefinitionError, which names file, row and remedy, for
    a table that makes no sense: an unknown column or word, a row with both or neither of currency
    and error class, a currency that the schedule lacks, a row that an earlier one always beats.
    """
    return _shipped(scheme) if isinstance(scheme, str) else _read(scheme)


@cache
def _shipped(scheme: str) -> Scheme:
    if scheme not in schemes():
        known = ", ".join(schemes())
        raise UsageError(f"There is no currency scheme '{scheme}'. There is: {known}.")
    return _read(path(f"currencies/{scheme}"))


def _read(folder: Path) -> Scheme:
    file = load_yaml(folder / "scheme.yaml", SchemeFile)
    names = {r["currency_code"]: r["currency_name"] for r in read_csv(path(file.schedule))}
    listed = folder / file.error_classes
    classes = {
        row["error_class"]: validate(row, ErrorClass, f"{listed}, {row['error_class']}")
        for row in read_csv(listed, ErrorClass.model_fields)
    }
    rules: list[Rule] = []
    for table in file.tables:
        rules += read_table(folder / table, first=len(rules) + 1)
    check_outcomes(rules, names, classes)
    refuse_unreachable(rules)
    if rules[-1].conditions:
        raise DefinitionError(
            f"{folder / file.tables[-1]}, {rules[-1].id}: the last row must fit every contact, "
            "so that each has a class: give it 'any' in every condition."
        )
    return Scheme(**dict(file), rules=tuple(rules), classes=classes, currencies=names)
