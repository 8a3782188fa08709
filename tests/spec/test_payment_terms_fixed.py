title = "Sums that do not depend on activity"

UNITS = """
    period | team_type | currency | units
    each   | 12        | N02AF    | 1
"""


def test_block_with_a_profile(payment_spec):
    """Each month has its share of the year, rounded down to the penny; the last has the rest."""
    terms = """
        terms:
          - id: fixed
            kind: block
            services: others
            annual: 1000.01
            profile: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.03, 0.02]
    """
    payment_spec(
        period="2025-04",
        terms=terms,
        units=UNITS,
        expect="""
            description          | amount_pence | formula                  | workings
            Block, month 1 of 12 | 10000        | ROUNDDOWN((annual)*share,2) | annual=1000.01; share=0.1
        """,
        total="£100.00",
    )
    payment_spec(
        period="2026-03",
        terms=terms,
        units=UNITS,
        expect="""
            description           | amount_pence | formula     | workings
            Block, month 12 of 12 | 2001         | annual-paid | annual=1000.01; paid=980.00
        """,
        total="£20.01",
    )


def test_block_of_an_earlier_year(payment_spec):
    """A sum of 2023-24 carried to 2025-26: £1,200,000 × 1.029 × 0.989 × 1.04 × 0.98 is
    £1,244,664.57 (1,244,664.57024), and a twelfth of that, rounded down, £103,722.04."""
    payment_spec(
        period="2025-04",
        terms="""
            terms:
              - id: fixed
                kind: block
                services: others
                annual: 1200000
                indexation:
                  base_year: 2023-24
                  years:
                    2024-25: {uplift_percent: 2.9, efficiency_percent: 1.1}
                    2025-26: {uplift_percent: 4.0, efficiency_percent: 2.0}
        """,
        units=UNITS,
        expect="""
            term  | amount_pence
            fixed | 10372204
        """,
        total="£103,722.04",
    )


def test_low_volume_block(payment_spec):
    """The mean of three years, here paid at once: (41,000.00 + 40,000.00 + 45,500.50) ÷ 3 is
    £42,166.83."""
    payment_spec(
        period="2025-04",
        terms="""
            terms:
              - id: away
                kind: low_volume
                services: others
                history: {2021-22: 41000, 2022-23: 40000, 2023-24: 45500.50}
                limit: 500000
                profile: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        """,
        units=UNITS,
        expect="""
            term | description                     | amount_pence
            away | Low-volume block, month 1 of 12 | 4216683
        """,
        total="£42,166.83",
    )


CAPITATION = """
    terms:
      - id: all-care
        kind: capitation
        services: others
        registered_list: people
        rate: 120.50
        market_forces: {factor}
        weights:
          - {{age_band: 0-17, weight: 0.6}}
          - {{age_band: 18-64, weight: 0.9}}
          - {{age_band: 65+, weight: 2.25}}
"""
PEOPLE = """
    year    | age_band | sex | need | people
    2025-26 | 0-17     | all | all  | 10000
    2025-26 | 18-64    | all | all  | 30000
    2025-26 | 65+      | all | all  | 8000
"""


def test_capitation(payment_spec):
    """10,000 × 0.6 + 30,000 × 0.9 + 8,000 × 2.25 are 51,000 weighted people; at £120.50 that is
    £6,145,500 a year. The allocation holds the market forces factor, so none is multiplied."""
    payment_spec(
        period="2025-04",
        terms=CAPITATION.format(factor="in_allocation"),
        units=UNITS,
        people=PEOPLE,
        expect="""
            description                                | amount_pence | workings
            Capitation for 48,000 people, month 1 of 12 | 51212500 | weighted_people=51000; rate=120.5
        """,
        total="£512,125.00",
    )


def test_capitation_with_a_market_forces_factor(payment_spec):
    """Where the allocation does not hold it: £6,145,500 × 1.0214 is £6,277,013.70 a year."""
    payment_spec(
        period="2025-04",
        terms=CAPITATION.format(factor="1.0214"),
        units=UNITS,
        people=PEOPLE,
        expect="""
            term     | amount_pence
            all-care | 52308447
        """,
        total="£523,084.47",
    )


def test_capitation_by_sex_and_need_adjusted_for_the_population(payment_spec):
    """The rate of 2024-25 goes up by 3% less 1% (× 1.03 × 0.99), and the list is that of 2025-26:
    next year is this year × uplift × efficiency × the ratio of weighted people. 600 + 400 × 1.1 +
    1,240 × 1.5 + 1,000 × 1.1 are 4,000; 4,000 × £100 × 1.0197 is £407,880, a twelfth £33,990."""
    payment_spec(
        period="2025-05",
        terms="""
            terms:
              - id: all-care
                kind: capitation
                services: others
                registered_list: people
                rate: 100
                market_forces: in_allocation
                weights:
                  - {sex: "1", need: low, weight: 1}
                  - {sex: "2", need: low, weight: 1.1}
                  - {sex: "1", need: high, weight: 1.5}
                  - {sex: "2", need: high, weight: 1.1}
                indexation:
                  base_year: 2024-25
                  years: {2025-26: {uplift_percent: 3, efficiency_percent: 1}}
        """,
        units=UNITS,
        people="""
            year    | age_band | sex | need | people
            2025-26 | all      | 1   | low  | 600
            2025-26 | all      | 2   | low  | 400
            2025-26 | all      | 1   | high | 1240
            2025-26 | all      | 2   | high | 1000
        """,
        expect="""
            term     | amount_pence
            all-care | 3399000
        """,
        total="£33,990.00",
    )
