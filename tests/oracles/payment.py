"""Prices and statements worked out again in pounds, from the words of the manual. Shares no code
with ours: a contract is the plain content of its file, and every sum is a fraction of a pound."""

import csv
import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

PRICES = Path(__file__).parents[2] / "src/levelfield/definitions/prices"
PENNY = Decimal("0.01")
SCHEMES = {
    "procedure": "procedure",
    "episode": "single-episode",
    "year_of_care": "year-of-care",
}


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


def _f(number: object) -> Fraction:
    return Fraction(str(number))


def _penny(pounds: Fraction) -> Fraction:
    """Rounded to the penny, a half away from zero."""
    up = Fraction(math.floor(abs(pounds) * 100 + Fraction(1, 2)), 100)
    return up if pounds >= 0 else -up


def spread(year: Fraction, profile: list | None = None) -> list[Fraction]:
    """Twelve months of a year's sum: rounded down, the last takes the rest."""
    shares = [_f(s) for s in profile] if profile else [Fraction(1, 12)] * 12
    months = [Fraction(math.floor(year * share * 100), 100) for share in shares[:11]]
    return [*months, year - sum(months)]


def _allot(total: Fraction, weights: dict[str, Fraction]) -> dict[str, Fraction]:
    """Pence by weight: rounded down, then one each to the largest remainders, ties by name."""
    sign = -1 if total < 0 else 1
    exact = {k: abs(total) * 100 * w / sum(weights.values()) for k, w in weights.items()}
    pence = {k: math.floor(v) for k, v in exact.items()}
    order = sorted(exact, key=lambda k: k)
    order.sort(key=lambda k: exact[k] - pence[k], reverse=True)
    for k in order[: int(abs(total) * 100) - sum(pence.values())]:
        pence[k] += 1
    return {k: Fraction(sign * v, 100) for k, v in pence.items()}


