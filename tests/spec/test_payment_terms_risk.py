title = "Who bears the risk"

UNITS = """
    period | team_type | currency | units
    each   | 12        | N02AF    | {}
"""
SHARE = """
    local_prices: {N02AF: 100.00}
    terms:
      - {id: fixed, kind: block, services: ["12"], annual: 120000}
      - id: share
        kind: risk_share
        of: [fixed]
        expected: 120000
        share_above: 0.5
        share_below: 0.4
        corridor_percent: 5
        cap_percent: 10
        collar_percent: 8
"""


def test_risk_share_above(payment_spec):
    """£132,000 of activity is £12,000 above what was expected; beyond the corridor of £6,000 the
    commissioner bears half."""
    payment_spec(
        period="2026-03",
        terms=SHARE,
        units=UNITS.format(110),
        expect="""
            term  | description                               | amount_pence
            fixed | Block, month 12 of 12                     | 1000000
            share | Share of activity above what was expected | 300000
        """,
        total="£13,000.00",
    )


def test_risk_share_up_to_its_cap(payment_spec):
    """£240,000 is £120,000 above; no more than 10% of what was expected, £12,000, is shared."""
    payment_spec(
        period="2026-03",
        terms=SHARE,
        units=UNITS.format(200),
        expect="""
            term  | amount_pence
            fixed | 1000000
            share | 600000
        """,
        total="£16,000.00",
    )


def test_risk_share_down_to_its_collar(payment_spec):
    """£60,000 is £60,000 below; of at most 8%, £9,600, the commissioner has 40% back."""
    payment_spec(
        period="2026-03",
        terms=SHARE,
        units=UNITS.format(50),
        expect="""
            term  | formula | amount_pence
            fixed | annual-11*ROUNDDOWN((annual)/12,2) | 1000000
            share | ROUND(-share*MIN(MAX(expected-activity-expected*corridor/100,0),expected*limit/100),2) | -384000
        """,
        total="£6,160.00",
    )


def test_prime_provider_with_tax_that_is_not_recovered(payment_spec):
    """The prime keeps 30% of the block and passes 70% on. A tax of 20% on that, of which a quarter
    comes back, costs 15% of £7,000; the commissioner bears it. The penalty falls on the
    subcontractor alone."""
    payment_spec(
        period="2025-04",
        terms="""
            terms:
              - {id: fixed, kind: block, services: others, annual: 120000}
              - id: data
                kind: penalty
                of: [fixed]
                cap_percent: 5
                rules: [{id: r, title: NHS numbers, percent: 1, goal: {measure: nhs, target: 0.99}}]
              - id: chain
                kind: prime
                shares:
                  fixed: {ZA1: 0.3, ZA9: 0.7}
                  data: {ZA1: 0, ZA9: 1}
                tax: {rate_percent: 20, recoverable_percent: 25, borne_by: commissioner}
        """,
        units=UNITS.format(1),
        values="""
            measure | period  | numerator | denominator | value
            nhs     | 2025-04 | 98        | 100         | 0.98
        """,
        expect="""
            term  | description                               | amount_pence
            fixed | Block, month 1 of 12                      | 1000000
            data  | NHS numbers: nhs is 0.9800                | -10000
            chain | Tax on subcontracts that is not recovered | 105000
        """,
        total="£10,950.00",
    )
