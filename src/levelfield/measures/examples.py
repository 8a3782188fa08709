"""The examples of a measure file: small tables that are counted as the facts are."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

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


def _counted_for(measure: Measure) -> str:
    """The period of an example: the month, or of a measure that has years alone its year."""
    return PERIOD if "month" in measure.periods else str(Month.parse(PERIOD).financial_year)


def example_table(measure: Measure, example: Example) -> pa.Table:
    """The example's rows with every column of the fact, those that are not given empty.

    Raises DefinitionError for a column that the fact does not have, a table without the column
    `because`, a line with another number of cells, or a cell that is not of its column's type.
    """
    where = f"{measure.id}: the example '{example.title}'"
    rows = read_rows(example.given, where)
    schema = load_fact(measure.fact).arrow_schema()
    defaults = {**_DEFAULTS, measure.period_column: PERIOD}
    for name in rows[0]:
        if name != BECAUSE and name not in schema.names:
            raise DefinitionError(f"{where}: the fact '{measure.fact}' has no column '{name}'.")
    columns = {
        field.name: [
            _typed(row.get(field.name, defaults.get(field.name, "")), field, where) for row in rows
        ]
        for field in schema
    }
    return pa.table(columns, schema=schema)


def read_rows(text: str, where: str) -> list[dict[str, str]]:
    """A table drawn with `|`: a line of names, then a line per row. Empty cells are empty text."""
    lines = [
        [cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()
    ]
    if len(lines) < 2 or BECAUSE not in lines[0]:
        raise DefinitionError(
            f"{where} needs a line of names, with the column '{BECAUSE}', and at least one row."
        )
    names = lines[0]
    for cells in lines[1:]:
        if len(cells) != len(names):
            raise DefinitionError(
                f"{where}: the row '{' | '.join(cells)}' has {len(cells)} cells for "
                f"{len(names)} columns."
            )
    return [dict(zip(names, cells, strict=True)) for cells in lines[1:]]


def _typed(text: str, field: pa.Field, where: str) -> object:
    if text == "":
        return None
    try:
        if pa.types.is_boolean(field.type):
            return {"true": True, "false": False}[text]
        if pa.types.is_date(field.type):
            return date.fromisoformat(text)
        if pa.types.is_floating(field.type):
            return float(text)
        return int(text) if pa.types.is_integer(field.type) else text
    except (KeyError, ValueError):
        raise DefinitionError(
            f"{where}: '{text}' in the column '{field.name}' is not a value of type {field.type}."
        ) from None


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
