"""What a contract is paid from: counted units, prices and whatever else its terms ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import FinancialYear
from levelfield.tariff import Price


class Prices(Protocol):
    """A price list, however it came to be."""

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        """The price of one unit; raises ContractError where there is none."""


@dataclass(frozen=True)
class PaymentInputs:
    """Everything that a contract is paid from, apart from the contract.

    `counts` are counted units (`currencies.COUNT_SCHEMA`) by currency scheme, `price_lists` price
    lists by id, `values` measure results (`core.values.VALUE_SCHEMA`) where a term needs them.
    `snapshot` names the data behind the counts and values; it goes into the key of each line, so
    that another statement of the same month has other keys.
    """

    counts: Mapping[str, pa.Table]
    price_lists: Mapping[str, Prices]
    snapshot: str
    values: pa.Table | None = None

    def units_of(self, scheme: str, provider: str) -> pa.Table:
        """The counted units of one provider under a scheme."""
        empty = self.counts[scheme].slice(0, 0)
        return self._by_provider[scheme].get(provider, empty)

    @cached_property
    def _by_provider(self) -> dict[str, dict[str, pa.Table]]:
        return {scheme: _split(counts) for scheme, counts in self.counts.items()}


def _split(counts: pa.Table) -> dict[str, pa.Table]:
    """The rows of each provider: one sort and a slice each, however many providers there are."""
    ordered = counts.sort_by("provider").combine_chunks()
    runs = pc.value_counts(ordered["provider"])
    parts, start = {}, 0
    for run in runs:
        number = run["counts"].as_py()
        parts[run["values"].as_py()] = ordered.slice(start, number)
        start += number
    return parts
