"""A price list that is made from cost returns."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np

from levelfield.core.errors import UsageError
from levelfield.core.money import round_half_away
from levelfield.core.periods import FinancialYear
from levelfield.currencies import Scheme
from levelfield.tariff.accounts import (
    Account,
    AsideOfProvider,
    Tally,
    Unreconciled,
    accounts,
    by_provider,
    kept_as_they_are,
    left_out,
)
from levelfield.tariff.at_risk import AtRisk, at_risk
from levelfield.tariff.cost_returns import READ, CostReturn, SetAside
from levelfield.tariff.explained import CostExplained, cost_explained
from levelfield.tariff.inputs import Quality
from levelfield.tariff.list_file import CostReturnFile
from levelfield.tariff.make import Made
from levelfield.tariff.price import ROUNDED, UNCLASSIFIED, Price, Step, Verdict
from levelfield.tariff.price_list import AVERAGE_PLACE, PriceList
from levelfield.tariff.returned import Floats
from levelfield.tariff.spent import AgainstTotal, Spent, against_total, spent
from levelfield.tariff.verdict import Ground, judge

ONE_PROVIDER = "No interval can be given: one provider alone stands behind the price."
HELD = "The price lies outside the interval of its cost: smoothing holds it to last year's."
DUST = Decimal("0.00000001")
"""What floats leave behind at most, in pence: a price of half a penny rounds as one."""


Placed = tuple[tuple[str, Decimal, bool, str], ...]
"""The steps from the average place to a provider's: name, factor, whether it divides, note."""
SHOWN = Decimal("0.0000000001")
"""The places of the pounds of a step; the price itself is not worked out from them."""


