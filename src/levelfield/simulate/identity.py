"""NHS numbers of people who do not exist: the 999 range, kept for tests and never issued."""

from functools import cache

import numpy as np

from levelfield.core.errors import UsageError
from levelfield.simulate.draws import Ints

PREFIX = 999


@cache
def test_nhs_numbers() -> Ints:
    """Every ten-digit number of the 999 range with a valid check digit, about 909,000 of them.

    The check digit is eleven minus the weighted sum modulo eleven (weights 10 down to 2), eleven
    written as nought; where it would be ten there is no number. Source: NHS Data Dictionary.
    """
    middle = np.arange(1_000_000, dtype=np.int64)
    digits = [middle // 10**power % 10 for power in (5, 4, 3, 2, 1, 0)]
    weighted = 9 * (10 + 9 + 8) + sum(w * d for w, d in zip(range(7, 1, -1), digits, strict=True))
    check = (11 - weighted % 11) % 11
    numbers = (PREFIX * 1_000_000 + middle) * 10 + check
    return np.asarray(numbers[check < 10], dtype=np.int64)


def nhs_numbers(provider: int, providers: int, count: int) -> Ints:
    """`count` different numbers for one provider of several, scattered over the range.

    Two providers share numbers only when one needs more than its part of the range; such people
    look as if both had seen them. Raises UsageError when one provider needs more than all.
    """
    numbers = test_nhs_numbers()
    if count > len(numbers):
        raise UsageError(
            f"One provider would have {count:,} people, and the test range of NHS numbers holds "
            f"{len(numbers):,}. Ask for more providers or a smaller scale."
        )
    start = provider * (len(numbers) // providers)
    scattered = (start + np.arange(count)) * 7_919 % len(numbers)
    return np.asarray(numbers[scattered], dtype=np.int64)
