"""The words of a finding: figures in their unit, organisations, and which way a signal points."""

from collections.abc import Mapping, Sequence

from levelfield.benchmark.reading import Reading, Unit
from levelfield.core.dates import unit_of_time
from levelfield.statistics import Improvement

WITHIN = "within limits"
BETWEEN = "between the limits"
BETTER = "better"
WORSE = "worse"
UNLIKE = "unlike the rest"

Names = Mapping[str, str]
"""Organisation code to name; a code without a name stands for itself."""

_MOST_NAMED = 6


def kind_of(direction: int, polarity: Improvement) -> str:
    """What a signal means: 1 is unusually high, -1 unusually low, 0 no signal."""
    if direction == 0:
        return WITHIN
    if polarity == "none":
        return UNLIKE
    return BETTER if (direction > 0) == (polarity == "higher") else WORSE


def figure(value: float, reading: Reading) -> str:
    """A value in its unit, for running text: `71.2%`, `12 days`, `£48.10 per contact`."""
    return f"{_number(value, reading.unit)} {reading.per}".rstrip()


def _number(value: float, unit: Unit) -> str:
    match unit:
        case "percent":
            return f"{value:.1%}"
        case "points":
            return f"{value * 100:+.1f} percentage points"
        case "days" | "hours" | "minutes":
            shown = f"{value:,.1f}".removesuffix(".0")
            return f"{shown} {unit_of_time(shown, unit)}"
        case "score":
            return f"{value:,.1f} points"
        case "pounds":
            return f"{'-' if value < 0 else ''}£{abs(value):,.2f}"
        case "rate":
            return f"{value:,.2f}"
        case "per_person":
            return f"{value:,.2f} per person"
        case "number":
            return f"{value:,.0f}"


def difference_figure(value: float, reading: Reading) -> str:
    """A difference of two values in its unit, with its sign: `+3.1 percentage points`."""
    if reading.unit in ("percent", "points"):
        return _number(value, "points")
    return f"{'-' if value < 0 else '+'}{figure(abs(value), reading)}"


def difference_span(lower: float, upper: float, reading: Reading) -> str:
    """Two bounds of a difference, the unit said once: `+2.1 to +3.3 percentage points`."""
    first, last = (difference_figure(one, reading) for one in (lower, upper))
    return f"{first.partition(' ')[0]} to {last}"


def organisations(codes: Sequence[str], names: Names) -> str:
    """`ZA1, ZA4 and ZA9`; beyond six, the first of them and how many more."""
    shown = [names.get(code, code) for code in codes[:_MOST_NAMED]]
    if len(codes) > _MOST_NAMED:
        return f"{', '.join(shown)} and {len(codes) - _MOST_NAMED} more"
    return listed(shown)


def listed(parts: Sequence[str]) -> str:
    """`age band, sex and service`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def method_words(method: str, parameters: Mapping[str, object]) -> str:
    """The method's name and parameters, as they stand beside a result."""
    said = [f"{name} {_parameter(value)}" for name, value in parameters.items()]
    return f"Method: {method}; {'; '.join(said)}."


def _parameter(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
