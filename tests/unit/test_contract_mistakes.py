"""Terms that make no sense are refused when the contract is read: file, term and remedy."""

from dataclasses import replace
from pathlib import Path

import pytest

from levelfield.core.errors import ContractError, DefinitionError, LevelfieldError, UsageError
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.home.lookups import HomeLookups
from levelfield.payment import load_contract, load_registered_list, statement
from levelfield.tariff import load_price_list
from spec.money_spec import contract_file, inputs, pay

UNITS = """
    period | team_type | currency | units
    each   | 12        | N02AF    | 4
"""
HALF = "[0.5, 0.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"
GOAL = "goal: {measure: m, target: 1}"
WEIGHTS = "weights: [{age_band: 0-17, weight: 1}, {age_band: 18+, weight: 2}]"
OUTCOMES = (
    "{{id: o, kind: outcomes, first_year: {first}, at_risk_percent: [0, 10], points: {points},"
    " values: {{{year}: 100}}, domains: [{{id: d, title: t, points: 10, outcomes: [{{id: x,"
    " title: t, points: 10, indicators: [{{id: i, title: t, points: 10{goal}}}]}}]}}]}}"
)


@pytest.mark.parametrize(
    ("term", "says"),
    [
        ("kind: block, services: others, annual: 1, profile: " + HALF, "add up to 0.75, not to 1"),
        ("kind: block, services: others, annual: 1, profile: [1]", "has too few entries"),
        (
            "kind: block, services: others, annual: 1, indexation: {base_year: 2023-24, years:"
            " {2025-26: {uplift_percent: 1}}}",
            "'years' must hold 2024-25, 2025-26. It holds 2025-26",
        ),
        (
            "kind: block, services: others, annual: 1, indexation: {base_year: 2026-27, years: {}}",
            "'indexation' goes from 2026-27, after the contract's year 2025-26",
        ),
        ("kind: block, annual: 1", "does not say which care it means"),
        (
            "kind: activity, services: ['26'], currencies: [A08]",
            "'A08' is not a currency of ncc-2024-25, but what A08A1, A08AG, A08C1, A08CG lie below",
        ),
        (
            "kind: activity, services: ['26'], currencies: [A08Al]",
            "'A08Al' is not a currency of ncc-2024-25: nothing would be paid by it. Correct or"
            " remove it. Is A08AG or A08A1 or AS08 meant?",
        ),
        ("kind: block, annual: 1, line: nursing", "there is no line 'nursing'"),
        (
            "kind: cost_and_volume, services: others, fixed: 1, plan: 1, floor: 10, cap: 9",
            "the floor of £10 lies above the cap of £9",
        ),
        (
            "kind: cost_and_volume, services: others, fixed: 1000, plan: 1, cap: 500",
            "'fixed' is £1,000, above the cap of £500",
        ),
        (
            "kind: cost_and_volume, services: others, fixed: 1000, plan: 1, floor: 1500",
            "'fixed' is £1,000, below the floor of £1,500",
        ),
        (
            "kind: cost_and_volume, services: others, fixed: 1, plan: 1,"
            " above: [{percent: 5, rate: 1}, {percent: 3, rate: 1}]",
            "the thresholds under 'above' do not rise",
        ),
        (
            "kind: cost_and_volume, services: others, fixed: 1, plan: {N02AF: -1}",
            "must be at least 0",
        ),
        (
            "kind: blended, services: others, plan: 1, fixed_share: 0.8, variable_share: 0.3",
            "add up to 1.1, not to 1",
        ),
        (
            "kind: low_volume, services: others, history: {2022-23: 1, 2023-24: 1, 2025-26: 1}",
            "Give three years in a row that end before 2025-26",
        ),
        (
            "kind: low_volume, services: others, limit: 5, history: {2022-23: 9, 2023-24: 9,"
            " 2024-25: 9}",
            "the mean of 'history' is £9.00, above the limit of £5",
        ),
        (
            "kind: capitation, services: others, registered_list: people, rate: 1,"
            " market_forces: in_allocation, weights: [{weight: 1}, {weight: 2}]",
            "'weights' has 2 rows of age all, sex all, need all",
        ),
        (
            "kind: capitation, services: others, registered_list: people, rate: 1, " + WEIGHTS,
            "'terms.2.market_forces' is missing",
        ),
        ("kind: quality, groups: [], base: 1", "has too few entries"),
        (
            "kind: quality, groups: [{id: g, percent: 1, goals: [{id: a, title: t, share: 0.9, "
            + GOAL
            + "}]}], base: 1",
            "group g: the shares of its goals add up to 0.9, not to 1",
        ),
        (
            "kind: quality, groups: [{id: g, percent: 1, goals: [{id: a, title: t, share: 1, "
            + GOAL
            + "}]}]",
            "give either 'base', in pounds for the year, or 'of'",
        ),
        (
            "kind: quality, base: 1, groups: ["
            + ", ".join(
                f"{{id: {g}, percent: {percent}, goals: [{{id: {g}, title: t, share: 1, {GOAL}}}]}}"
                for g, percent in (("a", 60), ("b", 60.5))
            )
            + "]",
            "its groups add up to 120.5% of the base",
        ),
        (
            "kind: penalty, of: [later], cap_percent: 1, rules: [{id: r, title: t, percent: 1, "
            + GOAL
            + "}]",
            "it refers to the term 'later', which does not stand above it",
        ),
        (
            "kind: penalty, of: [care, care], cap_percent: 1, rules: [{id: r, title: t,"
            " percent: 1, goal: {agreed: 0}}]",
            "it refers to the term 'care' twice, so that its pounds would count twice",
        ),
        (
            "kind: cost_and_volume, services: others, fixed: 1, plan: {N02AX: 1}",
            "'N02AX' is not a currency of ncc-2024-25: nothing would be paid by it",
        ),
        (
            "kind: cost_and_volume, services: ['12'], currencies: [N02AF], fixed: 1,"
            " plan: {N02AN: 1}",
            "it has a figure for N02AN, which it does not cover: nothing would ever be held",
        ),
        (
            "kind: episode, services: ['12'], excess_days: {NUR-L9: 1}",
            "'NUR-L9' is not a currency of single-episode",
        ),
        ("kind: prime, shares: {care: {ZA1: 0.5, ZA9: 0.4}}", "add up to 0.9, not to 1"),
        ("kind: prime, shares: {care: {ZA9: 1}}", "do not name ZA1, the prime provider"),
        (
            "kind: risk_share, of: [zero], expected: 1, share_above: 1, share_below: 1,"
            " corridor_percent: 0, cap_percent: 1, collar_percent: 1",
            "counts no care by month",
        ),
        (
            "kind: risk_share, of: [care], expected: 0, share_above: 1, share_below: 1,"
            " corridor_percent: 0, cap_percent: 1, collar_percent: 1",
            "'expected' is 0, of which no percentage is anything",
        ),
    ],
)
def test_a_term_that_makes_no_sense(tmp_path: Path, term: str, says: str) -> None:
    above = (
        "- {id: care, kind: activity, services: ['13']}\n"
        "  - {id: zero, kind: penalty, of: [care], cap_percent: 1, rules: [{id: r, title: t,"
        " percent: 1, goal: {agreed: 1}}]}\n"
    )
    refused(tmp_path, f"terms:\n  {above}  - {{id: one, {term}}}", says)


