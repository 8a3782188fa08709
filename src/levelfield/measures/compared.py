"""The period compared where nobody names one: the same on pages, in exports and in commands."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.measures.definition import Measure


def usual_period(months: Iterable[Month]) -> str:
    """The last financial year of which all months are among `months`; without one the last month.

    Raises ValueError for no months.
    """
    held = set(months)
    if not held:
        raise ValueError("no month is held")
    years = {month.financial_year for month in held}
    whole = [year for year in years if held.issuperset(year.months)]
    return str(max(whole) if whole else max(held))


def period_compared(measure: Measure, values: pa.Table, months: Iterable[Month]) -> str:
    """The period in which organisations are compared by a measure, of those that it has values of.

    That is the usual period of the `months` held. A measure that describes a moment has no years,
    and a return may not reach that far: then it is the last month with a value, and of a measure
    that has no months the last year, if only in part. `values` may hold other measures too; of one
    without values it is the usual period all the same. Raises ValueError as `usual_period` does.
    """
    usual = usual_period(months)
    own = pc.unique(values.filter(pc.equal(values["measure"], measure.id))["period"]).to_pylist()
    periods = [parse_period(period) for period in own]
    counted = [str(one) for one in periods if isinstance(one, Month)]
    years = [str(one) for one in periods if isinstance(one, FinancialYear)]
    if usual in (*counted, *(years if "year" in measure.periods else ())):
        return usual
    return max(counted or years, default=usual)
