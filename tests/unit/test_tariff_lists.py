"""Price lists from cost returns: what makes no sense is refused, and what a price says."""

import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from levelfield.core.definitions import path, validate
from levelfield.core.errors import ContractError, DefinitionError, UsageError
from levelfield.core.money import pence
from levelfield.core.periods import FinancialYear
from levelfield.currencies import COUNT_SCHEMA
from levelfield.tariff import (
    CostReturnList,
    load_cost_returns,
    load_price_list,
    prices_table,
    summary,
    write_price_list,
)
from levelfield.tariff.list_file import CostReturnFile
from levelfield.tariff.price_list import AVERAGE_PLACE
from levelfield.tariff.verdict import Ground, Verdicts, judge
from spec.tables import arrow, rows
from spec.tariff_spec import make_list, write_list

YEAR = FinancialYear.parse("2024-25")
MEAN = "- {step: level, method: mean}"
FORCES = "- {step: market_forces}\n" + MEAN

RETURNS = """
    provider | currency | units | cost
    ZA1      | N02AF    | 1000  | 50000.00
    ZA2      | N02AF    | 3000  | 180000.00
    ZA2      | N02AN    | 100   | 4000.00
"""
ONE = RETURNS.replace("ZA2      | N02AN    | 100   | 4000.00", "")
FACTORS = """
    provider_code | mff
    ZA1           | 1.0
    ZA2           | 1.2
"""


def test_a_factor_of_the_lists_own_file_goes_before_that_of_a_home(tmp_path: Path) -> None:
    """A home only adds those that the file lacks."""
    file = write_list(tmp_path, FORCES, returns=ONE, factors=FACTORS)
    home = {"ZA2": Decimal("2.5"), "ZA7": Decimal("1.5")}
    made = load_cost_returns(file, home)
    of_file = load_cost_returns(file, {})
    assert made.price("N02AF", "ZA2", YEAR).pence == of_file.price("N02AF", "ZA2", YEAR).pence
    assert made.price("N02AF", "ZA7", YEAR).pence == 7500


def test_a_price_at_a_providers_place_has_every_step(tmp_path: Path) -> None:
    made = make_list(tmp_path, ONE, FORCES, factors=FACTORS)
    price = made.price("N02AF", "ZA2", YEAR)
    assert [step.name for step in price.steps] == [
        "Unit cost as returned",
        "Market forces factor taken out, average put in",
        "Level",
        "Average market forces factor taken out",
        "Provider's market forces factor put in",
        "Rounded to pence",
    ]
    # Free of place both cost £50; ZA2 has the factor 1.2.
    assert (price.pence, price.steps[-2].pounds) == (6000, Decimal("60.000000"))
    assert price.steps[0].pounds == Decimal("57.500000")
    assert (price.providers, price.units, price.base_cost_pence) == (2, 4000, 23_000_000)
    assert price.lower is not None
    assert price.upper is not None
    assert price.lower <= price.pence <= price.upper
    assert "95% interval from 200 draws" in price.interval_note


def test_at_every_place_together_the_list_pays_what_the_returns_cost(tmp_path: Path) -> None:
    made = make_list(tmp_path, RETURNS, FORCES, factors=FACTORS)
    paid = sum(
        units * made.price(code, provider, YEAR).pence
        for provider, code, units in (("ZA1", "N02AF", 1000), ("ZA2", "N02AF", 3000))
    )
    assert paid == pence("230000.00")


def test_a_currency_of_one_provider_has_no_interval_and_says_so(tmp_path: Path) -> None:
    price = make_list(tmp_path, RETURNS, MEAN).price("N02AN", "ZA2", YEAR)
    assert (price.lower, price.upper) == (None, None)
    assert price.interval_note.startswith("No interval can be given: one provider alone")
    assert price.verdict == "do not price"
    assert price.cautions[0] == "1 provider behind it, fewer than 3."


