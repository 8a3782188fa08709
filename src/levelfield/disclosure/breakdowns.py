"""Which breakdowns the public sees: those of years.

Counts by month and stratum are mostly small, and to protect them many others would have to go. To
leave a detail out of a table comes before suppressing in it.
"""

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL


def given(values: pa.Table) -> pa.ChunkedArray:
    """Which rows are for the public: of months no strata, but in the last one without a year."""
    measures, periods, strata = (
        values[name].cast(pa.string()) for name in ("measure", "period", "stratifier")
    )
    months = [one for one in pc.unique(periods).to_pylist() if _is_month(one)]
    longer = pc.invert(pc.is_in(periods, pa.array(months, pa.string())))
    keep = pc.or_(pc.equal(strata, ALL), longer)
    of_months = pc.invert(pc.is_in(measures, pc.unique(measures.filter(longer))))
    for measure in pc.unique(measures.filter(of_months)).to_pylist():
        own = pc.equal(measures, measure)
        keep = pc.or_(keep, pc.and_(own, pc.equal(periods, pc.max(periods.filter(own)))))
    return keep


def _is_month(period: str) -> bool:
    return isinstance(parse_period(period), Month)