def refused(folder: Path, terms: str, says: str) -> None:
    with pytest.raises((ContractError, DefinitionError)) as caught:
        pay(folder, terms, UNITS, "2025-04")
    words = str(caught.value)
    assert says in words, words
    assert words.startswith(str(folder / "contract.yaml"))


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        ("{}", "it has neither a measure nor 'agreed'"),
        ("{measure: m, agreed: 1}", "it has a measure and 'agreed'"),
        ("{measure: m}", "'target' is missing, which the method all_or_nothing needs"),
        ("{measure: m, method: linear, target: 1}", "'floor' is missing"),
        ("{measure: m, method: linear, target: 1, floor: 1}", "floor and target are the same"),
        (
            "{measure: m, method: linear, target: 0.85, floor: 0.9}",
            "the target lies below the floor, as where lower is better. If that is meant",
        ),
        (
            "{measure: m, method: linear, target: 0.9, floor: 0.85, lower_is_better: true}",
            "the target lies above the floor, and 'lower_is_better' is true",
        ),
        (
            "{measure: m, method: banded, bands: [{value: 3, earns: 0.5}, {value: 1, earns: 1}]}",
            "the bands fall, as where lower is better",
        ),
        ("{measure: m, method: banded}", "'bands' is missing"),
        (
            "{measure: m, method: banded, bands: [{value: 1, earns: 1}, {value: 3, earns: 1},"
            " {value: 2, earns: 1}]}",
            "the bands neither rise nor fall",
        ),
        (
            "{measure: m, method: banded, bands: [{value: 1, earns: 1}, {value: 2, earns: 0.5}]}",
            "a better band earns less",
        ),
    ],
)
def test_a_goal_that_makes_no_sense(tmp_path: Path, goal: str, says: str) -> None:
    quality = "{id: q, kind: quality, base: 1, groups: [{id: g, percent: 1, goals: [{id: a,"
    refused(tmp_path, f"terms:\n  - {quality} title: t, share: 1, goal: {goal}}}]}}]}}", says)


