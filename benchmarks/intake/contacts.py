"""The contact table: a million sound contacts in a second, about one in a hundred spoiled."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from benchmarks.intake.columns import (
    NEVER,
    Bools,
    Ints,
    codes,
    constant,
    dates,
    day,
    ids,
    rows_of,
    times,
    whole,
)
from benchmarks.intake.contact_faults import DUPLICATE, EDITS, SAME_KEY
from benchmarks.intake.faults import Truth, plan, spoil

from levelfield.datasets import DataSet

NAME = "CYP201CareContact"
PROVIDER, SITE = "ZA1", "ZA101"
COMMISSIONERS = ("ZC1", "ZC2", "ZC3", "ZC4", "ZC5")
TEAMS = 40
FIRST_DAY = day("2026-03-01")
DAYS, QUARTERS = 30, 48
"""Contacts lie on the first thirty days of March, at quarters of an hour from eight o'clock."""

ATTENDANCE = ("2", "3", "4", "5", "6", "7")
CANCELLED, PROVIDER_CANCELLED, SEEN, MISSED = (0, 2), 2, 3, 1
STATES = {"seen": SEEN, "missed": MISSED, "cancelled": PROVIDER_CANCELLED}


@dataclass(frozen=True)
class Seen:
    """What the activities have to know of the contacts: number, whether seen, minutes, fallen."""

    number: Ints
    attended: Bools
    minutes: Ints
    fallen: Bools


def contacts(
    dataset: DataSet, seed: int, first: int, n: int, referrals: int, share: float, truth: Truth
) -> tuple[pa.Table, Seen]:
    """`n` contacts from number `first` (from 0) on, spread over the referrals.

    No referral has two contacts at the same time: there is room for 1,440 on each.
    """
    rng = np.random.default_rng([seed, 201, first])
    spoiled = plan(rng, n, share, EDITS)
    number = np.arange(first, first + n)
    attendance = rng.choice(6, n, p=[0.035, 0.055, 0.022, 0.86, 0.024, 0.004])
    for state, position in STATES.items():
        attendance[spoiled.where(needs=state)] = position
    attended = np.isin(attendance, (3, 4))
    minutes = rng.integers(2, 19, n) * 5
    columns = _columns(rng, number, referrals, attendance, np.where(attended, minutes, NEVER))
    table = rows_of(dataset.table(NAME), columns)
    table = _repeated(
        table, spoiled.where(kind=DUPLICATE), spoiled.where(kind=SAME_KEY), first, truth
    )
    fallen = np.zeros(n, dtype=bool)
    fallen[spoiled.where(fallen=True)] = True
    fallen[spoiled.where(kind=SAME_KEY) - 1] = True
    table = spoil(NAME, table, spoiled, first + 1, truth)
    return table, Seen(number, attended, minutes, fallen)


def _columns(
    rng: np.random.Generator, number: Ints, referrals: int, attendance: Ints, minutes: Ints
) -> dict[str, pa.Array]:
    n = len(number)
    slot, referral = np.divmod(number, referrals)
    referral = (referral * 7919 + slot) % referrals
    when = FIRST_DAY + (slot + referral) % DAYS
    quarter = (slot // DAYS * 7 + referral) % QUARTERS
    cancelled = np.isin(attendance, CANCELLED)
    ended = when - rng.integers(0, 8, n)
    again = np.where(attendance == PROVIDER_CANCELLED, ended, NEVER)
    return {
        "CareContactID": ids("C", number),
        "ServiceRequestID": ids("R", referral),
        "TeamID_Local": codes(team_ids(), team_of(referral, referrals)),
        "Contact_Date": dates(when),
        "Contact_Time": times(8 * 60 + quarter * 15),
        "OrgID_Commissioner": codes(COMMISSIONERS, referral % len(COMMISSIONERS)),
        "AdminCategory": codes(("01", "02"), (rng.random(n) < 0.001).astype(int)),
        "CareContact_Duration": whole(minutes),
        "Consultation_Type": codes(("01", "02"), (slot > 0).astype(int)),
        "CareContact_Subject": codes(("01", "02"), (rng.random(n) < 0.01).astype(int)),
        "ConsMechanism": codes(
            ("01", "02", "11", "05"), rng.choice(4, n, p=[0.8, 0.14, 0.04, 0.02])
        ),
        "Activity_LocationType": codes(
            ("A01", "B01", "E01", "C01", "G02"), rng.choice(5, n, p=[0.5, 0.3, 0.1, 0.06, 0.04])
        ),
        "Treatment_OrgSiteID": constant(SITE, n),
        "GroupTherapyIndicator": constant("N", n),
        "AttendanceStatus": codes(ATTENDANCE, attendance),
        "ReasonableOffer_Date": dates(
            np.where(rng.random(n) < 0.5, when - rng.integers(0, 14, n), NEVER)
        ),
        "ClinicallyAppropriate_Date": dates(
            np.where(rng.random(n) < 0.4, when - rng.integers(0, 14, n), NEVER)
        ),
        "Contact_CancellationDate": dates(np.where(cancelled, ended, NEVER)),
        "Contact_CancellationReason": codes(
            ("01", "02"), np.where(cancelled, rng.integers(0, 2, n), NEVER)
        ),
        "ReplacementAppointment_OfferedDate": dates(again),
        "ReplacementAppointment_BookedDate": dates(again),
    }


def team_ids() -> list[str]:
    return [f"T{n:02d}" for n in range(TEAMS)]


def team_of(referral: Ints, referrals: int) -> Ints:
    """The position of the team of each referral."""
    return (referral + referral * 3 // max(referrals, 1)) % TEAMS


def _repeated(table: pa.Table, copies: Ints, keys: Ints, first: int, truth: Truth) -> pa.Table:
    """Rows of `copies` equal the row before; rows of `keys` have its key alone."""
    source = np.arange(table.num_rows)
    source[copies] -= 1
    key = np.arange(table.num_rows)
    key[copies] -= 1
    key[keys] -= 1
    named = table.column("CareContactID").take(pa.array(key))
    table = table.take(pa.array(source)).set_column(0, "CareContactID", named)
    # The row whose key is used again falls with the one that uses it.
    truth.rows.extend(
        (NAME, first + int(row), SAME_KEY, "G-KEY-DUP", "CareContactID") for row in keys
    )
    return table
