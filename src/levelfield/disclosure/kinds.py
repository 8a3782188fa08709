"""What the values of a measure are, as far as it says what may leave of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Kind:
    """What a measure's values are, or those of one of its parts; told by its definition.

    A `share` is of its denominator, from 0 to 1; a `rate` is of events for `per` of the
    denominator; another `quotient` has a numerator that may be larger than its denominator, such as
    contacts per person. A `quantile` (of `probability`), a `difference` and a `mean` of observed
    numbers are no quotient of two counts.
    """

    statistic: Literal["share", "rate", "quotient", "quantile", "difference", "mean"]
    from_counts: bool = True
    """Whether the interval of a share comes from its two counts alone, by Wilson's method."""
    per: float = 1.0
    """How many of the denominator a rate is given for."""
    probability: float = 0.5
    """Of a quantile: 0.5 for a median."""
    digits: int = 1
    """Of what is no quotient: enough to see a change, too few for one person's figure."""


SHARE = Kind("share")
"""What the values of a measure are taken for that nobody has told of: a share loses most."""

Kinds = Mapping[str, Kind]
"""By the name that stands in the column `measure`: a part has its own, `dna_gap.most_deprived`."""
