"""Ages at dates, in completed years, and in days where the youngest are measured."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.intake.checking.encoded import Positions

AGE_DAYS_BELOW = 1_096
"""Three years. A date and an age in days tell the birth date: what is measured of newborns and
infants needs that, and nothing that is measured of anyone older does."""

_FAR = 1_000_000_000
"""Further than any date by either way to count, and twice as far still fits 32 bits."""


class Dates(NamedTuple):
    """Dates as numbers: a count of days, and year, month and day together (CCYYMMDD).

    An unknown birth lies in the far future and any other unknown date in the far past, so that an
    age that cannot be known is below nought.
    """

    days: NDArray[np.int32]
    calendar: NDArray[np.int32]

    def of_children(self, rows: Positions) -> "Dates":
        """The births at the rows of their children; unknown where there is none (-1)."""
        return Dates(*(np.append(numbers, np.int32(_FAR))[rows] for numbers in self))


def births(dates: pa.Array) -> Dates:
    """Dates of birth as numbers."""
    return _numbered(dates, _FAR)


def events(dates: pa.Array) -> Dates:
    """Dates of what happened as numbers; a single one stands for every row."""
    return _numbered(dates, -_FAR)


def age_days(born: Dates, at: Dates) -> pa.Array:
    """Days from birth to each date, below three years of age.

    Empty from then on, when either date is unknown, and when the date is before birth.
    """
    age = at.days - born.days
    return _narrow(age, (age >= 0) & (age < AGE_DAYS_BELOW))


def age_years(born: Dates, at: Dates) -> pa.Array:
    """Completed years from birth to each date, at any age.

    Empty when either date is unknown and when the date is before birth. Who is
    born on 29 February comes of age on 1 March in other years.
    """
    # The difference of two dates of the calendar counts the birthdays passed.
    age = (at.calendar - born.calendar) // 10_000
    return _narrow(age, age >= 0)


def _numbered(dates: pa.Array, unknown: int) -> Dates:
    # There are far fewer days than rows.
    encoded = dates if pa.types.is_dictionary(dates.type) else dates.dictionary_encode()
    days = encoded.dictionary
    written = pc.add(pc.multiply(pc.year(days), 10_000), pc.multiply(pc.month(days), 100))
    written = pc.add(written, pc.day(days))
    place = pc.fill_null(encoded.indices, -1).to_numpy()
    return Dates(
        *(
            np.append(pc.fill_null(numbers.cast(pa.int32()), unknown), np.int32(unknown))[place]
            for numbers in (days, written)
        )
    )


def _narrow(ages: NDArray[np.int32], known: NDArray[np.bool_]) -> pa.Array:
    """The known ages in 16 bits, and the others empty."""
    valid = pa.py_buffer(np.packbits(known, bitorder="little"))
    values = pa.py_buffer(ages.astype(np.int16))
    return pa.Array.from_buffers(pa.int16(), len(ages), [valid, values])
