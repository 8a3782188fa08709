"""How many cases a law is tried on."""

import os

from hypothesis import settings


def cases(few: int) -> settings:
    """`few` in the suite, or as many as LEVELFIELD_CASES says: 1000 for a long run."""
    return settings(max_examples=int(os.environ.get("LEVELFIELD_CASES", few)), deadline=None)