@pytest.mark.parametrize(
    ("first", "year", "points", "goal", "says"),
    [
        (
            "2024-25",
            "2025-26",
            11,
            ", " + GOAL,
            "the term has 11 points, and what lies below it 10",
        ),
        ("2024-25", "2025-26", 10, "", "indicator i: it has no goal and counts in 2025-26"),
        ("2024-25", "2024-25", 10, ", " + GOAL, "'values' has no value of 2025-26"),
        ("2023-24", "2025-26", 10, ", " + GOAL, "2025-26 would be year 3 of the contract"),
        ("2026-27", "2025-26", 10, ", " + GOAL, "2025-26 would be year 0 of the contract"),
        ("'2024'", "2025-26", 10, ", " + GOAL, "'2024' is not a financial year"),
        ("2024-25", "2025-26", 10, ", deferred_to: '2026'", "'2026' is not a financial year"),
    ],
)
def test_an_outcomes_tree_that_makes_no_sense(
    tmp_path: Path, first: str, year: str, points: int, goal: str, says: str
) -> None:
    term = OUTCOMES.format(first=first, year=year, points=points, goal=goal)
    refused(tmp_path, f"terms:\n  - {term}", says)


@pytest.mark.parametrize(
    ("domains", "says"),
    [
        ("d/x/i, d/y/j", "the domain 'd' comes 2 times"),
        ("d/x/i, e/x/j", "the outcome 'x' comes 2 times"),
        ("d/x/i, e/y/i", "the indicator 'i' comes 2 times"),
    ],
)
def test_an_outcomes_tree_with_two_of_one_id(tmp_path: Path, domains: str, says: str) -> None:
    tree = ", ".join(
        f"{{id: {domain}, title: t, points: 5, outcomes: [{{id: {outcome}, title: t, points: 5,"
        f" indicators: [{{id: {indicator}, title: t, points: 5, {GOAL}}}]}}]}}"
        for domain, outcome, indicator in (one.split("/") for one in domains.split(", "))
    )
    head = "id: o, kind: outcomes, first_year: 2024-25, at_risk_percent: [0, 10], points: 10"
    refused(
        tmp_path,
        f"terms:\n  - {{{head}, values: {{2025-26: 100}}, domains: [{tree}]}}",
        f"term o: {says}",
    )


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (
            "- {id: a, kind: activity, services: ['12']}\n"
            "  - {id: b, kind: activity, currencies: [N02AF]}",
            "the terms a and b both cover the service '12'",
        ),
        (
            "- {id: a, kind: activity, currencies: [N02AF, N12]}\n"
            "  - {id: b, kind: block, currencies: [N12], annual: 1}",
            "the terms a and b both cover the currency 'N12'",
        ),
        (
            "- {id: a, kind: activity, services: ['12']}\n"
            "  - {id: b, kind: episode, services: ['12']}",
            "the terms a and b both cover the service '12'",
        ),
        (
            "- {id: a, kind: activity, services: ['12']}\n"
            "  - {id: b, kind: episode, services: ['12'], apart: ' '}",
            "the terms a and b both cover the service '12'",
        ),
        (
            "- {id: a, kind: activity, services: others}\n"
            "  - {id: b, kind: year_of_care, services: others}",
            "the terms a and b both cover all services that no other term names",
        ),
        (
            "- {id: a, kind: year_of_care, services: ['12']}\n"
            "  - {id: b, kind: year_of_care, services: ['13'], currencies: [ADU-1]}",
            "the terms a and b both cover the currency 'ADU-1'",
        ),
        (
            "- {id: a, kind: year_of_care, services: ['12']}\n"
            "  - {id: b, kind: year_of_care, services: ['13']}",
            "the terms a and b both cover the same units",
        ),
        ("- {id: a, kind: activity, services: ['12'], scheme: other}", "'scheme' is 'other'"),
        ("- {id: a, kind: activity, services: ['12'], price_list: ../x}", "'price_list' is '../x'"),
        (
            "- {id: a, kind: activity, services: ['12'], currencies: [N12, N12]}",
            "the currency 'N12' comes 2 times",
        ),
    ],
)
def test_the_same_unit_paid_twice_and_names_that_do_not_exist(
    tmp_path: Path, terms: str, says: str
) -> None:
    refused(tmp_path, f"terms:\n  {terms}", says)


