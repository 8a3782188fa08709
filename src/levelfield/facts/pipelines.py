"""The queries behind each fact, in the order in which they are run."""

import re
from collections.abc import Collection
from hashlib import sha256
from importlib import resources
from pathlib import Path

from levelfield.core import definitions
from levelfield.datasets import load_dataset
from levelfield.engine import NamedQuery, compose, load_pipeline
from levelfield.engine.sql import functions
from levelfield.facts.catalogue import load_fact
from levelfield.intake import stored_schema

SHARED = ("people", "referral_teams")
"""What several facts read: made first, from the submissions, and never kept."""

MONTHLY = (
    "contact",
    "activity",
    "staff_day",
    "referral_month",
    "rtt",
    "assessment",
    "review_assessment",
    "care_plan",
    "group_session",
    "person",
    "coverage",
    "table_quality",
    "field_quality",
)
"""Facts of a submission; a fact may read those before it."""

READ_BY_DERIVED = ("contact", "activity", "referral_month", "assessment", "person")
"""The monthly facts that derived ones read."""

DERIVED = ("referral", "caseload", "referral_code", "caseload_person", "child_milestone", "death")
"""Facts of a provider over all its months, made from monthly facts and from those before them."""

_READ = (
    "facts.csv",
    "geography/lsoa_imd2019.csv.gz",
    "csds/submission_windows.csv",
    *(f"csds/1.6/{name}.csv" for name in ("codes", "contract_rules", "field_grades")),
)
"""The definitions that facts are made with, below `definitions/`."""

_AGE_BANDS = ((5, "0-4"), (19, "5-18"), (45, "19-44"), (65, "45-64"), (75, "65-74"), (85, "75-84"))
_OLDEST_BAND = "85+"

_SOURCE = re.compile(r"\b(?:FROM|JOIN) (\w+)")


def age_band(column: str) -> str:
    """SQL for the age band of a column of completed years; empty when the age is unknown."""
    cases = " ".join(f"WHEN {column} < {below} THEN '{band}'" for below, band in _AGE_BANDS)
    return f"CASE WHEN {column} IS NULL OR {column} < 0 THEN NULL {cases} ELSE '{_OLDEST_BAND}' END"


def queries(name: str) -> list[NamedQuery]:
    """The named queries of a fact (or of what several facts share); the last gives its rows."""
    return load_pipeline(_file(name), age_band=age_band)


def statement(name: str) -> str:
    """One statement that gives a fact's rows: exactly its declared columns, cast to their types."""
    final = None if name in SHARED else load_fact(name).select(name)
    return compose(queries(name), final)


def made_from(names: Collection[str]) -> frozenset[str]:
    """These facts and all facts that they are made from."""
    found = set(names)
    for name in reversed((*MONTHLY, *DERIVED)):
        if name in found:
            found.update(_SOURCE.findall(statement(name)))
    return frozenset(found.intersection((*MONTHLY, *DERIVED)))


def version() -> str:
    """A digest of everything that turns submissions into facts; another one means a rebuild.

    The queries, the declared columns, the engines' functions, the look-ups that ship with the
    package, the data set's codes and the form in which submissions are stored.
    """
    digest = sha256()
    for name in _READ:
        digest.update(definitions.path(name).read_bytes())
    for name in (*SHARED, *MONTHLY, *DERIVED):
        digest.update(_file(name).read_bytes())
    stored = [str(stored_schema(table)) for table in load_dataset().tables.values()]
    words = (functions("duckdb"), functions("spark"), _AGE_BANDS, stored)
    digest.update(repr(words).encode())
    return digest.hexdigest()[:8]


def _file(name: str) -> Path:
    return Path(str(resources.files("levelfield.facts") / "sql" / f"{name}.sql"))
