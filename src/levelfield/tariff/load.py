"""Price lists by name or file, whichever way their prices come to be."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from levelfield.core.definitions import load_yaml, path
from levelfield.core.errors import UsageError
from levelfield.tariff.load_cost_returns import load_cost_returns
from levelfield.tariff.price_list import PriceList
from levelfield.tariff.unit_costs import load_unit_costs


class _Kind(BaseModel):
    """The one key that says how the rest of the file is to be read."""

    kind: Literal["unit-costs", "cost-returns"]


_LOADERS: Mapping[str, Callable[[Path, Mapping[str, Decimal]], PriceList]] = {
    "unit-costs": load_unit_costs,
    "cost-returns": load_cost_returns,
}


def price_lists() -> list[str]:
    """The ids of the price lists that ship with the package."""
    return sorted(p.stem for p in path("prices").glob("*.yaml"))


def find_price_list(price_list: str | Path) -> Path:
    """The YAML file of a list by id or path; raises UsageError for an id that there is not."""
    if isinstance(price_list, Path):
        return price_list
    if price_list not in price_lists():
        known = ", ".join(price_lists())
        raise UsageError(f"There is no price list '{price_list}'. There is: {known}.")
    return path(f"prices/{price_list}.yaml")


def load_price_list(
    price_list: str | Path, factors: Mapping[str, Decimal] | None = None
) -> PriceList:
    """A price list by id or by its file; `factors` adds providers that the list has none of.

    Raises UsageError for an unknown id, DefinitionError for a file that makes no sense.
    """
    where = find_price_list(price_list)
    return _LOADERS[load_yaml(where, _Kind).kind](where, factors or {})
