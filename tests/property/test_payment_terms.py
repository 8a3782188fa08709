"""Laws of statements under every kind of term, and the oracle, over random contracts."""

import re
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from levelfield.payment import Statement, statement
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.terms import OutcomesTerm, QualityTerm, largest_remainder
from levelfield.payment.terms.pool import Settled
from made_up_contracts import MONTHS, Drawn, contract_of, drawn_contracts, randoms
from made_up_terms import BANDS, MEASURES, YEAR, number
from property.cases import cases

months = st.integers(0, 11)


@given(drawn_contracts())
@cases()
def test_the_oracle_agrees_to_the_penny(drawn: Drawn) -> None:
    """Term by term and month by month, whatever the kinds of term."""
    found = statement(drawn.contract, YEAR, drawn.inputs)
    again = drawn.oracle()
    paid: dict[tuple[str, str], int] = {}
    for line in found.lines:
        paid[line.term, line.period] = paid.get((line.term, line.period), 0) + line.amount_pence
    for name, months in again.amounts.items():
        for month, pounds in zip(MONTHS, months, strict=True):
            assert paid.get((name, month), 0) == pounds * 100, (name, month)
    assert found.total_pence == again.total * 100


@given(drawn_contracts())
@cases()
def test_lines_sum_to_the_total_and_formulas_give_their_lines(drawn: Drawn) -> None:
    found = statement(drawn.contract, YEAR, drawn.inputs)
    assert sum(found.table()["amount_pence"].to_pylist()) == found.total_pence
    assert all(line.amount_pence == line.units * line.price_pence for line in found.lines)
    keys = [line.lineage for line in found.lines]
    assert len(keys) == len(set(keys))
    for line in found.lines:
        if line.currency is None:
            numbers = {one.name: Fraction(one.value) for one in line.workings}
            assert reckon(line.formula, numbers) * 100 == line.amount_pence, line


@given(drawn_contracts())
@cases()
def test_the_year_is_its_months(drawn: Drawn) -> None:
    contract, inputs = drawn.contract, drawn.inputs
    months = sum(statement(contract, month, inputs).total_pence for month in MONTHS)
    assert statement(contract, YEAR, inputs).total_pence == months


@given(drawn_contracts(care=["block"], others=()))
@cases()
def test_block_is_cost_and_volume_with_zero_marginal_rates(drawn: Drawn) -> None:
    blocks = [without(term, "indexation") for term in drawn.content["terms"]]
    tiers = [{"percent": "0", "rate": "0"}, {"percent": "5", "rate": "0"}]
    moved = [
        {**without(t, "annual"), "kind": "cost_and_volume", "fixed": t["annual"], "plan": "1000"}
        | {"above": tiers, "below": tiers}
        for t in blocks
    ]
    assert by_month(drawn, blocks) == by_month(drawn, moved)


@given(drawn_contracts(care=["activity"], others=()))
@cases()
def test_activity_is_a_zero_block_with_full_marginal_rate(drawn: Drawn) -> None:
    activity = drawn.content["terms"]
    nothing = {"kind": "cost_and_volume", "fixed": "0", "plan": "0", "settled": "month"}
    full = [{**t, **nothing, "above": [{"percent": "0", "rate": "1"}]} for t in activity]
    assert by_month(drawn, activity) == by_month(drawn, full)
    blended = {"kind": "blended", "plan": "0", "fixed_share": "0", "variable_share": "1"}
    assert by_month(drawn, activity) == by_month(drawn, [{**t, **blended} for t in activity])


@given(randoms, st.integers(0, 20))
@cases()
def test_capitation_is_linear_in_the_list(random: Random, times: int) -> None:
    """Exact where the sum of a person is whole pence; else to the penny that is rounded."""
    weight, rate = number(random, 0, 4, 2), number(random, 0, 300, 2)
    term = {"id": "c", "kind": "capitation", "services": ["12"], "registered_list": "people"}
    term |= {"rate": rate, "market_forces": "in_allocation"}
    terms = [term | {"weights": [{"age_band": band, "weight": weight} for band in BANDS]}]

    def year(people: dict[str, int]) -> int:
        return total(Drawn(contract_of(terms), [], {}, people), terms)

    people = {band: random.randint(0, 300_000) for band in BANDS}
    more = {band: count * times for band, count in people.items()}
    assert abs(year(more) - times * year(people)) <= Fraction(times, 2) + Fraction(1, 2)
    # 100 people at a time make whole pence of any weight and rate here.
    hundreds = {band: 100 * count for band, count in people.items()}
    both = {band: hundreds[band] + 100 for band in hundreds}
    assert year(both) == year(hundreds) + year(dict.fromkeys(BANDS, 100))


@given(drawn_contracts(care=["block", "low_volume", "capitation"], others=()))
@cases()
def test_a_factor_of_one_changes_nothing(drawn: Drawn) -> None:
    """No uplift, a market forces factor of 1, and a full share for the prime."""
    still = {"uplift_percent": "0", "efficiency_percent": "0"}
    none = {"indexation": {"base_year": "2024-25", "years": {YEAR: still}}}
    plain, indexed = [], []
    for term in drawn.content["terms"]:
        bare = without(term, "indexation")
        plain.append(bare | ({"market_forces": "in_allocation"} if "rate" in bare else {}))
        indexed.append({**bare, **none} | ({"market_forces": "1"} if "rate" in bare else {}))
    whole = {term["id"]: {"ZA1": "1"} for term in plain}
    indexed.append({"id": "chain", "kind": "prime", "shares": whole})
    assert by_month(drawn, plain) == by_month(drawn, indexed)


