"""The activity that a proposal is judged by: that of its own year, or of an earlier one moved."""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import UsageError
from levelfield.core.periods import FinancialYear
from levelfield.payment import Contract, PaymentInputs, Reckoning


def base_year(contract: Contract, inputs: PaymentInputs) -> FinancialYear:
    """The contract's year when all of it is held, else the last earlier year that is: twelve
    months, or the year itself under a scheme that counts whole years.

    Raises UsageError when there is none.
    """
    units = Reckoning(contract, inputs).units(contract.scheme)
    own = contract.financial_year
    years = {FinancialYear(own.start - back) for back in range(10)}
    held = [year for year in years if not units.missing(year.months)]
    if not held:
        raise UsageError(
            f"Contract {contract.id}: no financial year up to {own} is held whole for "
            f"{contract.provider}, and a proposal is judged by the activity of a year. Load the "
            "submissions of twelve months from April and build."
        )
    return max(held)


def moved(contract: Contract, inputs: PaymentInputs, base: FinancialYear) -> PaymentInputs:
    """The inputs with the activity and values of `base` in the place of the contract's year.

    Nothing is grown or uplifted: prices are those of the contract's year, care that of the base.
    """
    own = contract.financial_year
    if base == own:
        return inputs
    names = {str(base): str(own)}
    names |= {str(a): str(b) for a, b in zip(base.months, own.months, strict=True)}
    return replace(
        inputs,
        counts={scheme: _renamed(table, names) for scheme, table in inputs.counts.items()},
        values=None if inputs.values is None else _renamed(inputs.values, names),
    )


def _renamed(table: pa.Table, names: Mapping[str, str]) -> pa.Table:
    """The rows of the periods that have a new name, under it."""
    kept = table.filter(pc.is_in(table["period"], pa.array(list(names))))
    places = pc.index_in(kept["period"], pa.array(list(names)))
    periods = pa.array(list(names.values())).take(places.combine_chunks())
    return kept.set_column(kept.column_names.index("period"), "period", periods)
