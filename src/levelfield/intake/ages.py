"""Ages at dates, in days and in completed years."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def age_days(births: pa.Array, days: pa.Array) -> pa.Array:
    """Days from birth to each date; empty when either is unknown or the date is before birth."""
    age = pc.subtract(days.cast(pa.int32()), births.cast(pa.int32()))
    return pc.if_else(pc.greater_equal(age, 0), age, pa.scalar(None, pa.int32()))


def age_years(births: pa.Array, days: pa.Array) -> pa.Array:
    """Completed years from birth to each date; empty as in `age_days`.

    Who is born on 29 February comes of age on 1 March in other years.
    """
    years = pc.subtract(_ordinal(days), _ordinal(births))
    whole = pc.floor(pc.divide(years.cast(pa.float64()), _YEAR)).cast(pa.int32())
    return pc.if_else(pc.greater_equal(years, 0), whole, pa.scalar(None, pa.int32()))


_YEAR = 10_000.0


def _ordinal(days: pa.Array) -> pa.Array:
    """Year, month and day as one number: the difference of two counts birthdays passed."""
    whole = pc.add(pc.multiply(pc.year(days), 10_000), pc.multiply(pc.month(days), 100))
    return pc.add(whole, pc.day(days))


def constant_day(day: np.datetime64, rows: int) -> pa.Array:
    """The same date for every row."""
    return pa.array(np.full(rows, day, dtype="datetime64[D]"))
