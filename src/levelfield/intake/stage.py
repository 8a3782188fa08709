"""From a checked submission to files that the warehouse can commit: identity goes here."""

from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset, snake
from levelfield.datasets.windows import window_of
from levelfield.intake.checking.derive import PERSON, person_rows, taken
from levelfield.intake.checking.table_checks import REJECTED, CheckedTable
from levelfield.intake.identity import (
    HIDDEN,
    IDENTITY_FIELDS,
    Identifiers,
    hidden,
    without_identifiers,
)
from levelfield.intake.lookups import Lookups
from levelfield.intake.pseudonym import PseudonymKey, person_ids
from levelfield.intake.quality import quality_table
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.report import FIRST_ROWS, counts_json, findings, table_counts
from levelfield.intake.rules.catalogue import contract_rules, field_grades
from levelfield.intake.rules.rule import load_rules
from levelfield.intake.submission import Examined
from levelfield.warehouse import StagedSubmission

_DROPPED = frozenset({*(snake(name) for name in IDENTITY_FIELDS), "nhs_number_mother_valid"})
"""Columns that end here; the check of the mother's number serves the rules alone."""


def stage(
    examined: Examined,
    folder: Path,
    *,
    lookups: Lookups,
    key: PseudonymKey,
    received: datetime | None = None,
) -> StagedSubmission:
    """Write the accepted and the rejected records of a submission into `folder`.

    `received` is the time of receipt (default: when the file was created, as when history is
    loaded). NHS numbers, birth dates and postcodes are dropped; where one stands in another text
    field a pseudonym is kept in its place, and rejected records keep it nowhere. Raises
    SubmissionError for a submission that was refused, or when the demonstration's key meets
    people who may be real.
    """
    header, dataset = examined.header, load_dataset()
    if header is None or not examined.accepted:
        raise SubmissionError(f"{examined.raw.source.path}: a refused submission is not kept.")
    submission = examined.raw.digest[:16]
    received = received or header.created
    accepted, quarantine = folder / "accepted", folder / "quarantine"
    accepted.mkdir(parents=True)
    person = examined.tables[PERSON]
    known = Identifiers.of(person.raw)
    ids = person_ids(
        key,
        header.provider,
        person.raw.column("LocalPatientID").to_pylist(),
        person.columns["nhs_number"].to_pylist(),
        person.columns["nhs_number_valid"].to_numpy(zero_copy_only=False),
    )
    areas, commissioners = lookups.residences(person.columns["postcode"])
    person.columns["lsoa"] = areas
    person.columns["residence_commissioner"] = commissioners
    if "CYP002GP" in examined.tables:
        gp = examined.tables["CYP002GP"].columns
        gp["gp_commissioner"] = lookups.practice_commissioners(gp["org_id_gp"], header.period.last)
    for name, checked in examined.tables.items():
        table = dataset.table(name)
        if table.patient_level:
            rows = person_rows(examined.tables, table, dataset)
            checked.columns["person_id"] = taken(ids, rows)
        for field in table.fields:
            if field.type == "string" and field.name not in IDENTITY_FIELDS:
                checked.columns[field.column] = without_identifiers(
                    checked.columns[field.column], field, known, key
                )
        _write_accepted(checked, submission, accepted)
        _write_rejected(checked, quarantine, known)
    counted = quality_table(submission, {n: c.quality for n, c in examined.tables.items()})
    pq.write_table(counted, accepted / "field_quality.parquet", compression="zstd")
    return StagedSubmission(
        id=submission,
        provider=header.provider,
        period=str(header.period),
        version=header.version,
        window=window_of(header.period, received.date()),
        received_at=received,
        folder=accepted,
        quarantine=quarantine,
        counts=table_counts(examined),
        receipt=receipt(examined, received, key),
    )


def receipt(examined: Examined, received: datetime, key: PseudonymKey) -> dict[str, Any]:
    """What is kept of the check for ever: what was read, found and settled, and by which rules."""
    header = examined.header
    assert header is not None
    return {
        "submission": examined.raw.digest[:16],
        "digest": examined.raw.digest,
        "provider": header.provider,
        "submitter": header.submitter,
        "system": header.system,
        "period": str(header.period),
        "version": header.version,
        "window": window_of(header.period, received.date()),
        "created_at": header.created.isoformat(),
        "received_at": received.isoformat(),
        "files": examined.raw.files,
        "tables": {name: counts_json(c) for name, c in table_counts(examined).items()},
        "findings": [
            {k: v for k, v in finding.to_json().items() if k not in ("message", "remedy")}
            for finding in findings(examined.faults, examined.rules)
        ],
        "settings": {"pseudonym_key": key.fingerprint, "first_rows": FIRST_ROWS},
        "rules": {"count": len(examined.rules), "digest": rules_digest()},
    }


@cache
def rules_digest() -> str:
    """Eight hexadecimal digits that stand for exactly the rules in force, word for word."""
    rules = (contract_rules(CURRENT), field_grades(CURRENT), load_rules(CURRENT))
    return sha256(repr(rules).encode()).hexdigest()[:8]


def _write_accepted(checked: CheckedTable, submission: str, folder: Path) -> None:
    alive = checked.alive
    if not alive.any():
        return
    size = len(alive)
    columns = {
        "submission_id": pa.repeat(pa.scalar(submission), size),
        "row_number": pa.array(np.arange(1, size + 1)),
        **{name: column for name, column in checked.columns.items() if name not in _DROPPED},
    }
    _write(pa.table(columns), alive, folder / f"{checked.table.name}.parquet")


def _write_rejected(checked: CheckedTable, folder: Path, known: Identifiers) -> None:
    """Rejected records as they were sent, without identity, with the rules that rejected them."""
    rejected = checked.status == REJECTED
    if not rejected.any():
        return
    folder.mkdir(exist_ok=True)
    broken: dict[int, list[str]] = {}
    for fault in checked.faults:
        if checked.rules[fault.rule].rejects:
            for row in fault.rows:
                broken.setdefault(int(row), []).append(fault.rule)
    rows = np.flatnonzero(rejected)
    texts = [";".join(dict.fromkeys(broken[int(row) + 1])) for row in rows]
    columns = {
        "row_number": pa.array(rows + 1),
        "rules": pa.array(texts, pa.string()),
    }
    for name in checked.raw.column_names:
        if name not in IDENTITY_FIELDS:
            sent = checked.raw.column(name).take(pa.array(rows)).combine_chunks()
            columns[snake(name)] = hidden(sent.cast(pa.string()), known)
    for fault in checked.faults:
        if fault.rule == "R-FORMAT" and fault.field not in IDENTITY_FIELDS:
            name = snake(fault.field)
            columns[name] = _nameless(columns[name], np.isin(rows + 1, fault.rows))
    pq.write_table(pa.table(columns), folder / f"{checked.table.name}.parquet", compression="zstd")


def _nameless(texts: pa.Array, misplaced: NDArray[np.bool_]) -> pa.Array:
    """What does not fit its field may be the next one's: a name, an address. Words are hidden."""
    words = pc.match_substring_regex(texts, r"\p{L}\p{L}")
    return pc.if_else(pc.and_(words, pa.array(misplaced)), HIDDEN, texts)


def _write(table: pa.Table, keep: NDArray[np.bool_], file: Path) -> None:
    rows = table if keep.all() else table.filter(pa.array(keep))
    pq.write_table(rows, file, compression="zstd")
