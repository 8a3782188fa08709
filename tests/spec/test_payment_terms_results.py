title = "Sums that follow results"

UNITS = """
    period | team_type | currency | units
    each   | 12        | N02AF    | 1
"""


def test_quality_payment_as_cquin_was(payment_spec):
    """2.5% of £20m: £100,000 for national goals and £400,000 for local ones, goal by goal. Two of
    three local goals are met, one of them only in part."""
    payment_spec(
        period="2026-03",
        terms="""
            terms:
              - id: cquin
                kind: quality
                base: 20000000
                groups:
                  - id: national
                    percent: 0.5
                    goals:
                      - {id: n1, title: Falls, share: 1, goal: {measure: falls, target: 0.9}}
                  - id: local
                    percent: 2.0
                    goals:
                      - {id: l1, title: Waits, share: 0.5, goal: {measure: waits, target: 0.95}}
                      - id: l2
                        title: Ulcers
                        share: 0.25
                        goal: {measure: ulcers, method: linear, floor: 0.10, target: 0.05, lower_is_better: true}
                      - {id: l3, title: Training, share: 0.25, goal: {agreed: 1}}
        """,
        units=UNITS,
        values="""
            measure | numerator | denominator | value
            falls   | 90        | 100         | 0.90
            waits   | 940       | 1000        | 0.94
            ulcers  | 6         | 100         | 0.06
        """,
        expect="""
            part | description                                            | amount_pence
            n1   | Falls: falls is 0.9000; earns 100.0%                   | 10000000
            l1   | Waits: waits is 0.9400; earns 0.0%                     | 0
            l2   | Ulcers: ulcers is 0.0600; earns 80.0%                  | 8000000
            l3   | Training: agreed between the parties: 1; earns 100.0%  | 10000000
        """,
        total="£280,000.00",
    )


def test_quality_clawed_back(payment_spec):
    """1% of what the block pays, on account each month; at the end the goal was missed."""
    payment_spec(
        period="2026-03",
        terms="""
            terms:
              - {id: fixed, kind: block, services: others, annual: 120000}
              - id: extra
                kind: quality
                of: [fixed]
                paid: clawed_back
                groups:
                  - id: local
                    percent: 1
                    goals: [{id: g, title: Waits, share: 1, goal: {measure: w, target: 0.95}}]
        """,
        units=UNITS,
        values="""
            measure | numerator | denominator | value
            w       | 90        | 100         | 0.90
        """,
        expect="""
            term  | part       | amount_pence
            fixed | ''         | 1000000
            extra | on-account | 10000
            extra | g          | 0
            extra | settled    | -120000
        """,
        total="£8,900.00",
    )


OUTCOMES = """
    terms:
      - id: outcomes
        kind: outcomes
        first_year: 2024-25
        at_risk_percent: [0, 10, 10, 15, 15]
        values: {{2024-25: 9900000, 2025-26: 10000000}}
        paid: {paid}
        points: 400
        parity: {{least: 0.4, most: 0.6}}
        domains:
          - id: recovery
            title: Recovery and rehabilitation
            points: 300
            outcomes:
              - id: home
                title: People go home and stay there
                points: 200
                health: physical
                indicators:
                  - {{id: i1, title: At home after 91 days, points: 120, goal: {{measure: home,
                     method: linear, floor: 0.70, target: 0.80}}}}
                  - {{id: i2, title: Seen in two hours, points: 80, goal: {{measure: ucr,
                     target: 0.70, minimum: 20}}}}
              - id: mood
                title: People feel better
                points: 100
                health: mental
                indicators:
                  - {{id: i3, title: Mood improved, points: 60, goal: {{measure: mood,
                     method: banded, bands: [{{value: 0.4, earns: 0.25}}, {{value: 0.5, earns: 0.5}},
                     {{value: 0.6, earns: 1}}], missing: {missing}}}}}
                  - {{id: i4, title: To be agreed, points: 40, deferred_to: 2026-27}}
          - id: safety
            title: Safety
            points: 100
            outcomes:
              - id: harm
                title: People come to no harm
                points: 100
                indicators:
                  - {{id: i5, title: Pressure ulcers, points: 100, goal: {{measure: ulcers,
                     target: 2.0, lower_is_better: true}}}}
"""
VALUES = """
    measure | period  | numerator | denominator | value
    home    | each    | 75        | 100         | 0.75
    ucr     | 2025-26 | 12        | 15          | 0.80
    mood    | 2025-26 | 55        | 100         | 0.55
    ulcers  | 2025-26 |           |             | 1.5
"""


