"""The examples of a measure file: small tables that are counted as the facts are."""

from dataclasses import dataclass
from math import isclose

import pyarrow as pa

from levelfield.core import drawn
from levelfield.core.errors import DefinitionError
from levelfield.core.periods import Month
from levelfield.core.values import ALL, NATIONAL
from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.measures.definition import Measure
from levelfield.measures.evaluate import evaluate
from levelfield.measures.parts import Example

PERIOD = "2026-03"
"""The month that an example is counted for, and the one of rows that name none."""

BECAUSE = "because"
"""The column that says of each row why it counts or does not."""

_PROVIDER = "ZA1"
_DEFAULTS = {"provider": _PROVIDER, "period": PERIOD}


@dataclass(frozen=True)
class Counted:
    """What an example counted to; `numerator` is None where the value is no quotient."""

    numerator: float | None
    denominator: float
    value: float | None


def count_example(engine: Engine, measure: Measure, example: Example) -> Counted:
    """Count an example's rows on an engine, for the organisation that is everybody.

    Leaves the example's rows on the engine under the fact's name. Raises DefinitionError when the
    table cannot be read.
    """
    engine.view(measure.fact, example_table(measure, example))
    values = evaluate(engine, measure, "example", _coverage(measure)).to_pylist()
    for row in values:
        key = (row["measure"], row["period"], row["org_code"], row["stratifier"])
        if key == (measure.id, _counted_for(measure), NATIONAL, ALL):
            return Counted(row["numerator"], row["denominator"], row["value"])
    return Counted(0 if measure.has_numerator else None, 0, None)


def example_fault(engine: Engine, measure: Measure, example: Example) -> str:
    """What an example counts to, beside what its file says, in words; empty where they agree.

    Raises DefinitionError as `count_example` does.
    """
    found = count_example(engine, measure, example)
    beside = [
        ("numerator", example.numerator, found.numerator),
        ("denominator", example.denominator, found.denominator),
    ]
    if example.value is not None:
        beside.append(("value", example.value, found.value))
    apart = [
        f"a {name} of {_number(expected)} was expected and {_number(counted)} was found"
        for name, expected, counted in beside
        if not _same(expected, counted)
    ]
    return f"the example '{example.title}': {', '.join(apart)}" if apart else ""


def _same(expected: float | None, found: float | None) -> bool:
    if expected is None or found is None:
        return expected is found
    return isclose(expected, found, rel_tol=0, abs_tol=1e-12)


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.12g}"


def _counted_for(measure: Measure) -> str:
    """The period of an example: the month, or of a measure that has years alone its year."""
    return PERIOD if "month" in measure.periods else str(Month.parse(PERIOD).financial_year)


def example_table(measure: Measure, example: Example, where: str = "") -> pa.Table:
    """The example's rows with every column of the fact, those that are not given empty.

    A message begins with `where`, or else with the measure and the example's title. Raises
    DefinitionError for a column that the fact does not have, a table without the column
    `because`, a line with another number of cells, or a cell that is not of its column's type.
    """
    where = where or f"{measure.id}: the example '{example.title}'"
    rows = drawn.rows(example.given, where)
    if not rows or BECAUSE not in rows[0]:
        raise DefinitionError(
            f"{where} needs a line of names, with the column '{BECAUSE}', and at least one row."
        )
    facts = [{name: text for name, text in row.items() if name != BECAUSE} for row in rows]
    schema = load_fact(measure.fact).arrow_schema()
    defaults = {**_DEFAULTS, measure.period_column: PERIOD}
    return drawn.table(facts, schema, defaults, f"{where}, fact '{measure.fact}'")


def _coverage(measure: Measure) -> pa.Table:
    """Everything that the measure looks back on is held, so that only the rows decide."""
    last = Month.parse(PERIOD)
    months = [str(last.plus(-n)) for n in range(measure.months + measure.history)]
    return pa.table(
        {
            "provider": [_PROVIDER] * len(months),
            "period": months,
            "submission_window": ["refresh"] * len(months),
        }
    )
