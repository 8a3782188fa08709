from levelfield.currencies import COUNT_SCHEMA, unit_counts
from levelfield.engine import compose
from spec.tables import arrow, assert_rows, rows

title = "National Cost Collection currencies"


def test_staff_group_before_team(currency_spec):
    """The staff group decides where it is known; the team where it is not, or says nothing."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | staff_group
            C1              | 12        |
            C2              | 12        | A08
            C3              | 45        | N02
            C4              | 45        |
            C5              | 12        | C12
            C6              |           | A06
        """,
        expect="""
            care_contact_id | currency | error_class        | basis       | rule
            C1              | N02AF    |                    | direct      | team-12-1
            C2              | A08A1    |                    | direct      | staff-A08-1
            C3              | N02AF    |                    | direct      | staff-N02-1
            C4              |          | STAFF_GROUP_NEEDED | underivable | team-45-1
            C5              | N02AF    |                    | direct      | team-12-1
            C6              | A06A1    |                    | direct      | staff-A06-1
        """,
    )


def test_same_code_with_another_meaning(currency_spec):
    """Staff A01 is an art therapist, stem A01 'other therapist'; staff N30 is safeguarding, stem
    N30 spinal cord injury."""
    currency_spec(
        contacts="""
            care_contact_id | staff_group | consultation_mechanism
            C1              | A01         | 01
            C2              | N30         | 01
            C3              | N30         | 02
        """,
        expect="""
            care_contact_id | currency | basis
            C1              | A01A1    | nearest
            C2              | N29AF    | nearest
            C3              | N29AN    | nearest
        """,
    )


def test_age_and_mode(currency_spec):
    """A child is 18 or younger; video is not face to face; what is missing is named, and asked
    for only where the service splits by it."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | age_years | consultation_mechanism
            C1              | 11        | 18        | 01
            C2              | 11        | 19        | 11
            C3              | 11        | 19        |
            C4              | 11        | 19        | 98
            C5              | 11        |           | 02
            C6              | 12        | 3         |
            C7              | 33        | 40        |
            C8              | 58        |           |
        """,
        expect="""
            care_contact_id | currency | error_class  | rule
            C1              | N15CF    |              | team-11-3
            C2              | N15AN    |              | team-11-2
            C3              |          | MODE_MISSING | gap-mode-1
            C4              |          | MODE_OTHER   | gap-mode-2
            C5              |          | AGE_MISSING  | gap-age
            C6              | N12      |              | team-12-3
            C7              | A13A1    |              | team-33-1
            C8              | A03      |              | team-58-1
        """,
    )


def test_attendance_left_out(currency_spec):
    """Only care that is known to have been given is classed, unless the parameter says so."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | attendance_status
            C1              | 12        | 6
            C2              | 12        | 3
            C3              | 12        | 7
            C4              | 12        |
        """,
        expect="""
            care_contact_id | currency | error_class        | assumed
            C1              | N02AF    |                    |
            C2              |          | NOT_ATTENDED       |
            C3              |          | NOT_ATTENDED       |
            C4              |          | ATTENDANCE_UNKNOWN |
        """,
    )


def test_attendance_assumed(currency_spec):
    """With missing attendance counted as attended, the unit says that it was assumed."""
    currency_spec(
        missing_attendance="attended",
        contacts="""
            care_contact_id | team_type | attendance_status | group_therapy_indicator
            C1              | 12        |                   |
            C2              | 26        |                   | Z
            C3              | 12        | 2                 |
        """,
        expect="""
            care_contact_id | currency | error_class  | assumed
            C1              | N02AF    |              | attendance
            C2              | A08A1    |              | attendance;group
            C3              |          | NOT_ATTENDED |
        """,
    )


def test_group_unknown(currency_spec):
    """Without a group indicator a contact is one to one, and marked; or an error, if so chosen."""
    contacts = """
        care_contact_id | team_type | group_therapy_indicator
        C1              | 26        | Y
        C2              | 26        |
        C3              | 12        |
    """
    currency_spec(
        contacts=contacts,
        expect="""
            care_contact_id | currency | assumed
            C1              | A08AG    |
            C2              | A08A1    | group
            C3              | N02AF    |
        """,
    )
    currency_spec(
        group_unknown="error",
        contacts=contacts,
        expect="""
            care_contact_id | currency | error_class
            C1              | A08AG    |
            C2              |          | GROUP_UNKNOWN
            C3              | N02AF    |
        """,
    )


