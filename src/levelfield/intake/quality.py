"""What was sent in each field: valid, other, default, invalid or missing, counted.

Every record read, repeats of an earlier row apart, holds one of the five in each field of its
table, so the five add up to the records. Rows that could not be read at all are in none of them.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError
from levelfield.datasets import DataSet, Field, load_dataset
from levelfield.intake.checking.fields import FieldCheck, Judged, Mask
from levelfield.intake.rules.catalogue import FieldGrade, field_grades

KINDS = ("valid", "other", "default", "invalid", "missing")
"""A national code or a value of the right layout; a code that says 'other'; one that says the
answer is not known, not stated or does not apply; sent, but not in the list or the layout (kept or
rejected); blank."""

FIELD_QUALITY_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("submission_id", "table", "field")]
    + [(name, pa.int64()) for name in ("records", *KINDS)]
)
"""The columns of `field_quality.parquet` in the folder of a submission."""

_INVALID = frozenset({"R-FORMAT", "W-CODE", "R-CODE-FATAL", "W-CODE-RETIRED"})
"""Rules of a value that is not in its list or layout. A date at the wrong time is a date."""

Counts = tuple[int, ...]
"""How many records hold each of KINDS, in their order."""


def quality_table(submission: str, counts: Mapping[str, Mapping[str, Counts]]) -> pa.Table:
    """Counts by table and field as one table (FIELD_QUALITY_SCHEMA)."""
    rows = [
        (submission, table, field, sum(found), *found)
        for table, fields in counts.items()
        for field, found in fields.items()
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(FIELD_QUALITY_SCHEMA)
    return pa.table([list(column) for column in columns], schema=FIELD_QUALITY_SCHEMA)


def field_counts(
    check: FieldCheck, values: pa.Array, judged: Judged, times: NDArray[np.int64] | Mask
) -> Counts:
    """The counts of one field: `values` as they were sent and judged, each in `times` records.

    Of values that are each in one record or in none, `times` may say which are.
    """
    invalid = np.zeros(len(values), dtype=bool)
    for rule in _INVALID & judged.broken.keys():
        invalid |= judged.broken[rule]
    found = np.full(len(values), KINDS.index("valid"), dtype=np.int8)
    for kind, codes in _meanings(check.field).items():
        found[_are(judged.settled, values, codes, check.grade.sub_code)] = KINDS.index(kind)
    found[invalid] = KINDS.index("invalid")
    found[judged.blank] = KINDS.index("missing")
    return tuple(int(times[found == kind].sum()) for kind in range(len(KINDS)))


def _are(settled: pa.Array, values: pa.Array, codes: pa.Array, sub_code: bool) -> NDArray[np.bool_]:
    """Which values mean one of the codes; of a code with a second, local character the first."""
    meant = pc.or_kleene(pc.is_in(settled, value_set=codes), pc.is_in(values, value_set=codes))
    if sub_code:
        meant = pc.or_(meant, pc.is_in(pc.utf8_slice_codeunits(values, 0, 1), value_set=codes))
    found: NDArray[np.bool_] = meant.to_numpy(zero_copy_only=False)
    return found


@cache
def _meanings(field: Field) -> dict[str, pa.Array]:
    """The codes of a field that say 'other', and those that stand for no answer."""
    meanings = code_meanings(load_dataset().version).get(field.code_list or "", {})
    return {
        kind: pa.array([code for code, meant in meanings.items() if meant == kind], pa.string())
        for kind in sorted(set(meanings.values()))
    }


@cache
def expected_fields(version: str) -> frozenset[tuple[str, str]]:
    """The fields, by table and name, that every record should fill: mandatory ones, and those
    that the checks miss when they are blank."""
    grades = field_grades(version)
    return frozenset(
        (table.name, field.name)
        for table in load_dataset(version).tables.values()
        for field in table.fields
        if field.mandation == "M" or grades.get((table.name, field.name), FieldGrade()).wanted
    )


@cache
def code_meanings(version: str) -> dict[str, dict[str, str]]:
    """By code list and code: `default` or `other`.

    The default codes of `codes.csv`, and what `code_meanings.csv` adds to them. Raises
    DefinitionError for a code that the data set does not have.
    """
    dataset: DataSet = load_dataset(version)
    found = {
        name: {code.code: "default" for code in codes.values() if code.kind == "default"}
        for name, codes in dataset.codes.items()
    }
    file = definitions.path(f"csds/{version}/code_meanings.csv")
    for row in definitions.read_csv(file, ["code_list", "code", "meaning"]):
        if row["code"] not in dataset.codes.get(row["code_list"], {}):
            raise DefinitionError(
                f"{file}: there is no code {row['code']} in {row['code_list']}. Correct the row."
            )
        if row["meaning"] not in ("default", "other"):
            raise DefinitionError(f"{file}: {row['code']}: the meaning is default or other.")
        found[row["code_list"]][row["code"]] = row["meaning"]
    return found
