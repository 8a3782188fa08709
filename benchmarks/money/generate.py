"""Contacts drawn at random as the fact `contact` has them, as a Parquet file: no person behind."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from levelfield.core.definitions import path

PROVIDERS = 200
_BATCH = 1_000_000

_EVENTS = {
    "immunisation_same_day": 0.01,
    "antenatal_visit_same_day": 0.005,
    "hearing_screen_same_day": 0.005,
    "stroke_diagnosis": 0.03,
    "crisis_clock": 0.02,
}
_CODES: dict[str, tuple[tuple[str | None, float], ...]] = {
    "attendance_status": (("5", 0.83), ("3", 0.05), ("2", 0.04), ("7", 0.01), (None, 0.07)),
    "consultation_mechanism": (
        ("01", 0.75),
        ("02", 0.15),
        ("11", 0.04),
        ("98", 0.02),
        (None, 0.04),
    ),
    "consultation_type": (("01", 0.3), ("02", 0.65), (None, 0.05)),
    "group_therapy_indicator": (("N", 0.8), ("Y", 0.05), (None, 0.15)),
    "activity_type": (
        ("03", 0.7),
        ("02", 0.12),
        ("08", 0.02),
        ("10", 0.02),
        ("98", 0.1),
        (None, 0.04),
    ),
    "activity_location_type": (("A01", 0.6), ("B01", 0.25), ("D03", 0.05), (None, 0.1)),
    "admin_category": (("01", 0.99), ("02", 0.01)),
    "overseas_visitor_category": (("A", 0.98), ("D", 0.02)),
    "submitted_commissioner": (("ZC001", 0.99), ("VPP00", 0.01)),
}


def write_contacts(file: Path, rows: int, seed: int = 20261122) -> None:
    """`rows` contacts over 200 providers and 12 months: teams, staff and reasons by the shares of
    the simulator's pathways, the other codes with gaps as contacts have them."""
    rng = np.random.default_rng(seed)
    pathways = _pathways()
    with pq.ParquetWriter(file, _table(rng, 1, pathways).schema, compression="zstd") as writer:
        for first in range(0, rows, _BATCH):
            writer.write_table(
                _table(rng, min(_BATCH, rows - first), pathways, first),
                row_group_size=122_880,
            )


Pathway = tuple[str, float, list[tuple[str, float]], list[tuple[str, float]]]


def _pathways() -> list[Pathway]:
    with path("simulation/pathways.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        (
            row["team_type"],
            float(row["contacts_child"]) + float(row["contacts_adult"]),
            _weights(row["staff"]),
            _weights(row["reasons"]),
        )
        for row in rows
    ]


def _weights(text: str) -> list[tuple[str, float]]:
    parts = (part.split(":") for part in text.replace(",", " ").split())
    return [(code, float(weight)) for code, weight in parts]


def _table(
    rng: np.random.Generator, rows: int, pathways: list[Pathway], first: int = 0
) -> pa.Table:
    volume = np.array([one[1] for one in pathways])
    chosen = rng.choice(len(pathways), rows, p=volume / volume.sum())
    staff = np.empty(rows, dtype=object)
    reasons = np.empty(rows, dtype=object)
    for number, (_, _, groups, causes) in enumerate(pathways):
        own = np.flatnonzero(chosen == number)
        staff[own] = _drawn(rng, groups, len(own))
        reasons[own] = _drawn(rng, causes, len(own))
    staff[rng.random(rows) < 0.25] = None
    teams = np.array([one[0] for one in pathways], dtype=object)[chosen]
    teams[rng.random(rows) < 0.03] = None
    ages = rng.integers(0, 100, rows)
    provider = rng.integers(0, PROVIDERS, rows)
    month = rng.integers(1, 13, rows)
    # A provider works for its own commissioner and those beside it.
    commissioner = (provider * 42 // PROVIDERS + rng.integers(0, 3, rows)) % 42
    columns: dict[str, pa.Array] = {
        "provider": pa.array([f"ZA{n}" for n in range(PROVIDERS)]).take(pa.array(provider)),
        "period": pa.array([f"2025-{n:02d}" for n in range(1, 13)]).take(pa.array(month - 1)),
        "submission_id": pa.array([f"s{n}" for n in range(PROVIDERS)]).take(pa.array(provider)),
        "care_contact_id": pa.array(np.char.add("C", np.arange(first, first + rows).astype("U9"))),
        "commissioner": pa.array([f"ZC{n:03d}" for n in range(42)]).take(pa.array(commissioner)),
        "age_band": pa.array(["0-4", "5-18", "19-44", "45-64", "65-74", "75-84", "85+"]).take(
            pa.array(np.searchsorted([5, 19, 45, 65, 75, 85], ages, side="right"))
        ),
        "team_type": pa.array(teams, pa.string()),
        "team_valid": pa.array(rng.random(rows) < 0.99),
        "staff_group": pa.array(staff, pa.string()),
        "primary_referral_reason": pa.array(reasons, pa.string()),
        "age_years": pa.array(ages.astype("int32"), mask=rng.random(rows) < 0.01),
        "care_contact_duration": pa.array(rng.integers(5, 90, rows).astype("int32")),
    }
    for name, weights in _CODES.items():
        columns[name] = pa.array(_drawn(rng, weights, rows), pa.string())
    for name, share in _EVENTS.items():
        columns[name] = pa.array(rng.random(rows) < share)
    return pa.table(columns)


def _drawn(
    rng: np.random.Generator,
    weights: list[tuple[str, float]] | tuple[tuple[str | None, float], ...],
    rows: int,
) -> np.ndarray:
    share = np.array([weight for _, weight in weights])
    codes = np.array([code for code, _ in weights], dtype=object)
    return codes[rng.choice(len(codes), rows, p=share / share.sum())]
