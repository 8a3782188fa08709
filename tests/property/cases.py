"""How many cases a law is tried on."""

import os
from math import ceil

from hypothesis import settings

VARIABLE = "LEVELFIELD_CASES"


def cases(suite: int = 1_000, in_a_draw: int = 1) -> settings:
    """`suite` cases, or as many as LEVELFIELD_CASES says; a draw holds `in_a_draw` of them or more.

    So a law that checks several things in each draw is tried on fewer draws, and says what it
    counts as a case.

    A law that is tried on fewer than 1,000 in the suite says beside it why.
    """
    wanted = int(os.environ.get(VARIABLE, suite))
    return settings(max_examples=ceil(wanted / in_a_draw), deadline=None)
