title = "What changed between two statements, and why"

TERMS = """
    local_prices: {A08A1: 10.00, A13A1: 50.00}
    terms:
      - {id: fixed, kind: block, services: ["12"], annual: 1200.00}
      - {id: care, kind: activity, services: ["26", "33"]}
"""


def test_restated_data(changes_spec):
    """The same month from later submissions: each line that moved is an item."""
    changes_spec(
        terms=TERMS,
        restated=True,
        periods="2025-04",
        before="""
            period  | team_type | currency | units
            2025-04 | 12        | N02AF    | 9
            2025-04 | 26        | A08A1    | 10
            2025-04 | 33        | A13A1    | 4
        """,
        after="""
            period  | team_type | currency | units
            2025-04 | 12        | N02AF    | 11
            2025-04 | 26        | A08A1    | 13
            2025-04 | 33        | A13A1    | 4
        """,
        expect="""
            cause | term | kind     | service | currency | units | pence
            data  | care | activity | 26      | A08A1    | 3     | 3000
        """,
        total="£30.00",
    )


def test_activity_and_mix(changes_spec):
    """Half as much care again in May, and more of it dear: first the volume in April's mix, 12 and
    6 units, then what the mix moves."""
    changes_spec(
        terms=TERMS,
        periods="2025-04 to 2025-05",
        before="""
            period  | team_type | currency | units
            2025-04 | 26        | A08A1    | 8
            2025-04 | 33        | A13A1    | 4
        """,
        after="""
            period  | team_type | currency | units
            2025-04 | 26        | A08A1    | 8
            2025-04 | 33        | A13A1    | 4
            2025-05 | 26        | A08A1    | 9
            2025-05 | 33        | A13A1    | 9
        """,
        expect="""
            cause    | term | kind     | service | currency | units | pence
            activity | care | activity | 26      | A08A1    | 4     | 4000
            activity | care | activity | 33      | A13A1    | 2     | 10000
            mix      | care | activity | 26      | A08A1    | -3    | -3000
            mix      | care | activity | 33      | A13A1    | 3     | 15000
        """,
        total="£260.00",
    )


def test_care_that_could_not_be_classed(changes_spec):
    """As much care in May, half of it without a currency: what is not paid is the data's."""
    changes_spec(
        terms=TERMS,
        periods="2025-04 to 2025-05",
        before="""
            period  | team_type | currency | error_class | units
            2025-04 | 26        | A08A1    |             | 10
        """,
        after="""
            period  | team_type | currency | error_class        | units
            2025-04 | 26        | A08A1    |                    | 10
            2025-05 | 26        | A08A1    |                    | 5
            2025-05 | 26        |          | ATTENDANCE_UNKNOWN | 5
        """,
        expect="""
            cause | term | kind     | service | currency | units | pence
            data  | care | activity | 26      | A08A1    | -5    | -5000
        """,
        total="-£50.00",
    )


def test_contacts_that_nobody_attended(changes_spec):
    """A missed contact is no gap in the data: that half of the care was missed is activity."""
    changes_spec(
        terms=TERMS,
        periods="2025-04 to 2025-05",
        before="""
            period  | team_type | currency | error_class | units
            2025-04 | 26        | A08A1    |             | 10
        """,
        after="""
            period  | team_type | currency | error_class  | units
            2025-04 | 26        | A08A1    |              | 10
            2025-05 | 26        | A08A1    |              | 5
            2025-05 | 26        |          | NOT_ATTENDED | 5
        """,
        expect="""
            cause    | term | kind     | service | currency | units | pence
            activity | care | activity | 26      | A08A1    | -5    | -5000
        """,
        total="-£50.00",
    )


def test_price_after_quantity(changes_spec):
    """A price that rises is held against the units of after: 12 × £1, and no unit moves."""
    changes_spec(
        terms=TERMS,
        then="""
            local_prices: {A08A1: 11.00, A13A1: 50.00}
            terms:
              - {id: fixed, kind: block, services: ["12"], annual: 1200.00}
              - {id: care, kind: activity, services: ["26", "33"]}
        """,
        restated=True,
        periods="2025-04",
        before="""
            period  | team_type | currency | units
            2025-04 | 26        | A08A1    | 10
        """,
        after="""
            period  | team_type | currency | units
            2025-04 | 26        | A08A1    | 12
        """,
        expect="""
            cause | term | kind     | service | currency | units | pence
            data  | care | activity | 26      | A08A1    | 2     | 2000
            price | care | activity | 26      | A08A1    | 0     | 1200
        """,
        total="£32.00",
    )


def test_other_terms(changes_spec):
    """A block in place of activity: what each pays less what the other did."""
    changes_spec(
        terms=TERMS,
        then="""
            local_prices: {A08A1: 10.00, A13A1: 50.00}
            terms:
              - {id: fixed, kind: block, services: ["12"], annual: 1200.00}
              - {id: care, kind: block, services: ["26", "33"], annual: 1800.00}
        """,
        periods="2025-04",
        before="""
            period  | team_type | currency | units
            2025-04 | 26        | A08A1    | 10
        """,
        after="""
            period  | team_type | currency | units
            2025-04 | 26        | A08A1    | 10
        """,
        expect="""
            cause | term | kind     | service | currency | units | pence
            terms | care | activity | 26      | A08A1    | -10   | -10000
            terms | care | block    |         |          | 0     | 15000
        """,
        total="£50.00",
    )
