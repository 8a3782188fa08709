"""Specs of the queries behind a block review: drawn facts in, counts out, on both engines."""

import pyarrow as pa
import pytest

from levelfield.commissioning.block_review import DuplicatedCare, Scope, load_duplicated_care
from levelfield.commissioning.block_review.counted import FACTS, Counted, count
from levelfield.core.periods import FinancialYear
from levelfield.engine import Engine
from levelfield.facts import load_fact
from spec.tables import arrow, rows

PLAIN = {
    "contact": {
        "provider": "ZA1",
        "period": "2025-04",
        "submission_id": "s1",
        "commissioner": "ZC001",
        "submitted_commissioner": "ZC001",
        "attendance_status": "5",
        "activity_location_type": "A01",
        "team_type": "12",
    },
    "referral_month": {"provider": "ZA1", "period": "2025-04", "commissioner": "ZC001"},
    "service_lines": {"provider": "ZA1", "period": "2025-06", "commissioner": "ZC001"},
    "costs": {"provider": "ZA1", "period": "2025-06"},
    "table_quality": {"provider": "ZA1", "period": "2025-04"},
    "friends_and_family": {"provider": "ZA1", "period": "2025-06"},
}
QUARTER = tuple(FinancialYear.parse("2025-26").months[:3])


def counted(engine: Engine, given: dict[str, str], window: int = 0) -> Counted:
    """What is counted of drawn facts for ZA1's block with ZC001, April to June 2025."""
    for fact in FACTS:
        schema = pa.schema([(f.name, f.type) for f in load_fact(fact).arrow_schema()])
        drawn = rows(given[fact]) if fact in given else []
        engine.view(fact, arrow(drawn, schema, PLAIN[fact]))
    scope = Scope(
        provider="ZA1",
        commissioner="ZC001",
        year=FinancialYear.parse("2025-26"),
        months=QUARTER,
        left_out=(),
        lines=("12", "45", "20", "none", "unlisted"),
        block_pence=0,
        unlisted=("78", "Q8"),
    )
    care = load_duplicated_care().model_copy(update={"window_days": window})
    return count(engine, scope, DuplicatedCare.model_validate(care.model_dump()))


def test_team_types_that_are_not_in_the_code_list_are_one_line(engine: Engine) -> None:
    """Only those that the block pays for: X9 is no service of it."""
    found = counted(
        engine,
        {
            "contact": """
                care_contact_id | person_id | commissioner | submitted_commissioner | team_type
                C1              | A         | ZC001        | ZC001                  | 78
                C2              | A         | ZC001        | ZC001                  | Q8
                C3              | B         | ZC002        | ZC001                  | Q8
                C4              | B         | ZC001        | ZC001                  | X9
                C5              | B         | ZC001        | ZC001                  | 12
            """
        },
    )
    activity = {row["line"]: row["contacts"] for row in found.activity}
    assert activity == {"12": 1, "unlisted": 2}
    people = found.people["unlisted"]
    assert (people["people"], people["contacts"], people["others"]) == (2, 3, 1)
    assert [(one["line"], one["care_contact_id"]) for one in found.examples] == [("unlisted", "C3")]


def test_people_of_others_by_registration(engine: Engine) -> None:
    """The responsible commissioner decides whose people they are, not the one that was submitted;
    nobody is guessed, and the missed, other months, lines and providers are not in it."""
    found = counted(
        engine,
        {
            "contact": """
                care_contact_id | person_id | commissioner | submitted_commissioner | attendance_status | team_type | period  | provider
                C1              | A         | ZC001        | ZC001                  | 5                 | 12        | 2025-04 | ZA1
                C2              | A         | ZC001        | ZC001                  | 6                 | 12        | 2025-05 | ZA1
                C3              | B         | ZC002        | ZC001                  | 5                 | 12        | 2025-04 | ZA1
                C4              | B         | ZC002        | ZC002                  | 5                 | 12        | 2025-04 | ZA1
                C5              | C         |              | ZC001                  | 5                 | 12        | 2025-04 | ZA1
                C6              | A         | ZC001        | ZC001                  | 3                 | 12        | 2025-04 | ZA1
                C7              | A         | ZC001        | ZC001                  | 5                 | 12        | 2025-07 | ZA1
                C8              | A         | ZC001        | ZC001                  | 5                 | 33        | 2025-04 | ZA1
                C9              | A         | ZC001        | ZC001                  | 5                 | 12        | 2025-04 | ZA2
                D1              | D         | ZC001        |                        | 5                 |           | 2025-04 | ZA1
            """
        },
    )
    assert found.people["12"] == {
        "line": "12",
        "people": 2,
        "contacts": 4,
        "own": 2,
        "booked": 3,
        "others": 1,
        "contacts_contacts": 8,
        "own_own": 4,
        "booked_booked": 5,
        "own_contacts": 4,
        "own_booked": 4,
        "unknown": 1,
    }
    assert found.people["none"]["booked"] == 0
    assert [row["care_contact_id"] for row in found.examples] == ["C3"]
    missed = [row for row in found.activity if row["attendance_status"] == "3"]
    assert [row["contacts"] for row in missed] == [1]


