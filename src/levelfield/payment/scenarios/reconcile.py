"""Two statements → what changed and why, the items summing to the difference exactly.

From the one statement to the other one thing is exchanged at a time, and after each exchange the
contract is paid again by all its terms: an item is the difference between two such statements, and
so the items sum to the whole difference, whatever the terms are.

The order is the usual one of price, volume and mix: quantities at the old prices, then prices at
the new quantities, since quantities are what was delivered and prices what was agreed for it. How
often care was given comes first, because it is what a change of the other things acts on:

1. of the same period, either `data` (what is known of it: other submissions) or, where they are the
   same submissions, `definitions` (how it is counted; another scheme brings its prices, since those
   of the one do not fit the other). Of two periods, `activity` (more or fewer units, in the mix and
   with the share without a currency that they had), then `data` (that share, which is not paid),
   then `mix` (which services and currencies)
2. `population`: the registered lists
3. `quality`: the measures that terms decide by
4. `price`: price list, local prices and their year
5. `terms`: the contract, and the place of the period in its year

Another order would give other items with the same sum. Where a statement between the two cannot be
made, since it would need a price that neither side has, the exchange is taken together with the
next one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import pyarrow as pa

from levelfield.core.errors import ContractError
from levelfield.core.periods import FinancialYear
from levelfield.payment.inputs import Prices
from levelfield.payment.scenarios.counts import gaps, moved, scaled
from levelfield.payment.scenarios.side import Side
from levelfield.payment.statement import Statement
from levelfield.tariff import Price

Cause = Literal["definitions", "data", "activity", "mix", "population", "quality", "price", "terms"]

CAUSES: Mapping[Cause, str] = {
    "definitions": "how care is counted",
    "data": "what is known of the care",
    "activity": "how much care there was",
    "mix": "which care it was",
    "population": "who is registered",
    "quality": "what measures say of it",
    "price": "what a unit costs",
    "terms": "what the contract says, and for which months",
}
"""Why a statement changes, in the order of attribution, each in words."""


class Item(NamedTuple):
    """One difference: `units` and `pence` are after less before.

    A sum that is worked out has neither service nor currency, and units of none.
    """

    cause: Cause
    term: str
    kind: str
    service: str | None
    currency: str | None
    units: int
    pence: int


@dataclass(frozen=True)
class Reconciliation:
    """Two statements and all that lies between them.

    `together` names causes that could not be told from the next one, and are in its items.
    """

    before: Statement
    after: Statement
    items: tuple[Item, ...]
    together: tuple[Cause, ...]

    @property
    def difference_pence(self) -> int:
        return self.after.total_pence - self.before.total_pence

    def by_cause(self) -> dict[Cause, int]:
        """Pence by cause, in the order of attribution; causes without an item are left out."""
        found: defaultdict[Cause, int] = defaultdict(int)
        for item in self.items:
            found[item.cause] += item.pence
        return {cause: found[cause] for cause in CAUSES if cause in found}


def reconcile(before: Side, after: Side) -> Reconciliation:
    """What lies between two statements of a provider and a commissioner.

    Raises ContractError for two that are not between the same parties, or of which one is a month
    and the other a year, and as `statement` does for either of them.
    """
    _refuse_strangers(before, after)
    paid = before.statement
    items: list[Item] = []
    together: list[Cause] = []
    pending: list[Cause] = []
    for cause, side in _exchanges(before, after):
        try:
            made = side.statement
        except ContractError:
            if side is after:
                raise
            pending.append(cause)
            continue
        items += _items(cause, paid, made)
        together += pending
        pending, paid = [], made
    return Reconciliation(before.statement, after.statement, tuple(items), tuple(together))


def _refuse_strangers(before: Side, after: Side) -> None:
    for role in ("provider", "commissioner"):
        one, other = (str(getattr(side.contract, role)) for side in (before, after))
        if one != other:
            raise ContractError(
                f"{before.contract.id} and {after.contract.id} are not between the same parties: "
                f"the {role} is {one} in the one and {other} in the other. To compare contracts of "
                "several parties, write them as scenarios."
            )
    if len(before.months) != len(after.months):
        raise ContractError(
            f"{before.period} and {after.period} are not of one length. Choose two months or two "
            "financial years."
        )


def _exchanges(before: Side, after: Side) -> Iterator[tuple[Cause, Side]]:
    """The statements between the two and the last itself, each with what it has of the latter."""
    now = before
    periods = _periods(before, after)
    regrouped = before.contract.scheme != after.contract.scheme
    if regrouped and not periods:
        now = _regrouped(before, after)
        yield "definitions", now
    else:
        for cause, counts in _count_steps(before, after, periods):
            now = replace(now, inputs=replace(now.inputs, counts={**now.inputs.counts, **counts}))
            yield cause, now
    lists = {**now.inputs.lists, **after.inputs.lists}
    if lists != now.inputs.lists:
        now = replace(now, inputs=replace(now.inputs, lists=lists))
        yield "population", now
    values = _values(before.inputs.values, after.inputs.values, periods)
    if values is not now.inputs.values:
        now = replace(now, inputs=replace(now.inputs, values=values))
        yield "quality", now
    if not regrouped and not _same_prices(now, after):
        yield "price", _priced(now, after)
    yield "terms", after


def _periods(before: Side, after: Side) -> dict[str, str]:
    """For each period of the former which of the latter stands in for it, where they differ."""
    if before.period == after.period:
        return {}
    pairs = dict(zip(map(str, before.months), map(str, after.months), strict=True))
    if before.contract.year != after.contract.year:
        pairs[before.contract.year] = after.contract.year
    return pairs


def _count_steps(
    before: Side, after: Side, periods: Mapping[str, str]
) -> Iterator[tuple[Cause, dict[str, pa.Table]]]:
    provider, commissioner = before.contract.provider, before.contract.commissioner
    old, new = {}, {}
    for scheme in before.contract.schemes:
        old[scheme] = before.inputs.units_of(scheme, provider)
        if scheme in after.inputs.counts:
            new[scheme] = after.inputs.units_of(scheme, provider)
    if not periods:
        same = before.inputs.snapshot == after.inputs.snapshot
        yield ("definitions" if same else "data"), new
        return
    new = {scheme: moved(old[scheme], table, periods) for scheme, table in new.items()}
    gap = {scheme: gaps(scheme) for scheme in new}

    def at_volume(with_data: bool) -> dict[str, pa.Table]:
        return {s: scaled(old[s], new[s], commissioner, gap[s], with_data) for s in new}

    yield "activity", at_volume(with_data=False)
    yield "data", at_volume(with_data=True)
    yield "mix", new


def _values(
    before: pa.Table | None, after: pa.Table | None, periods: Mapping[str, str]
) -> pa.Table | None:
    if before is None or after is None:
        return before if after is None else after
    return moved(before, after, periods) if periods else after


@dataclass(frozen=True)
class _OfYear:
    """A price list as of one year, whatever year is asked for."""

    prices: Prices
    year: FinancialYear

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        return self.prices.price(currency, provider, self.year)


def _regrouped(before: Side, after: Side) -> Side:
    """With the scheme of the latter, its counts and its prices."""
    old, new = before.contract, after.contract
    named = {name: getattr(new, name) for name in ("scheme", "price_list", "local_prices")}
    inputs = replace(
        before.inputs,
        counts={**before.inputs.counts, **after.inputs.counts},
        price_lists={**before.inputs.price_lists, **after.inputs.price_lists},
    )
    return replace(before, contract=old.model_copy(update=named), inputs=inputs)


def _same_prices(now: Side, after: Side) -> bool:
    """Whether the latter has the very prices of the former, so that nothing need be paid again."""
    old, new = now.contract, after.contract
    agreed = ("year", "price_list", "local_prices")
    listed = after.inputs.price_lists.items()
    return all(getattr(old, name) == getattr(new, name) for name in agreed) and all(
        prices is now.inputs.price_lists.get(name) for name, prices in listed
    )


def _priced(now: Side, after: Side) -> Side:
    """With the prices of the latter."""
    old, new = now.contract, after.contract
    year = new.financial_year
    lists = {name: _OfYear(prices, year) for name, prices in after.inputs.price_lists.items()}
    listed = {"price_list": new.price_list, "local_prices": new.local_prices}
    inputs = replace(now.inputs, price_lists={**now.inputs.price_lists, **lists})
    return replace(now, contract=old.model_copy(update=listed), inputs=inputs)


def _items(cause: Cause, before: Statement, after: Statement) -> Iterator[Item]:
    sums: dict[tuple[str, str, str | None, str | None], list[int]] = {}
    for sign, made in ((-1, before), (1, after)):
        for line in made.lines:
            found = sums.setdefault((line.term, line.kind, line.service, line.currency), [0, 0])
            found[0] += sign * line.units if line.currency else 0
            found[1] += sign * line.amount_pence
    for key, (units, pence) in sums.items():
        if units or pence:
            yield Item(cause, *key, units, pence)
