"""The commands about prices, as somebody would type them."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from levelfield.cli.app import application
from levelfield.core.definitions import path
from levelfield.core.errors import DefinitionError, LevelfieldError, UsageError
from levelfield.home import Home
from levelfield.tariff.steps import ORDER
from spec.tariff_spec import write_list

runner = CliRunner()

RETURNS = """
    provider | currency | units | cost
    ZA1      | N02AF    | 1000  | 50000.00
    ZA2      | N02AF    | 3000  | 180000.00
    ZA2      | N02AN    | 0     | 4000.00
"""


def run(*arguments: object) -> str:
    found = runner.invoke(application(), [str(one) for one in arguments])
    if found.exception is not None and isinstance(found.exception, LevelfieldError):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_lists_and_their_kinds() -> None:
    rows = json.loads(run("prices", "--format", "json"))
    kinds = {row["id"]: row["kind"] for row in rows}
    assert kinds == {
        "community-contact-2024-25": "unit-costs",
        "fictional-2026-27": "cost-returns",
        "ncc-2024-25": "unit-costs",
    }


def test_the_prices_of_a_list() -> None:
    rows = json.loads(run("prices", "fictional-2026-27", "--format", "json"))
    assert {row["verdict"] for row in rows} == {"sound", "caution", "do not price"}
    rows = json.loads(run("prices", "ncc-2024-25", "--year", "2024-25", "--format", "json"))
    assert len(rows) == 156
    # No provider is the average place, so that the price is the national average.
    assert {row["currency"]: row["price_pence"] for row in rows}["CHS00"] == 8043
    told = run("prices", "fictional-2026-27", "--provider", "ZA1")
    assert "£94.65 to £124.38" in told
    with pytest.raises(UsageError, match="is for 2026-27, and a price of 2025-26"):
        run("prices", "fictional-2026-27", "--year", "2025-26")


def test_a_price_with_its_steps() -> None:
    told = run("prices", "fictional-2026-27", "N11AF", "--provider", "ZA1")
    assert told.startswith("N11AF, 2026-27, for ZA1: £")
    for step in ("Unit cost as returned", "ZA5 beyond 1.8 times the median", "Rounded to pence"):
        assert step in told
    assert "95% interval from 1,000 draws of the providers" in told
    assert "Verdict: caution." in told
    assert "The interval reaches 17.6% of the price to one side" in told
    assert "Verdict: sound." in run("prices", "fictional-2026-27", "N02AF", "--provider", "ZA1")
    rows = json.loads(run("prices", "ncc-2024-25", "N02AF", "--format", "json"))
    assert rows[0]["pounds"] == "59.647963"


def test_a_price_with_the_returns_behind_it(tmp_path: Path) -> None:
    file = write_list(tmp_path, "- {step: level, method: mean}", returns=RETURNS)
    rows = json.loads(run("prices", file, "N02AF", "--returns", "--format", "json"))
    assert [(row["provider"], row["units"], row["cost"]) for row in rows] == [
        ("ZA1", "1,000", "£50,000.00"),
        ("ZA2", "3,000", "£180,000.00"),
    ]
    assert [row["unit cost used"] for row in rows] == ["£50.0000", "£60.0000"]
    told = run("prices", file, "N02AF")
    assert told.index("Verdict: do not price.") < told.index(
        "Cost returns of N02AF, returns.csv: 2"
    )
    told = run("prices", "fictional-2026-27", "N11AF")
    assert "ZA5" in told.partition("Cost returns of N11AF")[2]
    assert "Returns: none are at hand" in run("prices", "ncc-2024-25", "N02AF")
    with pytest.raises(UsageError, match="name a currency"):
        run("prices", "ncc-2024-25", "--returns")


def test_a_list_is_made_from_returns(tmp_path: Path) -> None:
    file = write_list(tmp_path, "- {step: level, method: mean}", returns=RETURNS)
    told = run("tariff", file, "--out", tmp_path / "out")
    assert "Unit cost as returned  £230,000.00" in told
    assert "Set aside: returns.csv, row 4: cost without activity. Ask the provider" in told
    assert "1 prices of 2024-25" not in told
    assert "came in; 2 returns with 4,000 units and £230,000.00 are used." in told
    assert "Paid too little: what a provider would lose were prices as far too low" in told
    assert "1 price of 2024-25: 1 do not price." in told
    assert (tmp_path / "out" / "prices.csv").exists()
    told = json.loads(run("tariff", file, "--json"))
    assert told["set_aside_as_read"] == {"cost without activity": 1}


def test_a_provider_that_a_step_sets_aside_is_told(tmp_path: Path) -> None:
    """ZA3 returns more than it submitted of both its currencies, and ZA2 of one."""
    returns = """
        provider | currency | units | cost
        ZA1      | N02AF    | 1000  | 50000.00
        ZA2      | N02AF    | 3000  | 180000.00
        ZA2      | N02AN    | 100   | 4000.00
        ZA3      | N02AF    | 500   | 30000.00
        ZA3      | N02AN    | 50    | 2500.00
        ZA3      | N03F     | 0     | 70.00
    """
    submitted = """
        provider | currency | units
        ZA1      | N02AF    | 1000
        ZA2      | N02AF    | 3000
        ZA2      | N02AN    | 10
        ZA3      | N02AF    | 100
        ZA3      | N02AN    | 10
    """
    steps = "- {step: reconcile, tolerance: 0.05, beyond: set_aside}\n"
    steps += "- {step: level, method: mean}"
    file = write_list(tmp_path, steps, returns=returns, submitted=submitted)
    told = run("tariff", file, "--out", tmp_path / "out")
    assert (
        "Returns: 6 returns with 4,650 units and £266,570.00 came in; 2 returns with 4,000 units "
        "and £230,000.00 are used." in told
    )
    assert (
        "No return of ZA3 is used: 3 returns with 550 units and £32,570.00 are set aside." in told
    )
    assert "all 2 of 2  550    £32,500.00" in told
    assert "1 of 2      100    £4,000.00" in told
    assert "N02AF: 100 units were submitted, not within 5%: set aside; and 1 more" in told
    assert "Reconciled with submitted contacts: Ask the provider which count is right" in told
    with (tmp_path / "out" / "set-aside.csv").open(encoding="utf-8") as stream:
        rows = [(x["step"], x["row"], x["provider"], x["units"]) for x in csv.DictReader(stream)]
    by = "Reconciled with submitted contacts"
    assert rows == [
        ("As read", "7", "ZA3", "0"),
        (by, "4", "ZA2", "100"),
        (by, "5", "ZA3", "500"),
        (by, "6", "ZA3", "50"),
    ]
    told = json.loads(run("tariff", file, "--json"))
    assert told["set_aside_as_read"] == {"cost without activity": 1}
    assert told["cost_set_aside"] == "£36,570.00"
    assert list(told["left_out"]) == ["ZA3"]
    assert told["returns"][by] == {
        "came": {"returns": 5, "units": 4650.0, "cost": "£266,500.00"},
        "set_aside": {"returns": 3, "units": 650.0, "cost": "£36,500.00"},
        "used": {"returns": 2, "units": 4000.0, "cost": "£230,000.00"},
    }
    assert [(x["step"], x["provider"], x["returns"], x["of"]) for x in told["set_aside"]] == [
        ("As read", "ZA3", 1, 3),
        (by, "ZA3", 2, 2),
        (by, "ZA2", 1, 2),
    ]


def test_a_return_that_nobody_can_reconcile_is_told(tmp_path: Path) -> None:
    """Nothing is known of ZA1, and ZA2 is kept although its units are not those submitted."""
    steps = "- {step: reconcile, tolerance: 0.05, beyond: keep}\n- {step: level, method: mean}"
    submitted = "provider | currency | units\nZA2 | N02AF | 2000"
    file = write_list(tmp_path, steps, returns=RETURNS, submitted=submitted)
    told = run("tariff", file)
    nothing = "N02AF 1,000 returned and nothing known of what was submitted"
    assert f"Not reconciled: 1 return of ZA1: {nothing}." in told
    assert "Not reconciled: 1 return of ZA2: N02AF 3,000 returned and 2,000 submitted." in told
    assert json.loads(run("tariff", file, "--json"))["kept_as_they_are"] == [
        {
            "step": "Reconciled with submitted contacts",
            "provider": "ZA2",
            "currency": "N02AF",
            "returned": 3000.0,
            "submitted": 2000.0,
            "why": "2,000 units were submitted, not within 5%: kept all the same",
        },
        {
            "step": "Reconciled with submitted contacts",
            "provider": "ZA1",
            "currency": "N02AF",
            "returned": 1000.0,
            "submitted": None,
            "why": "nothing is known of what was submitted: kept",
        },
    ]


def test_the_returns_furthest_from_what_was_submitted_are_told_first(tmp_path: Path) -> None:
    """By ratio: of none that were submitted, then of a tenth, and the twice as many stand last."""
    codes = ("N02AF", "N02AN", "AS01", "AS02", "AS03")
    returns = "provider | currency | units | cost\n" + "\n".join(
        f"ZA1 | {code} | 1000 | 50000.00" for code in codes
    )
    submitted = "provider | currency | units\n" + "\n".join(
        f"ZA1 | {code} | {units}"
        for code, units in zip(codes, (900, 500, 100, 0, 3000), strict=True)
    )
    steps = "- {step: reconcile, tolerance: 0.05, beyond: keep}\n- {step: level, method: mean}"
    file = write_list(tmp_path, steps, returns=returns, submitted=submitted)
    assert (
        "Not reconciled: 5 returns of ZA1: AS02 1,000 returned and 0 submitted; AS01 1,000 "
        "returned and 100 submitted; AS03 1,000 returned and 3,000 submitted; and 2 more."
    ) in run("tariff", file)
    told = json.loads(run("tariff", file, "--json"))["kept_as_they_are"]
    assert [one["submitted"] for one in told] == [0, 100, 3000, 500, 900]


def test_a_home_gives_factors_and_submitted_contacts(tmp_path: Path, small_home: Home) -> None:
    """The returns count what the home's providers submitted, and agree with it."""
    counts = small_home.counts()
    units: dict[tuple[str, str], int] = {}
    for row in counts.to_pylist():
        if row["currency"]:
            key = row["provider"], row["currency"]
            units[key] = units.get(key, 0) + row["units"]
    drawn = "provider | currency | units | cost\n" + "\n".join(
        f"{provider} | {code} | {number} | {60 * number}.00"
        for (provider, code), number in units.items()
    )
    steps = "- {step: reconcile, tolerance: 0.05, beyond: set_aside}\n"
    steps += "- {step: level, method: mean}"
    file = write_list(tmp_path, steps, returns=drawn)
    told = run("tariff", file, "--home", small_home.path, "--json")
    assert json.loads(told)["spends"]["Reconciled with submitted contacts"] == (
        f"£{60 * sum(units.values()):,.2f}"
    )


