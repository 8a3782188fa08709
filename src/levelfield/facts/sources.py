"""What the facts are made from, as views of an engine: submissions and look-ups."""

import csv
import gzip
from collections.abc import Sequence
from datetime import date
from functools import cache

import pyarrow as pa

from levelfield.core import definitions
from levelfield.core.periods import Month
from levelfield.datasets import TEAM_TYPES, DataSet, load_dataset
from levelfield.engine import Engine
from levelfield.intake import stored_schema
from levelfield.warehouse import Submission, total


def register_submissions(
    engine: Engine, submissions: Sequence[Submission], held: dict[tuple[str, str], int]
) -> None:
    """Make every table of these submissions readable, joined on `submission_id`.

    `held` counts the submissions of each provider and period, superseded ones included.
    """
    for table in load_dataset().tables.values():
        files = [file for s in submissions if (file := s.table(table.name)) is not None]
        engine.view_files(table.name, files, stored_schema(table))
    engine.view("submission", _submission_table(submissions, held))


def register_lookups(engine: Engine) -> None:
    """Make the look-ups readable: `area` (deprivation by small area) and `team_type_code`."""
    engine.view("area", _areas())
    engine.view("team_type_code", _team_types(load_dataset()))


def _submission_table(
    submissions: Sequence[Submission], held: dict[tuple[str, str], int]
) -> pa.Table:
    rows = []
    for s in submissions:
        records = total(s.counts.values())
        rows.append(
            {
                "submission_id": s.id,
                "provider": s.provider,
                "period": s.period,
                "period_end": Month.parse(s.period).last,
                "submission_window": s.window,
                "received_at": s.received_at.isoformat(),
                "submissions": held[s.provider, s.period],
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
        ("submissions", pa.int32()),
    ]
    + [
        (name, pa.int64())
        for name in (
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
