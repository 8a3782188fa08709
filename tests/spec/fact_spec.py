"""How a spec of a fact runs: small contract tables in, the rows of the fact out."""

import re
from functools import cache

import pyarrow as pa

from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.engine import Engine
from levelfield.facts import pipelines
from levelfield.facts.sources import (
    FINDING_SCHEMA,
    SUBMISSION_SCHEMA,
    TABLE_COUNT_SCHEMA,
    register_lookups,
)
from levelfield.intake import stored_schema
from levelfield.intake.quality import FIELD_QUALITY_SCHEMA
from spec.tables import Row, arrow, rows

PERIOD = "2026-04"

OF_INTAKE = {
    "sent_field": FIELD_QUALITY_SCHEMA,
    "finding": FINDING_SCHEMA,
    "table_count": TABLE_COUNT_SCHEMA,
}
"""What intake keeps of a submission beside its tables."""


def run(engine: Engine, fact: str, given: dict[str, str]) -> pa.Table:
    """The rows of a fact, made from drawn tables.

    What is not drawn is filled in: the submission S1 of provider ZA1 for April 2026, row numbers,
    a person for every local patient identifier and a referral of person P1 for every service
    request. Facts that the fact reads (contact and referral_month for a derived one) may be drawn
    themselves.
    """
    drawn = {name: rows(text) for name, text in given.items()}
    _fill_in(drawn)
    register_lookups(engine)
    needed = _needed(fact, frozenset(drawn))
    for name in _tables(needed):
        schema = stored_schema(load_dataset().table(name))
        engine.view(name, arrow(_numbered(drawn.get(name, [])), schema, {"submission_id": "S1"}))
    for name, schema in OF_INTAKE.items():
        engine.view(name, arrow(drawn.get(name, []), schema, {"submission_id": "S1"}))
    engine.view("submission", _submissions(drawn))
    for name in needed:
        if name in drawn:
            engine.view(name, arrow(drawn[name], pipelines.load_fact(name).arrow_schema()))
        else:
            engine.create(name, pipelines.statement(name))
    result = engine.query(f"SELECT * FROM {fact}")
    for name in needed:
        engine.drop(name)
    return result


def _fill_in(drawn: dict[str, list[Row]]) -> None:
    requests: dict[tuple[str, str], Row] = {}
    for name, table in drawn.items():
        for row in table:
            if name.startswith("CYP") and "service_request_id" in row:
                key = (row.get("submission_id", "S1"), row["service_request_id"])
                requests[key] = {"submission_id": key[0], "service_request_id": key[1]}
    referral = {"local_patient_id": "P1", "referral_request_received_date": "2026-04-01"}
    drawn.setdefault("CYP101Referral", [referral | row for row in requests.values()])
    people: dict[tuple[str, str], Row] = {}
    for name, table in drawn.items():
        for row in table:
            if name.startswith("CYP") and row.get("local_patient_id"):
                key = (row.get("submission_id", "S1"), row["local_patient_id"])
                people[key] = {
                    "submission_id": key[0],
                    "local_patient_id": key[1],
                    "person_id": f"person-{key[1]}",
                }
    drawn.setdefault("CYP001MPI", list(people.values()))
    for row in drawn["CYP001MPI"]:
        row.setdefault("person_id", f"person-{row['local_patient_id']}")


def _submissions(drawn: dict[str, list[Row]]) -> pa.Table:
    ids = {row.get("submission_id", "S1") for t in drawn.values() for row in t} or {"S1"}
    given = drawn.get("submission", [{"submission_id": id_} for id_ in sorted(ids)])
    for row in given:
        row.setdefault("provider", "ZA1")
        row.setdefault("findings_kept", "true")
        row.setdefault("period", PERIOD)
        row.setdefault("period_end", Month.parse(row["period"]).last.isoformat())
    return arrow(given, SUBMISSION_SCHEMA)


def _numbered(drawn: list[Row]) -> list[Row]:
    return [{"row_number": str(n), **row} for n, row in enumerate(drawn, start=1)]


@cache
def _text(name: str) -> str:
    return pipelines.statement(name)


def _needed(fact: str, drawn: frozenset[str]) -> list[str]:
    """What has to be made for a fact, in order, itself last; drawn facts need nothing."""
    order = (*pipelines.SHARED, *pipelines.MONTHLY, *pipelines.DERIVED)
    wanted = {fact}
    for name in reversed(order):
        if name in wanted and name not in drawn:
            text = _text(name)
            wanted |= {other for other in order if re.search(rf"\b(FROM|JOIN) {other}\b", text)}
    return [name for name in order if name in wanted]


def _tables(needed: list[str]) -> set[str]:
    return {table for name in needed for table in re.findall(r"\bCYP\d{3}\w+", _text(name))}
