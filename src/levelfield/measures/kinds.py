"""What the values of a measure are, as disclosure control has to know it."""

from collections.abc import Iterable

from levelfield.disclosure import Kind
from levelfield.measures.definition import Measure
from levelfield.measures.estimates import part_name, quantiles


def value_kinds(measures: Iterable[Measure]) -> dict[str, Kind]:
    """The kind of the values of each measure and of its parts, by the names of their rows.

    Medians of days are given in whole days, differences of shares in whole percentage points.
    """
    return {name: kind for measure in measures for name, kind in _kinds(measure).items()}


def _kinds(measure: Measure) -> dict[str, Kind]:
    statistic, of = measure.statistic, measure.observation
    if statistic == "median":
        digits = 0 if of is not None and of.unit == "days" else 1
        return {
            part_name(measure, part): Kind("quantile", probability=probability, digits=digits)
            for part, probability in quantiles(measure).items()
        }
    if statistic in ("gap", "slope"):
        found = {measure.id: Kind("difference", digits=1 if of else 2)}
        groups = (measure.gap.first_name, measure.gap.second_name) if measure.gap else ()
        return found | {part_name(measure, name): Kind("share") for name in groups}
    if measure.is_share:
        return {measure.id: Kind("share", from_counts=measure.interval != "clustered")}
    if statistic == "rate":
        return {measure.id: Kind("rate", per=measure.multiplier)}
    return {measure.id: Kind("mean" if of else "quotient")}