@dataclass(frozen=True)
class CostReturnList(PriceList):
    """Prices of one year, worked out from cost returns. `quality` is by the providers and
    currencies of the returns that prices stand on; `rows` are the usable rows of the returns, and
    `set_aside` those of all files that no price rests on, with what the steps set aside."""

    file: CostReturnFile
    scheme: Scheme
    made: Made
    quality: Quality
    rows: tuple[CostReturn, ...]
    set_aside: tuple[SetAside, ...]

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        """The list's price at the provider's place, rounded once, with every step from the unit
        cost as it was returned.

        Raises ContractError for a currency that no usable return has, UsageError for another year
        than the list's.
        """
        self._require(year)
        column = self._column(currency)
        ratio, placed = self._place(provider)
        stages = self.made.stages
        steps = []
        for number, stage in enumerate(stages):
            before = stages[number - 1].price[column] if number else np.nan
            factor = None
            if stage.multiplies and before > 0:
                factor = _decimal(stage.price[column] / before)
            note = stage.notes[column] if number else self._told(column)
            pounds = _decimal(stage.price[column]) / 100
            mixed = stage.mixed[column]
            kept = None if mixed is None else (_decimal(mixed[0]), _decimal(mixed[1]) / 100)
            steps.append(Step(stage.title, factor, False, pounds.quantize(SHOWN), note, kept))
        amount = _decimal(self.made.price[column])
        for name, factor, divides, note in placed:
            amount = amount / factor if divides else amount * factor
            steps.append(Step(name, factor, divides, (amount / 100).quantize(SHOWN), note))
        rounded = round_half_away(amount.quantize(DUST))
        last = Decimal(rounded) / 100
        steps.append(Step(ROUNDED, None, False, last, "once, half away from zero"))
        lower, upper = (self._bound(b, column, ratio) for b in (self.made.lower, self.made.upper))
        verdict, cautions = self.verdict(currency)
        share = {name: self._share(values, column) for name, values in vars(self.quality).items()}
        return Price(
            currency=currency,
            provider=provider,
            year=self.file.for_year,
            pence=rounded,
            steps=tuple(steps),
            lower=lower,
            upper=upper,
            confidence=None if lower is None else self.file.interval.confidence,
            interval_note=ONE_PROVIDER if lower is None else self._interval_note(),
            providers=int(self.made.providers[column]),
            units=round(float(self.made.returned.units[:, column].sum())),
            base_cost_pence=round(float(self.made.returned.cost[:, column].sum())),
            incomplete_share=_four(share["lost"]),
            unclassified_share=(
                Decimal(1) if self.is_unclassified(currency) else _four(share["unclassified"])
            ),
            unattended_share=_four(share["unattended"]),
            verdict=verdict,
            cautions=cautions,
            stand_in=self.stand_in(provider),
        )

    def unclassified(self, provider: str, year: FinancialYear) -> Decimal:
        """The price of the code that stands for it, else the mean price of the list's units."""
        if self.file.unclassified:
            return Decimal(self.price(self.file.unclassified, provider, year).pence)
        self._require(year)
        units = np.where(np.isfinite(self.made.price), self.made.returned.units.sum(axis=0), 0.0)
        mean = float(np.nansum(self.made.price * units) / units.sum())
        return _decimal(mean) * self._place(provider)[0]

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that at least one usable return has."""
        codes = self.made.returned.currencies
        return tuple(c for c, p in zip(codes, self.made.price, strict=True) if np.isfinite(p))

    def title(self, currency: str) -> str:
        """The name that the scheme gives it."""
        return self.scheme.code_list[currency].title

    @property
    def year(self) -> FinancialYear:
        """The year that the list is for."""
        return FinancialYear.parse(self.file.for_year)

    def verdict(self, currency: str) -> tuple[Verdict, tuple[str, ...]]:
        """Whether the data bear the price, and why not."""
        column = self._column(currency)
        if self.is_unclassified(currency):
            return "do not price", (UNCLASSIFIED,)
        price, returned = self.made.price[column], self.made.returned
        lower, upper = self.made.lower[column], self.made.upper[column]
        outside = price < lower or price > upper
        reach = (upper - lower) / 2 if outside else max(upper - price, price - lower)
        units = np.where(self.made.kept[:, column], returned.units[:, column], 0.0)
        ground = Ground(
            providers=int(self.made.providers[column]),
            units=float(units.sum()),
            width=float(reach / price),
            largest=float(units.max() / units.sum()),
            incomplete=self._share(self.quality.lost, column),
            unclassified=self._share(self.quality.unclassified, column),
            unattended=self._share(self.quality.unattended, column),
        )
        verdict, reasons = judge(ground, self.file.verdict)
        if outside:
            return "caution" if verdict == "sound" else verdict, (*reasons, HELD)
        return verdict, reasons

    @property
    def returns_aside(self) -> tuple[SetAside, ...]:
        """Those of the rows set aside that are returns, not of a table beside them."""
        return tuple(one for one in self.set_aside if one.file == self.file.returns)

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """What came into each step that may set a return aside, what it did, and what it left."""
        return accounts(self.rows, self.returns_aside, self._setting_aside)

    @cached_property
    def aside_by_provider(self) -> tuple[AsideOfProvider, ...]:
        """What each step set aside of each provider."""
        return by_provider(self.rows, self.returns_aside, self._setting_aside)

    @property
    def kept_as_they_are(self) -> tuple[Unreconciled, ...]:
        """The returns that could not be reconciled and are used all the same, the furthest apart
        first."""
        return kept_as_they_are(self.made.changes)

    @property
    def left_out(self) -> dict[str, Tally]:
        """The providers of which no return is used, with what came in of each."""
        return left_out(self.rows, self.returns_aside)

    @property
    def _setting_aside(self) -> list[str]:
        return [step.title for step in self.file.steps if step.remedy]

    @cached_property
    def spent(self) -> tuple[Spent, ...]:
        """What the units behind the list cost after each step."""
        pence = {code: self.price(code, AVERAGE_PLACE, self.year).pence for code in self.currencies}
        return spent(self.made, pence)

    @property
    def against_total(self) -> AgainstTotal | None:
        """What the list spends in the end beside the total that it was scaled to, if it was."""
        return against_total(self.spent)

    @cached_property
    def at_risk(self) -> tuple[AtRisk, ...]:
        """The pounds at risk by provider, all currencies together first, and each."""
        bounds = self.made.lower, self.made.upper
        tail = (1 - self.file.interval.confidence) / 2
        found = at_risk(self.made.returned, self.made.price, bounds, self.made.drawn, tail)
        return tuple(found)

    @cached_property
    def explained(self) -> CostExplained:
        """How much of the variance of cost lies between the currencies, at most."""
        return cost_explained(self.made.returned)

    def _require(self, year: FinancialYear) -> None:
        if year != self.year:
            raise UsageError(
                f"The list {self.named} is for {self.file.for_year}, and a price of {year} was "
                f"asked for. Name the list of {year}, or make one: its 'for_year' is {year}."
            )

    def _column(self, currency: str) -> int:
        if currency not in self.currencies:
            rows = [one for one in self.returns_aside if one.currency == currency]
            aside = sum(one.step == READ for one in rows)
            counts = ((aside, "set aside"), (len(rows) - aside, "taken out by a step"))
            also = ", ".join(f"{number} {where}" for number, where in counts if number)
            raise self.missing(currency, f"no usable return has it{f' ({also})' if also else ''}")
        return self.made.returned.currencies.index(currency)

    def _told(self, column: int) -> str:
        title = self.scheme.code_list[self.made.returned.currencies[column]].title
        years = self.file.years
        return f"{title}, {years[0]}" + (f" to {years[-1]}" if len(years) > 1 else "")

    def _place(self, provider: str) -> tuple[Decimal, tuple[tuple[str, Decimal, bool, str], ...]]:
        """What a price at the average place is multiplied by, and the steps of it."""
        if self.file.market_forces is None or provider == AVERAGE_PLACE:
            return Decimal(1), ()
        own, note = self.factor(provider)
        weighed = "weighted by the activity of the returns, each unit at its cost"
        return own / self.average, (
            ("Average market forces factor taken out", self.average, True, weighed),
            ("Provider's market forces factor put in", own, False, note),
        )

    def _bound(self, bound: Floats, column: int, ratio: Decimal) -> int | None:
        value = bound[column]
        return None if np.isnan(value) else round_half_away(_decimal(value) * ratio)

    def _interval_note(self) -> str:
        chosen = self.file.interval
        return (
            f"{chosen.confidence:.0%} interval from {chosen.replicates:,} draws of the providers "
            f"(bootstrap, seed {chosen.seed})."
        )

    def _share(self, values: Floats, column: int) -> float:
        """The mean share over those whose share is known, by units; `nan` where nobody's is."""
        units = np.where(np.isfinite(values[:, column]), self.made.returned.units[:, column], 0.0)
        if units.sum() <= 0:
            return float("nan")
        return float(np.average(np.nan_to_num(values[:, column]), weights=units))


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))


def _four(share: float) -> Decimal | None:
    return None if np.isnan(share) else _decimal(share).quantize(Decimal("0.0001"))