@pytest.mark.parametrize(
    ("care", "other", "says"),
    [
        ("services: others", "currencies: [N02AF]", "of which other terms pay for every unit (t2)"),
        (
            "services: others",
            f"services: {[*load_dataset().codes[TEAM_TYPES], 'none']}",
            "of which other terms pay for every unit (t2)",
        ),
        (
            "services: others, currencies: [N02AF]",
            f"services: {[*load_dataset().codes[TEAM_TYPES], 'none']}, scheme: single-episode",
            "all of whose services are paid for under another scheme",
        ),
    ],
)
def test_a_plan_for_care_that_another_term_pays_for(
    tmp_path: Path, care: str, other: str, says: str
) -> None:
    plan = "fixed: 1000, plan: {N02AF: 120}, below: [{percent: 0, rate: 1}]"
    terms = (
        f"terms:\n  - {{id: t1, kind: cost_and_volume, {care}, {plan}}}\n"
        f"  - {{id: t2, kind: activity, {other}}}"
    )
    refused(tmp_path, terms, f"term t1: it has a figure for N02AF, {says}: nothing would ever be")


def test_a_plan_for_care_that_is_left_over_somewhere(tmp_path: Path) -> None:
    """The other term pays for one service; all others are left to the plan."""
    terms = (
        "terms:\n  - {id: t1, kind: cost_and_volume, services: others, fixed: 1000,"
        " plan: {N02AF: 120}}\n"
        "  - {id: t2, kind: activity, services: ['12'], currencies: [N02AF]}"
    )
    assert [term.id for term in load_contract(contract_file(tmp_path, terms)).terms] == ["t1", "t2"]


def test_no_amount_is_passed_on_twice(tmp_path: Path) -> None:
    terms = (
        "terms:\n  - {id: a, kind: block, services: others, annual: 1}\n"
        "  - {id: one, kind: prime, shares: {a: {ZA1: 0.5, ZA2: 0.5}}}\n"
        "  - {id: two, kind: prime, shares: {a: {ZA1: 0.4, ZA3: 0.6}}}"
    )
    says = "term two: what the term 'a' pays is shared out by the term 'one' already."
    refused(tmp_path, terms, says)


