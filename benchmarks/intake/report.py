"""The figures to reach, each with what was measured, and all of it as a Markdown table."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """One figure to reach, and whether it is."""

    name: str
    measured: str
    wanted: str
    kept: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def at_most(name: str, measured: float, limit: float) -> Target:
    return Target(name, _figure(measured), f"at most {_figure(limit)}", measured <= limit)


def at_least(name: str, measured: float, limit: float) -> Target:
    return Target(name, _figure(measured), f"at least {_figure(limit)}", measured >= limit)


def is_true(name: str, holds: bool) -> Target:
    return Target(name, "yes" if holds else "no", "yes", holds)


def markdown(figures: Mapping[str, Any], targets: Sequence[Target]) -> str:
    """The targets, then every measurement."""
    lines = [figures["machine"], "", "| target | measured | wanted | |", "|---|---|---|---|"]
    lines += [
        f"| {t.name} | {t.measured} | {t.wanted} | {'kept' if t.kept else 'MISSED'} |"
        for t in targets
    ]
    names = ("what", "rows", "MB", "who", "s, fastest", "s, median", "CPU s", "peak GiB", "runs")
    lines += ["", f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for what, part in figures.items():
        for who, run in part["runs"].items() if isinstance(part, Mapping) else ():
            values = [what, f"{part['rows']:,}", part["megabytes"], who, run["seconds_min"]]
            values += [run["seconds_median"], run["cpu_seconds_min"], run["peak_gib"], run["runs"]]
            lines.append(f"| {' | '.join(map(str, values))} |")
    return "\n".join([*lines, ""])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
