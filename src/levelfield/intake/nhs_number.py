"""The check of an NHS number."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.intake.checking.encoded import by_row, distinct_values
from levelfield.intake.checking.fields import Mask
from levelfield.intake.joined import Digits, as_number

PLACEHOLDERS = frozenset(
    {*(int(str(digit) * 10) for digit in range(10)), 123_456_789, 9_876_543_210, 1_234_567_881}
)
"""Numbers that pass the check and are typed where none is known: ten equal digits, the digits
counted up and down, and 123 456 78 with the two digits that make it pass. None of the last three
lies in a range that has been issued; of ten equal digits 4, 6 and 7 do, and are refused all the
same, since each would make one person of all the people it was typed for."""


def valid_nhs_numbers(numbers: pa.Array) -> Mask:
    """Which values are NHS numbers: ten ASCII digits with the right check digit, no placeholder.

    Source: NHS Data Model and Dictionary, NHS number, modulus 11.
    """
    texts = pc.fill_null(distinct_values(numbers).cast(pa.large_binary()), b"")
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset :][: len(texts) + 1]
    content = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    valid: Mask = np.diff(offsets) == 10
    shaped = np.flatnonzero(valid)
    digits = content[offsets[shaped, None] + np.arange(10)] - np.uint8(48)
    valid[shaped] = (digits < 10).all(axis=1) & checks(digits)
    return by_row(valid, numbers)


def checks(digits: Digits) -> Mask:
    """Which rows of ten digits have the check digit of an NHS number and are no placeholder."""
    check = 11 - (digits[:, :9] @ np.arange(10, 1, -1)) % 11
    check[check == 11] = 0
    # Where it would be 10 there is no check digit, and such a number is never issued.
    known = ~np.isin(as_number(digits), np.array(sorted(PLACEHOLDERS)))
    right: Mask = (check == digits[:, 9]) & known
    return right