def test_nobody_has_a_contract_with_itself(tmp_path: Path) -> None:
    file = contract_file(tmp_path, "terms: [{id: a, kind: activity, services: others}]")
    file.write_text(file.read_text(encoding="utf-8").replace("ZC001", "ZA1"), encoding="utf-8")
    with pytest.raises(ContractError, match=r"contract\.yaml: provider and commissioner are both"):
        load_contract(file)


def test_a_scheme_that_nothing_was_counted_under(tmp_path: Path) -> None:
    terms = "terms: [{id: a, kind: activity, services: others, scheme: single-episode}]"
    with pytest.raises(UsageError, match=r"ZA1 .* no units of the scheme 'single-episode'\. They"):
        pay(tmp_path, terms, UNITS, "2025-04")


def test_a_price_list_that_there_is_not_is_named_with_its_contract(tmp_path: Path) -> None:
    terms = (
        "terms: [{id: a, kind: activity, services: ['12']},"
        " {id: b, kind: activity, services: ['13'], price_list: mine}]"
    )
    contract = load_contract(contract_file(tmp_path, terms))
    said = r"Contract example, term b: There is no price list 'mine'\. There is: .*mine\.yaml"
    with pytest.raises(ContractError, match=said):
        HomeLookups(tmp_path).prices_for(contract)


def test_shadow_terms_are_checked_as_those_that_pay(tmp_path: Path) -> None:
    terms = "terms: [{id: a, kind: block, services: others, annual: 1}]\n"
    shadow = "shadow: [{id: b, kind: block, annual: 1}]"
    refused(tmp_path, terms + shadow, "shadow, term b: it does not say which care it means")


CAPITATION = (
    "terms: [{id: c, kind: capitation, services: others, registered_list: people, rate: 1,"
    f" market_forces: in_allocation, {WEIGHTS}}}]"
)
HEAD = "year | age_band | sex | need | people\n"


@pytest.mark.parametrize(
    ("people", "says"),
    [
        ("2024-25 | 0-17 | all | all | 1\n2024-25 | 18+ | all | all | 1", "the list is of 2024-25"),
        ("2025-26 | 0-17 | all | all | 1", "has no row of age 18+"),
        (
            "2025-26 | 0-17 | all | all | 1\n2025-26 | 18-150 | all | all | 1",
            "term c, 'weights': the registered list people.csv has no row of age 18+, sex all, "
            "need all. Correct the group here (groups of the list without a weight: age 18-150, ",
        ),
        (
            "2025-26 | 0-17 | all | all | 1\n2025-26 | 18+ | all | all | 1\n"
            "2025-26 | unknown | all | all | 1",
            "'weights': the group age unknown, sex all, need all of the registered list",
        ),
        ("2025-26 | 0-17 | all | all | -1", "row 2: 'people' must be a whole number"),
        (
            "2025-26 | 0-17 | all | all | 1\n2025-26 | 0-17 | all | all | 2",
            "row 3: the group age 0-17, sex all, need all comes a second time",
        ),
        (
            "2025-26 | 0-17 | all | all | 1\n2025-26 | 15-64 | all | all | 2",
            "row 3: the group age 15-64, sex all, need all has people of the group age 0-17",
        ),
        (
            "2025-26 | all | all | all | 1\n2025-26 | adult | all | all | 2",
            "row 3: the group age adult, sex all, need all has people of the group age all",
        ),
        (
            "2025-26 | 0\u201317 | all | all | 1\n2025-26 | 18+ | all | all | 2",
            "row 2: the band '0\u201317' has no ages that can be read",
        ),
        (
            "2025-26 | 18+ | 1 | all | 1\n2025-26 | 18+ | all | low | 2",
            "row 3: the group age 18+, sex all, need low has people of the group age 18+, sex 1",
        ),
        (
            "2025-26 | 0-17 | all | all | 1\n2025-26 | 65+ | all | all | 2",
            "no band has the ages between 0-17 and 65+: a missing band",
        ),
        (
            "2025-26 | 0-64 | 1 | all | 1\n2025-26 | 0-64 | 2 | all | 2\n"
            "2025-26 | 65+ | 2 | all | 3",
            "no row has people of age 65+, sex 1, need all: a missing band",
        ),
        (
            "2025-26 | 0-17 | all | all | 1\n2025-26 | 18-64 | all | low | 2\n"
            "2025-26 | 18-64 | all | high | 2\n2025-26 | 65+ | all | low | 3",
            "no row has people of age 65+, sex all, need high: a missing band",
        ),
        (
            "2025-26 | 17-0 | all | all | 1",
            "row 2: the band 17-0 ends before it begins",
        ),
        (
            "2025-26 | 0-17 | all | all | 1\n2024-25 | 18+ | all | all | 2",
            "row 3: the year is 2024-25, and 2025-26 above it",
        ),
    ],
)
def test_a_registered_list_that_does_not_fit(tmp_path: Path, people: str, says: str) -> None:
    with pytest.raises(ContractError, match=r"people\.csv") as caught:
        pay(tmp_path, CAPITATION, UNITS, "2025-04", people=HEAD + people)
    assert says in str(caught.value)


