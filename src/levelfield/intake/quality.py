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
from levelfield.datasets import DataSet, load_dataset
from levelfield.intake.checking.fields import UNCLEAN_PATTERN, FieldCheck

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


def field_quality(
    submission: str,
    sent: Mapping[str, tuple[pa.Table, NDArray[np.bool_]]],
    checks: Mapping[str, Mapping[str, FieldCheck]],
) -> pa.Table:
    """The counts of every field of every table that was sent (FIELD_QUALITY_SCHEMA).

    `sent` holds each table's rows as they were sent, and which of them are no repeats.
    """
    return quality_table(
        submission,
        {
            (name, field): field_counts(check, rows.column(field), single)
            for name, (rows, single) in sent.items()
            for field, check in checks[name].items()
        },
    )


def quality_table(submission: str, counts: Mapping[tuple[str, str], Counts]) -> pa.Table:
    """Counts by table and field as a table (FIELD_QUALITY_SCHEMA)."""
    rows = [(submission, *place, sum(found), *found) for place, found in counts.items()]
    columns = zip(*rows, strict=True) if rows else [()] * len(FIELD_QUALITY_SCHEMA)
    return pa.table([list(column) for column in columns], schema=FIELD_QUALITY_SCHEMA)


def field_counts(check: FieldCheck, column: pa.ChunkedArray, single: NDArray[np.bool_]) -> Counts:
    """The counts of one column as it was sent, over the rows of `single`."""
    texts = column.combine_chunks()
    if check.plain and not pa.types.is_dictionary(texts.type):
        return value_counts(check, texts, single.astype(np.int64))
    encoded = texts.dictionary_encode()
    index = encoded.indices.to_numpy()[single]
    return value_counts(
        check, encoded.dictionary, np.bincount(index, minlength=len(encoded.dictionary))
    )


def value_counts(check: FieldCheck, values: pa.Array, times: NDArray[np.int64]) -> Counts:
    """The counts of values that each stand in so many records; values may come more than once."""
    found = _plain_kinds(check, values) if check.plain else _kinds(check, values)
    counts = np.bincount(found, weights=times, minlength=len(KINDS))
    return tuple(int(count) for count in counts)


def _kinds(check: FieldCheck, values: pa.Array) -> NDArray[np.int64]:
    meanings = _meanings(check.field.table, check.field.name)
    return np.array([_kind(check, meanings, text) for text in values.to_pylist()], dtype=np.int64)


def _kind(check: FieldCheck, meanings: Mapping[str, str], text: str) -> int:
    verdict = check.verdict(text)
    if verdict.value is None and verdict.rule == check.blank_rule:
        return KINDS.index("missing")
    if verdict.rule in _INVALID:
        return KINDS.index("invalid")
    # A code with a leading zero too many is settled to the code that is meant.
    settled = str(verdict.value) if verdict.rule == "W-LEADING-ZERO" else text
    if check.grade.sub_code and len(text) == 2 and text not in (check.codes or {}):
        settled = text[0]
    return KINDS.index(meanings.get(settled, "valid"))


def _plain_kinds(check: FieldCheck, values: pa.Array) -> NDArray[np.int64]:
    """The kinds of values of a text whose length and layout alone are asked for, all at once."""
    field = check.field
    length = pc.utf8_length(values).to_numpy()
    wrong = (length > (field.max_length or np.inf)) | (length < (field.min_length or 0))
    wrong |= _matches(values, UNCLEAN_PATTERN)
    if field.pattern:
        wrong |= ~_matches(values, field.pattern)
    blank = pc.equal(pc.utf8_trim_whitespace(values), "").to_numpy(zero_copy_only=False)
    found = np.select(
        [blank, wrong], [KINDS.index("missing"), KINDS.index("invalid")], KINDS.index("valid")
    )
    meanings = _meanings(field.table, field.name)
    for kind in set(meanings.values()):
        codes = pa.array([code for code, meant in meanings.items() if meant == kind])
        said = pc.is_in(values, value_set=codes).to_numpy(zero_copy_only=False)
        found[said & ~blank & ~wrong] = KINDS.index(kind)
    return found


def _matches(values: pa.Array, pattern: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.match_substring_regex(values, pattern).to_numpy(
        zero_copy_only=False
    )
    return found


def _meanings(table: str, field: str) -> dict[str, str]:
    """The codes of a field that say 'other' or stand for no answer, and which."""
    dataset = load_dataset()
    code_list = dataset.table(table).field(field).code_list
    return code_meanings(dataset.version).get(code_list or "", {})


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
