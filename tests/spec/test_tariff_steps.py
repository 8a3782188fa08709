title = "Steps"

# Three providers of one currency, at £50, £60 and £80 a contact.
THREE = """
    provider | currency | units | cost
    ZA1      | N02AF    | 100   | 5000.00
    ZA2      | N02AF    | 300   | 18000.00
    ZA3      | N02AF    | 100   | 8000.00
"""


def test_mean(tariff_spec):
    """Each provider weighs what it delivered: £31,000 for 500 contacts is £62."""
    tariff_spec(
        returns=THREE,
        steps="- {step: level, method: mean}",
        expect="""
            currency | price_pence | providers | units | cost_pence
            N02AF    | 6200        | 3         | 500   | 3,100,000
        """,
    )


def test_median(tariff_spec):
    """Half of the contacts cost less than the median: the 250th of 500 costs £60."""
    tariff_spec(
        returns=THREE,
        steps="- {step: level, method: median}",
        expect="""
            currency | price_pence
            N02AF    | 6000
        """,
    )


def test_regression(tariff_spec):
    """ZA2 is twice as dear throughout, and alone delivers N02AN. The mean makes N02AN £80; the
    regression sees that N02AN costs no more than N02AF. The list spends the same £15,000 for 250
    contacts."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | N02AF    | 100   | 4000.00
            ZA2      | N02AF    | 100   | 8000.00
            ZA2      | N02AN    | 50    | 4000.00
        """,
        steps="- {step: level, method: regression}",
        expect="""
            currency | price_pence
            N02AF    | 6400
            N02AN    | 6400
        """,
    )


def test_reconciliation(tariff_spec):
    """ZA2 returns 300 contacts and submitted 240. Its return is set aside, or takes the submitted
    number in place of its own."""
    submitted = """
        provider | currency | units
        ZA1      | N02AF    | 98
        ZA2      | N02AF    | 240
        ZA3      | N02AF    | 100
    """
    tariff_spec(
        returns=THREE,
        submitted=submitted,
        steps="""
            - {step: reconcile, tolerance: 0.05, beyond: set_aside}
            - {step: level, method: mean}
        """,
        trace="""
            provider | currency | what  | before | after | why
            ZA2      | N02AF    | units | 300    |       | 240 units were submitted, not within 5%: set aside
        """,
        expect="""
            currency | price_pence | providers
            N02AF    | 6500        | 2
        """,
    )
    tariff_spec(
        returns=THREE,
        submitted=submitted,
        steps="""
            - {step: reconcile, tolerance: 0.05, beyond: take_submitted}
            - {step: level, method: mean}
        """,
        trace="""
            provider | currency | what  | before | after | why
            ZA2      | N02AF    | units | 300    | 240   | 240 units were submitted, not within 5%: these are taken
        """,
        expect="""
            currency | price_pence
            N02AF    | 7045
        """,
    )


def test_exclusions(tariff_spec):
    """A return is left out with the reason that the list gives."""
    tariff_spec(
        returns=THREE,
        steps="""
            - step: exclude
              least_units: 50
              returns: [{provider: ZA3, reason: a pilot that has ended}]
            - {step: level, method: mean}
        """,
        trace="""
            provider | currency | what  | before | after | why
            ZA3      | N02AF    | units | 100    |       | a pilot that has ended
        """,
        expect="""
            currency | price_pence
            N02AF    | 5750
        """,
    )


def test_market_forces(tariff_spec):
    """Free of place both cost £50, at factors of 1.0 and 1.2. The average factor weighs each by its
    activity: (100 × £50 × 1.0 + 300 × £50 × 1.2) ÷ (400 × £50) is 1.15. So the costs, £23,000,
    add up to what they did."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | N02AF    | 100   | 5000.00
            ZA2      | N02AF    | 300   | 18000.00
        """,
        factors="""
            provider_code | mff
            ZA1           | 1.0
            ZA2           | 1.2
        """,
        steps="""
            - {step: market_forces}
            - {step: level, method: mean}
        """,
        trace="""
            provider | currency | what | before  | after   | why
            ZA1      | N02AF    | cost | 500000  | 575000  | ÷ 1.000000 × 1.150000
            ZA2      | N02AF    | cost | 1800000 | 1725000 | ÷ 1.200000 × 1.150000
        """,
        expect="""
            currency | price_pence | cost_pence
            N02AF    | 5750        | 2,300,000
        """,
    )


def test_completeness(tariff_spec):
    """ZA2 loses a fifth of its contacts, so that £60 looks like £75: 240 ÷ (1 − 0.2) is 300. Of the
    400 contacts behind the price 60 were lost."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | N02AF    | 100   | 6000.00
            ZA2      | N02AF    | 240   | 18000.00
        """,
        quality="""
            provider | lost | unclassified | without_attendance
            ZA1      | 0    | 0.1          | 0.02
            ZA2      | 0.2  | 0.3          | 0.02
        """,
        steps="""
            - {step: completeness, most_lost: 0.3}
            - {step: level, method: mean}
        """,
        trace="""
            provider | currency | what  | before | after | why
            ZA2      | N02AF    | units | 240    | 300   | ÷ 0.8000: 20.0% of contacts lost
        """,
        expect="""
            currency | price_pence | incomplete_share | unclassified_share | unattended_share
            N02AF    | 6000        | 0.15             | 0.25               | 0.02
        """,
    )