def test_a_missing_price_is_an_error_and_says_what_was_set_aside(tmp_path: Path) -> None:
    made = make_list(tmp_path, RETURNS + "ZA1 | N02CF | 0 | 70.00", MEAN)
    with pytest.raises(ContractError, match=r"N02CF has no price .*\(1 set aside\)"):
        made.price("N02CF", "ZA1", YEAR)
    excluded = "- {step: exclude, least_units: 500}\n" + MEAN
    with pytest.raises(ContractError, match=r"\(1 taken out by a step\)"):
        make_list(tmp_path, RETURNS, excluded).price("N02AN", "ZA2", YEAR)
    with pytest.raises(ContractError, match="X99 has no price"):
        made.price("X99", "ZA1", YEAR)
    with pytest.raises(UsageError, match="is for 2024-25, and a price of 2025-26 was asked for"):
        made.price("N02AF", "ZA1", FinancialYear.parse("2025-26"))


@pytest.mark.parametrize("found", ["ncc-2024-25", "fictional-2026-27"])
def test_a_class_of_another_scheme_is_told_with_the_scheme(found: str) -> None:
    """A list of either kind."""
    made = load_price_list(found)
    words = (
        f"A12-001 has no price in the list '{found}' (prices/{found}.yaml): it is a class of the "
        "scheme community-contact, and the list prices those of ncc-2024-25. Name a list of "
        "community-contact under 'price_list'"
    )
    with pytest.raises(ContractError, match=re.escape(words)):
        made.price("A12-001", "ZA1", made.year)


def test_a_provider_without_a_factor_is_set_aside_and_gets_no_price(tmp_path: Path) -> None:
    more = RETURNS + "ZA9 | N02AF | 10 | 900.00"
    made = make_list(tmp_path, more, FORCES, factors=FACTORS)
    assert [(one.row, one.reason) for one in made.set_aside] == [(5, "no market forces factor")]
    with pytest.raises(ContractError, match=r"ZA9 has no market forces factor in fact"):
        made.price("N02AF", "ZA9", YEAR)


@pytest.mark.parametrize(
    ("stated", "average", "note"),
    [
        # Free of place ZA1 and ZA2 cost £200,000, and £230,000 with it; ZA9 adds £900 to both.
        ("average", 230_000 / 200_000, "ZA9 has no factor: the average stands in"),
        ("1.0", 230_900 / 200_900, "ZA9 has no factor: the price list states one"),
    ],
)
def test_what_stands_in_for_a_factor_is_stated(
    tmp_path: Path, stated: str, average: float, note: str
) -> None:
    file = write_list(tmp_path, FORCES, returns=ONE + "ZA9 | N02AF | 10 | 900.00", factors=FACTORS)
    text = file.read_text(encoding="utf-8").replace("refuse", stated)
    file.write_text(text, encoding="utf-8")
    made = load_cost_returns(file, {})
    assert not made.set_aside
    assert float(made.average) == pytest.approx(average)
    assert made.made.stages[1].price[0] == pytest.approx(100 * 230_900 / 4010)
    assert made.price("N02AF", "ZA9", YEAR).steps[-2].note.startswith(note)


def test_factors_may_come_from_a_home(tmp_path: Path) -> None:
    file = write_list(
        tmp_path, FORCES, returns=RETURNS + "ZA9 | N02AF | 10 | 900.00", factors=FACTORS
    )
    assert load_cost_returns(file, {"ZA9": Decimal("1.1")}).set_aside == ()


def test_submitted_contacts_may_come_from_a_home(tmp_path: Path) -> None:
    steps = "- {step: reconcile, tolerance: 0.05, beyond: set_aside}\n" + MEAN
    file = write_list(tmp_path, steps, returns=RETURNS)
    with pytest.raises(DefinitionError, match="'reconcile' needs the contacts that were submitted"):
        load_cost_returns(file, {})
    counts = arrow(
        rows("""
            provider | currency | error_class        | assumed    | units
            ZA1      | N02AF    |                    |            | 600
            ZA1      | N02AF    |                    | attendance | 410
            ZA1      |          | ATTENDANCE_UNKNOWN |            | 202
            ZA1      |          | NO_RULE            |            | 50
            ZA1      |          | NOT_ATTENDED       |            | 999
            ZA2      | N02AF    |                    |            | 10
        """),
        COUNT_SCHEMA,
        {},
    )
    made = load_cost_returns(file, {}, counts)
    assert made.made.returned.providers == ("ZA1",)
    assert set(made.left_out) == {"ZA2"}
    price = made.price("N02AF", "ZA1", YEAR)
    # Of 1,262 contacts 252 have no currency and 612 no attendance; the missed ones are no care.
    shares = (price.incomplete_share, price.unclassified_share, price.unattended_share)
    assert (price.pence, shares) == (5000, (None, Decimal("0.1997"), Decimal("0.4849")))