def test_a_registered_list_without_a_column(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("year,age_band,sex,people\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="the column 'need' is missing"):
        load_registered_list(file)
    file.write_text("year,age_band,sex,need,people\n", encoding="utf-8")
    with pytest.raises(ContractError, match="the list is empty"):
        load_registered_list(file)


def test_months_of_a_measure_that_is_no_share_are_not_put_together(tmp_path: Path) -> None:
    quality = "{id: q, kind: quality, base: 1, groups: [{id: g, percent: 1, goals: [{id: a,"
    terms = f"terms:\n  - {quality} title: t, share: 1, {GOAL}}}]}}]}}"
    values = "measure | period | denominator | value\n m | each | 5 | 7.5"
    with pytest.raises(ContractError, match="its months cannot be put together"):
        pay(tmp_path, terms, UNITS, "2025-26", values)


def test_a_year_that_is_not_whole_is_not_settled(tmp_path: Path) -> None:
    terms = (
        "local_prices: {N02AF: 1}\nterms: [{id: a, kind: cost_and_volume, services: others,"
        " fixed: 12, plan: 12}]"
    )
    march = "period | team_type | currency | units\n 2026-03 | 12 | N02AF | 1"
    with pytest.raises(LevelfieldError, match=r"no units of ZA1 in 2025-04"):
        pay(tmp_path, terms, march, "2026-03")


def test_every_tier_of_a_year_of_care_without_a_price_is_named_at_once(tmp_path: Path) -> None:
    terms = "local_prices: {ADU-2: 1}\nterms: [{id: y, kind: year_of_care, services: others}]"
    years = """
        period  | currency | units | size
        2025-26 | ADU-1    | 1     | 12
        2025-26 | ADU-2    | 1     | 12
        2025-26 | ADU-3    | 1     | 12
        2025-26 | CHI-1    | 1     | 12
    """
    with pytest.raises(ContractError, match=r"ADU-1.* 2 more have none: ADU-3, CHI-1\.$"):
        pay(tmp_path, terms, UNITS, "2026-03", year_of_care=years)


def test_a_measure_that_does_not_exist_is_no_missing_value(tmp_path: Path) -> None:
    terms = (
        "terms: [{id: a, kind: block, services: others, annual: 1}, {id: p, kind: penalty, of: [a],"
        " cap_percent: 1, rules: [{id: r, title: t, percent: 1, goal: {measure: dna_rat,"
        " target: 1}}]}]"
    )
    contract = pay(tmp_path, terms, UNITS, "2025-04").contract
    given = replace(inputs(UNITS), measures={"dna_rate": "lower", "ucr_2h": "higher"})
    with pytest.raises(ContractError, match=r"no measure 'dna_rat'.* Did you mean dna_rate\?"):
        statement(contract, "2025-04", given)


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        ("measure: dna_rate", "pays for a higher dna_rate, and its definition says that lower is"),
        ("measure: ucr_2h, lower_is_better: true", "pays for a lower ucr_2h, and its definition"),
    ],
)
def test_a_goal_that_would_pay_for_a_worse_result(tmp_path: Path, goal: str, says: str) -> None:
    terms = (
        "terms: [{id: a, kind: block, services: others, annual: 1}, {id: p, kind: penalty, of: [a],"
        f" cap_percent: 1, rules: [{{id: r, title: t, percent: 1, goal: {{{goal}, target: 1}}}}]}}]"
    )
    contract = pay(tmp_path, terms, UNITS, "2025-04").contract
    given = replace(inputs(UNITS), measures={"dna_rate": "lower", "ucr_2h": "higher"})
    with pytest.raises(ContractError, match=says):
        statement(contract, "2025-04", given)


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        ("target: 95", "'target: 95' for seen, whose values are shares.*write 'target: 0.95' for"),
        ("method: linear, target: 0.9, floor: -1", "'floor: -1' for seen.*correct 'floor'"),
        ("method: banded, bands: [{value: 70, earns: 1}]", "write 'value: 0.7' for 70%"),
    ],
)
def test_a_goal_that_no_share_can_reach_or_miss(tmp_path: Path, goal: str, says: str) -> None:
    terms = (
        "terms: [{id: a, kind: block, services: others, annual: 1}, {id: p, kind: penalty, of: [a],"
        " cap_percent: 1, rules: [{id: r, title: t, percent: 1, goal: {measure: seen, "
        + goal
        + "}}]}]"
    )
    contract = pay(tmp_path, terms, UNITS, "2025-04").contract
    given = replace(inputs(UNITS), measures={"seen": "higher", "days": "higher"}, shares=["seen"])
    with pytest.raises(ContractError, match=says):
        statement(contract, "2025-04", given)
    of_days = pay(tmp_path, terms.replace("seen", "days"), UNITS, "2025-04").contract
    assert statement(of_days, "2025-04", given).lines


