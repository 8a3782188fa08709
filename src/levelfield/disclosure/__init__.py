"""What may leave, and for whom. Everything made for the public passes here first."""

from levelfield.disclosure.counts import MEDIAN_MINIMUM, MINIMUM, NEAREST, public_count
from levelfield.disclosure.values import Audience, Effect, disclose

__all__ = [
    "MEDIAN_MINIMUM",
    "MINIMUM",
    "NEAREST",
    "Audience",
    "Effect",
    "disclose",
    "public_count",
]
