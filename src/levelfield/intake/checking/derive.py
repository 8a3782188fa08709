"""What needs identity or the parents, reckoned for every row before the rules look at it."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from levelfield.core.periods import Month
from levelfield.core.threads import together
from levelfield.datasets import DataSet, Table
from levelfield.intake.checking.ages import Dates, age_days, age_years, births, events
from levelfield.intake.checking.encoded import Positions
from levelfield.intake.checking.table_checks import CheckedTable
from levelfield.intake.nhs_number import valid_nhs_numbers

PERSON = "CYP001MPI"


def derive(tables: Mapping[str, CheckedTable], dataset: DataSet, period: Month) -> None:
    """Add the derived columns that need no key and no look-up to each table, in place.

    On a person the checks of the NHS numbers and the ages at the end of the period; on every
    person-level table the ages at each of its dates.
    """
    person = tables[PERSON]
    born = births(person.columns["date_of_birth"])
    last = events(pa.array([period.last]))
    person.columns["age_days_period_end"] = age_days(born, last)
    person.columns["age_years_period_end"] = age_years(born, last)
    for name in ("nhs_number", "nhs_number_mother"):
        person.columns[f"{name}_valid"] = pa.array(valid_nhs_numbers(person.columns[name]))
    for table in dataset.tables.values():
        if table.patient_level and table.name in tables:
            rows = person_rows(tables, table, dataset)
            _ages(tables[table.name], born.of_children(rows))


def person_rows(tables: Mapping[str, CheckedTable], table: Table, dataset: DataSet) -> Positions:
    """For each row of a person-level table the position of its person; -1 where there is none."""
    checked = tables[table.name]
    if table.parent is None:
        return np.arange(len(checked.status), dtype=np.int32)
    rows = checked.parent_row
    assert rows is not None
    above = dataset.table(table.parent)
    if above.parent is None:
        return rows
    if table.parent not in tables:
        return np.full(len(rows), -1, dtype=np.int32)
    return follow(person_rows(tables, above, dataset), rows)


def follow(positions: Positions, rows: Positions) -> Positions:
    """`positions[rows]`, where -1 stays -1."""
    # Appended as one of its kind, since a wider number would widen them all.
    return np.append(positions, np.array([-1], positions.dtype))[rows]


def taken(column: pa.Array, rows: Positions) -> pa.Array:
    """The values of a parent's column at the rows of its children; empty where there is none."""
    return column.take(pa.array(rows, mask=rows < 0))


def _ages(checked: CheckedTable, born: Dates) -> None:
    dates = [f.column for f in checked.table.fields if f.type == "date" and f.name != "DateOfBirth"]

    def ages(name: str) -> tuple[pa.Array, pa.Array]:
        at = events(checked.columns[name])
        return age_days(born, at), age_years(born, at)

    rows = len(checked.status)
    for name, (days, years) in zip(dates, together(ages, dates, rows=rows), strict=True):
        checked.columns[f"{name}_age_days"] = days
        checked.columns[f"{name}_age_years"] = years
