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
from benchmarks.intake.faults import Edit, Truth, plan, spoil

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

DUPLICATE, SAME_KEY = "duplicate", "same_key"
"""Kinds that take from the row before: all of it, or its key."""


def _codes(**wrong: str) -> list[Edit]:
    return [
        Edit("invalid_code", {name: code}, "W-CODE", needs="seen") for name, code in wrong.items()
    ]


EDITS = (
    Edit("blank", {"CareContactID": ""}, "R-BLANK", fallen=True),
    Edit("blank", {"ServiceRequestID": ""}, "R-BLANK", fallen=True),
    Edit("blank", {"Contact_Date": ""}, "R-BLANK", needs="seen", fallen=True),
    Edit("wanted_blank", {"AttendanceStatus": ""}, "W-BLANK-KEY", needs="seen"),
    Edit("wanted_blank", {"ConsMechanism": ""}, "W-BLANK-KEY"),
    Edit("bad_text", {"CareContactID": "C{row:024d}"}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"CareContactID": "X{row:09d} "}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"TeamID_Local": " T01"}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"OrgID_Commissioner": "ZC"}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"Treatment_OrgSiteID": "ZA10000001"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"Contact_Date": "2026-03-32"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"Contact_Date": "2026-3-5"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ReasonableOffer_Date": "05/03/2026"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ClinicallyAppropriate_Date": "2026-02-29"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"Contact_CancellationDate": "2026 03 05"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ReplacementAppointment_OfferedDate": "20260305"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ReplacementAppointment_BookedDate": "2026-00-10"}, "R-FORMAT", fallen=True),
    Edit("bad_time", {"Contact_Time": "9:30"}, "R-FORMAT", fallen=True),
    Edit("bad_time", {"Contact_Time": "25:00:00"}, "R-FORMAT", fallen=True),
    Edit("bad_number", {"CareContact_Duration": "20 m"}, "R-FORMAT", needs="missed", fallen=True),
    Edit("bad_number", {"CareContact_Duration": "12345"}, "R-FORMAT", needs="missed", fallen=True),
    Edit("bad_code_layout", {"ConsMechanism": "1"}, "R-FORMAT", fallen=True),
    Edit("bad_code_layout", {"Activity_LocationType": "A1"}, "R-FORMAT", fallen=True),
    *_codes(
        AdminCategory="ZZ",
        Consultation_Type="77",
        CareContact_Subject="88",
        ConsMechanism="66",
        Activity_LocationType="Z99",
        GroupTherapyIndicator="X",
        AttendanceStatus="9",
    ),
    Edit("invalid_code", {"Contact_CancellationReason": "ZZ"}, "W-CODE", needs="cancelled"),
    Edit("leading_zero", {"AttendanceStatus": "05"}, "W-LEADING-ZERO", needs="seen"),
    Edit(
        "outside_period",
        {"Contact_Date": "2026-02-28"},
        "R-BEFORE-START",
        needs="seen",
        fallen=True,
    ),
    Edit(
        "outside_period", {"Contact_Date": "2026-04-01"}, "R-AFTER-END", needs="seen", fallen=True
    ),
    Edit(DUPLICATE, {}, "DUPLICATE", "", fallen=True),
    Edit(SAME_KEY, {}, "G-KEY-DUP", "CareContactID", fallen=True),
    Edit(
        "cancellation_clash",
        {"Contact_CancellationDate": "2026-03-01"},
        "X-CONTACT-CANCELLATION-CLASH",
        "AttendanceStatus",
        needs="seen",
    ),
    Edit(
        "cancellation_clash",
        {"Contact_CancellationReason": "01"},
        "X-CONTACT-CANCELLATION-CLASH",
        "AttendanceStatus",
        needs="seen",
    ),
    Edit(
        "cancelled_late",
        {"Contact_CancellationDate": "2026-03-31"},
        "X-CONTACT-CANCELLED-LATE",
        needs="cancelled",
    ),
    Edit(
        "cancelled_with_duration",
        {"CareContact_Duration": "30"},
        "X-CONTACT-CANCELLED-WITH-DURATION",
        needs="cancelled",
    ),
    Edit(
        "attended_without_duration",
        {"CareContact_Duration": ""},
        "X-CONTACT-ATTENDED-WITHOUT-DURATION",
        needs="seen",
    ),
    Edit(
        "attended_without_duration",
        {"CareContact_Duration": "0"},
        "X-CONTACT-ATTENDED-WITHOUT-DURATION",
        needs="seen",
    ),
    Edit(
        "group_by_message",
        {"GroupTherapyIndicator": "Y", "ConsMechanism": "02"},
        "X-CONTACT-GROUP-BY-MESSAGE",
        needs="seen",
    ),
    Edit("long_contact", {"CareContact_Duration": "1500"}, "X-CONTACT-LONG", needs="seen"),
)


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
