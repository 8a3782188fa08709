"""Ages at dates, in completed years, and in days where the youngest are measured."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

AGE_DAYS_BELOW = 1_096
"""Three years. A date and an age in days tell the birth date: what is measured of newborns and
infants needs that, and nothing that is measured of anyone older does."""


def age_days(births: pa.Array, days: pa.Array) -> pa.Array:
    """Days from birth to each date, below three years of age.

    Empty from then on, when either date is unknown, and when the date is before birth.
    """
    age = pc.subtract(days.cast(pa.int32()), births.cast(pa.int32()))
    kept = pc.and_(pc.greater_equal(age, 0), pc.less(age, AGE_DAYS_BELOW))
    return pc.if_else(kept, age, pa.scalar(None, pa.int32())).cast(pa.int16())


def age_years(births: pa.Array, days: pa.Array) -> pa.Array:
    """Completed years from birth to each date, at any age.

    Empty when either date is unknown and when the date is before birth. Who is
    born on 29 February comes of age on 1 March in other years.
    """
    years = pc.subtract(_ordinal(days), _ordinal(births))
    whole = pc.floor(pc.divide(years.cast(pa.float64()), _YEAR)).cast(pa.int16())
    return pc.if_else(pc.greater_equal(years, 0), whole, pa.scalar(None, pa.int16()))


_YEAR = 10_000.0


def _ordinal(days: pa.Array) -> pa.Array:
    """Year, month and day as one number: the difference of two counts birthdays passed."""
    # There are far fewer days than rows.
    encoded = days if pa.types.is_dictionary(days.type) else days.dictionary_encode()
    days = encoded.dictionary
    whole = pc.add(pc.multiply(pc.year(days), 10_000), pc.multiply(pc.month(days), 100))
    return pc.add(whole, pc.day(days)).take(encoded.indices)


def constant_day(day: np.datetime64, rows: int) -> pa.Array:
    """The same date for every row."""
    return pa.array(np.full(rows, day, dtype="datetime64[D]"))
