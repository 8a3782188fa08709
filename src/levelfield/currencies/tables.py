"""What a scheme may group: the facts, and a few tables that are derived from them here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from levelfield.core.errors import DefinitionError
from levelfield.facts import load_fact, load_facts

SQL = Path(__file__).with_name("sql")

_WHOSE = {
    "provider": "STRING",
    "period": "STRING",
    "submission_id": "STRING",
    "commissioner": "STRING",
    "team_type": "STRING",
    "age_band": "STRING",
}
"""What every table that is grouped has: whose care it was, and who pays for it."""


@dataclass(frozen=True)
class Table:
    """A table of records. `types` are its columns with their SQL types; `facts` are those that it
    is made from; `file` holds the queries that make it, or is None for a fact itself."""

    name: str
    types: Mapping[str, str]
    facts: tuple[str, ...]
    file: Path | None = None


def _derived(name: str, facts: tuple[str, ...], **columns: str) -> Table:
    return Table(name, {**_WHOSE, **columns}, facts, SQL / f"{name}.sql")


DERIVED = {
    table.name: table
    for table in (
        _derived(
            "referred_contact",
            ("contact", "referral_month"),
            care_contact_id="STRING",
            service_request_id="STRING",
            person_id="STRING",
            contact_date="DATE",
            care_contact_duration="INTEGER",
            team_valid="BOOLEAN",
            primary_referral_reason="STRING",
            attendance_status="STRING",
            referral_age_years="INTEGER",
        ),
        _derived(
            "episode",
            ("referral", "contact"),
            service_request_id="STRING",
            person_id="STRING",
            age_years="INTEGER",
            state="STRING",
            received="DATE",
            ended="DATE",
            days="INTEGER",
            days_beyond="INTEGER",
            costed_contacts="BIGINT",
            minutes="BIGINT",
        ),
        _derived(
            "procedure_done",
            ("activity", "wheelchair_packages"),
            procedure_id="STRING",
            person_id="STRING",
            contact_date="DATE",
            age_years="INTEGER",
            attendance_status="STRING",
            activity_type="STRING",
            coded_procedure="STRING",
            package="STRING",
            repeated="BOOLEAN",
            number="BIGINT",
        ),
        _derived(
            "person_year",
            ("person", "contact", "assessment"),
            person_id="STRING",
            age_years="INTEGER",
            months="INTEGER",
            costed_contacts="BIGINT",
            services="BIGINT",
            conditions="BIGINT",
            frailty="INTEGER",
            minutes="BIGINT",
        ),
        _derived(
            "person_time",
            ("referral", "person"),
            stretch_id="STRING",
            person_id="STRING",
            first_day="DATE",
            last_day="DATE",
            days="INTEGER",
            age_years="INTEGER",
            open_referrals="BIGINT",
            palliative="BOOLEAN",
            last_year="BOOLEAN",
            frail="BOOLEAN",
            conditions="BIGINT",
            disability="BOOLEAN",
        ),
    )
}


def find_table(name: str) -> Table:
    """A table of records by name; raises DefinitionError when there is none."""
    if name in DERIVED:
        return DERIVED[name]
    if name not in load_facts():
        known = ", ".join((*DERIVED, *load_facts()))
        raise DefinitionError(f"There is no table '{name}' to group. There are: {known}.")
    return Table(name, load_fact(name).types, (name,))