FREE = ["block", "cost_and_volume", "activity", "capitation", "low_volume", "procedure", "episode"]
"""Kinds of term that neither round a month nor hold it against a plan of its own, unless they say
that they are settled by the month."""


@given(drawn_contracts(care=FREE, others=["year_of_care"]), randoms)
@cases()
def test_splitting_a_month_changes_no_total_that_has_no_period(
    drawn: Drawn, random: Random
) -> None:
    """Units moved from one month to another leave the year as it is."""
    terms = [without(term, "settled") for term in drawn.content["terms"]]
    moved = []
    for row in drawn.units:
        part, size = random.randint(0, row["units"]), random.randint(0, row["size"])
        days = random.randint(0, row["excess"])
        rest = {"units": row["units"] - part, "size": row["size"] - size}
        moved.append({**row, **rest, "excess": row["excess"] - days})
        other = {"month": random.randrange(12), "units": part, "size": size, "excess": days}
        moved.append({**row, **other})
    assert total(drawn, terms) == total(replace(drawn, units=moved), terms)


@given(drawn_contracts(others=["quality", "outcomes"]))
@cases()
def test_what_is_earned_never_exceeds_its_pool(drawn: Drawn) -> None:
    found = pools(drawn)
    assume(found)
    for pool, settled in found:
        assert all(0 <= one.earned <= one.allotted + one.moved for one in settled)
        assert sum(one.allotted for one in settled) == (pool if settled else 0)
        assert sum(one.earned for one in settled) <= pool


@given(drawn_contracts(others=["quality", "outcomes"]), st.sampled_from(MEASURES), months)
@cases()
def test_a_better_result_never_earns_less(drawn: Drawn, measure: str, month: int) -> None:
    """One month's numerator goes up by what its denominator allows, the number of people does not
    change: each goal that wants it higher earns as much or more, each that wants it lower less."""
    found = drawn.values[measure, month]
    assume(found is not None and found[0] < found[1])
    assert found is not None
    better = replace(drawn, values=drawn.values | {(measure, month): (found[1], found[1])})
    before, after = pools(drawn), pools(better)
    assume(before)
    for (_, ones), (_, twos) in zip(before, after, strict=True):
        for one, two in zip(ones, twos, strict=True):
            goal = one.stake.goal
            if goal is None or goal.measure != measure:
                assert one.earned == two.earned
            elif goal.lower_is_better:
                assert two.earned <= one.earned
            else:
                assert two.earned >= one.earned


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.text(min_size=1), st.integers(1, 10**6).map(Fraction), min_size=1),
)
@cases()
def test_largest_remainder_shares_out_everything(amount: int, weights: dict) -> None:
    parts = largest_remainder(amount, weights)
    whole = sum(weights.values())
    assert sum(parts.values()) == amount
    for name, part in parts.items():
        assert abs(part - amount * weights[name] / whole) < 1


def without(term: dict, key: str) -> dict:
    return {name: value for name, value in term.items() if name != key}


def paid(drawn: Drawn, terms: list[dict]) -> Statement:
    """The year of the same units under other terms."""
    return statement(replace(drawn, content=contract_of(terms)).contract, YEAR, drawn.inputs)


def total(drawn: Drawn, terms: list[dict]) -> int:
    return paid(drawn, terms).total_pence


def by_month(drawn: Drawn, terms: list[dict]) -> dict[str, int]:
    found = dict.fromkeys(MONTHS, 0)
    for line in paid(drawn, terms).lines:
        found[line.period] += line.amount_pence
    return found


def pools(drawn: Drawn) -> list[tuple[int, list[Settled]]]:
    """Every pool of a contract and what was earned of it."""
    work = Reckoning(drawn.contract, drawn.inputs)
    found = []
    for term in drawn.contract.terms:
        if isinstance(term, OutcomesTerm):
            found.append((term.pool(work.contract.financial_year).pence, term.settle(work)))
        if isinstance(term, QualityTerm):
            found.append(term.settle(work))
    return found


def reckon(formula: str, numbers: dict[str, Fraction]) -> Fraction:
    """What a formula gives: read as Python, with numbers as fractions."""
    exact = re.sub(r"(?<![\w.])(\d+)(?![\w.])", r"Fraction(\1)", formula)
    functions = {"Fraction": Fraction, "MIN": min, "MAX": max}
    functions |= {
        "ROUND": lambda number, places: rounded(number, int(places)),
        "ROUNDDOWN": lambda number, places: cut(number, int(places)),
    }
    return Fraction(eval(exact, {"__builtins__": {}}, {**functions, **numbers}))


def rounded(number: Fraction, places: int) -> Fraction:
    scaled = abs(number) * 10**places
    near = Fraction((scaled * 2 + 1) // 2, 10**places)
    return near if number >= 0 else -near


def cut(number: Fraction, places: int) -> Fraction:
    return Fraction(int(number * 10**places), 10**places)
