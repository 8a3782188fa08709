"""The counted units that a contract is about, by month, service and currency."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.payment.contract import NO_TEAM, Contract


class Cell(NamedTuple):
    """What units are counted by."""

    period: str
    service: str
    currency: str


@dataclass(frozen=True)
class ContractUnits:
    """Units of the contract's provider given to its commissioner's people.

    `classed` have a currency; `unclassed` counts the others by error class: nothing is paid for
    them. `commissioner_unknown` counts the provider's units of which nobody can say who pays, with
    a currency or without: they are on no contract's statement.
    """

    classed: dict[Cell, int]
    unclassed: dict[str, int]
    commissioner_unknown: int


def missing_months(contract: Contract, months: list[Month], counts: pa.Table) -> list[Month]:
    """The months of which the contract's provider has no units at all: nobody has loaded them."""
    provider = counts.filter(pc.equal(counts["provider"], contract.provider))
    loaded = set(pc.unique(provider["period"]).to_pylist())
    return [month for month in months if str(month) not in loaded]


def select_units(contract: Contract, months: list[Month], counts: pa.Table) -> ContractUnits:
    """The contract's share of counted units (`currencies.COUNT_SCHEMA`) in some months.

    Raises UsageError when the provider has no units at all in one of the months: that is a month
    which nobody has loaded, not a month without care.
    """
    wanted = [str(month) for month in months]
    provider = counts.filter(pc.equal(counts["provider"], contract.provider))
    missing = [str(month) for month in missing_months(contract, months, counts)]
    if missing:
        raise UsageError(
            f"There are no units of {contract.provider} in {', '.join(missing)}. Load the "
            "submissions of that period and build, or choose another period."
        )
    given = provider.filter(pc.is_in(provider["period"], value_set=pa.array(wanted)))
    ours = given.filter(pc.equal(given["commissioner"], contract.commissioner))
    unknown = given.filter(pc.is_null(given["commissioner"]))
    classed: Counter[Cell] = Counter()
    unclassed: Counter[str] = Counter()
    for row in ours.to_pylist():
        if row["currency"] is None:
            unclassed[row["error_class"]] += row["units"]
        else:
            service = row["team_type"] or NO_TEAM
            classed[Cell(row["period"], service, row["currency"])] += row["units"]
    return ContractUnits(
        classed=dict(sorted(classed.items())),
        unclassed=dict(sorted(unclassed.items())),
        commissioner_unknown=pc.sum(unknown["units"]).as_py() or 0,
    )
