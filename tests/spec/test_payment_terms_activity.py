title = "Sums that follow activity"

LOCAL = """
    local_prices: {N02AF: 100.00, A08A1: 50.00}
"""


def test_cost_and_volume_above_plan(payment_spec):
    """The plan is 12 × 100 contacts at £100; 132 a month are 10% above it. The first 3% above plan
    are in the fixed sum; from 3% to 5% activity is paid at 70% of its price, beyond that at 20%:
    £120,000 + 0.7 × £2,400 + 0.2 × £6,000."""
    payment_spec(
        period="2026-03",
        terms=LOCAL
        + """
    terms:
      - id: nursing
        kind: cost_and_volume
        services: ["12"]
        fixed: 120000
        plan: {N02AF: 1200}
        above: [{percent: 3, rate: 0.7}, {percent: 5, rate: 0.2}]
        below: [{percent: 3, rate: 0.5}]
""",
        units="""
            period | team_type | currency | units
            each   | 12        | N02AF    | 110
        """,
        expect="""
            part    | description                                           | amount_pence
            fixed   | Fixed sum, month 12 of 12                             | 1000000
            above-1 | Activity more than 3% above plan, at 0.7 of its price | 168000
            above-2 | Activity more than 5% above plan, at 0.2 of its price | 120000
        """,
        total="£12,880.00",
    )


def test_cost_and_volume_below_plan_and_its_floor(payment_spec):
    """80 of 100 contacts a month: 20% below plan, of which 17% are taken back at half their price,
    £10,200. The year would be £109,800; the floor is £112,000."""
    payment_spec(
        period="2026-03",
        terms=LOCAL
        + """
    terms:
      - id: nursing
        kind: cost_and_volume
        services: ["12"]
        fixed: 120000
        plan: 120000
        below: [{percent: 3, rate: 0.5}]
        floor: 112000
        cap: 130000
""",
        units="""
            period | team_type | currency | units
            each   | 12        | N02AF    | 80
        """,
        expect="""
            part    | amount_pence | workings
            fixed   | 1000000      | annual=120000
            below-1 | -1020000     | rate=0.5; plan=120000.00; activity=96000.00; start=3
            floor   | 220000       | bound=112000; year=109800.00
        """,
        total="£2,000.00",
    )


def test_cost_and_volume_month_by_month(payment_spec):
    """Held against its share of the plan, a month stands alone: £200 above £1,000 at full price."""
    payment_spec(
        period="2025-04",
        terms=LOCAL
        + """
    terms:
      - id: nursing
        kind: cost_and_volume
        settled: month
        services: ["12"]
        fixed: 12000
        plan: 12000
        above: [{percent: 0, rate: 1}]
""",
        units="""
            team_type | currency | units
            12        | N02AF    | 12
        """,
        expect="""
            part    | amount_pence
            fixed   | 100000
            above-1 | 20000
        """,
        total="£1,200.00",
    )


def test_blended(payment_spec):
    """80% of the plan is fixed, and each unit brings 20% of its price: £800 + 0.2 × £1,250."""
    payment_spec(
        period="2025-04",
        terms=LOCAL
        + """
    terms:
      - id: care
        kind: blended
        services: others
        plan: 12000
        fixed_share: 0.8
        variable_share: 0.2
""",
        units="""
            team_type | currency | units
            12        | N02AF    | 10
            26        | A08A1    | 5
        """,
        expect="""
            part     | amount_pence | workings
            fixed    | 80000        | plan=12000; fixed_share=0.8
            variable | 25000        | activity=1250.00; variable_share=0.2
        """,
        total="£1,050.00",
    )


def test_lines_named_by_currency(payment_spec):
    """A line has a name in the contract; what it names is paid for by it alone."""
    payment_spec(
        period="2025-04",
        terms=LOCAL
        + """
    lines:
      home-visits: {services: ["12"], currencies: [N02AF]}
    terms:
      - {id: visits, kind: activity, line: home-visits}
      - {id: rest, kind: block, services: others, annual: 120}
""",
        units="""
            team_type | currency | units
            12        | N02AF    | 3
            12        | N02AN    | 900
        """,
        expect="""
            term   | currency | units | amount_pence
            visits | N02AF    | 3     | 30000
            rest   |          | 1     | 1000
        """,
        total="£310.00",
    )


