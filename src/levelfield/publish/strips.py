"""Marks inside the cells of a table: where a value lies, and how it moves.

Each row of such a table is a row of a chart, and the figures stand beside the mark: the table is
its own twin. A mark is hidden from those who listen, who hear the figures and the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT = 200.0, 20.0
_MIDDLE = _HEIGHT / 2
_EDGE = 8.0
"""Room at either end, so that a mark on the last place is whole."""

_SPARK_WIDTH, _SPARK_HEIGHT = 120.0, 28.0

_CLASSES = {
    "within limits": "w",
    "between the limits": "x",
    "better": "b",
    "worse": "c",
    "unlike the rest": "u",
}
"""The style of each kind of point (`marks.LOOKS`), which the style sheet colours."""


@dataclass(frozen=True)
class Scale:
    """From the value at the left end of a strip to that at its right end, which may be lower."""

    left: float
    right: float

    def x(self, value: float) -> float:
        """The place of a value in the strip; one beyond an end stands at that end."""
        share = (value - self.left) / (self.right - self.left) if self.right != self.left else 0.5
        return _EDGE + min(1.0, max(0.0, share)) * (_WIDTH - 2 * _EDGE)


def strip(
    scale: Scale,
    value: float | None,
    lower: float | None,
    upper: float | None,
    *,
    kind: str = "within limits",
    reference: float | None = None,
    bands: Sequence[tuple[float, float]] = (),
) -> Markup:
    """A value with its interval on a scale; `bands`, the widest first, lie behind it.

    `kind` is one of `marks.KINDS` and gives the mark its shape and colour; `reference` is a line
    across.
    """
    parts = []
    for place, band in enumerate(bands):
        first, last = sorted(scale.x(end) for end in band)
        half = 3 if place == 0 else 6
        parts.append(
            f'<path class="g{place}" d="M{first:.0f} {_MIDDLE - half:.0f}H{last:.0f}'
            f'v{2 * half}H{first:.0f}z"/>'
        )
    if reference is not None:
        parts.append(f'<path class="r" d="M{scale.x(reference):.0f} 0V{_HEIGHT:.0f}"/>')
    if value is not None:
        if lower is not None and upper is not None:
            first, last = sorted((scale.x(lower), scale.x(upper)))
            parts.append(f'<path class="i" d="M{first:.1f} {_MIDDLE:.0f}H{last:.1f}"/>')
        shape = _shape(kind, scale.x(value), _MIDDLE, 5)
        parts.append(f'<path class="{_CLASSES[kind]}" d="{shape}"/>')
    return Markup(
        f'<svg class="lf-strip" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def spark(
    values: Sequence[float | None], kinds: Sequence[str | None], rules: Sequence[str | None]
) -> Markup:
    """A small line of monthly values: the last is marked, and each one outside the limits.

    It has no scale of its own: it shows the run of the months, not how far they lie apart. A month
    without a value is a gap. Runs are not marked, which would paint whole years.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Markup()
    low, high = min(known), max(known)
    step = (_SPARK_WIDTH - 12) / max(1, len(values) - 1)

    def place(number: int, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low) if high > low else 0.5
        return 6 + number * step, _SPARK_HEIGHT - 6 - share * (_SPARK_HEIGHT - 12)

    line, marks, pen = [], [], "M"
    for number, (value, kind, rule) in enumerate(zip(values, kinds, rules, strict=True)):
        if value is None:
            pen = "M"
            continue
        x, y = place(number, value)
        line.append(f"{pen}{x:.0f} {y:.1f}")
        pen = "L"
        if rule == "outside limits" or number == len(values) - 1:
            shown = kind or "within limits"
            marks.append(f'<path class="{_CLASSES[shown]}" d="{_shape(shown, x, y, 3)}"/>')
    return Markup(
        f'<svg class="lf-spark" viewBox="0 0 {_SPARK_WIDTH:.0f} {_SPARK_HEIGHT:.0f}" '
        f'aria-hidden="true"><path class="l" d="{"".join(line)}"/>{"".join(marks)}</svg>'
    )


def _shape(kind: str, x: float, y: float, r: float) -> str:
    """The outline of a mark: the shapes of the charts, by `marks.LOOKS`."""
    match kind:
        case "better":
            return f"M{x:.1f} {y - r - 1:.1f}l{r + 1} {r + 1}-{r + 1} {r + 1}-{r + 1}-{r + 1}z"
        case "worse":
            return f"M{x - r:.1f} {y - r:.1f}h{2 * r}v{2 * r}h-{2 * r}z"
        case "unlike the rest":
            return f"M{x:.1f} {y - r:.1f}l{r} {2 * r}h-{2 * r}z"
        case "between the limits":
            return f"M{x - r:.1f} {y:.1f}h{2 * r}M{x:.1f} {y - r:.1f}v{2 * r}"
        case _:
            return f"M{x - r:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0z"