def test_what_a_step_takes_out_or_keeps_unknown_stands_in_the_trace(tmp_path: Path) -> None:
    five = "provider | currency | units | cost\n" + "\n".join(
        f"ZA{n} | N02AF | 100 | {cost}.00"
        for n, cost in enumerate((5000, 5100, 5200, 5300, 30_000))
    )
    steps = "- {step: reconcile, tolerance: 0.05, beyond: keep}\n- {step: trim, ratio: 2}\n" + MEAN
    submitted = "provider | currency | units\n" + "\n".join(f"ZA{n}|N02AF|100" for n in range(1, 5))
    made = make_list(tmp_path, five, steps, submitted=submitted)
    found = [
        (c.provider, c.what, c.before, c.after, c.why) for c in made.made.changes if c.provider
    ]
    assert found == [
        ("ZA0", "units", 100, 100, "nothing is known of what was submitted: kept"),
        ("ZA4", "unit cost", 30_000, None, "ZA4 beyond 2 times the median"),
    ]


def test_returns_of_several_years_are_carried_to_the_last(tmp_path: Path) -> None:
    returns = """
        provider | currency | year    | units | cost
        ZA1      | N02AF    | 2023-24 | 100   | 5000.00
        ZA1      | N02AF    | 2024-25 | 100   | 6000.00
    """
    file = write_list(tmp_path, MEAN, returns=returns)
    text = file.read_text(encoding="utf-8").replace("years: [2024-25]", "years: [2023-24, 2024-25]")
    text += "index: {file: prices/gdp_deflator.csv, index: gdp_deflator}\n"
    file.write_text(text, encoding="utf-8")
    # The deflator: 100 in 2024-25, 96.1117 in 2023-24.
    expected = (5000 / 0.961117 + 6000) / 200 * 100
    assert load_cost_returns(file, {}).price("N02AF", "ZA1", YEAR).pence == round(expected)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("- {step: trim, ratio: 2}", "has no 'level'"),
        (MEAN + "\n- {step: trim, ratio: 2}", "has 'trim' behind 'level'"),
        (MEAN + "\n" + MEAN, "has 'level' behind 'level'"),
        ("- {step: level, method: mode}", "method"),
        ("- {step: guess}", "steps"),
        ("- {step: market_forces}\n" + MEAN, "'market_forces' needs 'market_forces'"),
        ("- {step: completeness, most_lost: 0.3}\n" + MEAN, "needs a file in 'quality'"),
        (MEAN + "\n- {step: smooth, weight: 0.5}", "needs a file in 'last_year'"),
        (MEAN + "\n- {step: chain, links: [{name: x}]}", "give one of 'factor', 'efficiency'"),
        (MEAN + "\n- {step: chain, links: [{name: x, index: true}]}", "add 'index'"),
        (
            "- {step: exclude, returns: [{provider: ZZ9, reason: x}]}\n" + MEAN,
            "list.yaml: 'steps.exclude.returns' names ZZ9, of which",
        ),
        ("- {step: exclude, returns: [{reason: x}]}\n" + MEAN, "names nothing"),
        ("- {step: exclude, least_units: 99999}\n" + MEAN, "No return is left for a price"),
        *(
            (
                f"{MEAN}\n- {{step: scale, to: {to}}}",
                f"list.yaml: line 21: 'steps.1.to': no list can spend {to}: write the pounds, "
                "above zero, that the units behind the list are to cost together, or "
                "'returned' for what the returns cost.",
            )
            for to in ("0", "-5", "ten")
        ),
        (
            MEAN + "\n- {step: monotone, bands: [[N02AF, N02AX]]}",
            "list.yaml: 'steps.monotone.bands' names 'N02AX', which is no currency of ncc-2024-25",
        ),
    ],
)
def test_steps_that_make_no_sense(tmp_path: Path, steps: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(message)):
        make_list(tmp_path, RETURNS, steps)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("years: [2024-25]", "years: [2022-23, 2024-25]"), "a hole in time"),
        (("base_year: 2024-25", "base_year: 2023-24"), "'base_year' has to be the last of 'years'"),
        (("years: [2024-25]", "years: [2023-24, 2024-25]"), "need an 'index'"),
        (("for_year: 2024-25", "for_year: '2024'"), "is not a financial year"),
        (
            ("scheme: ncc-2024-25", "scheme: ncc"),
            "list.yaml: line 7: 'scheme': There is no currency scheme 'ncc'",
        ),
        (("returns: returns.csv", "returns: other.csv"), "it names the file 'other.csv'"),
        (("kind: cost-returns", "kind: guesses"), "kind"),
    ],
)
def test_lists_that_make_no_sense(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    file = write_list(tmp_path, MEAN, returns=RETURNS)
    file.write_text(file.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises((DefinitionError, UsageError), match=re.escape(message)):
        load_price_list(file)


def test_a_fault_of_the_whole_is_told_by_itself(tmp_path: Path) -> None:
    file = write_list(tmp_path, MEAN, returns=RETURNS)
    text = file.read_text(encoding="utf-8").replace("base_year: 2024-25", "base_year: 2023-24")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"list\.yaml: 'base_year' has to be the last of "):
        load_price_list(file)


def test_returns_are_told_from_a_table_of_the_same_name(tmp_path: Path) -> None:
    file = write_list(tmp_path, MEAN, returns=RETURNS + "    ZA2 | N02AX | 1 | 5\n")
    below = tmp_path / "sent"
    below.mkdir()
    drawn = "provider,currency,units\nZA1,N02AF,9\nZX1,N02AF,9\n"
    (below / "returns.csv").write_text(drawn, encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nsubmitted: sent/returns.csv\n", encoding="utf-8")
    made = load_price_list(file)
    assert isinstance(made, CostReturnList)
    assert [one.file for one in made.set_aside] == ["returns.csv", "sent/returns.csv"]
    assert [one.currency for one in made.returns_aside] == ["N02AX"]


@pytest.mark.parametrize(
    ("table", "drawn", "message"),
    [
        ("quality", "provider | lost\nZA1 | 1", "quality.csv: row 2: 'lost' is '1'"),
        ("quality", "provider | lost\nZA1 | half", "quality.csv: row 2: 'lost' is 'half'"),
        ("quality", "provider | lost\nZA1 | 0", "which share of its contacts ZA2 loses (N02AF)"),
        ("submitted", "provider | currency | units\nZA1 | N02AF | -1", "row 2: '-1' is no number"),
        (
            "submitted",
            "provider | currency | units\nZA1 | N02AF | 1\nZA1 | N02AF | 2",
            "submitted.csv: row 3: ZA1, N02AF comes twice, first in row 2: keep one.",
        ),
        ("last_year", "currency | price\nN02AF | 0", "row 2: '0' is not a number above zero"),
        (
            "last_year",
            "currency | price\nN02AF | 1\nN02AN | 1\nN02AF | 2",
            "last_year.csv: row 4: N02AF comes twice, first in row 2: keep one.",
        ),
        (
            "quality",
            "provider | currency | lost\nZA1 | | 0\nZA1 | | 0.1",
            "quality.csv: row 3: ZA1 comes twice, first in row 2",
        ),
    ],
)
def test_tables_that_make_no_sense(tmp_path: Path, table: str, drawn: str, message: str) -> None:
    steps = {
        "quality": "- {step: completeness, most_lost: 0.3}\n" + MEAN,
        "submitted": "- {step: reconcile, tolerance: 0.1, beyond: keep}\n" + MEAN,
        "last_year": MEAN + "\n- {step: smooth, weight: 0.5}",
    }[table]
    with pytest.raises(DefinitionError, match=re.escape(message)):
        make_list(tmp_path, RETURNS, steps, **{table: drawn})


@pytest.mark.parametrize(
    ("table", "drawn", "reason"),
    [
        ("quality", "provider | lost\nZA1 | 0\nZA2 | 0\nZX1 | 0.2", "no cost return"),
        ("submitted", "provider | currency | units\nZX1 | N02AF | 9", "no cost return"),
        ("submitted", "provider | currency | units\nZA1 | N02AX | 9", "unknown currency"),
        ("last_year", "currency | price\nN02AF | 51\nN02AX | 50", "unknown currency"),
    ],
)
def test_rows_that_nothing_takes_up_are_set_aside(
    tmp_path: Path, table: str, drawn: str, reason: str
) -> None:
    """The last row of each table."""
    smooth = "\n- {step: smooth, weight: 0.5}" if table == "last_year" else ""
    last = len(drawn.split("\n"))
    made = make_list(tmp_path, RETURNS, MEAN + smooth, **{table: drawn})
    assert [(one.file, one.row, one.reason) for one in made.set_aside] == [
        (f"{table}.csv", last, reason)
    ]
    assert made.returns_aside == ()
    file = tmp_path / "list.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "bad_rows: refuse\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=rf"{table}.csv: row {last}: {reason}"):
        load_cost_returns(file, {})


def test_prices_and_rows_of_what_nobody_returned_are_no_fault(tmp_path: Path) -> None:
    smooth = MEAN + "\n- {step: smooth, weight: 0.5}"
    tables = {
        "last_year": "currency | price\nN27CN | 50",
        "quality": "provider | lost\nZA1 | 0\nZA9 | 0",
    }
    aside = RETURNS + "ZA9 | N02AF | 0 | 900.00"
    made = make_list(tmp_path, aside, smooth, **tables)
    assert [(one.file, one.reason) for one in made.set_aside] == [
        ("returns.csv", "cost without activity")
    ]


def test_a_message_about_a_price_names_the_file_of_its_list(tmp_path: Path) -> None:
    made = make_list(tmp_path, RETURNS, MEAN)
    with pytest.raises(ContractError, match=re.escape(f"'example' ({tmp_path / 'list.yaml'})")):
        made.price("N02CF", "ZA1", YEAR)
    with pytest.raises(UsageError, match=re.escape(f"'example' ({tmp_path / 'list.yaml'}) is for")):
        made.price("N02AF", "ZA1", FinancialYear.parse("2025-26"))
    shipped = load_price_list("ncc-2024-25")
    with pytest.raises(ContractError, match=re.escape("(prices/ncc-2024-25.yaml)")):
        shipped.price("X99", "ZA1", YEAR)


def test_a_list_that_refuses_faulty_rows(tmp_path: Path) -> None:
    file = write_list(tmp_path, MEAN, returns=RETURNS + "ZA1 | N02AN | -3 | 70.00")
    text = file.read_text(encoding="utf-8") + "bad_rows: refuse\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"returns.csv: row 5: negative activity\. Ask"):
        load_cost_returns(file, {})


def test_care_without_a_currency_is_worth_the_mean_of_the_list(tmp_path: Path) -> None:
    """£234,000 for 4,100 units; the list names no code that stands for such care."""
    made = make_list(tmp_path, RETURNS, MEAN)
    assert round(made.unclassified("ZA1", YEAR), 6) == round(Decimal(23_400_000) / 4100, 6)
    shipped = load_price_list("fictional-2026-27")
    year = FinancialYear.parse("2026-27")
    assert shipped.unclassified("ZA1", year) == shipped.price("CHS00", "ZA1", year).pence


def ground(**changed: float) -> Ground:
    good = {"providers": 20, "units": 5000, "width": 0.1, "largest": 0.2, "incomplete": 0.01}
    rest = {"unclassified": 0.01, "unattended": 0.01}
    return Ground(**{**good, **rest, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "verdict", "reason"),
    [
        ({}, "sound", None),
        ({"incomplete": float("nan"), "width": float("nan")}, "sound", None),
        ({"providers": 7}, "caution", "7 providers behind it, fewer than 8."),
        ({"units": 999}, "caution", "999 units behind it, fewer than 1,000."),
        ({"width": 0.2}, "caution", "The interval reaches 20.0% of the price to one side"),
        ({"largest": 0.6}, "caution", "One provider has 60.0% of the units, more than 50%."),
        ({"incomplete": 0.06}, "caution", "6.0% of the contacts behind it were lost"),
        ({"unclassified": 0.5}, "do not price", "50.0% of its providers' care has no currency"),
        ({"unattended": 0.3}, "do not price", "30.0% of its providers' contacts have no"),
        ({"providers": 2, "width": 0.2}, "do not price", "2 providers behind it, fewer than 3."),
    ],
)
def test_a_verdict_has_its_reasons(
    changed: dict[str, float], verdict: str, reason: str | None
) -> None:
    found, reasons = judge(ground(**changed), Verdicts())
    assert found == verdict
    assert (reasons == ()) if reason is None else reasons[0].startswith(reason)


def test_a_price_that_smoothing_holds_back_is_no_sound_one(tmp_path: Path) -> None:
    returns = "provider | currency | units | cost\n" + "\n".join(
        f"ZA{n} | N02AF | 1000 | {60_000 + 100 * n}.00" for n in range(1, 10)
    )
    steps = MEAN + "\n- {step: smooth, weight: 1, most_change: 0.1}"
    price = make_list(tmp_path, returns, steps, last_year="currency | price\nN02AF | 40.00").price(
        "N02AF", "ZA1", YEAR
    )
    assert (price.pence, price.verdict) == (4400, "caution")
    assert price.cautions == (
        "The price lies outside the interval of its cost: smoothing holds it to last year's.",
    )


TWO = """
    provider | currency | units | cost
    ZA1      | N02AF    | 100   | 5000.00
    ZA1      | N02AN    | 100   | 4000.00
"""
SCALED = "\n- {step: scale, to: 18000}\n- {step: chain, links: [{name: Uplift, factor: 1.00333}]}"


def test_a_list_says_how_far_it_is_from_the_total_that_it_was_scaled_to(tmp_path: Path) -> None:
    """Scaled to £100 and £80, uplifted to £100.333 and £80.2664; the first is drawn halfway to £60,
    which leaves £80.1665: on 100 units each £2,016.65 less. Rounded: £80.17 and £80.27."""
    steps = MEAN + SCALED + "\n- {step: smooth, weight: 0.5}"
    made = make_list(tmp_path, TWO, steps, last_year="currency | price\nN02AF | 60.00")
    assert [(one.step, one.pence, one.difference) for one in made.spent[-4:]] == [
        ("Scaled to the total", 1_800_000, 900_000),
        ("Uplift and efficiency", 1_805_994, 5994),
        ("Smoothed against last year", 1_604_329, -201_665),
        ("Rounded to pence", 1_604_400, 71),
    ]
    found = made.against_total
    assert found is not None
    assert found.difference == sum(one.difference for one in found.steps) == -195_600
    assert found.words == (
        "The list was scaled to £18,000.00 and in the end spends £16,044.00 on the same units, "
        "£1,956.00 (10.87%) less than that total. Since then: uplift and efficiency £59.94 (0.33%) "
        "more; smoothed against last year £2,016.65 (11.17%) less; rounded to pence £0.71 (0.00%) "
        "more."
    )
    told = summary(made)["against_total"]
    assert told == {
        "scaled_to": "£18,000.00",
        "spends": "£16,044.00",
        "difference": "-£1,956.00",
        "share": "-10.8667%",
        "words": found.words,
    }
    write_price_list(made, tmp_path / "list.yaml", tmp_path / "out")
    last = (tmp_path / "out" / "steps.csv").read_text(encoding="utf-8").splitlines()[-2]
    assert last == (
        '"",5,"Smoothed against last year",16043.29,"£2,016.65 (11.17%) less than before"'
    )


def test_a_list_that_keeps_its_total_says_so(tmp_path: Path) -> None:
    made = make_list(tmp_path, TWO, MEAN + "\n- {step: scale, to: 18000}")
    assert made.against_total is not None
    assert made.against_total.words == (
        "The list was scaled to £18,000.00 and in the end spends £18,000.00 on the same units, as "
        "much as that total."
    )
    unscaled = make_list(tmp_path, TWO, MEAN)
    assert unscaled.against_total is None
    assert summary(unscaled)["against_total"] is None


def test_a_step_that_mixes_a_price_says_with_what() -> None:
    """Held to its limit, without a price of last year, or in between."""
    made = load_price_list("fictional-2026-27")
    shares = set()
    for code in made.currencies:
        for before, step in pairwise(made.price(code, "ZA1", made.year).steps):
            if step.mixed is not None:
                share, added = step.mixed
                assert abs(share * before.pounds + added - step.pounds) < Decimal("0.00000001")
                assert step.how == f"× {share:.6f} + £{added:,.4f}"
                shares.add(share)
    assert shares == {Decimal(0), Decimal("0.75")}


def test_the_files_of_a_list(tmp_path: Path) -> None:
    file = write_list(
        tmp_path / "in", FORCES, returns=RETURNS + "ZA9|N02AF|1|2.00", factors=FACTORS
    )
    made = load_cost_returns(file, {})
    written = write_price_list(made, file, tmp_path / "out")
    assert {one.name for one in written} == {one.name for one in (tmp_path / "out").iterdir()}
    assert pq.read_table(tmp_path / "out" / "prices.parquet").equals(prices_table(made))
    told = yaml.safe_load((tmp_path / "out" / "summary.yaml").read_text(encoding="utf-8"))
    assert told == summary(made)
    assert told["set_aside_as_read"] == {"no market forces factor": 1}
    assert told["cost_set_aside"] == "£2.00"
    assert told["spends"]["Level"] == "£234,000.00"
    trace = (tmp_path / "out" / "trace.csv").read_text(encoding="utf-8").splitlines()
    assert trace[1].startswith('"Market forces factor taken out, average put in","ZA1","N02AF"')
    copied = (tmp_path / "out" / "definition.yaml").read_bytes()
    assert copied == file.read_bytes()


def test_the_definition_in_the_manual_makes_sense() -> None:
    manual = Path(__file__).parents[2] / "docs" / "how-to" / "make-a-price-list.md"
    blocks = re.findall(r"```yaml\n(.*?)```", manual.read_text(encoding="utf-8"), re.DOTALL)
    found = validate(yaml.safe_load(blocks[0]), CostReturnFile, manual.name)
    assert [step.step for step in found.steps][-1] == "smooth"


def test_the_list_that_ships_shows_each_kind_of_verdict() -> None:
    shipped = load_price_list("fictional-2026-27")
    assert isinstance(shipped, CostReturnList)
    verdicts = {shipped.verdict(code)[0] for code in shipped.currencies}
    assert verdicts == {"sound", "caution", "do not price"}
    assert path("prices/fictional").is_dir()
    assert min(prices_table(shipped)["price_pence"].to_pylist()) > 0


def test_a_lopsided_interval_is_judged_by_its_longer_side() -> None:
    """Half its width would call a price sound that is 20% above what it may cost."""
    shipped = load_price_list("fictional-2026-27")
    lopsided = 0
    for code in shipped.currencies:
        price = shipped.price(code, AVERAGE_PLACE, FinancialYear.parse("2026-27"))
        if price.lower is None or price.upper is None or price.verdict == "do not price":
            continue
        longer = max(price.upper - price.pence, price.pence - price.lower) / price.pence
        half = (price.upper - price.lower) / 2 / price.pence
        if half < 0.149 and longer > 0.151 and price.lower < price.pence < price.upper:
            lopsided += 1
            assert price.verdict == "caution", code
    assert lopsided
