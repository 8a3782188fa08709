"""Prices and statements worked out again in pounds with Decimal. Shares no code with ours."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

PRICES = Path(__file__).parents[2] / "src/levelfield/definitions/prices"
PENNY = Decimal("0.01")


def _column(file: str, key: str, value: str) -> dict[str, Decimal]:
    with (PRICES / file).open(encoding="utf-8", newline="") as stream:
        return {row[key]: Decimal(row[value]) for row in csv.DictReader(stream) if row[value]}


def unit_costs() -> dict[str, Decimal]:
    """Pounds by currency, without the suppressed."""
    return _column("ncc_2024-25_community.csv", "currency_code", "unit_cost")


def price(currency: str, factor: str | None, year: str) -> Decimal:
    """Pounds and pence of one unit, from 2024-25 costs; without a factor, the average cancels."""
    deflator = _column("gdp_deflator.csv", "financial_year", "gdp_deflator")
    national = _column("mff_2026-27.csv", "provider_code", "mff")
    contacts = _column("mff_weights_2025-03.csv", "provider_code", "care_contacts")
    top = sum(national[code] * contacts.get(code, 0) for code in national)
    bottom = sum(contacts.get(code, 0) for code in national)
    average = (top / bottom).quantize(Decimal("0.000001"))
    own = average if factor is None else Decimal(factor)
    pounds = unit_costs()[currency] * deflator[year] / deflator["2024-25"] / average * own
    return pounds.quantize(PENNY, rounding=ROUND_HALF_UP)


def month_of_block(annual: Decimal, number: int) -> Decimal:
    """What month 1 to 12 is paid: what is due by its end, less what was paid before."""
    step = (annual / 12).quantize(PENNY, rounding="ROUND_DOWN")
    return step if number < 12 else annual - 11 * step


def total(terms: list[dict], units: list[dict], month: int, factor: str | None) -> Decimal:
    """The pounds of a month: `terms` as in the contract's file, `units` all of one month."""
    named = {s for term in terms if term["services"] != "others" for s in term["services"]}
    pounds = Decimal(0)
    for term in terms:
        if term["kind"] == "block":
            pounds += month_of_block(Decimal(term["annual"]), month)
            continue
        for unit in units:
            service = unit["team_type"] or "none"
            others = term["services"] == "others" and service not in named
            if unit["currency"] and (others or service in term["services"]):
                pounds += unit["units"] * price(unit["currency"], factor, "2025-26")
    return pounds
