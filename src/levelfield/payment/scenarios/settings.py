"""Contracts with some of what they say changed: `terms.nursing.annual` and other places."""

from collections.abc import Mapping
from typing import Any

from levelfield.core.definitions import validate
from levelfield.core.errors import ContractError, DefinitionError
from levelfield.payment.checks import check_contract
from levelfield.payment.contract import Contract

FIXED = ("id", "provider", "commissioner")
"""What a setting may not change: it would be a contract of others."""


def with_settings(contract: Contract, settings: Mapping[str, Any], where: str) -> Contract:
    """The contract with a value put at each place.

    A place is a key of the contract file (`price_list`, `terms`), or leads into it:
    `terms.nursing.annual` is the key `annual` of the term `nursing`, `local_prices.N02AF` a price.
    Raises DefinitionError or ContractError, beginning with `where`, for a place that there is not
    and for a contract that then makes no sense.
    """
    if not settings:
        return contract
    content = contract.model_dump(exclude_unset=True)
    for place, value in settings.items():
        _put(content, place, value, f"{where}: '{place}'")
    changed = validate(content, Contract, where)
    check_contract(changed, where)
    return changed


def _put(content: dict[str, Any], place: str, value: Any, where: str) -> None:
    first, *rest = place.split(".")
    if first in FIXED or first not in Contract.model_fields:
        free = [name for name in Contract.model_fields if name not in FIXED]
        raise DefinitionError(f"{where} cannot be set. A contract has: {', '.join(free)}.")
    if not rest:
        content[first] = value
        return
    held: Any = content.setdefault(first, {})
    if first == "terms":
        held = _term(held, rest.pop(0), where)
    if not rest:
        raise DefinitionError(
            f"{where} names a term. Name one of its keys too, as in {place}.annual."
        )
    for name in rest[:-1]:
        held = _within(held, name, where)
    if isinstance(held, list):
        held[_number(held, rest[-1], where)] = value
    else:
        held[rest[-1]] = value


def _term(terms: list[dict[str, Any]], name: str, where: str) -> dict[str, Any]:
    for term in terms:
        if term["id"] == name:
            return term
    known = ", ".join(term["id"] for term in terms)
    raise ContractError(f"{where}: the contract has no term '{name}'. It has: {known}.")


def _within(held: Any, name: str, where: str) -> Any:
    if isinstance(held, list):
        return held[_number(held, name, where)]
    if not isinstance(held, dict) or not isinstance(held.get(name), dict | list):
        raise DefinitionError(f"{where}: there is nothing below '{name}'. Set all of it instead.")
    return held[name]


def _number(held: list[Any], name: str, where: str) -> int:
    """A place of a list as people count, from one."""
    if not name.isdigit() or not 1 <= int(name) <= len(held):
        raise DefinitionError(f"{where}: '{name}' must be a number from 1 to {len(held)}.")
    return int(name) - 1
