"""A measure in sentences for pages and for `explain`: who counts, and who does not."""

from dataclasses import dataclass

from levelfield.core.dates import long_date
from levelfield.measures.definition import Measure
from levelfield.measures.queries import depends_on_attendance

_METHODS = {
    "wilson": "Wilson's score interval, 95%",
    "student": "Student's t interval over persons, 95%",
    "order statistics": "interval from order statistics, 95%, which supposes no distribution",
    "newcombe": "Newcombe's hybrid score interval for a difference of two proportions, 95%",
}
_POLARITY = {
    "higher": "Higher is better.",
    "lower": "Lower is better.",
    "none": "Neither higher nor lower is better.",
}


@dataclass(frozen=True)
class Words:
    """The sentences of a measure. Lists may be empty; `standard` is None where nobody set one."""

    who_counts: str
    who_does_not: tuple[str, ...]
    what_is_counted: str
    how_it_is_shown: str
    polarity: str
    standard: str | None
    notes: tuple[str, ...]


def in_words(measure: Measure) -> Words:
    """What the definition says, in sentences without SQL."""
    return Words(
        who_counts=_sentence(measure.denominator.words),
        who_does_not=tuple(_sentence(exclusion.why) for exclusion in measure.exclusions),
        what_is_counted=_counted(measure),
        how_it_is_shown=f"{_STATISTICS[measure.statistic]}, with {_METHODS[measure.interval]}.",
        polarity=_POLARITY[measure.polarity],
        standard=_standard(measure),
        notes=tuple(_notes(measure)),
    )


_STATISTICS = {
    "proportion": "The share",
    "mean": "The mean number",
    "median": "The median and the two quartiles",
    "gap": "The difference between two shares",
}


def _counted(measure: Measure) -> str:
    """A definition has either a numerator or an observation."""
    if measure.observation:
        return _sentence(f"for each of them, {measure.observation.words}")
    words = measure.numerator.words if measure.numerator else ""
    if measure.statistic == "mean":
        return _sentence(f"their {words}")
    return _sentence(f"of these, those {words}")


def _standard(measure: Measure) -> str | None:
    standard = measure.standard
    if standard is None:
        return None
    direction = "At least" if standard.operator == ">=" else "At most"
    percent = measure.statistic == "proportion"
    figure = f"{standard.value:.0%}" if percent else f"{standard.value:g}"
    day = standard.valid_from
    since = f" from {long_date(day)}" if day else ""
    return f"{direction} {figure}{since}. {_sentence(standard.source)}"


def _notes(measure: Measure) -> list[str]:
    notes = []
    if measure.months > 1:
        notes.append(f"A month stands for the {measure.months} months that end with it.")
    if depends_on_attendance(measure):
        notes.append(
            "What a contact without an attendance code counts as changes the result, "
            "so every result says what was done."
        )
    notes.append(
        f"Figures from fewer than {measure.minimum_denominator} are flagged as small numbers."
    )
    return notes


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
