"""The columns that a rule of a table may read: its own, its parents' and what is derived."""

import pyarrow as pa

from levelfield.datasets import DataSet, Field, Table

PARENTS = {
    "person": "CYP001MPI",
    "care_plan": "CYP004CarePlanType",
    "referral": "CYP101Referral",
    "contact": "CYP201CareContact",
    "activity": "CYP202CareActivity",
}
"""How a rule names the records above its own."""

CONCEPT_DIGITS = 18


def columns_of(table: Table, dataset: DataSet) -> dict[str, str]:
    """The columns that a rule of this table may read, with their SQL types.

    Its own and its parents' fields (`person__gender`), the ages derived at each date, the
    checks of the NHS numbers on a person, whether a code is a SNOMED CT concept, the header's
    provider and time of creation, and the period's first and last day.
    """
    columns = {"period_start": "DATE", "period_end": "DATE"}
    columns |= {"provider": "VARCHAR", "created": "TIMESTAMP"}
    columns |= {f"{field.column}_is_snomed": "BOOLEAN" for field in concept_fields(table)}
    columns |= {name: _sql_type(kind) for name, kind in arrow_columns(table).items()}
    for name, parent in parents_of(table, dataset):
        kinds = arrow_columns(parent)
        columns |= {f"{name}__{column}": _sql_type(kind) for column, kind in kinds.items()}
    return columns


def concept_fields(table: Table) -> list[Field]:
    """The fields that may hold a SNOMED CT concept, which has at most eighteen digits."""
    return [f for f in table.fields if f.type == "string" and f.max_length == CONCEPT_DIGITS]


def parents_of(table: Table, dataset: DataSet) -> list[tuple[str, Table]]:
    """The tables above a table, the nearest first, with the names that rules give them."""
    found = []
    while table.parent:
        table = dataset.table(table.parent)
        found.append((next(name for name, of in PARENTS.items() if of == table.name), table))
    return found


def arrow_columns(table: Table) -> dict[str, pa.DataType]:
    """A table's submitted and derived columns, as they are while the rules run."""
    columns = {field.column: field.arrow_type for field in table.fields}
    if table.name == PARENTS["person"]:
        columns |= {
            "nhs_number_valid": pa.bool_(),
            "nhs_number_mother_valid": pa.bool_(),
            "age_days_period_end": pa.int32(),
            "age_years_period_end": pa.int32(),
        }
    if table.patient_level:
        for field in table.fields:
            if field.type == "date" and field.name != "DateOfBirth":
                columns |= {f"{field.column}_age_{unit}": pa.int32() for unit in ("days", "years")}
    return columns


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    names = {
        pa.int32(): "INTEGER",
        pa.date32(): "DATE",
        pa.string(): "VARCHAR",
        pa.bool_(): "BOOLEAN",
        pa.timestamp("us"): "TIMESTAMP",
    }
    return names[kind]
