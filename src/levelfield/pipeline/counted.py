"""What a checked submission holds, counted as publications count it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import DefinitionError
from levelfield.core.periods import Month
from levelfield.core.values import ALL
from levelfield.datasets import load_dataset
from levelfield.intake.checking.derive import PERSON, person_rows
from levelfield.intake.checking.table_checks import CheckedTable

AGES = {"0-18": (0, 18), "19-64": (19, 64), "65+": (65, 200)}
"""The published age groups, in completed years."""

REFERRAL, CONTACT, ACT = "CYP101Referral", "CYP201CareContact", "CYP202CareActivity"

LIKE = {
    "published_referrals": (REFERRAL, False),
    "published_people_referred": (REFERRAL, True),
    "published_care_contacts": (CONTACT, False),
    "published_people_contacted": (CONTACT, True),
    "published_care_activities": (ACT, False),
    "published_people_submitted": (PERSON, False),
}
"""For each published measure the table whose records are like it, and whether it counts the people
behind them."""

_AGED = {REFERRAL: "referral_request_received_date_age_years", CONTACT: "contact_date_age_years"}

Strata = Mapping[str, float]
"""A count by age group, with `all`."""


@dataclass(frozen=True)
class Counted:
    """What a checked submission holds, counted as the publications count it: accepted records."""

    tables: Mapping[str, CheckedTable]
    period: Month

    @cached_property
    def referrals(self) -> np.ndarray:
        """Positions of the referrals that were received in the month."""
        days = self._column(REFERRAL, "referral_request_received_date")
        first, last = pa.scalar(self.period.first), pa.scalar(self.period.last)
        inside = pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last))
        return self._alive(REFERRAL, pc.fill_null(inside, False))

    def count(self, measure: str) -> int:
        """The count that is like a published measure.

        Raises DefinitionError for a measure that nothing in a submission is like.
        """
        table, people = _like(measure)
        rows = self._rows(table)
        return self._people(table, rows) if people else len(rows)

    def ages(self, measure: str) -> Strata:
        """Referrals or contacts by age group, with all of them; those of unknown age in none.

        Raises DefinitionError for any other measure.
        """
        table, people = _like(measure)
        if people or table not in _AGED:
            raise DefinitionError(
                f"{measure}: only referrals and contacts are counted by age. Ask for one of those."
            )
        rows = self._rows(table)
        years = self._column(table, _AGED[table]).take(pa.array(rows))
        found: dict[str, float] = {ALL: len(rows)}
        for group, (youngest, oldest) in AGES.items():
            inside = pc.and_(pc.greater_equal(years, youngest), pc.less_equal(years, oldest))
            found[group] = pc.sum(inside).as_py() or 0
        return found

    def _rows(self, table: str) -> np.ndarray:
        """Positions of the records that a publication counts: of referrals the month's alone."""
        return self.referrals if table == REFERRAL else self._alive(table)

    def _alive(self, table: str, chosen: pa.Array | None = None) -> np.ndarray:
        if table not in self.tables:
            return np.zeros(0, dtype=np.int64)
        alive = self.tables[table].alive
        if chosen is not None:
            alive = alive & chosen.to_numpy(zero_copy_only=False)
        return np.flatnonzero(alive)

    def _column(self, table: str, column: str) -> pa.Array:
        """A column as sent or derived; empty where the table or the column is not there."""
        if table not in self.tables:
            return pa.array([], pa.date32() if column.endswith("date") else pa.int32())
        found = self.tables[table].columns
        return found.get(column, pa.nulls(len(self.tables[table].status), pa.int32()))

    def _people(self, table: str, rows: np.ndarray) -> int:
        if not len(rows):
            return 0
        known = load_dataset().table(table)
        return len(np.unique(person_rows(self.tables, known, load_dataset())[rows]))


def _like(measure: str) -> tuple[str, bool]:
    if measure not in LIKE:
        raise DefinitionError(
            f"{measure}: nothing in a submission is counted like this published measure. There "
            f"are: {', '.join(LIKE)}."
        )
    return LIKE[measure]