def test_a_price_book_by_day(tmp_path: Path) -> None:
    write_list(tmp_path, "- {step: level, method: mean}", returns=RETURNS)
    book = tmp_path / "book.yaml"
    book.write_text(
        'id: b\nversion: "1"\ntitle: t\nsource: s\nauthored_by: a\nreviewed_on: 2026-11-22\n'
        "lists: [{price_list: list.yaml, holds_from: 2024-04-01, published_on: 2024-03-01}]\n",
        encoding="utf-8",
    )
    told = run("prices", "N02AF", "--book", book, "--holds-on", "2024-05-01")
    assert told.startswith("N02AF, 2024-25, at the average place: £57.50")
    dates = "holds from 2024-04-01 to 2025-03-31, published on 2024-03-01"
    entry = {
        "price_list": "list.yaml",
        "holds_from": "2024-04-01",
        "holds_to": "2025-03-31",
        "published_on": "2024-03-01",
    }
    for asked in (["N02AF"], ["N02AF", "--returns"], []):
        by_day = (*asked, "--book", book, "--holds-on", "2024-05-01")
        told = run("prices", *by_day)
        assert told.endswith(f"\nList of the price book: list.yaml, {dates}.\n")
        for row in json.loads(run("prices", *by_day, "--format", "json")):
            assert row.items() >= entry.items()
        for row in csv.DictReader(run("prices", *by_day, "--format", "csv").splitlines()):
            assert row.items() >= entry.items()
    with pytest.raises(UsageError, match=r"held: 2024-04-01 to 2025-03-31\. .* a list of 2025-26"):
        run("prices", "N02AF", "--book", book, "--holds-on", "2025-05-01")
    with pytest.raises(UsageError, match="no list on 2024-01-01 that holds on 2024-05-01"):
        run("prices", "N02AF", "--book", book, "--holds-on", "2024-05-01", "--as-at", "2024-01-01")
    with pytest.raises(UsageError, match="add --holds-on"):
        run("prices", "N02AF", "--book", book)
    with pytest.raises(UsageError, match="name the currency alone"):
        run("prices", "list.yaml", "N02AF", "--book", book, "--holds-on", "2024-05-01")


