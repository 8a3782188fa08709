"""Random contacts for the grouper: likely codes, rare codes and gaps in every field it reads."""

import pyarrow as pa
from hypothesis import strategies as st

STAFF = ["A01", "A02", "A03", "A06", "A08", "A09", "C02", "C09", "C12", "M01", "M02", "N01"]
STAFF += ["N02", "N03", "N04", "N05", "N07", "N09", "N12", "N19", "N22", "N30", "N32", "ZZZ"]
TEAMS = [f"{code:02d}" for code in range(1, 59)]
ACTIVITIES = ["01", "02", "03", "06", "08", "09", "10", "11", "12", "97", "98"]
REASONS = ["001", "009", "014", "034", "044", "050", "056", "063", "067", "079"]
EVENTS = [
    "immunisation_same_day",
    "antenatal_visit_same_day",
    "hearing_screen_same_day",
    "stroke_diagnosis",
    "crisis_clock",
]

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("provider", "period", "submission_id")),
        *((name, pa.string()) for name in ("care_contact_id", "commissioner", "age_band")),
        ("team_type", pa.string()),
        ("team_valid", pa.bool_()),
        ("staff_group", pa.string()),
        ("age_years", pa.int32()),
        ("attendance_status", pa.string()),
        ("consultation_mechanism", pa.string()),
        ("consultation_type", pa.string()),
        ("group_therapy_indicator", pa.string()),
        ("activity_type", pa.string()),
        ("activity_location_type", pa.string()),
        ("primary_referral_reason", pa.string()),
        ("admin_category", pa.string()),
        ("overseas_visitor_category", pa.string()),
        ("submitted_commissioner", pa.string()),
        *((event, pa.bool_()) for event in EVENTS),
    ]
)
"""The columns of the fact `contact` that the grouper reads."""


def contact(number: int = 0, **known: object) -> dict:
    """One seen, NHS-funded, face-to-face contact with an adult; `known` replaces what it names."""
    plain = {
        "provider": "ZA1",
        "period": "2025-04",
        "submission_id": "s1",
        "care_contact_id": f"C{number}",
        "commissioner": "ZQ1",
        "age_band": "45-64",
        "team_type": None,
        "team_valid": True,
        "staff_group": None,
        "age_years": 50,
        "attendance_status": "5",
        "consultation_mechanism": "01",
        "consultation_type": "01",
        "group_therapy_indicator": "N",
        "activity_type": "03",
        "activity_location_type": "A01",
        "primary_referral_reason": "001",
        "admin_category": "01",
        "overseas_visitor_category": "A",
        "submitted_commissioner": "ZQ1",
    } | dict.fromkeys(EVENTS, False)
    assert known.keys() <= plain.keys(), known.keys() - plain.keys()
    return plain | known


def table(contacts: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(contacts, schema=SCHEMA)


def _often(usual: list, rare: list) -> st.SearchStrategy:
    return st.one_of(*[st.sampled_from(usual)] * 3, st.sampled_from(rare))


def contacts() -> st.SearchStrategy[dict]:
    """Contacts that mostly pass the first checks, so that every table is reached."""
    return st.builds(
        contact,
        team_type=st.one_of(st.sampled_from(TEAMS), st.none()),
        team_valid=_often([True], [False, None]),
        staff_group=st.one_of(st.none(), st.sampled_from(STAFF)),
        age_years=st.one_of(st.sampled_from([0, 18, 19, 90, None]), st.integers(0, 110)),
        attendance_status=_often(["5", "6"], ["0", "2", "3", "4", "7", "9", None]),
        consultation_mechanism=_often(["01", "02", "11"], ["98", "03", None]),
        consultation_type=st.sampled_from(["01", "02", None]),
        group_therapy_indicator=st.sampled_from(["Y", "N", "Z", None]),
        activity_type=st.sampled_from([*ACTIVITIES, None]),
        activity_location_type=st.sampled_from(["A01", "D03", None]),
        primary_referral_reason=st.sampled_from([*REASONS, None]),
        admin_category=_often(["01"], ["02", None]),
        overseas_visitor_category=_often(["A"], ["D", "F", None]),
        submitted_commissioner=_often(["ZQ1"], ["VPP00", None]),
        **{event: st.booleans() for event in EVENTS},
    )