def test_completeness_of_a_return_that_was_counted_whole(tariff_spec):
    """ZA2 lost a fifth of its contacts on the way into the submissions, and counts all 300 in its
    return: nothing is put back. A return of which more is lost than can be mended is set aside."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | N02AF    | 100   | 5000.00
            ZA2      | N02AF    | 300   | 18000.00
            ZA3      | N02AF    | 50    | 9000.00
        """,
        submitted="""
            provider | currency | units
            ZA1      | N02AF    | 100
            ZA2      | N02AF    | 240
            ZA3      | N02AF    | 50
        """,
        quality="""
            provider | lost
            ZA1      | 0
            ZA2      | 0.2
            ZA3      | 0.6
        """,
        steps="""
            - {step: reconcile, tolerance: 0.05, beyond: set_aside}
            - {step: completeness, most_lost: 0.3}
            - {step: level, method: mean}
        """,
        trace="""
            provider | currency | what  | before | after | why
            ZA3      | N02AF    | units | 50     |       | more than 30% of contacts lost
        """,
        expect="""
            currency | price_pence
            N02AF    | 5750
        """,
    )


def test_trimming(tariff_spec):
    """ZA5 is beyond twice the median of £60 and no price rests on it. Scaled to what was returned,
    the list still spends its cost: £62,000 for 600 contacts."""
    five = """
        provider | currency | units | cost
        ZA1      | N02AF    | 100   | 5000.00
        ZA2      | N02AF    | 200   | 12000.00
        ZA3      | N02AF    | 100   | 7000.00
        ZA4      | N02AF    | 100   | 5500.00
        ZA5      | N02AF    | 100   | 32500.00
    """
    tariff_spec(
        returns=five,
        steps="""
            - {step: trim, ratio: 2, least_providers: 5}
            - {step: level, method: mean}
        """,
        expect="""
            currency | price_pence | providers
            N02AF    | 5900        | 4
        """,
    )
    tariff_spec(
        returns=five,
        steps="""
            - {step: trim, ratio: 2, least_providers: 5}
            - {step: level, method: mean}
            - {step: scale, to: returned}
        """,
        expect="""
            currency | price_pence
            N02AF    | 10333
        """,
    )


def test_credibility(tariff_spec):
    """N02AF and N02AN lie below one class. The variance within a currency (per contact) is (1,000 ×
    2² × 2 + 10 × 5² × 2) ÷ 2 = 4,250, that between them 692.7. So N02AN, with 20 contacts, is
    believed to 692.7 × 20 ÷ (692.7 × 20 + 4,250) = 76.5%, N02AF to 99.7%; the class is at £77.37.
    N02AN: 0.765 × £100 + 0.235 × £77.37 is £94.69."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | N02AF    | 1000  | 58000.00
            ZA2      | N02AF    | 1000  | 62000.00
            ZA1      | N02AN    | 10    | 950.00
            ZA2      | N02AN    | 10    | 1050.00
        """,
        steps="""
            - {step: level, method: mean}
            - {step: credibility, within: parent}
        """,
        expect="""
            currency | price_pence
            N02AF    | 6005
            N02AN    | 9469
        """,
    )


def test_monotone_bands(tariff_spec):
    """Tiers 2 and 3 are out of order and share their mean, weighted by units: (100 × £90 + 300 ×
    £70) ÷ 400 is £75."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | A09A     | 500   | 20000.00
            ZA1      | A09B     | 100   | 9000.00
            ZA1      | A09C     | 300   | 21000.00
        """,
        steps="""
            - {step: level, method: mean}
            - {step: monotone, bands: [[A09A, A09B, A09C]]}
        """,
        expect="""
            currency | price_pence
            A09A     | 4000
            A09B     | 7500
            A09C     | 7500
        """,
    )


def test_scaling_and_the_chain(tariff_spec):
    """The list has to spend £40,000 on the 500 contacts, which is £80 each; then 3% of uplift and 1%
    of efficiency: £80 × 1.03 × 0.99 is £81.58."""
    tariff_spec(
        returns=THREE,
        steps="""
            - {step: level, method: mean}
            - {step: scale, to: 40000.00}
            - step: chain
              links: [{name: Uplift, factor: 1.03}, {name: Efficiency, efficiency: 0.01}]
        """,
        expect="""
            currency | price_pence
            N02AF    | 8158
        """,
    )


def test_smoothing(tariff_spec):
    """Half of £62 and half of last year's £50 is £56, and no more than 10% from it: £55. A currency
    without a price of last year keeps its own."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | N02AF    | 100   | 6200.00
            ZA1      | N02AN    | 100   | 6200.00
        """,
        last_year="""
            currency | price
            N02AF    | 50.00
        """,
        steps="""
            - {step: level, method: mean}
            - {step: smooth, weight: 0.5, most_change: 0.1}
        """,
        expect="""
            currency | price_pence
            N02AF    | 5500
            N02AN    | 6200
        """,
    )


def test_rows_that_no_price_can_rest_on(tariff_spec):
    """They are set aside with their row in the file; the price rests on the others."""
    tariff_spec(
        returns="""
            provider | currency | units | cost
            ZA1      | N02AF    | 100   | 6200.00
            ZA1      | N02AN    | 0     | 500.00
            ZA2      | N02AF    | -5    | 310.00
        """,
        steps="- {step: level, method: mean}",
        set_aside="""
            row | provider | currency | units | cost_pence | reason
            3   | ZA1      | N02AN    | 0     | 50,000     | cost without activity
            4   | ZA2      | N02AF    | -5    | 31,000     | negative activity
        """,
        expect="""
            currency | price_pence
            N02AF    | 6200
        """,
    )
