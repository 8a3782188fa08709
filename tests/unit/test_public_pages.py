"""What public pages tell of small numbers, in their words as well as in their figures."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from levelfield.benchmark import Trend
from levelfield.core.values import VALUE_SCHEMA
from levelfield.currencies import COUNT_SCHEMA
from levelfield.publish import Finding, SiteData
from levelfield.publish.pages.currencies import currency_page
from levelfield.publish.pages.home import home_page
from levelfield.publish.pages.measures import measure_pages
from levelfield.publish.pages.quality import quality_page
from levelfield.publish.pages.reconciled import reconciled_pages
from levelfield.publish.pages.shadows import shadow_pages
from levelfield.publish.pages.statement_index import index_page
from levelfield.publish.pages.statements import statement_pages
from levelfield.publish.parts import Cell, Figure, Table
from levelfield.publish.results import NO_OUTLOOK, results
from levelfield.tariff import estimate_errors, load_price_list
from made_up_site import NAMES, made_up_site


def texts(table: object) -> Iterator[list[str]]:
    assert isinstance(table, Table)
    for row in table.rows:
        yield [cell.text if isinstance(cell, Cell) else cell for cell in row]


def funnel_of(data: SiteData) -> tuple[Figure, str]:
    """The public funnel of the two-hour response, and the sentence of the exact one."""
    found, _ = results(data)
    comparison = found["ucr_2h"].comparison
    assert comparison is not None
    pages = {page.path: page for page in measure_pages(data, found)}
    return pages["measures/ucr_2h.html"].figures[0], comparison.main.sentence


def with_outlier(numerator: int) -> SiteData:
    """Longshore meets two hours for `numerator` of 900 in the year, far below all others."""
    data = made_up_site()
    rows = data.values.to_pylist()
    for row in rows:
        cell = (row["measure"], row["period"], row["org_code"], row["stratifier"])
        if cell == ("ucr_2h", "2025-26", "ZA8", "all"):
            row |= {"numerator": numerator, "denominator": 900.0, "value": numerator / 900}
    return replace(data, values=pa.Table.from_pylist(rows, schema=VALUE_SCHEMA))


def test_a_public_funnel_names_an_outlier_that_is_shown() -> None:
    drawn, _ = funnel_of(with_outlier(90))
    assert NAMES["ZA8"] in drawn.sentence


def test_a_public_funnel_never_names_a_suppressed_provider() -> None:
    drawn, exact = funnel_of(with_outlier(3))
    assert NAMES["ZA8"] in exact
    said = [drawn.sentence, drawn.alternative, *drawn.notes, drawn.drawing.wide]
    assert not any("Longshore" in text for text in said)


def test_a_public_funnel_is_computed_on_what_is_shown() -> None:
    # 38 and 42 of 900 look the same on the page, and so does all that is said of them.
    first, second = (funnel_of(with_outlier(number))[0] for number in (38, 42))
    assert first == second


def test_the_trend_of_the_home_is_drawn_from_rounded_counts() -> None:
    found, _ = results(made_up_site())
    trend = found["ucr_2h"].national_trend
    assert isinstance(trend, Trend)
    counts = trend.points["numerator"].to_pylist()
    assert all(count % 5 == 0 for count in counts)


def test_headlines_and_rules_are_rounded() -> None:
    data = made_up_site()
    rule = ("warning", "CYP201CareContact", "AttendanceStatus", "Attendance is blank.")
    findings = (
        Finding("ZA1", "2026-03", "R-1", *rule, count=3),
        Finding("ZA1", "2026-03", "R-2", *rule, count=8),
    )
    coverage = data.coverage.slice(0, 1).to_pylist()
    coverage[0] |= {"contacts": 17, "records_rejected": 4}
    data = replace(data, findings=findings, coverage=pa.Table.from_pylist(coverage))
    shown = home_page(data, {}).content["headlines"]
    assert isinstance(shown, list)
    headlines = {what: text for text, what in shown}
    assert headlines["care contacts accepted"] == "15"
    assert headlines["records rejected, with reasons"] == "suppressed"
    rules = {row[0]: row[3] for row in texts(quality_page(data).content["rules"])}
    assert rules == {"R-2": "10", "R-1": "suppressed"}


def currencies(*units: tuple[str | None, str | None, int]) -> SiteData:
    """One provider's contacts by currency and error class."""
    data = made_up_site()
    assert data.scheme is not None
    rows = [
        {
            "provider": "ZA1",
            "commissioner": "ZC001",
            "period": "2026-03",
            "team_type": "12",
            "currency": currency,
            "error_class": error,
            "basis": "direct" if currency else "underivable",
            "assumed": None,
            "units": number,
        }
        for currency, error, number in units
    ]
    counts = pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)
    prices = load_price_list("ncc-2024-25")
    estimates = tuple(estimate_errors(data.scheme, counts, prices))
    return replace(data, counts=counts, estimates=estimates)


