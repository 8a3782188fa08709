"""The contract: what the data set's files say, as objects."""

from datetime import date, timedelta

import pytest

from levelfield.core.periods import Month
from levelfield.datasets import load_dataset, snake
from levelfield.datasets.windows import closing_day, window_of, windows

DATASET = load_dataset()


def test_all_of_the_data_set_is_there():
    tables = DATASET.tables.values()
    assert len(tables) == 37
    assert sum(len(table.fields) for table in tables) == 228
    assert sum(len(table.fields) + len(table.derived_fields) for table in tables) == 447
    assert len(DATASET.codes) == 68
    assert sum(len(codes) for codes in DATASET.codes.values()) == 1158


def test_parents_come_before_their_children():
    order = list(DATASET.tables)
    for table in DATASET.tables.values():
        if table.parent:
            assert order.index(table.parent) < order.index(table.name)
            assert table.parent_key is not None
            target = DATASET.table(table.parent)
            assert table.parent_key.name in target.primary_key


def test_keys_are_fields_and_code_lists_exist():
    for table in DATASET.tables.values():
        assert set(table.primary_key) <= set(table.by_name)
        for field in table.fields:
            assert field.code_list is None or field.code_list in DATASET.codes
            assert field.mandation in {"M", "R", "O", "P"}


def test_columns_are_unique_within_a_table():
    for table in DATASET.tables.values():
        columns = [field.column for field in (*table.fields, *table.derived_fields)]
        assert len(columns) == len(set(columns))


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("ReferralRequest_ReceivedDate", "referral_request_received_date"),
        ("NHSNumber", "nhs_number"),
        ("RTT_StartDate", "rtt_start_date"),
        ("OrgID_GP", "org_id_gp"),
        ("UC_UnitOfMeasurement", "uc_unit_of_measurement"),
        ("CareProfessionalID_Local", "care_professional_id_local"),
    ],
)
def test_names_become_snake_case(field, column):
    assert snake(field) == column


def test_retired_codes_are_valid_by_date():
    teams = "service_or_team_type_referred_to_community_care"
    assert DATASET.codes[teams]["18"].valid_on(date(2020, 3, 31))
    assert not DATASET.codes[teams]["18"].valid_on(date(2020, 4, 1))
    assert DATASET.codes[teams]["12"].valid_on(date(2026, 4, 1))
    assert DATASET.label(teams, "12") == "District Nursing Service"
    assert DATASET.label(teams, "no such code") == "no such code"


def test_the_caveats_travel_with_the_contract():
    inferred = [f for t in DATASET.tables.values() for f in t.fields if f.mandation_inferred]
    assert len(inferred) == 6
    pilot = DATASET.table("CYP001MPI").field("EthnicCategory2021")
    assert pilot.mandation == "P"
    assert "not to be sent" in pilot.note


def test_windows_follow_the_calendar():
    june = windows(Month(2025, 6))
    assert (june.primary_open, june.primary_close) == (date(2025, 6, 16), date(2025, 7, 14))
    assert not june.by_rule


def test_windows_beyond_the_calendar_follow_the_rule():
    january, march = windows(Month(2026, 1)), windows(Month(2026, 3))
    assert january.primary_close == date(2026, 2, 13)
    assert january.by_rule
    # Good Friday and Easter Monday 2026 are no working days: 3 and 6 April.
    assert march.primary_close == closing_day(Month(2026, 4)) == date(2026, 4, 16)
    assert march.refresh_close == date(2026, 5, 15)


def test_the_rule_gives_the_calendar_where_both_speak():
    """From May 2025 the guidance has one window serve two months; the rule must agree with it."""
    for month in [Month(2025, 5).plus(n) for n in range(7)]:
        assert windows(month).refresh_close == closing_day(month.plus(2)), month


def test_rows_by_rule_are_what_the_rule_gives_today():
    """A bank holiday that is proclaimed, and a date that is published, belong into the calendar."""
    month, rows = Month(2026, 2), 0
    while windows(month).by_rule and month < Month(2029, 1):
        held, rows = windows(month), rows + 1
        assert held.primary_open == closing_day(month) + timedelta(days=1)
        assert held.primary_close == closing_day(month.plus(1))
        assert held.refresh_open == closing_day(month.plus(1)) + timedelta(days=1)
        assert held.refresh_close == closing_day(month.plus(2))
        month = month.plus(1)
    assert rows == 35
    assert windows(Month(2029, 1)).by_rule


def test_a_file_received_after_the_primary_window_is_a_refresh():
    month = Month(2025, 6)
    assert window_of(month, date(2025, 7, 14)) == "primary"
    assert window_of(month, date(2025, 7, 15)) == "refresh"
