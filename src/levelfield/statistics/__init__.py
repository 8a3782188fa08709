"""Pure statistics on numpy arrays: intervals, funnel limits, overdispersion, control charts.

Nothing here knows about health care or imports anything of ours. Values outside a method's domain
raise ValueError; a zero denominator gives `nan`, since an empty group is a fact and no mistake.
"""

from levelfield.statistics.control_chart import FEWEST_POINTS, RULES, Xmr, places_of, xmr
from levelfield.statistics.dispersion import (
    Overdispersion,
    between_variance,
    overdispersion,
    phi_of_chance,
)
from levelfield.statistics.funnel import (
    FUNNEL_CONFIDENCE,
    FunnelKind,
    confidence_within,
    funnel_limits,
    funnel_scores,
    funnel_signal,
)
from levelfield.statistics.icons import Improvement, assurance, point_variation, variation
from levelfield.statistics.interval import Estimate, Interval
from levelfield.statistics.means import (
    mean_difference_interval,
    mean_interval,
    mean_interval_of_sums,
)
from levelfield.statistics.poisson import (
    byars_interval,
    exact_poisson_interval,
    poisson_interval,
)
from levelfield.statistics.proportions import difference_interval, wilson_interval
from levelfield.statistics.quantiles import quantile, quantile_interval
from levelfield.statistics.rates import count_ratio_interval, rate_interval
from levelfield.statistics.scales import FunnelScale
from levelfield.statistics.seasonality import Seasonality, seasonality
from levelfield.statistics.standardisation import (
    FEWEST_EVENTS,
    RepeatedEvents,
    directly_standardised_rate,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
    repeated_events,
)

__all__ = [
    "FEWEST_EVENTS",
    "FEWEST_POINTS",
    "FUNNEL_CONFIDENCE",
    "RULES",
    "Estimate",
    "FunnelKind",
    "FunnelScale",
    "Improvement",
    "Interval",
    "Overdispersion",
    "RepeatedEvents",
    "Seasonality",
    "Xmr",
    "assurance",
    "between_variance",
    "byars_interval",
    "confidence_within",
    "count_ratio_interval",
    "difference_interval",
    "directly_standardised_rate",
    "exact_poisson_interval",
    "funnel_limits",
    "funnel_scores",
    "funnel_signal",
    "indirectly_standardised_rate",
    "indirectly_standardised_ratio",
    "mean_difference_interval",
    "mean_interval",
    "mean_interval_of_sums",
    "overdispersion",
    "phi_of_chance",
    "places_of",
    "point_variation",
    "poisson_interval",
    "quantile",
    "quantile_interval",
    "rate_interval",
    "repeated_events",
    "seasonality",
    "variation",
    "wilson_interval",
    "xmr",
]