def test_the_day_says_which_year_a_price_of_a_book_is_of(tmp_path: Path) -> None:
    """A national list prices every year: that of the day, and not that of its costs."""
    book = tmp_path / "book.yaml"
    book.write_text(
        'id: b\nversion: "1"\ntitle: t\nsource: s\nauthored_by: a\nreviewed_on: 2026-11-22\n'
        "lists:\n"
        "  - {price_list: ncc-2024-25, holds_from: 2025-04-01, holds_to: 2027-03-31,"
        " published_on: 2025-03-03}\n",
        encoding="utf-8",
    )
    for day, year in (
        ("2025-04-01", "2025-26"),
        ("2026-03-31", "2025-26"),
        ("2026-04-01", "2026-27"),
    ):
        told = run("prices", "N02AF", "--book", book, "--holds-on", day)
        assert told.startswith(f"N02AF, {year}, at the average place: £")
        assert f"Uplift to {year}" in told
        own = json.loads(run("prices", "ncc-2024-25", "--year", year, "--format", "json"))
        listed = json.loads(run("prices", "--book", book, "--holds-on", day, "--format", "json"))
        dates = {"price_list": "ncc-2024-25", "holds_from": "2025-04-01"}
        dates |= {"holds_to": "2027-03-31", "published_on": "2025-03-03"}
        assert listed == [row | dates for row in own]
    with pytest.raises(UsageError, match="Days that are held: 2025-04-01 to 2027-03-31"):
        run("prices", "N02AF", "--book", book, "--holds-on", "2027-04-01")
    with pytest.raises(UsageError, match="The day says which year is meant"):
        run("prices", "N02AF", "--book", book, "--holds-on", "2025-04-01", "--year", "2024-25")
    with pytest.raises(UsageError, match="add --book"):
        run("prices", "ncc-2024-25", "N02AF", "--holds-on", "2025-04-01")


