"""Where a provider lies among its peers, in words."""

from levelfield.benchmark import Bars, Funnel, NotComparable
from levelfield.publish.cells import number
from levelfield.publish.results import MeasureResults

_POSITIONS = {
    2: "Above the 99.8% limit",
    1: "Above the 95% limit",
    0: "Within limits",
    -1: "Below the 95% limit",
    -2: "Below the 99.8% limit",
}


def position(one: MeasureResults, code: str) -> tuple[str, str]:
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