def test_a_list_of_another_year_is_told_with_the_contract_and_the_file(tmp_path: Path) -> None:
    terms = "terms: [{id: a, kind: activity, services: others}]"
    contract = pay(tmp_path, terms, UNITS, "2025-04").contract
    given = replace(
        inputs(UNITS), price_lists={"ncc-2024-25": load_price_list("fictional-2026-27")}
    )
    words = r"Contract example, 2025-04, .*\(prices/fictional-2026-27\.yaml\) is for 2026-27"
    with pytest.raises(UsageError, match=words):
        statement(contract, "2025-04", given)


def test_activity_below_zero_is_refused(tmp_path: Path) -> None:
    units = "team_type | currency | units\n 12 | N02AF | -4"
    with pytest.raises(ContractError, match=r"hold -4 in 2025-04, team type 12"):
        pay(tmp_path, "terms: [{id: a, kind: activity, services: others}]", units, "2025-04")


def test_a_value_with_a_flag_that_was_named_or_of_another_version_bears_no_payment(
    tmp_path: Path,
) -> None:
    values = "measure | value | denominator | flags\n m | 1 | 5 | incomplete;provisional"
    quality = (
        "terms: [{{id: q, kind: quality, base: 100, groups: [{{id: g, percent: 10, goals: [{{id: a,"
        " title: t, share: 1, goal: {{measure: m, target: 1{more}}}}}]}}]}}]"
    )
    for more, pence, says in (
        ("", 1000, "earns 100.0%"),
        (", hold_when: [provisional]", 0, "and the value is provisional; no decision, £10.00 held"),
        (", version: '2'", 0, "there is no value; earns 0.0%"),
        (", lower_is_better: true, minimum: 5", 1000, "earns 100.0%"),
    ):
        made = pay(tmp_path, quality.format(more=more), UNITS, "2025-26", values)
        assert made.total_pence == pence
        assert says in made.lines[-1].description
