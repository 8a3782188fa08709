"""Pure statistics on numpy arrays: intervals, funnel limits, overdispersion, control charts.

Nothing here knows about health care or imports anything of ours. Values outside a method's domain
raise ValueError; a zero denominator gives `nan`, since an empty group is a fact and no mistake.
"""

from levelfield.statistics.control_chart import FEWEST_POINTS, RULES, Xmr, xmr
from levelfield.statistics.dispersion import Overdispersion, between_variance, overdispersion
from levelfield.statistics.funnel import (
    FUNNEL_CONFIDENCE,
    FunnelKind,
    funnel_limits,
    funnel_scores,
    funnel_signal,
)
from levelfield.statistics.icons import Improvement, assurance, point_variation, variation
from levelfield.statistics.interval import Interval
from levelfield.statistics.means import mean_interval, mean_interval_of_sums
from levelfield.statistics.poisson import (
    byars_interval,
    exact_poisson_interval,
    poisson_interval,
)
from levelfield.statistics.proportions import difference_interval, wilson_interval
from levelfield.statistics.quantiles import quantile, quantile_interval

__all__ = [
    "FEWEST_POINTS",
    "FUNNEL_CONFIDENCE",
    "RULES",
    "FunnelKind",
    "Improvement",
    "Interval",
    "Overdispersion",
    "Xmr",
    "assurance",
    "between_variance",
    "byars_interval",
    "difference_interval",
    "exact_poisson_interval",
    "funnel_limits",
    "funnel_scores",
    "funnel_signal",
    "mean_interval",
    "mean_interval_of_sums",
    "overdispersion",
    "point_variation",
    "poisson_interval",
    "quantile",
    "quantile_interval",
    "variation",
    "wilson_interval",
    "xmr",
]