class Payment:
    """What a contract pays, by term and month: `amounts[term][month from 0]` in pounds.

    `units` are rows with scheme, month (from 0), service, currency, units, and for other schemes
    size and excess; `prices` gives pounds by currency; `values` are the numerator and denominator
    of a measure by month, or None; `people` are numbers by band of age.
    """

    def __init__(
        self,
        contract: dict,
        units: list[dict],
        prices: Callable[[str], Decimal],
        values: dict[tuple[str, int], tuple[int, int] | None],
        people: dict[str, int],
    ) -> None:
        self.contract, self.units, self.values, self.people = contract, units, values, people
        self.prices = prices
        self.terms = {term["id"]: term for term in contract["terms"]}
        self.amounts: dict[str, list[Fraction]] = {}
        for term in contract["terms"]:
            self.amounts[term["id"]] = getattr(self, "_" + term["kind"])(term)

    @property
    def total(self) -> Fraction:
        return sum((sum(months) for months in self.amounts.values()), Fraction(0))

    # Care

    def _of(self, term: dict, month: int) -> list[dict]:
        scheme = SCHEMES.get(term["kind"], "ncc-2024-25")
        care = [t for t in self.contract["terms"] if "services" in t]
        elsewhere = {s for t in care if t["services"] != "others" for s in t["services"]}
        found = []
        for row in self.units:
            if row["scheme"] != scheme or row["month"] != month:
                continue
            if term["services"] == "others":
                fits = row["service"] not in elsewhere
            else:
                fits = row["service"] in term["services"]
            if fits:
                found.append(row)
        return found

    def _value(self, term: dict, month: int) -> Fraction:
        rows = self._of(term, month)
        return sum((row["units"] * _f(self.prices(row["currency"])) for row in rows), Fraction(0))

    def _activity(self, term: dict) -> list[Fraction]:
        return [self._value(term, month) for month in range(12)]

    _procedure = _activity

    def _episode(self, term: dict) -> list[Fraction]:
        own = term.get("excess_days", {})
        months = []
        for month in range(12):
            extra = sum(
                row["excess"] * _f(own.get(row["currency"], term.get("excess_day", 0)))
                for row in self._of(term, month)
            )
            months.append(self._value(term, month) + extra)
        return months

    def _year_of_care(self, term: dict) -> list[Fraction]:
        paid = _f(term.get("on_account", 0))
        months = spread(paid)
        known: dict[str, int] = {}
        for row in self.units:
            if row["scheme"] == "year-of-care":
                known[row["currency"]] = known.get(row["currency"], 0) + row["size"]
        due = sum(_penny(n * _f(self.prices(c)) / 12) for c, n in known.items())
        months[11] += due - paid
        return months

    # Fixed sums

    def _index(self, term: dict) -> Fraction:
        factor = Fraction(1)
        for step in term.get("indexation", {}).get("years", {}).values():
            factor *= 1 + _f(step["uplift_percent"]) / 100
            factor *= 1 - _f(step.get("efficiency_percent", 0)) / 100
        return factor

    def _block(self, term: dict) -> list[Fraction]:
        return spread(_penny(_f(term["annual"]) * self._index(term)), term.get("profile"))

    def _low_volume(self, term: dict) -> list[Fraction]:
        mean = sum(_f(value) for value in term["history"].values()) / 3
        return spread(_penny(mean * self._index(term)), term.get("profile"))

    def _capitation(self, term: dict) -> list[Fraction]:
        heads = sum(self.people[row["age_band"]] * _f(row["weight"]) for row in term["weights"])
        factor = term["market_forces"]
        year = heads * _f(term["rate"]) * self._index(term)
        year *= 1 if factor == "in_allocation" else _f(factor)
        return spread(_penny(year), term.get("profile"))

    # Between the two

    def _blended(self, term: dict) -> list[Fraction]:
        fixed = spread(_penny(_f(term["plan"]) * _f(term["fixed_share"])), term.get("profile"))
        share = _f(term["variable_share"])
        return [fixed[m] + _penny(self._value(term, m) * share) for m in range(12)]

    def _cost_and_volume(self, term: dict) -> list[Fraction]:
        months = spread(_f(term["fixed"]), term.get("profile"))
        plan = term["plan"]
        if isinstance(plan, dict):
            plan = sum(n * _f(self.prices(c)) for c, n in plan.items())
        values = [self._value(term, month) for month in range(12)]
        if term.get("settled") == "month":
            plans = spread(_f(plan), term.get("profile"))
            months = [months[m] + self._settlement(term, plans[m], values[m]) for m in range(12)]
        else:
            months[11] += self._settlement(term, _f(plan), sum(values, Fraction(0)))
        year = sum(months)
        if "floor" in term and year < _f(term["floor"]):
            months[11] += _f(term["floor"]) - year
        if "cap" in term and year > _f(term["cap"]):
            months[11] += _f(term["cap"]) - year
        return months

    def _settlement(self, term: dict, plan: Fraction, value: Fraction) -> Fraction:
        """Each pound of activity beyond a threshold counts by the last threshold it has passed."""
        total = Fraction(0)
        for name, sign in (("above", 1), ("below", -1)):
            tiers = term.get(name, [])
            away = (value - plan) * sign
            edges = [plan * _f(tier["percent"]) / 100 for tier in tiers]
            for n, tier in enumerate(tiers):
                low, high = edges[n], edges[n + 1] if n + 1 < len(tiers) else None
                inside = max(away - low, 0) - (0 if high is None else max(away - high, 0))
                total += sign * _penny(inside * _f(tier["rate"]))
        return total

    # Results

    def _judged(self, goal: dict, months: range | list[int]) -> tuple[str, Fraction]:
        """(`paid`, share), (`held`, 0) or (`missing`, 0)."""
        if "agreed" in goal:
            return "paid", _f(goal["agreed"])
        rows = [self.values.get((goal["measure"], month)) for month in months]
        if None in rows:
            return "missing", Fraction(0)
        top, bottom = (sum(row[n] for row in rows if row) for n in (0, 1))
        if bottom < goal.get("minimum", 0):
            return "held", Fraction(0)
        value, method = Fraction(top, bottom), goal.get("method", "all_or_nothing")
        if method == "linear":
            floor, target = _f(goal["floor"]), _f(goal["target"])
            return "paid", min(Fraction(1), max(Fraction(0), (value - floor) / (target - floor)))
        if method == "banded":
            share = Fraction(0)
            for band in goal["bands"]:
                if value >= _f(band["value"]):
                    share = _f(band["earns"])
            return "paid", share
        target = _f(goal["target"])
        met = value <= target if goal.get("lower_is_better") else value >= target
        return "paid", Fraction(int(met))

    def _earned(self, pool: Fraction, stakes: list[tuple[str, Fraction, dict | None]]) -> Fraction:
        """What is earned of a pool by (id, weight, goal), where no goal is deferred."""
        if not pool:
            return Fraction(0)
        own = _allot(pool, {name: weight for name, weight, _ in stakes})
        found = {n: self._judged(goal, range(12)) for n, _, goal in stakes if goal is not None}
        gone = [
            n
            for n, _, goal in stakes
            if goal and found[n][0] == "missing" and goal.get("missing") == "reweight"
        ]
        takers = {n: w for n, w, _ in stakes if n in found and found[n][0] == "paid"}
        if gone and sum(takers.values()):
            for name, more in _allot(sum(own[n] for n in gone), takers).items():
                own[name] += more
        return sum((_penny(own[n] * found[n][1]) for n in takers), Fraction(0))

    def _paid(self, how: str, monthly: list[Fraction], pool: Fraction, earned: Fraction) -> list:
        months = list(monthly) if how == "clawed_back" else [Fraction(0)] * 12
        back = {"earned": Fraction(0), "clawed_back": sum(monthly), "withheld": pool}[how]
        months[11] += earned - back
        return months

    def _quality(self, term: dict) -> list[Fraction]:
        if "base" in term:
            bases = spread(_f(term["base"]))
        else:
            bases = [
                max(sum(self.amounts[n][m] for n in term["of"]), Fraction(0)) for m in range(12)
            ]
        percent = sum(_f(group["percent"]) for group in term["groups"])
        pool = earned = Fraction(0)
        for group in term["groups"]:
            share = _penny(sum(bases) * _f(group["percent"]) / 100)
            pool += share
            stakes = [(g["id"], _f(g["share"]), g["goal"]) for g in group["goals"]]
            earned += self._earned(share, stakes)
        monthly = [_penny(base * percent / 100) for base in bases]
        return self._paid(term.get("paid", "earned"), monthly, pool, earned)

    def _outcomes(self, term: dict) -> list[Fraction]:
        year = self.contract["year"]
        number = int(year[:4]) - int(term["first_year"][:4])
        pool = _penny(_f(term["values"][year]) * _f(term["at_risk_percent"][number]) / 100)
        stakes = []
        for domain in term["domains"]:
            for outcome in domain["outcomes"]:
                for one in outcome["indicators"]:
                    later = one.get("deferred_to", "") > year
                    goal = None if later else one["goal"]
                    stakes.append((one["id"], Fraction(one["points"]), goal))
        return self._paid(
            term.get("paid", "earned"), spread(pool), pool, self._earned(pool, stakes)
        )

    def _penalty(self, term: dict) -> list[Fraction]:
        months = []
        for month in range(12):
            base = max(sum(self.amounts[name][month] for name in term["of"]), Fraction(0))
            taken = Fraction(0)
            for rule in term["rules"]:
                state, share = self._judged(rule["goal"], [month])
                lenient = rule["goal"].get("missing", "zero") == "suspend"
                if state == "held" or (state == "missing" and lenient):
                    continue
                taken += _penny(base * _f(rule["percent"]) / 100 * (1 - share))
            months.append(-min(taken, _penny(base * _f(term["cap_percent"]) / 100)))
        return months

    def _risk_share(self, term: dict) -> list[Fraction]:
        value = sum(
            (self._value(self.terms[n], m) for n in term["of"] for m in range(12)), Fraction(0)
        )
        expected = _f(term["expected"])
        corridor = expected * _f(term["corridor_percent"]) / 100
        if value > expected:
            most = expected * _f(term["cap_percent"]) / 100
            shared = min(max(value - expected - corridor, 0), most) * _f(term["share_above"])
        else:
            most = expected * _f(term["collar_percent"]) / 100
            shared = -min(max(expected - value - corridor, 0), most) * _f(term["share_below"])
        return [*[Fraction(0)] * 11, _penny(shared)]

    def _prime(self, term: dict) -> list[Fraction]:
        tax = term.get("tax", {})
        if tax.get("borne_by") != "commissioner":
            return [Fraction(0)] * 12
        rate = _f(tax["rate_percent"]) / 100 * (1 - _f(tax["recoverable_percent"]) / 100)
        months = []
        for month in range(12):
            lost = Fraction(0)
            for name, parties in term["shares"].items():
                amount = self.amounts[name][month]
                if amount > 0:
                    parts = _allot(amount, {p: _f(s) for p, s in parties.items()})
                    others = [part for party, part in parts.items() if party != "ZA1"]
                    lost += sum(_penny(part * rate) for part in others)
            months.append(lost)
        return months
