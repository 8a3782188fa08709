title = "Statements"


def test_activity_at_unit_price(payment_spec):
    """Each currency of each service is a line: units times the price of the provider's place and
    the year. £59.647963 × 1.032388 ÷ 1.051144 × 1.0214 is £59.84."""
    payment_spec(
        period="2025-04",
        terms="""
            terms:
              - {id: care, kind: activity, services: ["12", "26"]}
        """,
        units="""
            team_type | currency | error_class  | units
            12        | N02AF    |              | 1000
            12        | N02AN    |              | 10
            26        | A08A1    |              | 3
            26        |          | NOT_ATTENDED | 7
            33        | A13A1    |              | 5
        """,
        expect="""
            line | term | service | currency | units | price_pence | amount_pence
            1    | care | 12      | N02AF    | 1,000 | 5984        | 5,984,000
            2    | care | 12      | N02AN    | 10    | 4322        | 43,220
            3    | care | 26      | A08A1    | 3     | 7931        | 23,793
        """,
        total="£60,510.13",
    )


def test_block_in_twelfths(payment_spec):
    """A block is paid in whole pence each month; the last month takes the remainder."""
    payment_spec(
        period="2025-04",
        terms="""
            terms:
              - {id: fixed, kind: block, services: others, annual: 100.00}
        """,
        units="""
            team_type | currency | units
            12        | N02AF    | 1000
        """,
        expect="""
            line | term  | kind  | service | currency | units | price_pence | amount_pence
            1    | fixed | block |         |          | 1     | 833         | 833
        """,
        total="£8.33",
    )
    payment_spec(
        period="2026-03",
        terms="""
            terms:
              - {id: fixed, kind: block, services: others, annual: 100.00}
        """,
        units="""
            period  | team_type | currency | units
            2026-03 | 12        | N02AF    | 1000
        """,
        expect="""
            line | description           | amount_pence
            1    | Block, month 12 of 12 | 837
        """,
        total="£8.37",
    )


def test_other_parties_and_local_prices(payment_spec):
    """Only units of the two parties count; a price agreed locally comes before the list's."""
    payment_spec(
        period="2025-04",
        terms="""
            local_prices: {N22CF: 110.50}
            terms:
              - {id: care, kind: activity, services: ["21"]}
        """,
        units="""
            provider | commissioner | team_type | currency | units
            ZA1      | ZC001        | 21        | N22CF    | 2
            ZA1      | ZC002        | 21        | N22CF    | 50
            ZA5      | ZC001        | 21        | N22CF    | 50
        """,
        expect="""
            currency | units | price_pence | amount_pence
            N22CF    | 2     | 11050       | 22100
        """,
        total="£221.00",
    )
