"""The lines of a provider's page: each measure, where it lies, how it moves, what it asks for."""

from dataclasses import dataclass

from levelfield.benchmark import Bars, Funnel, NotComparable, Trend
from levelfield.publish.cells import number
from levelfield.publish.icons import PROVISIONAL_LIMITS
from levelfield.publish.results import MeasureResults, Record

_POSITIONS = {
    2: "Above the 99.8% limit",
    1: "Above the 95% limit",
    0: "Within limits",
    -1: "Below the 95% limit",
    -2: "Below the 99.8% limit",
}


@dataclass(frozen=True)
class Line:
    """One measure of a provider: how much attention it asks for and why, and what is drawn."""

    one: MeasureResults
    row: Record
    attention: int
    reasons: tuple[str, ...]
    position: str
    kind: str
    trend: Trend | None


def line_of(one: MeasureResults, row: Record, code: str) -> Line:
    """A measure of a provider, `row` its exact value."""
    where, kind = _position(one, code)
    trend = _trend(one, code)
    reasons: list[tuple[int, str]] = []
    # An interval beside the median is no finding among many measures: only a funnel's is.
    if kind == "worse" and one.comparison and isinstance(one.comparison.main, Funnel):
        reasons.append((4, "worse than chance explains"))
    if trend is not None and trend.variation == "special cause concern":
        reasons.append((2, f"getting worse{_limits(trend)}"))
    if trend is not None and trend.assurance == "fail":
        reasons.append((1, f"will miss the standard{_limits(trend)}"))
    attention = sum(weight for weight, _ in reasons)
    return Line(one, row, attention, tuple(why for _, why in reasons), where, kind, trend)


def _limits(trend: Trend) -> str:
    return f" ({PROVISIONAL_LIMITS})" if trend.provisional_limits else ""


def _trend(one: MeasureResults, code: str) -> Trend | None:
    found = one.comparison.trends.get(code) if one.comparison else None
    return found if isinstance(found, Trend) else None


def _position(one: MeasureResults, code: str) -> tuple[str, str]:
    """Where a provider lies among its peers, with the uncertainty, and what that means."""
    main = one.comparison.main if one.comparison else NotComparable("No comparison.")
    if isinstance(main, NotComparable):
        return main.reason, "within limits"
    point = next((p for p in main.points.to_pylist() if p["org_code"] == code), None)
    if point is None or point["kind"] is None:
        return "No value", "within limits"
    kind = str(point["kind"])
    if isinstance(main, Funnel):
        return _POSITIONS[int(point["signal"])], kind
    return _beside(main, number(point["lower"]), number(point["upper"])), kind


def _beside(found: Bars, lower: float | None, upper: float | None) -> str:
    if found.reference is None:
        return "Nobody to compare with"
    if lower is not None and lower > found.reference:
        return "Interval above the median"
    if upper is not None and upper < found.reference:
        return "Interval below the median"
    return "Interval holds the median" if lower is not None else "No interval"
