"""Like with like: the adjustment that a measure asks for, or that of its service mix."""

import pyarrow as pa

from levelfield.benchmark.adjusted import Adjusted
from levelfield.benchmark.reading import Reading, forbidden
from levelfield.benchmark.regression import case_mix_model
from levelfield.benchmark.results import NotComparable
from levelfield.benchmark.standardised import standardise
from levelfield.benchmark.strata import counts_by
from levelfield.benchmark.words import Names
from levelfield.measures import STRATIFIER_COLUMNS, Measure


def adjust(
    measure: Measure,
    rows: pa.Table,
    values: pa.Table,
    counts: pa.Table | None,
    reading: Reading,
    names: Names,
) -> Adjusted | NotComparable:
    """The adjustment that a measure asks for, else that of its service mix.

    `rows` has the measure's values in one period, a row per organisation; `values` those by service
    too. `counts` are the cells of its `adjustment` (`count_mix`), without which the service mix is
    all that is known. NotComparable as `standardise` and `case_mix_model`, and where the definition
    forbids it: what is compared within one service alone may still be adjusted for the service mix.
    """
    wanted = measure.adjustment if counts is not None else None
    mixed = wanted is None or STRATIFIER_COLUMNS["service"] in wanted.by
    refused = forbidden(rows, reading)
    if refused and not (reading.within and mixed):
        return NotComparable(f"No adjustment: {refused}.")
    if wanted is None or counts is None:
        period = rows["period"][0].as_py()
        by_service = counts_by(values, measure=measure.id, period=period, stratifier="service")
        return standardise(rows, by_service, reading, by=["service"], names=names)
    if wanted.method == "logistic" or wanted.method == "poisson":
        return case_mix_model(
            rows, counts, reading, by=wanted.by, family=wanted.method, names=names
        )
    return standardise(rows, counts, reading, by=wanted.by, way=wanted.method, names=names)