def test_outcomes(payment_spec):
    """10% of £10m is at risk: £1,000,000 over 400 points, £2,500 a point. 40 deferred points keep
    their £100,000; spread over the others a point would have been £2,777.78. Months of a share are
    put together; 15 people are too few for a decision."""
    payment_spec(
        period="2026-03",
        terms=OUTCOMES.format(paid="earned", missing="zero"),
        units=UNITS,
        values=VALUES,
        expect="""
            part | description                                                                                               | amount_pence
            i1   | At home after 91 days: home is 0.7500; earns 50.0%                                                        | 15000000
            i2   | Seen in two hours: ucr is 0.8000, of 15, fewer than the minimum of 20; no decision, £200,000.00 held, would have been £200,000.00 | 0
            i3   | Mood improved: mood is 0.5500; earns 50.0%                                                                | 7500000
            i4   | To be agreed: deferred, £100,000.00 held                                                                  | 0
            i5   | Pressure ulcers: ulcers is 1.5000; earns 100.0%                                                           | 25000000
        """,
        total="£475,000.00",
    )


def test_outcomes_withheld_from_other_terms(payment_spec):
    """The same result where the money at risk is part of what other terms pay: what was not earned
    is taken off."""
    payment_spec(
        period="2026-03",
        terms=OUTCOMES.format(paid="withheld", missing="zero"),
        units=UNITS,
        values=VALUES,
        expect="""
            part     | amount_pence
            i1       | 15000000
            i2       | 0
            i3       | 7500000
            i4       | 0
            i5       | 25000000
            withheld | -100000000
        """,
        total="-£525,000.00",
    )


def test_outcomes_without_a_value_reweighted(payment_spec):
    """No value of mood: by `reweight` its £150,000 goes to the indicators that are judged, 120 and
    100 points of 220."""
    payment_spec(
        period="2026-03",
        terms=OUTCOMES.format(paid="earned", missing="reweight"),
        units=UNITS,
        values="""
            measure | period  | numerator | denominator | value
            home    | 2025-26 | 75        | 100         | 0.75
            ucr     | 2025-26 | 12        | 15          | 0.80
            ulcers  | 2025-26 |           |             | 1.5
        """,
        expect="""
            part | amount_pence | workings
            i1   | 19090909     | allotted=300000.00; moved=81818.18; top=1; bottom=2
            i2   | 0            | allotted=200000.00
            i3   | 0            | allotted=150000.00
            i4   | 0            | allotted=100000.00
            i5   | 31818182     | allotted=250000.00; moved=68181.82; top=1; bottom=1
        """,
        total="£509,090.91",
    )


def test_data_penalties(payment_spec):
    """Each month by its own value: 3% of £10,000 at stake in full and 2% by half, capped at 3%."""
    payment_spec(
        period="2025-04",
        terms="""
            terms:
              - {id: fixed, kind: block, services: others, annual: 120000}
              - id: data
                kind: penalty
                of: [fixed]
                cap_percent: 3
                rules:
                  - {id: nhs, title: NHS numbers, percent: 3, goal: {measure: nhs, target: 0.99}}
                  - {id: gp, title: Practice known, percent: 2, goal: {measure: gp, method: linear,
                     floor: 0.8, target: 1.0}}
                  - {id: late, title: Sent in time, percent: 1, goal: {measure: late, target: 1,
                     missing: suspend}}
        """,
        units=UNITS,
        values="""
            measure | period  | numerator | denominator | value
            nhs     | 2025-04 | 98        | 100         | 0.98
            gp      | 2025-04 | 90        | 100         | 0.90
        """,
        expect="""
            term  | part | description                                 | amount_pence
            fixed | ''   | Block, month 1 of 12                        | 1000000
            data  | nhs  | NHS numbers: nhs is 0.9800                  | -30000
            data  | gp   | Practice known: gp is 0.9000                | -10000
            data  | late | Sent in time: there is no value; no decision | 0
            data  | cap  | To the cap of all penalties                 | 10000
        """,
        total="£9,700.00",
    )
