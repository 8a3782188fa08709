"""A measure in sentences for pages and for `explain`: who counts, and who does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from levelfield.core.dates import long_date
from levelfield.measures.definition import POUNDS, Measure
from levelfield.measures.parts import Standard
from levelfield.measures.queries import depends_on_attendance

_METHODS = {
    "wilson": "Wilson's score interval, 95%",
    "student": "Student's t interval over persons, 95%",
    "order statistics": "interval from order statistics, 95%, which supposes no distribution",
    "newcombe": "Newcombe's hybrid score interval for a difference of two proportions, 95%",
    "poisson": "Byar's interval, exact below 10 events, 95%",
    "odds": "Wilson's score interval of the numerator's share of both counts, 95%",
    "slope index": "the interval of a weighted regression over the five groups, 95%",
    "clustered": "an interval that takes what belongs to one row together, 95%",
}
_POLARITY = {
    "higher": "Higher is better.",
    "lower": "Lower is better.",
    "none": "Neither higher nor lower is better.",
}


@dataclass(frozen=True)
class Words:
    """The sentences of a measure. Lists may be empty; `standards` are targets that somebody set."""

    who_counts: str
    who_does_not: tuple[str, ...]
    what_is_counted: str
    how_it_is_shown: str
    polarity: str
    standards: tuple[str, ...]
    notes: tuple[str, ...]


def in_words(measure: Measure) -> Words:
    """What the definition says, in sentences without SQL."""
    return Words(
        who_counts=_who(measure),
        who_does_not=tuple(_left_out(measure)),
        what_is_counted=_counted(measure),
        how_it_is_shown=_shown(measure),
        polarity=_POLARITY[measure.polarity],
        standards=tuple(_standard(measure, one) for one in measure.standards),
        notes=tuple(_notes(measure)),
    )


_STATISTICS = {
    "proportion": "The share",
    "mean": "The mean number",
    "median": "The median and the two quartiles",
    "rate": "A rate",
    "ratio": "A ratio",
    "gap": "The difference between two shares",
    "slope": "The gradient from the most to the least deprived fifth",
    "all_or_nothing": "The share for whom every part was done",
    "opportunity": "The share of all parts that were done",
}


def _who(measure: Measure) -> str:
    population = measure.initial_population
    among = f", among {population.words}" if population else ""
    return _sentence(f"{measure.denominator.words}{among}")


def _left_out(measure: Measure) -> Iterator[str]:
    for exclusion in measure.exclusions:
        yield _sentence(exclusion.why)
    for exception in measure.exceptions:
        yield _sentence(f"{exception.why} (left out only where the numerator was not met)")
    for exclusion in measure.numerator_exclusions:
        yield _sentence(f"{exclusion.why} (not in the numerator; stays in the denominator)")


def _counted(measure: Measure) -> str:
    if measure.components:
        return " ".join(_sentence(component.words) for component in measure.components)
    if measure.observation:
        return _sentence(f"for each of them, {measure.observation.words}")
    words = measure.numerator.words if measure.numerator else ""
    if measure.statistic == "mean":
        return _sentence(f"their {words}")
    if measure.statistic in ("rate", "ratio"):
        return _sentence(words)
    return _sentence(f"of these, those {words}")


def _shown(measure: Measure) -> str:
    what = _STATISTICS[measure.statistic]
    if measure.value_words:
        of = " of £" if measure.of == POUNDS else " of" if measure.of else ""
        what += f"{of} {measure.value_words}"
    return f"{what}, with {_METHODS[measure.interval]}.{_not_compared(measure)}"


def _not_compared(measure: Measure) -> str:
    if measure.why_not_compared is None:
        return ""
    within = measure.compare_within
    who, instead = (
        ("Whole providers", f" but within one {within},") if within else ("Providers", "")
    )
    return f" {who} are not held side by side{instead} since {measure.why_not_compared}."


def _standard(measure: Measure, standard: Standard) -> str:
    direction = "At least" if standard.operator == ">=" else "At most"
    figure = f"{standard.value:.0%}" if measure.is_share else f"{standard.value:g}"
    unit = measure.observation.unit if measure.observation and not measure.of else ""
    figure = " ".join(filter(None, [figure, unit, measure.value_words]))
    since = f" from {long_date(standard.valid_from)}" if standard.valid_from else ""
    until = f" to {long_date(standard.valid_to)}" if standard.valid_to else ""
    return f"{direction} {figure}{since}{until}. {_sentence(standard.source)}"


def _notes(measure: Measure) -> list[str]:
    notes = []
    if measure.months > 1:
        notes.append(f"A month stands for the {measure.months} months that end with it.")
    if depends_on_attendance(measure):
        notes.append(
            "What a contact without an attendance code counts as changes the result, "
            "so every result says what was done."
        )
    if measure.provisional_months:
        notes.append(
            f"The last {measure.provisional_months} months held stay provisional, since records "
            "still come in."
        )
    notes += [
        f"Not comparable with figures before {long_date(one.first_day)}: {one.why}."
        for one in measure.breaks
    ]
    notes.append(
        f"Figures from fewer than {measure.minimum_denominator} are flagged as small numbers."
    )
    return notes


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