def test_currencies_and_classes_of_all_providers_are_rounded() -> None:
    units = (("N02AF", None, 42), ("N15AF", None, 3), (None, "MODE_MISSING", 4))
    page = currency_page(currencies(*units))
    assert [row[2] for row in texts(page.content["top"])] == ["40", "suppressed"]
    assert [row[2:4] for row in texts(page.content["classes"])] == [["suppressed", "suppressed"]]
    assert page.figures[0].sentence.startswith("100% of 45 contacts have a direct currency")
    assert "suppressed none" in page.figures[0].sentence
    assert "least" not in page.figures[0].sentence


def test_what_a_class_may_be_worth_does_not_tell_how_many_it_holds() -> None:
    worth = {
        next(
            texts(
                currency_page(currencies(("N02AF", None, 42), (None, "MODE_MISSING", n))).content[
                    "classes"
                ]
            )
        )[3]
        for n in (8, 10, 12)
    }
    assert len(worth) == 1


def test_a_mix_of_nothing_but_small_numbers_is_not_drawn() -> None:
    page = currency_page(currencies(("N02AF", None, 4)))
    assert page.figures == ()
    assert "too few" in str(page.content["empty"])


def test_the_home_page_leads_to_one_page_of_each_kind_about_money() -> None:
    data = made_up_site()
    money = home_page(data, results(data)[0]).content["money"]
    kinds = ("statement", "scenario", "review", "changed")
    assert [path.partition("/")[2].partition("-")[0] for _, path in money] == list(kinds)
    assert len({title for title, _ in money}) == 4


def test_every_table_of_figures_has_keys_or_says_whose_keys_explain_it() -> None:
    data = made_up_site()
    pages = [
        home_page(data, results(data)[0]),
        quality_page(data),
        currency_page(data),
        index_page(data),
        *statement_pages(data),
        *reconciled_pages(data),
        *shadow_pages(data),
    ]
    without = []
    for page in pages:
        tables = [figure.table for figure in page.figures]
        for part in page.content.values():
            held = part if isinstance(part, list) else [part]
            tables += [one.get("table") if isinstance(one, dict) else one for one in held]
        for table in tables:
            if isinstance(table, Table) and any(column.numeric for column in table.columns):
                keyed = any(
                    cell.kind == "key"
                    for row in table.rows
                    for cell in row
                    if isinstance(cell, Cell)
                )
                if not keyed and "key" not in table.note:
                    without.append((page.path, table.caption))
    assert without == []
    assert {page.kind for page in pages} >= {"home", "quality", "currencies", "statement", "shadow"}


def of_a_month(counted: list[int], size: int) -> Trend:
    """The public trend of everybody's two-hour response, one count a month from April 2025."""
    data = made_up_site()
    months = [f"2025-{n:02d}" for n in range(4, 13)] + [f"2026-{n:02d}" for n in range(1, 8)]
    one = next(row for row in data.values.to_pylist() if row["measure"] == "ucr_2h")
    whole = {"org_level": "national", "org_code": "England", "stratifier": "all", "stratum": "all"}
    rows = [
        one
        | whole
        | {"period": month, "numerator": count, "denominator": size, "value": count / size}
        for month, count in zip(months, counted, strict=True)
    ]
    found, _ = results(replace(data, values=pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)))
    trend = found["ucr_2h"].national_trend
    assert isinstance(trend, Trend)
    return trend


def test_what_rounding_would_decide_is_not_told_of_a_standard() -> None:
    # 47 and 48 of 60 meet 70% every month; rounded to 45 and 50 they might miss it by chance.
    few = of_a_month([47, 48] * 8, 60)
    assert few.assurance is None
    assert few.standard == 0.7
    assert few.sentence.endswith(NO_OUTLOOK)
    many = of_a_month([4700, 4850] * 8, 6000)
    assert many.assurance == "pass"
    assert NO_OUTLOOK not in many.sentence