def test_a_price_of_a_book_has_the_factors_of_a_home(tmp_path: Path, small_home: Home) -> None:
    """As the same list has that is asked for by itself."""
    book = tmp_path / "book.yaml"
    book.write_text(
        'id: b\nversion: "1"\ntitle: t\nsource: s\nauthored_by: a\nreviewed_on: 2026-11-22\n'
        "lists: [{price_list: ncc-2024-25, holds_from: 2025-04-01, published_on: 2025-03-03}]\n",
        encoding="utf-8",
    )
    asked = ("--provider", "ZA1", "--home", small_home.path, "--format", "json")
    of_book = run("prices", "N02AF", "--book", book, "--holds-on", "2025-05-01", *asked)
    own = run("prices", "ncc-2024-25", "N02AF", "--year", "2025-26", *asked)
    pounds = [row["pounds"] for row in json.loads(of_book)]
    assert pounds == [row["pounds"] for row in json.loads(own)]
    assert "factor of ZA1" in of_book


def test_a_home_is_priced_again_by_a_book(tmp_path: Path, small_home: Home) -> None:
    """Two lists that differ by one factor: every line of the home's units moves by it alone."""
    rows = [row for row in small_home.counts().to_pylist() if row["currency"]]
    codes = sorted({row["currency"] for row in rows})
    drawn = "provider | currency | units | cost\n" + "\n".join(
        f"ZA1 | {code} | 10 | 500.00" for code in codes[1:]
    )
    steps = "- {step: level, method: mean}"
    for folder, more in (("first", ""), ("second", "\n- {step: chain, links: [%s]}")):
        link = "{name: Efficiency, efficiency: 0.1}"
        file = write_list(tmp_path / folder, steps + (more % link if more else ""), returns=drawn)
        text = file.read_text(encoding="utf-8").replace("for_year: 2024-25", "for_year: 2025-26")
        file.write_text(text, encoding="utf-8")
    book = tmp_path / "book.yaml"
    book.write_text(
        'id: b\nversion: "1"\ntitle: t\nsource: s\nauthored_by: a\nreviewed_on: 2026-11-22\n'
        "lists:\n"
        "  - {price_list: first/list.yaml, holds_from: 2025-04-01, published_on: 2025-03-03}\n"
        "  - {price_list: second/list.yaml, holds_from: 2025-04-01, published_on: 2025-09-01}\n",
        encoding="utf-8",
    )
    days = ("--from-as-at", "2025-04-01", "--as-at", "2025-10-01", "--home", small_home.path)
    lines = json.loads(run("reprice", book, *days, "--format", "json"))
    priced = [line for line in lines if line["price_before_pence"] is not None]
    units = sum(row["units"] for row in rows if row["currency"] != codes[0])
    assert sum(line["units"] for line in priced) == units
    assert {(x["price_before_pence"], x["price_after_pence"]) for x in priced} == {(5000, 4500)}
    assert {line["because_of"] for line in priced} == {"Uplift and efficiency"}
    assert {line["currency"] for line in lines if line not in priced} == {codes[0]}
    told = run("reprice", book, *days)
    assert f"the same units cost £{5 * units:,.2f} less than" in told
    assert told.rstrip().endswith(f"second/list.yaml: {codes[0]}.")
    assert sum(line["units"] for line in lines if line["period"] == "2026-03") == sum(
        line["units"]
        for line in json.loads(
            run("reprice", book, *days, "--period", "2026-03", "--format", "json")
        )
    )
    with pytest.raises(UsageError, match="no units of the provider 'ZX1'"):
        run("reprice", book, *days, "--provider", "ZX1")
    with pytest.raises(UsageError, match="there is no data for 2025-05"):
        run("reprice", book, *days, "--period", "2025-05")
    exchanged = ("--from-as-at", "2025-10-01", "--as-at", "2025-04-01")
    with pytest.raises(UsageError, match="exchange --from-as-at and --as-at"):
        run("reprice", book, *exchanged, "--home", small_home.path)
    with pytest.raises(UsageError, match="0 of its 2 lists were published"):
        run("reprice", book, "--from-as-at", "2025-01-01", "--home", small_home.path)


def test_the_help_names_every_step_in_order() -> None:
    told = " ".join(run("tariff", "--help").split())
    assert ", ".join(ORDER) in told


def test_what_is_no_list_of_cost_returns(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"'kind' is unit-costs, and only .* the others\.$"):
        run("tariff", path("prices/ncc-2024-25.yaml"))
    with pytest.raises(UsageError, match="There is no price list 'other'"):
        run("prices", "other")
