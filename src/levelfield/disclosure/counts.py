"""The thresholds of disclosure control, and what they do to one count.

Source: the rule of the community services statistics (NHS England): below England, counts under 5
are suppressed and others are rounded to the nearest 5.
"""

MINIMUM = 5
"""A count from 1 to MINIMUM - 1 below England is suppressed. Zero is shown: nobody is in it."""

NEAREST = 5
"""Other counts below England are rounded to a multiple of this."""

MEDIAN_MINIMUM = 10
"""A median or a difference of fewer people is suppressed: it may be one person's own figure."""


def is_small(count: int) -> bool:
    """Whether a count below England has to be suppressed."""
    return 0 < count < MINIMUM


def rounded(count: int) -> int:
    """A count to the nearest 5; 2.5 cannot occur, so there are no ties."""
    return (2 * count + NEAREST) // (2 * NEAREST) * NEAREST


def public_count(count: int) -> int | None:
    """A single count below England as the public may see it: rounded, or None for suppressed."""
    return None if is_small(count) else rounded(count)


def bounds(shown: int) -> tuple[int, int]:
    """The least and the greatest count that are shown as `shown`, a rounded count.

    >>> bounds(5), bounds(20), bounds(0)
    ((5, 7), (18, 22), (0, 0))
    """
    if shown == 0:
        return 0, 0
    spread = (NEAREST - 1) // 2
    return max(MINIMUM, shown - spread), shown + spread
