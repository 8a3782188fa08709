"""Random facts for schemes: few people and referrals, so that they meet; gaps and nonsense."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from levelfield.facts import load_fact

FIRST = date(2025, 4, 1)
MONTHS = [f"2025-{n:02d}" for n in range(4, 9)]
ENDS = [date(2025, n + 1, 1) - timedelta(days=1) for n in range(4, 9)]

_TEAMS = [*(f"{n:02d}" for n in range(1, 59)), "99"]
_SNOMED = ["1789999999100", "1929999999103"]
_PROCEDURES = ["1019999999106", "1229999999105", "PLACEHOLDER-HEARING-AID", "404"]
_PACKAGES = ["WC05", "WC08", "WC10", "WC18", "WC23"]
_DRAWN: dict[str, list[object]] = {
    "provider": ["ZA1", "ZA2"],
    "period": list(MONTHS),
    "submission_id": ["s1"],
    "commissioner": ["ZC001", None],
    "team_type": _TEAMS + ["12", "45", "06", "38", "47", "11", "30", None] * 3,
    "team_valid": [True, True, True, False, None],
    "primary_referral_reason": [*(f"{n:03d}" for n in range(1, 89)), "999", "XXX", None],
    "attendance_status": ["5", "6", "5", "2", "3", "4", "7", None],
    "activity_type": ["01", "03", "08", "09", "10", "11", "12", None],
    "coded_procedure": [*_PROCEDURES, None, None],
    "package": list(_PACKAGES),
    "state": ["closed", "closed", "open", "rejected", "not resent"],
    "snomed_id": list(_SNOMED),
    "score": ["1", "3", "4", "5", "6", "7", "9", "twelve", None],
}


def facts(names: tuple[str, ...], seed: int, rows: int) -> dict[str, pa.Table]:
    """`rows` random rows of each fact, with keys that are unique where the fact says so."""
    rng = np.random.default_rng(seed)
    return {name: _fact(rng, name, rows) for name in names}


def _fact(rng: np.random.Generator, name: str, rows: int) -> pa.Table:
    fact = load_fact(name)
    schema = fact.arrow_schema()
    columns = {field.name: _column(rng, name, field, rows) for field in schema}
    table = pa.table(columns, schema=schema)
    seen: set[tuple[object, ...]] = set()
    kept = []
    for place, row in enumerate(table.select(list(fact.key)).to_pylist()):
        key = tuple(row.values())
        if key not in seen:
            kept.append(place)
        seen.add(key)
    return table.take(kept)


def _column(rng: np.random.Generator, fact: str, field: pa.Field, rows: int) -> list[object]:
    name = field.name
    own = {"contact": "care_contact_id", "activity": "care_activity_id"}.get(fact)
    if name == own:
        return [f"{name[5]}{n}" for n in range(rows)]
    if name == "service_request_id":
        number = rng.permutation(rows) if fact == "referral" else rng.integers(0, rows, rows)
        return [f"R{n}" for n in number]
    if name == "care_contact_id":
        return [f"c{n}" for n in rng.integers(0, max(rows // 3, 1), rows)]
    if name == "person_id":
        return [f"P{n}" for n in rng.integers(0, max(rows // 5, 1), rows)]
    if name in _DRAWN:
        return [_DRAWN[name][n] for n in rng.integers(0, len(_DRAWN[name]), rows)]
    if pa.types.is_boolean(field.type):
        return [bool(n) for n in rng.integers(0, 2, rows)]
    if pa.types.is_date(field.type):
        if name == "last_held":
            return [ENDS[-1]] * rows
        days = rng.integers(-40, 160, rows)
        gaps = rng.random(rows) < (0.0 if name == "referral_request_received_date" else 0.5)
        return [
            None if gap else FIRST + timedelta(days=int(day))
            for day, gap in zip(days, gaps, strict=True)
        ]
    if pa.types.is_integer(field.type):
        numbers = rng.integers(-5, 110, rows)
        gaps = rng.random(rows) < 0.1
        if name == "packages":
            return [abs(int(n)) for n in numbers]
        return [None if gap else int(n) for n, gap in zip(numbers, gaps, strict=True)]
    if pa.types.is_string(field.type):
        return ["x" if n else None for n in rng.integers(0, 2, rows)]
    return [float(n) for n in rng.random(rows)]