def test_not_funded_by_the_nhs(currency_spec):
    """Private patients and overseas visitors who are charged."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | admin_category | submitted_commissioner
            C1              | 12        | 02             | ZC001
            C2              | 12        | 01             | VPP00
        """,
        expect="""
            care_contact_id | error_class    | rule
            C1              | NOT_NHS_FUNDED | check-funding-1
            C2              | NOT_NHS_FUNDED | check-funding-2
        """,
    )
    currency_spec(
        contacts="""
            care_contact_id | team_type | overseas_visitor_category
            C1              | 12        | A
            C2              | 12        | F
        """,
        expect="""
            care_contact_id | error_class
            C1              |
            C2              | NOT_NHS_FUNDED
        """,
    )


def test_teams_without_a_currency(currency_spec):
    """Beds and wheelchairs are not contacts, whoever attends; a team must be known and valid on
    the day; some services are costed elsewhere."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | team_valid | staff_group
            C1              | 54        | true       | A08
            C2              | 50        | true       |
            C3              | 18        | false      |
            C4              |           | false      |
            C5              | 42        | true       |
        """,
        expect="""
            care_contact_id | error_class      | rule
            C1              | UNIT_NOT_CONTACT | check-unit-54
            C2              | UNIT_NOT_CONTACT | check-unit-50
            C3              | TEAM_UNKNOWN     | team-invalid
            C4              | NO_TEAM          | team-none
            C5              | NO_NCC_CURRENCY  | team-42-1
        """,
    )


def test_health_visiting(currency_spec):
    """Mandated visits by activity and mode; without an activity the kind of visit is unknown."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | age_years | activity_type | consultation_mechanism
            C1              | 16        | 0         | 08            | 01
            C2              | 16        | 0         | 08            | 02
            C3              | 16        | 2         | 04            | 01
            C4              | 16        | 2         |               | 01
        """,
        expect="""
            care_contact_id | currency | error_class     | basis
            C1              | N03B     |                 | direct
            C2              | N03J     |                 | nearest
            C3              | N03G     |                 | nearest
            C4              |          | SUBTYPE_UNKNOWN | underivable
        """,
    )


def test_immunisation_on_the_day(currency_spec):
    """An immunisation of the person on the day of the visit comes before the kind of visit."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | age_years | activity_type | immunisation_same_day
            C1              | 16        | 1         | 10            | true
            C2              | 16        | 1         | 10            | false
            C3              | 32        | 12        | 03            | true
        """,
        expect="""
            care_contact_id | currency
            C1              | N03N
            C2              | N03D
            C3              | VACN
        """,
    )


def test_primary_reason(currency_spec):
    """Some teams split by the primary reason; a suppressed price is still a class."""
    currency_spec(
        contacts="""
            care_contact_id | team_type | age_years | primary_referral_reason
            C1              | 21        | 70        | 050
            C2              | 21        | 7         | 050
            C3              | 21        | 70        | 001
            C4              | 29        | 70        | 044
            C5              | 29        | 70        | 001
        """,
        expect="""
            care_contact_id | currency | basis
            C1              | N22AF    | nearest
            C2              | N22CF    | nearest
            C3              | N29AF    | nearest
            C4              | NCRT     | nearest
            C5              | MCCRT    | nearest
        """,
    )


def test_units_are_counted_by_payer_and_service(engine):
    """Payment multiplies counts by provider, commissioner, month, service and class."""
    unit = """
        provider | commissioner | period  | team_type | currency | error_class | basis
        ZA1      | ZC001        | 2025-04 | 12        | N02AF    |             | direct
        ZA1      | ZC001        | 2025-04 | 12        | N02AF    |             | direct
        ZA1      |              | 2025-04 | 12        | N02AF    |             | direct
        ZA1      | ZC001        | 2025-04 |           |          | NO_TEAM     | underivable
    """
    engine.view("unit", arrow(rows(unit), COUNT_SCHEMA, {"units": "1"}))
    found = engine.query(compose(unit_counts())).cast(COUNT_SCHEMA)
    assert_rows(
        found,
        """
        provider | commissioner | team_type | currency | error_class | units
        ZA1      | ZC001        | 12        | N02AF    |             | 2
        ZA1      |              | 12        | N02AF    |             | 1
        ZA1      | ZC001        |           |          | NO_TEAM     | 1
        """,
    )
