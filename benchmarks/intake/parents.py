"""What stands above the contacts: header, people, practices, referrals and their teams."""

import numpy as np
import pyarrow as pa
from benchmarks.intake.columns import (
    NEVER,
    Ints,
    codes,
    constant,
    dates,
    day,
    ids,
    numbers,
    times,
)
from benchmarks.intake.contacts import COMMISSIONERS, PROVIDER, team_ids, team_of

POSTCODES = tuple(f"ZZ{n} {m}ZZ" for n in range(1, 10) for m in range(10))
PRACTICES = tuple(f"Z{n:05d}" for n in range(60))
TEAM_TYPES = ("12", "26", "23", "27", "33", "30", "43", "20")
CHILDREN = 8
"""Every so manieth person is a child of school age."""

FIRST_RECEIVED, LAST_DAY = day("2026-01-05"), day("2026-03-31")
SECOND_TEAM, CLOSED, DEAD = 20, 10, 400
"""Every so manieth referral has a second team, or is closed; every so manieth person has died."""


def header() -> dict[str, pa.Array]:
    values = {
        "Version": "1.6",
        "OrgID_Provider": PROVIDER,
        "OrgID_Submitter": PROVIDER,
        "PrimarySystem": "BENCHMARK",
        "RP_StartDate": "2026-03-01",
        "RP_EndDate": "2026-03-31",
        "FileCreation_DateTime": "2026-04-10T09:00:00",
    }
    return {name: pa.array([value]) for name, value in values.items()}


def people(rng: np.random.Generator, n: int) -> dict[str, pa.Array]:
    """People with NHS numbers of the test range, as long as there are some, then without."""
    person = np.arange(n)
    number = test_numbers()[:n]
    number = np.concatenate([number, np.full(n - len(number), NEVER)])
    child = person % CHILDREN == 0
    born = np.where(
        child,
        rng.integers(day("2010-09-01"), day("2020-08-31"), n),
        rng.integers(day("1931-01-01"), day("2000-12-31"), n),
    )
    return {
        "LocalPatientID": ids("P", person),
        "OrgID_LocalPatientID": constant(PROVIDER, n),
        "NHSNumber": numbers(number, 10),
        "NHSNumber_Status": codes(("01", "07"), (number == NEVER).astype(int)),
        # The last day of 1969 would be the number that stands for a blank.
        "DateOfBirth": dates(np.where(born == NEVER, NEVER - 1, born)),
        "Postcode": codes(POSTCODES, rng.integers(0, len(POSTCODES), n)),
        "Gender": codes(("1", "2"), rng.integers(0, 2, n)),
        "EthnicCategory": codes(("A", "C", "H", "J", "N", "Z"), rng.integers(0, 6, n)),
        "LanguagePreferred": codes(("en", "pl", "ur"), rng.choice(3, n, p=[0.9, 0.06, 0.04])),
        "DateOfDeath": dates(np.where((person % DEAD == 1) & ~child, LAST_DAY, NEVER)),
    }


def practices(rng: np.random.Generator, n: int) -> dict[str, pa.Array]:
    return {
        "LocalPatientID": ids("P", np.arange(n)),
        "OrgID_GP": codes(PRACTICES, rng.integers(0, len(PRACTICES), n)),
        "GPRegistration_StartDate": dates(rng.integers(day("2021-01-01"), day("2025-12-31"), n)),
    }


def referrals(rng: np.random.Generator, n: int, people: int) -> dict[str, pa.Array]:
    """Referrals received in January and February; one in ten is discharged on the last day."""
    referral = np.arange(n)
    ended = dates(np.where(referral % CLOSED == 0, LAST_DAY, NEVER))
    return {
        "ServiceRequestID": ids("R", referral),
        "LocalPatientID": ids("P", person_of(referral, people)),
        "OrgID_Commissioner": codes(COMMISSIONERS, referral % len(COMMISSIONERS)),
        "ReferralRequest_ReceivedDate": dates(received(referral, people)),
        "ReferralRequest_ReceivedTime": times(8 * 60 + rng.integers(0, 600, n)),
        "SourceOfReferral": codes(("01", "06", "07"), rng.integers(0, 3, n)),
        "Priority_Type": codes(("1", "2"), rng.choice(2, n, p=[0.9, 0.1])),
        "PrimaryReferralReason": codes(
            ("070", "018", "038", "053", "056", "042"), rng.integers(0, 6, n)
        ),
        "Discharge_Date": ended,
        "Discharge_LetterIssuedDate": ended,
    }


def teams(n: int) -> dict[str, pa.Array]:
    """The team of every referral, then the second one of those that have two."""
    first = np.arange(n)
    second = first[::SECOND_TEAM]
    referral = np.concatenate([first, second])
    team = np.concatenate([team_of(first, n), (team_of(second, n) + 1) % len(team_ids())])
    closed = referral % CLOSED == 0
    return {
        "ServiceRequestID": ids("R", referral),
        "TeamID_Local": codes(team_ids(), team),
        "TeamType": codes(TEAM_TYPES, team % len(TEAM_TYPES)),
        "Referral_ClosureDate": dates(np.where(closed, LAST_DAY, NEVER)),
        "Referral_ClosureReason": codes(("02",), np.where(closed, 0, NEVER)),
    }


def person_of(referral: Ints, people: int) -> Ints:
    return referral % people


def received(referral: Ints, people: int) -> Ints:
    """The day of receipt; referrals of one person come on days of their own."""
    return FIRST_RECEIVED + (referral * 11 + referral // people * 7) % 40


def test_numbers() -> Ints:
    """NHS numbers of the range that is kept for tests, from 999 on, with right check digits."""
    body = 999_000_000 + np.arange(1, 1_000_000)
    digits = body[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check = 11 - (digits * np.arange(10, 1, -1)).sum(axis=1) % 11
    number = np.where(check == 11, 0, check) + body * 10
    # The last ones would be all nines, which stands for no number.
    usable: Ints = number[(check != 10) & (number < 9_999_999_990)]
    return usable