def test_procedures(payment_spec):
    """Visits and packages of the scheme `procedure`. The packages come from a return and are no
    contacts, so that the term says why it stands apart from care without a team."""
    payment_spec(
        period="2025-04",
        terms="""
            local_prices: {VIS-NBV: 88.00, WHE-LOW: 310.25}
            terms:
              - id: visits
                kind: procedure
                services: ["16"]
              - id: wheelchairs
                kind: procedure
                services: [none]
                currencies: [WHE-LOW, WHE-MED, WHE-HIG]
                apart: Packages come from a return and are no contacts.
              - {id: rest, kind: block, services: others, annual: 12}
        """,
        units="""
            team_type | currency | units
            16        | N03N     | 50
        """,
        procedure="""
            team_type | currency | units
            16        | VIS-NBV  | 40
                      | WHE-LOW  | 2
        """,
        expect="""
            term        | service | currency | units | amount_pence
            visits      | 16      | VIS-NBV  | 40    | 352000
            wheelchairs | none    | WHE-LOW  | 2     | 62050
            rest        |         |          | 1     | 100
        """,
        total="£4,141.50",
    )


def test_episodes_with_trim(payment_spec):
    """An episode is paid once, in the month in which it ends; days beyond the trim point at £4 a
    day, and at £2.50 where a currency has its own."""
    payment_spec(
        period="2025-04",
        terms="""
            local_prices: {NUR-L1: 900.00, NUR-S1: 200.00, NUR-M1: 350.00}
            terms:
              - id: nursing
                kind: episode
                services: ["12"]
                excess_day: 4.00
                excess_days: {NUR-L1: 2.50}
        """,
        units="""
            team_type | currency | units
            12        | N02AF    | 50
        """,
        single_episode="""
            team_type | currency | units | size | excess
            12        | NUR-S1   | 10    | 70   | 0
            12        | NUR-M1   | 1     | 80   | 5
            12        | NUR-L1   | 2     | 400  | 31
        """,
        expect="""
            currency | part   | units | price_pence | amount_pence
            NUR-S1   | ''     | 10    | 20000       | 200000
            NUR-M1   | ''     | 1     | 35000       | 35000
            NUR-M1   | beyond | 5     | 400         | 2000
            NUR-L1   | ''     | 2     | 90000       | 180000
            NUR-L1   | beyond | 31    | 250         | 7750
        """,
        total="£4,247.50",
    )


def test_year_of_care(payment_spec):
    """£1,200 on account in twelfths; at the end, 30 months of people in tier 1 at £600 a year and
    14 in tier 3 at £4,000, less what was paid: £1,500 + £4,666.67 − £1,200."""
    payment_spec(
        period="2026-03",
        terms="""
            local_prices: {ADU-1: 600.00, ADU-3: 4000.00}
            terms:
              - id: long-term
                kind: year_of_care
                services: ["11", "19"]
                on_account: 1200
        """,
        units="""
            period | team_type | currency | units
            each   | 11        | N02AF    | 1
        """,
        year_of_care="""
            period  | currency | units | size
            2025-26 | ADU-1    | 3     | 30
            2025-26 | ADU-3    | 2     | 14
        """,
        expect="""
            part       | amount_pence | formula                   | workings
            on-account | 10000 | on_account-11*ROUNDDOWN((on_account)/12,2) | on_account=1200
            ADU-1      | 150000       | ROUND(months*price/12,2)  | months=30; price=600.00
            ADU-3      | 466667       | ROUND(months*price/12,2)  | months=14; price=4000.00
            settled    | -120000      | -on_account               | on_account=1200
        """,
        total="£5,066.67",
    )
