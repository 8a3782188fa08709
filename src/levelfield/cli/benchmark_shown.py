"""What `levelfield benchmark --show` prints: each comparison as a sentence and a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from levelfield import benchmark
from levelfield.benchmark.words import Names
from levelfield.cli.benchmark_peers import Chosen

Rows = list[dict[str, Any]]

_COUNTS = ("org_code", "numerator", "denominator", "value")


@dataclass(frozen=True)
class Shown:
    """A headline, the rows with their columns, and tables that stand below in a terminal."""

    sentence: str
    rows: Rows
    columns: list[str]
    method: str = ""
    more: list[tuple[str, Rows]] = field(default_factory=list)


def guards(table: pa.Table) -> Shown:
    """What makes the providers unlike each other, and what was done about it."""
    return Shown(benchmark.guard_words(table), table.to_pylist(), table.column_names)


def peers(chosen: Chosen, known: Mapping[str, benchmark.Organisation]) -> Shown:
    """Who is compared; neighbours with their distances and the weights."""
    near = chosen.neighbours
    if near is not None:
        return Shown(
            near.sentence,
            near.distances.to_pylist(),
            near.distances.column_names,
            benchmark.method_words(near.method, near.parameters),
            [("Weights", near.weights.to_pylist())],
        )
    found = [known.get(code, benchmark.Organisation(code, "")) for code in chosen.group.members]
    rows = [
        {"org_code": one.code, "name": one.name, "kind": one.kind, "region": one.region}
        for one in found
    ]
    words = chosen.group.words
    return Shown(f"{words[:1].upper()}{words[1:]}.", rows, ["org_code", "name", "kind", "region"])


def equity(
    values: pa.Table,
    reading: benchmark.Reading,
    measure: str,
    period: str,
    of: tuple[str, str],
) -> Shown:
    """Differences between groups of people, of everybody or of one provider."""
    found = benchmark.equities(
        values, reading, measure=measure, period=period, org_level=of[0], org_code=of[1]
    )
    names = ["stratum", *_COUNTS[1:], "lower", "upper"]
    names += ["difference", "difference_lower", "difference_upper", "used"]
    rows: Rows = []
    for stratifier, one in found.items():
        if isinstance(one, benchmark.NotComparable):
            continue
        slope = vars(one.slope) if one.slope else {}
        rows += [
            {
                "stratifier": stratifier,
                **{name: row[name] for name in names},
                "p": one.p,
                "slope_index": slope.get("index"),
                "slope_lower": slope.get("lower"),
                "slope_upper": slope.get("upper"),
                "relative_index": slope.get("relative"),
                "relative_lower": slope.get("relative_lower"),
                "relative_upper": slope.get("relative_upper"),
            }
            for row in one.points.to_pylist()
        ]
    said = "\n".join(one.sentence for one in found.values())
    done = [one for one in found.values() if isinstance(one, benchmark.Equity)]
    method = benchmark.method_words(done[0].method, _shared(done)) if done else ""
    nothing = f"{measure} is not broken down by deprivation, sex, age band or ethnic group."
    return Shown(said or nothing, rows, list(rows[0]) if rows else [], method)


def _shared(found: list[benchmark.Equity]) -> dict[str, Any]:
    return {
        name: value
        for name, value in found[0].parameters.items()
        if all(one.parameters.get(name) == value for one in found)
    }


def panel(found: benchmark.Panel | benchmark.NotComparable) -> Shown:
    """The same providers over time."""
    if isinstance(found, benchmark.NotComparable):
        return Shown(found.sentence, [], [])
    columns = ["period", "providers", "matched", "entered", "left", "broke", "crude", "value"]
    columns += ["who_entered", "who_left", "who_broke"]
    return Shown(
        f"{found.sentence} {found.trend.sentence}",
        found.points.to_pylist(),
        columns,
        benchmark.method_words(found.method, found.parameters),
    )


_RANKS_AND_FUNNEL = (
    "A rank says who lies above whom among these, the funnel whether that is more than chance and "
    "the usual spread between them."
)


def ranks(rows: pa.Table, everybody: pa.Table, reading: benchmark.Reading, names: Names) -> Shown:
    """Ranks with their interval, drawn with the spread that the funnel found."""
    drawn = benchmark.funnel(rows, reading, spread_from=everybody, names=names)
    funnel = drawn if isinstance(drawn, benchmark.Funnel) else None
    found = benchmark.ranks(rows, reading, funnel=funnel, names=names)
    if isinstance(found, benchmark.NotComparable):
        return Shown(found.sentence, [], [])
    columns = [*_COUNTS, "rank", "rank_lower", "rank_upper", "worst_quarter"]
    method = f"{benchmark.method_words(found.method, found.parameters)} {_RANKS_AND_FUNNEL}"
    return Shown(found.sentence, found.points.to_pylist(), columns, method)


def adjusted(
    found: benchmark.Adjusted | benchmark.NotComparable,
    reading: benchmark.Reading,
    names: Names,
) -> Shown:
    """Crude and adjusted side by side, with the funnel of their ratio and the model."""
    if isinstance(found, benchmark.NotComparable):
        return Shown(found.sentence, [], [])
    drawn = benchmark.adjusted_funnel(found, reading, names=names)
    columns = [*_COUNTS, "expected", "ratio", "ratio_lower", "ratio_upper"]
    columns += ["adjusted", "adjusted_lower", "adjusted_upper", "signal"]
    signals: dict[str, str | None] = {}
    if isinstance(drawn, benchmark.Funnel):
        signals = dict(
            zip(drawn.points["org_code"].to_pylist(), drawn.points["kind"].to_pylist(), strict=True)
        )
    rows = [{**row, "signal": signals.get(row["org_code"])} for row in found.points.to_pylist()]
    method = benchmark.method_words(found.method, found.parameters)
    if isinstance(drawn, benchmark.Funnel):
        method += f" {benchmark.method_words(drawn.method, drawn.parameters)}"
    model = found.model
    more = [("Everybody's strata", found.strata.to_pylist())]
    if model is not None:
        more = [
            ("Terms of the model", model.coefficients.to_pylist()),
            ("How well it does", model.performance.to_pylist()),
            ("Calibration by tenths of predicted risk", model.calibration.to_pylist()),
        ]
    return Shown(f"{found.sentence} {drawn.sentence}", rows, columns, method, more)
