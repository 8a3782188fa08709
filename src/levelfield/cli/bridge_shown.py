"""A bridge on the terminal."""

from levelfield.cli.console import show
from levelfield.cli.options import Format
from levelfield.core.money import format_pounds
from levelfield.payment import Bridge

BARS = 40
"""Letters that the longest bar has."""


def show_bridge(made: Bridge) -> None:
    """Print a waterfall in letters: totals from the left, steps where they begin and end."""
    show(_rows(made), ["step", "pounds", "bar"], Format.table)


def _rows(made: Bridge) -> list[dict[str, object]]:
    levels = made.levels()
    most = max(max(start, end) for _, start, end in levels) or 1
    rows: list[dict[str, object]] = []
    for place, (name, start, end) in enumerate(levels):
        total = place in (0, len(levels) - 1)
        left, right = (round(BARS * max(at, 0) / most) for at in sorted((start, end)))
        letter = "#" if total else ("+" if end >= start else "-")
        bar = " " * left + letter * max(right - left, int(start != end))
        rows.append({"step": name, "pounds": format_pounds(end - start), "bar": bar})
    return rows
