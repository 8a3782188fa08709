title = "Plan and actual"

TERMS = """
    local_prices: {A08A1: 10.00}
    terms:
      - {id: fixed, kind: block, services: ["12"], annual: 1200.00}
      - {id: care, kind: activity, services: ["26"]}
"""
UNITS = """
    period | team_type | currency | units
    each   | 12        | N02AF    | 9
    each   | 26        | A08A1    | 10
"""


def test_variance(plan_spec):
    """Both are paid by the same terms. Care under a block has a variance of units, not of
    pounds."""
    plan_spec(
        terms=TERMS,
        period="2025-05",
        units=UNITS,
        plan="""
            month | service | currency | units
            each  | 12      | N02AF    | 12
            each  | 26      | A08A1    | 8
        """,
        expect="""
            period  | term  | kind     | service | currency | planned_units | units | planned_pence | pence
            2025-05 | fixed | block    |         |          | 0             | 0     | 10000         | 10000
            2025-05 | fixed | block    | 12      | N02AF    | 12            | 9     | 0             | 0
            2025-05 | care  | activity | 26      | A08A1    | 8             | 10    | 8000          | 10000
        """,
        total="£20.00",
    )


def test_care_that_was_not_planned(plan_spec):
    """The year takes the months together; what nobody planned has a plan of nought."""
    plan_spec(
        terms=TERMS,
        period="2025-26",
        units=UNITS,
        plan="""
            month | service | currency | units
            each  | 12      | N02AF    | 9
        """,
        expect="""
            period  | term  | kind     | service | currency | planned_units | units | planned_pence | pence
            2025-26 | fixed | block    |         |          | 0             | 0     | 120000        | 120000
            2025-26 | fixed | block    | 12      | N02AF    | 108           | 108   | 0             | 0
            2025-26 | care  | activity | 26      | A08A1    | 0             | 120   | 0             | 120000
        """,
        total="£1,200.00",
    )
