"""Pure statistics on numpy arrays: intervals, standardised rates, funnels, charts, inequality.

Nothing here knows about health care or imports anything of ours. What holds for all of it:

- Values outside a method's domain raise ValueError: a negative count, a numerator above its
  denominator, events over no exposure.
- What is missing comes in as `nan` and leaves as `nan`, in its own place; a method that makes one
  figure of many values says what it does about missing ones. A zero denominator gives `nan` too:
  an empty group is a fact and no mistake.
- One number in gives one number out, an array an array. `confidence` is a level such as 0.95, or a
  list of levels: the bounds then have one axis more, the first, with a place for each level.
"""

from levelfield.statistics.clusters import (
    clustered_proportion_interval,
    clustered_ratio_interval,
)
from levelfield.statistics.control_chart import FEWEST_POINTS, RULES, Xmr, places_of, xmr
from levelfield.statistics.credibility import (
    Credibility,
    buhlmann_straub,
    credibility_factors,
)
from levelfield.statistics.discoveries import adjusted_p_values, two_sided_p_values
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
from levelfield.statistics.inequality import (
    relative_index_of_inequality,
    slope_index_of_inequality,
    standard_errors,
)
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
from levelfield.statistics.power import funnel_power
from levelfield.statistics.proportions import difference_interval, wilson_interval
from levelfield.statistics.quantile_groups import assign_quantiles
from levelfield.statistics.quantiles import Histograms, quantile, quantile_interval, quantile_ranks
from levelfield.statistics.ranks import (
    Ranks,
    normal_draws,
    proportion_draws,
    rank_intervals,
    rate_draws,
)
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
    "Credibility",
    "Estimate",
    "FunnelKind",
    "FunnelScale",
    "Histograms",
    "Improvement",
    "Interval",
    "Overdispersion",
    "Ranks",
    "RepeatedEvents",
    "Seasonality",
    "Xmr",
    "adjusted_p_values",
    "assign_quantiles",
    "assurance",
    "between_variance",
    "buhlmann_straub",
    "byars_interval",
    "clustered_proportion_interval",
    "clustered_ratio_interval",
    "confidence_within",
    "count_ratio_interval",
    "credibility_factors",
    "difference_interval",
    "directly_standardised_rate",
    "exact_poisson_interval",
    "funnel_limits",
    "funnel_power",
    "funnel_scores",
    "funnel_signal",
    "indirectly_standardised_rate",
    "indirectly_standardised_ratio",
    "mean_difference_interval",
    "mean_interval",
    "mean_interval_of_sums",
    "normal_draws",
    "overdispersion",
    "phi_of_chance",
    "places_of",
    "point_variation",
    "poisson_interval",
    "proportion_draws",
    "quantile",
    "quantile_interval",
    "quantile_ranks",
    "rank_intervals",
    "rate_draws",
    "rate_interval",
    "relative_index_of_inequality",
    "repeated_events",
    "seasonality",
    "slope_index_of_inequality",
    "standard_errors",
    "two_sided_p_values",
    "variation",
    "wilson_interval",
    "xmr",
]