def test_contacts_that_were_lost_when_they_were_loaded(engine: Engine) -> None:
    """Of the provider's records of contacts in the review's months, whatever line they are of."""
    found = counted(
        engine,
        {
            "table_quality": """
                table_name       | provider | period  | records_accepted | records_rejected
                CYP201CareContact | ZA1     | 2025-04 | 90               | 4
                CYP201CareContact | ZA1     | 2025-05 | 80               | 6
                CYP201CareContact | ZA1     | 2025-07 | 7                | 7
                CYP201CareContact | ZA2     | 2025-04 | 7                | 7
                CYP101Referral    | ZA1     | 2025-04 | 7                | 7
            """
        },
    )
    assert found.lost == {"accepted": 170, "rejected": 10}
    assert counted(engine, {}).lost == {"accepted": None, "rejected": None}


VISITS = """
    care_contact_id | person_id | team_type | contact_date | activity_location_type
    C1              | A         | 12        | 2025-04-14   | A01
    C2              | A         | 45        | 2025-04-14   | A01
    C3              | A         | 45        | 2025-04-15   | A01
    C4              | A         | 45        | 2025-04-21   | A01
    C5              | A         | 20        | 2025-04-14   | A01
    C6              | B         | 45        | 2025-04-14   | A01
    C7              | C         | 12        | 2025-04-14   | B01
    C8              | C         | 45        | 2025-04-14   | A01
"""


@pytest.mark.parametrize(("window", "beside"), [(0, ["C2"]), (1, ["C2", "C3"])])
def test_visits_beside_each_other(engine: Engine, window: int, beside: list[str]) -> None:
    """A visit counts when another line for the same need saw the same person at home within the
    window: not the therapist (20), another person (B), or a clinic (C7)."""
    found = counted(engine, {"contact": VISITS}, window)
    assert [row["care_contact_id"] for row in found.pair_examples] == beside
    assert [(row["line"], row["other_line"], row["people"]) for row in found.pairs] == [
        ("45", "12", 1)
    ]


def test_coincidence_is_counted_on_the_same_day_of_other_weeks(engine: Engine) -> None:
    """C4 came a week after C1: it counts for the control of that week, and not beside C1."""
    found = counted(engine, {"contact": VISITS})
    assert [(row["shift"], row["contacts"]) for row in found.repeated] == [(0, 1), (7, 1)]
    reach = {row["shift"]: row["reached"] for row in found.reach if row["line"] == "45"}
    # The data run from 14 to 21 April: only C4 has a day a week earlier, and nobody two weeks.
    assert (reach[0], reach[7], reach[-7], reach[14]) == (5, 1, 3, 0)


def test_money_of_the_lines(engine: Engine) -> None:
    """Sums are of the block's own lines, quarter and commissioner; peers are all other providers."""
    found = counted(
        engine,
        {
            "service_lines": """
                team_type | provider | commissioner | period  | allocated_pounds | spent_pounds | overhead_pounds | overhead_pool | paid_share
                12        | ZA1      | ZC001        | 2025-06 | 1000             | 900          | 100             | north         | 80
                45        | ZA1      | ZC001        | 2025-06 | 500              | 600          | 90              | south         |
                12        | ZA1      | ZC002        | 2025-06 | 7                | 7            |                 |               |
                33        | ZA1      | ZC001        | 2025-06 | 7                | 7            |                 |               |
                12        | ZA1      | ZC001        | 2025-09 | 7                | 7            |                 |               |
                12        | ZA2      | ZC002        | 2025-06 |                  | 1000         | 150             | main          |
                20        | ZA2      | ZC001        | 2025-06 |                  | 1000         | 170             | main          |
            """,
            "costs": """
                team_type | cost_pounds | contacts
                12        | 1200        | 30
                33        | 10          | 1
            """,
            "friends_and_family": """
                team_type | responses | very_good | good
                12        | 10        | 6         | 2
                45        | 0         | 0         | 0
            """,
        },
    )
    assert {line: (m["allocated"], m["spent"]) for line, m in found.money.items()} == {
        "12": (1000, 900),
        "45": (500, 600),
    }
    assert found.money["12"]["paid_share"] == 80
    assert found.money["45"]["paid_share"] is None
    assert [(row["pool"], row["overhead"], row["lines"]) for row in found.pools] == [
        ("north", 100, 1),
        ("south", 90, 1),
    ]
    assert found.peers == [{"provider": "ZA2", "overhead": 320, "spent": 2000}]
    assert found.full_costs["12"]["cost"] == 1200
    assert found.feedback == {"12": {"line": "12", "responses": 10, "positive": 8}}


def test_referrals_by_source(engine: Engine) -> None:
    """A referral counts in the month that it was received in, once, when one team has it."""
    found = counted(
        engine,
        {
            "referral_month": """
                service_request_id | team_type | source_of_referral | referral_request_received_date | period  | commissioner
                R1                 | 12        | 01                 | 2025-04-03                     | 2025-04 | ZC001
                R1                 | 12        | 01                 | 2025-04-03                     | 2025-05 | ZC001
                R2                 | 12        |                    | 2025-05-03                     | 2025-05 | ZC001
                R3                 |           | 01                 | 2025-05-03                     | 2025-05 | ZC001
                R4                 | 12        | 01                 | 2025-03-03                     | 2025-04 | ZC001
                R5                 | 12        | 01                 | 2025-04-03                     | 2025-04 | ZC002
            """
        },
    )
    assert [(r["line"], r["source_of_referral"], r["referrals"]) for r in found.sources] == [
        ("12", None, 1),
        ("12", "01", 1),
    ]
