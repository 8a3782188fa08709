"""What the Parquet files of a submission hold, for whoever reads them after intake."""

import pyarrow as pa

from levelfield.datasets import Table, snake
from levelfield.intake.identity import IDENTITY_FIELDS

_IDENTITY = frozenset(snake(name) for name in IDENTITY_FIELDS)

_DERIVED: dict[str, list[tuple[str, pa.DataType]]] = {
    "CYP001MPI": [
        ("age_days_period_end", pa.int32()),
        ("age_years_period_end", pa.int32()),
        ("nhs_number_valid", pa.bool_()),
        ("lsoa", pa.string()),
        ("residence_commissioner", pa.string()),
    ],
    "CYP002GP": [("gp_commissioner", pa.string())],
}


def stored_schema(table: Table) -> pa.Schema:
    """The columns of a table as it is stored: identity dropped, ages and places derived.

    First the submission and the row number (from 1 after the header), then the submitted fields,
    then for a person-level table the pseudonym and the age at each date: in years, and in days
    below three years of age.
    """
    kept = [field for field in table.fields if field.column not in _IDENTITY]
    columns = [("submission_id", pa.string()), ("row_number", pa.int64())]
    columns += [(field.column, field.arrow_type) for field in kept]
    if table.patient_level:
        columns.append(("person_id", pa.string()))
        for field in kept:
            if field.type == "date":
                columns.append((f"{field.column}_age_days", pa.int32()))
                columns.append((f"{field.column}_age_years", pa.int32()))
    return pa.schema(columns + _DERIVED.get(table.name, []))
