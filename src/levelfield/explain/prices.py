"""The price of a line made again: its steps in sentences, and the cost returns behind them."""

from collections.abc import Iterator
from dataclasses import dataclass

from levelfield.core.errors import ContractError, UsageError
from levelfield.core.money import format_pounds, pence
from levelfield.explain.contracts import Line
from levelfield.explain.explanation import Check, Records
from levelfield.explain.returns import check_returns, returns_behind
from levelfield.payment import Contract, PaymentInputs, Term
from levelfield.payment.terms import EpisodeTerm
from levelfield.tariff import CostReturnList, Price


@dataclass(frozen=True)
class PricedAgain:
    """A price in sentences, whether it comes out as it stands, and the returns behind it."""

    steps: tuple[str, ...]
    checks: tuple[Check, ...]
    records: tuple[Records, ...] = ()


def price_again(
    contract: Contract, term: Term | None, line: Line, given: PaymentInputs
) -> PricedAgain:
    """The price of a unit on a line, from the contract or its price list."""
    currency, stated = line["currency"], int(line["price_pence"])
    agreed = _agreed(contract, term, line)
    if agreed is not None:
        found, where = agreed
        return PricedAgain((f"Price: {format_pounds(found)}, {where}.",), (_same(found, stated),))
    return price_of(contract, term, currency, stated, given)


def price_of(
    contract: Contract, term: Term | None, currency: str, stated: int, given: PaymentInputs
) -> PricedAgain:
    """The price of a currency from the price list of a term, held against `stated` pence."""
    if currency in contract.local_prices:
        found = pence(contract.local_prices[currency])
        words = f"Price: {format_pounds(found)}, agreed between the parties in the contract."
        approval = contract.local_price_approvals.get(currency)
        said = approval.words if approval else "It says neither method, evidence nor approval."
        return PricedAgain((words, said), (_same(found, stated),))
    name = contract.price_list_of(term)
    prices = given.price_lists[name]
    try:
        price = prices.price(currency, contract.provider, contract.financial_year)
    except (ContractError, UsageError) as error:
        return PricedAgain((), (Check(f"The price cannot be worked out again: {error}", False),))
    steps = (f"Price list: {name}.", *_steps(price))
    same = _same(price.pence, stated)
    if not isinstance(prices, CostReturnList):
        return PricedAgain(steps, (same,))
    return PricedAgain(
        steps, (same, check_returns(prices, currency)), returns_behind(prices, currency)
    )


def _agreed(contract: Contract, term: Term | None, line: Line) -> tuple[int, str] | None:
    """Pence that the contract states for a line, and where; None where a list has the price."""
    if line["part"] == "beyond" and isinstance(term, EpisodeTerm):
        pounds = term.excess_days.get(line["currency"], term.excess_day)
        if pounds is not None:
            return pence(pounds), "for a day beyond the trim point, as the term says"
    return None


def _steps(price: Price) -> Iterator[str]:
    for step in price.steps:
        how = f" ({step.how})" if step.how else ""
        yield f"{step.name}{how}: £{step.pounds:,.4f}; {step.note}."
    if price.lower is not None and price.upper is not None:
        bounds = f"{format_pounds(price.lower)} to {format_pounds(price.upper)}"
        yield f"Interval of the price: {bounds}. {price.interval_note}"
    else:
        yield price.interval_note
    base = [
        f"{price.providers:,} providers" if price.providers is not None else "",
        f"{price.units:,} units" if price.units is not None else "",
    ]
    behind = " and ".join(filter(None, base))
    yield f"Verdict: {price.verdict}{f', on {behind}' if behind else ''}."
    yield from price.cautions


def _same(again: int, stated: int) -> Check:
    agrees = again == stated
    verdict = "agrees" if agrees else f"DIFFERS from the line's {format_pounds(stated)}"
    return Check(f"Priced again: {format_pounds(again)}; {verdict}.", agrees)
