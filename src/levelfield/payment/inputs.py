"""What a contract is paid from: counted units, prices and whatever else its terms ask for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar, cast

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import UsageError
from levelfield.core.periods import FinancialYear
from levelfield.payment.registered import RegisteredList
from levelfield.tariff import Price

Made = TypeVar("Made")


class Prices(Protocol):
    """A price list, however it came to be."""

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        """The price of one unit; raises ContractError where there is none."""


@dataclass(frozen=True)
class PaymentInputs:
    """Everything that a contract is paid from, apart from the contract.

    `counts` are counted units (`currencies.COUNT_SCHEMA`) by currency scheme, `price_lists` price
    lists by id, `values` measure results (`core.values.VALUE_SCHEMA`) and `lists` registered lists
    by name, where a term needs them.
    `measures` says which way is better (`higher`, `lower` or `none`) by the id of each measure that
    a goal may name, so that a slip is neither taken for a missing value nor pays for a worse one;
    None leaves them unchecked. `shares` are those of them whose value is a share, from 0 to 1, so
    that a figure in percent is not held against it. `snapshot` names the data behind the counts
    and values; it goes into the key of each line, so that another statement of the same month has
    other keys.
    """

    counts: Mapping[str, pa.Table]
    price_lists: Mapping[str, Prices]
    snapshot: str
    values: pa.Table | None = None
    measures: Mapping[str, str] | None = None
    shares: Collection[str] = ()
    lists: Mapping[str, RegisteredList] = field(default_factory=dict)

    def units_of(self, scheme: str, provider: str) -> pa.Table:
        """The counted units of one provider under a scheme; UsageError for a scheme that nothing
        was counted under."""
        if scheme not in self.counts:
            raise UsageError(
                f"The counts that {provider} is to be paid from have no units of the scheme "
                f"'{scheme}'. They have: {', '.join(self.counts) or 'none'}. Count the units of "
                "that scheme too."
            )
        empty = self.counts[scheme].slice(0, 0)
        return self._by_provider[scheme].get(provider, empty)

    def values_of(self, measure: str, level: str, code: str) -> list[dict[str, Any]]:
        """The values of one measure and organisation."""
        return self._values.get((measure, level, code), [])

    def remember(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for these inputs: many contracts ask for the same."""
        if key not in self._made:
            self._made[key] = make()
        return cast(Made, self._made[key])

    @cached_property
    def _made(self) -> dict[tuple[str, ...], object]:
        return {}

    @cached_property
    def _values(self) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        found: defaultdict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in [] if self.values is None else self.values.to_pylist():
            found[row["measure"], row["org_level"], row["org_code"]].append(row)
        return found

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
