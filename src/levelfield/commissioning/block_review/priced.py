"""What a review is about, and its activity at the contract's prices."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from levelfield.commissioning.block_review.figures import PricedLine
from levelfield.commissioning.block_review.scope import Scope, whole_quarters
from levelfield.core.errors import ContractError
from levelfield.core.money import round_half_away
from levelfield.currencies import load_scheme
from levelfield.payment import BlockTerm, Contract, PaymentInputs, Reckoning, service_line
from levelfield.payment.cover import NO_TEAM, UNLISTED


def make_scope(contract: Contract, inputs: PaymentInputs) -> tuple[Scope, dict[str, str]]:
    """The review's scope, and the block term of each line.

    Raises ContractError for a contract without a block, or with one that names currencies: service
    lines are whole services.
    """
    blocks = block_terms(contract)
    work = Reckoning(contract, inputs)
    held = work.units(contract.scheme).loaded
    months = whole_quarters(contract.financial_year, held)
    terms: dict[str, str] = {}
    for term in blocks:
        named = contract.lines[term.line].services if term.line else term.services
        services = list(named) if isinstance(named, list) else []
        services += [cell.service for month in months for cell in work.covered(term, month)]
        terms |= dict.fromkeys(services, term.id)
    unlisted = tuple(sorted(code for code in terms if service_line(code) == UNLISTED))
    terms = {service_line(service): term for service, term in terms.items()}
    lines = tuple(sorted(terms, key=lambda line: (line in (NO_TEAM, UNLISTED), line)))
    scope = Scope(
        provider=contract.provider,
        commissioner=contract.commissioner,
        year=contract.financial_year,
        months=months,
        left_out=tuple(m for m in contract.financial_year.months if m not in months),
        lines=lines,
        unlisted=unlisted,
        block_pence=sum(work.amount_pence(term.id, m) for term in blocks for m in months),
    )
    return scope, terms


def block_terms(contract: Contract) -> list[BlockTerm]:
    """The block terms of a contract; ContractError as `make_scope` says."""
    blocks = [term for term in contract.terms if isinstance(term, BlockTerm)]
    if not blocks:
        raise ContractError(
            f"Contract {contract.id} has no block, so there is none to unpick. A review is for a "
            "contract with a term of the kind 'block'."
        )
    for term in blocks:
        coverage = contract.lines[term.line] if term.line else term
        if coverage.currencies is not None:
            raise ContractError(
                f"Contract {contract.id}, term {term.id}: the block names currencies, and costs "
                "are known by service only. Review a contract whose block names services."
            )
    return blocks


def priced_lines(contract: Contract, inputs: PaymentInputs, scope: Scope) -> dict[str, PricedLine]:
    """The activity of each line for the commissioner's people, at the contract's prices.

    Care without a currency is worth the mean price of its line, of the block where the line has no
    other; classes that are rightly unpaid are worth nothing. Raises ContractError for a unit
    without a price: it is never zero.
    """
    work = Reckoning(contract, inputs)
    units: Counter[str] = Counter()
    value: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    open_ended: set[str] = set()
    for term in block_terms(contract):
        for month in scope.months:
            for cell, number in work.covered(term, month).items():
                line = service_line(cell.service)
                units[line] += number
                value[line] += number * work.prices.pence(cell, term)
                interval = work.prices.interval(cell, term)
                if interval is None:
                    open_ended.add(line)
                else:
                    lower[line] += number * interval[0]
                    upper[line] += number * interval[1]
    unclassed = _unclassed(contract, inputs, scope)
    made = {}
    for line in scope.lines:
        some = (value[line], units[line]) if units[line] else (value.total(), units.total())
        mean = Decimal(some[0]) / some[1] if some[1] else Decimal(0)
        worth = round_half_away(mean * unclassed.get(line, 0))
        held = (units[line], value[line], unclassed.get(line, 0), worth)
        bounded = units[line] and line not in open_ended
        made[line] = PricedLine(*held, *((lower[line], upper[line]) if bounded else ()))
    return made


def _unclassed(contract: Contract, inputs: PaymentInputs, scope: Scope) -> Mapping[str, int]:
    """Units of the block's lines without a currency, those that are rightly unpaid left out."""
    months = set(map(str, scope.months))
    found: Counter[str] = Counter()
    blocks = block_terms(contract)
    for scheme in sorted({contract.scheme_of(term) for term in blocks}):
        classes = load_scheme(scheme).classes
        for row in inputs.units_of(scheme, contract.provider).to_pylist():
            service = row["team_type"] or NO_TEAM
            if (
                row["error_class"] is not None
                and row["commissioner"] == contract.commissioner
                and row["period"] in months
                and service in scope.line_of
                and contract.term_of(service, "", scheme) in blocks
                and classes[row["error_class"]].estimate != "nothing"
            ):
                found[service_line(service)] += row["units"]
    return found
