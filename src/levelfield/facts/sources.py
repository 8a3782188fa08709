"""What the facts are made from, as views of an engine: submissions and look-ups."""

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import pyarrow as pa

from levelfield.core import definitions
from levelfield.core.periods import Month
from levelfield.datasets import TEAM_TYPES, DataSet, load_dataset
from levelfield.datasets.windows import windows
from levelfield.engine import Engine
from levelfield.intake import stored_schema
from levelfield.intake.quality import FIELD_QUALITY_SCHEMA, expected_fields
from levelfield.intake.rules.catalogue import contract_rules
from levelfield.warehouse import Submission, total

Held = Mapping[tuple[str, str], Sequence[Submission]]
"""The submissions of each provider and period in the order of receipt, superseded ones too."""

FINDING_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("submission_id", "rule", "table")]
    + [("row_number", pa.int64())]
)
"""What the facts read of the findings that a submission keeps row by row."""


def register_submissions(engine: Engine, submissions: Sequence[Submission], held: Held) -> None:
    """Make every table of these submissions readable, joined on `submission_id`.

    Beside the tables of the data set: `submission`, `table_count` (what became of the records of
    each table), `sent_field` (what was sent in each field) and `finding`.
    """
    for table in load_dataset().tables.values():
        files = [file for s in submissions if (file := s.table(table.name)) is not None]
        engine.view_files(table.name, files, stored_schema(table))
    engine.view("submission", _submission_table(submissions, held))
    engine.view("table_count", _table_counts(submissions))
    for view, name, schema in (
        ("sent_field", "field_quality", FIELD_QUALITY_SCHEMA),
        ("finding", "findings", FINDING_SCHEMA),
    ):
        kept = [s.folder / f"{name}.parquet" for s in submissions]
        engine.view_files(view, [file for file in kept if file.exists()], schema)


def register_lookups(engine: Engine) -> None:
    """Make the look-ups readable: `area` (deprivation by small area), `team_type_code`,
    `expected_field` (fields that every record should fill) and `contract_rule`."""
    dataset = load_dataset()
    engine.view("area", _areas())
    engine.view("team_type_code", _team_types(dataset))
    tables, fields = zip(*sorted(expected_fields(dataset.version)), strict=True)
    engine.view("expected_field", pa.table({"table_name": tables, "field_name": fields}))
    engine.view("contract_rule", pa.table({"rule": list(contract_rules(dataset.version))}))


def _submission_table(submissions: Sequence[Submission], held: Held) -> pa.Table:
    rows = []
    for s in submissions:
        records, month = total(s.counts.values()), Month.parse(s.period)
        sent = held[s.provider, s.period]
        rows.append(
            {
                "submission_id": s.id,
                "provider": s.provider,
                "period": s.period,
                "period_end": month.last,
                "submission_window": s.window,
                "received_at": s.received_at.isoformat(),
                "first_received_at": sent[0].received_at.isoformat(),
                "primary_close": windows(month).primary_close,
                "refresh_close": windows(month).refresh_close,
                "data_set_version": s.version,
                "primary_system": _system(s),
                "findings_kept": (s.folder / "findings.parquet").exists(),
                "submissions": len(sent),
                "first_records_accepted": total(sent[0].counts.values()).accepted,
                "first_contacts": _accepted(sent[0], "CYP201CareContact"),
                "records_read": records.read,
                "records_accepted": records.accepted,
                "records_rejected": records.rejected,
                "records_duplicate": records.duplicate,
                "records_warned": records.warned,
                "people": _accepted(s, "CYP001MPI"),
                "referrals": _accepted(s, "CYP101Referral"),
                "contacts": _accepted(s, "CYP201CareContact"),
                "activities": _accepted(s, "CYP202CareActivity"),
            }
        )
    return pa.Table.from_pylist(rows, schema=SUBMISSION_SCHEMA)


SUBMISSION_SCHEMA = pa.schema(
    [
        ("submission_id", pa.string()),
        ("provider", pa.string()),
        ("period", pa.string()),
        ("period_end", pa.date32()),
        ("submission_window", pa.string()),
        ("received_at", pa.string()),
        ("first_received_at", pa.string()),
        ("primary_close", pa.date32()),
        ("refresh_close", pa.date32()),
        ("data_set_version", pa.string()),
        ("primary_system", pa.string()),
        ("findings_kept", pa.bool_()),
        ("submissions", pa.int32()),
    ]
    + [
        (name, pa.int64())
        for name in (
            "first_records_accepted",
            "first_contacts",
            "records_read",
            "records_accepted",
            "records_rejected",
            "records_duplicate",
            "records_warned",
            "people",
            "referrals",
            "contacts",
            "activities",
        )
    ]
)


TABLE_COUNT_SCHEMA = pa.schema(
    [("submission_id", pa.string()), ("table_name", pa.string())]
    + [
        (f"records_{name}", pa.int64())
        for name in ("read", "accepted", "rejected", "duplicate", "warned")
    ]
)


def _table_counts(submissions: Sequence[Submission]) -> pa.Table:
    rows = [
        (s.id, table, c.read, c.accepted, c.rejected, c.duplicate, c.warned)
        for s in submissions
        for table, c in s.counts.items()
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(TABLE_COUNT_SCHEMA)
    return pa.table([list(column) for column in columns], schema=TABLE_COUNT_SCHEMA)


def _system(submission: Submission) -> str | None:
    """The system that the submission's header names, by its receipt."""
    file = submission.folder / "receipt.json"
    return json.loads(file.read_text(encoding="utf-8")).get("system") if file.exists() else None


def _accepted(submission: Submission, table: str) -> int:
    return submission.counts[table].accepted if table in submission.counts else 0


@cache
def _areas() -> pa.Table:
    """Decile of deprivation by small area of 2011. Source: definitions/geography/README.md."""
    file = definitions.path("geography/lsoa_imd2019.csv.gz")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return pa.table(
        {
            "lsoa": [row["lsoa11cd"] for row in rows],
            "imd_decile": pa.array([int(row["imd_decile"]) for row in rows], pa.int32()),
        }
    )


def _team_types(dataset: DataSet) -> pa.Table:
    codes = list(dataset.codes[TEAM_TYPES].values())
    # A code retired without a known date is never valid.
    retired = [code.retired_on or (date.min if code.retired else date.max) for code in codes]
    ends = pa.array(retired, pa.date32())
    return pa.table({"code": [code.code for code in codes], "first_day_out_of_use": ends})
