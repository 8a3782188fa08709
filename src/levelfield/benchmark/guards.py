"""Comparability guards: whatever makes a comparison unlike with unlike, and what was done of it.

Nothing is put right silently: each row either says what was left out or adjusted, or flags what a
reader has to bear in mind.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from levelfield import quality
from levelfield.benchmark.merged import WITH_PREDECESSORS
from levelfield.benchmark.organisations import Succession
from levelfield.benchmark.reading import Reading
from levelfield.benchmark.tables import select
from levelfield.benchmark.trend import BREAK, INCOMPLETE
from levelfield.benchmark.words import listed
from levelfield.core.periods import FinancialYear, parse_period

Kind = Literal[
    "not submitted",
    "partly submitted",
    "not a peer",
    "no value",
    "merged",
    "break in series",
    "provisional",
    "incomplete",
    "revised",
    "scope change",
    "small number",
    "impossible count",
]

Add = Callable[[Kind, str, str, str], None]

GUARD_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "org_code", "period", "what", "done")]
)
"""A row says of one organisation and period what makes it unlike the others, and what was done."""

PROVISIONAL = "provisional"
SMALL = "small number"
FEWEST_IN_SCOPE = 10
SHARE_IN_SCOPE = 0.01
"""A service that holds less of an organisation's denominator comes and goes by chance."""

_FLAGGED: dict[str, tuple[Kind, str, str]] = {
    PROVISIONAL: (
        "provisional",
        "a submission of the first window is in it and may be replaced",
        "flagged: compared as it stands",
    ),
    INCOMPLETE: (
        "incomplete",
        "a month that it looks at or back on is not held",
        "flagged: compared as it stands; such months are left out of trends",
    ),
    BREAK: (
        "break in series",
        "the figure means something else from here on, or from within the year",
        "adjusted: limits of the trend begin anew; compared as it stands",
    ),
    SMALL: (
        "small number",
        "fewer stand behind it than the measure asks for",
        "adjusted: the interval and the limits of the funnel are as wide as that makes them",
    ),
    WITH_PREDECESSORS: (
        "merged",
        "the counts of organisations that went into it are in it",
        "adjusted: added up, and people whom both saw count twice",
    ),
}


def guards(
    values: pa.Table,
    reading: Reading,
    *,
    measure: str,
    period: str,
    org_level: str = "provider",
    matrix: pa.Table | None = None,
    members: Iterable[str] | None = None,
    earlier: pa.Table | None = None,
    successions: Sequence[Succession] = (),
) -> pa.Table:
    """The guards of one comparison (GUARD_SCHEMA), in the order of organisations and kinds.

    `values` are those of all organisations and periods; `members` those compared, by default all;
    `matrix` the coverage matrix of the home, without which nobody knows who has not submitted;
    `earlier` the values as they were at an earlier build, without which revisions are known by the
    matrix alone.
    """
    held = select(values, measure=measure, org_level=org_level)
    now = {row["org_code"]: row for row in select(held, measure=measure, period=period).to_pylist()}
    compared = set(now) if members is None else set(members)
    found: list[dict[str, str]] = []

    def add(kind: Kind, code: str, what: str, done: str) -> None:
        row = {"kind": kind, "org_code": code, "period": period, "what": what, "done": done}
        found.append(row)

    for code, row in now.items():
        if code not in compared:
            add("not a peer", code, "it is not in the peer group", "left out")
            continue
        _of_value(row, reading, add)
    if matrix is not None:
        _of_submissions(matrix, period, set(now), compared, successions, add)
    _of_past(held, period, now, successions, matrix, add)
    for code, what in _scope(values, measure, period, org_level).items():
        if code in compared:
            add("scope change", code, what, "flagged: compare it within a service")
    if earlier is not None:
        before = select(earlier, measure=measure, period=period, org_level=org_level)
        _of_revisions(before.to_pylist(), now, add)
    found.sort(key=lambda row: (row["org_code"], row["kind"], row["what"]))
    return pa.Table.from_pylist(found, schema=GUARD_SCHEMA)


def guard_words(table: pa.Table) -> str:
    """The guards in one sentence: how many organisations each kind concerns."""
    whom: dict[str, set[str]] = {}
    for row in table.to_pylist():
        whom.setdefault(row["kind"], set()).add(row["org_code"])
    if not whom:
        return "Nothing stands in the way of comparing them."
    said = [f"{kind} ({len(codes)})" for kind, codes in sorted(whom.items())]
    return f"To bear in mind, with how many organisations it concerns: {listed(said)}."


def _of_value(row: Mapping[str, Any], reading: Reading, add: Add) -> None:
    code = row["org_code"]
    if row["value"] is None:
        empty = row["denominator"] == 0
        why = "nothing in its denominator" if empty else "no figure is given"
        add("no value", code, why, "left out of funnel, ranks and reference")
    count, size = row["numerator"], row["denominator"]
    if reading.is_share and count is not None and size is not None and count > size:
        add(
            "impossible count",
            code,
            f"its numerator of {count:,.0f} is above its denominator of {size:,.0f}",
            "left out of funnel and ranks; have the provider correct it",
        )
    for flag in str(row["flags"] or "").split(";"):
        if flag in _FLAGGED:
            kind, what, done = _FLAGGED[flag]
            add(kind, code, what, done)


def _of_submissions(
    matrix: pa.Table,
    period: str,
    valued: set[str],
    compared: set[str],
    successions: Sequence[Succession],
    add: Add,
) -> None:
    gone = {one.code for one in successions}
    for code, one in quality.submitters(matrix, period).items():
        if code in gone and code not in valued:
            continue
        if len(one.missing) == one.months:
            add("not submitted", code, "it has submitted nothing", "left out")
        elif one.missing:
            add("partly submitted", code, one.words, "flagged: compared by the months that it has")
        elif code not in valued:
            add("no value", code, "it submitted nothing that the measure counts", "left out")
    again: dict[str, list[str]] = {}
    for row in matrix.sort_by("period").to_pylist():
        revised = row.get("records_revised")
        if revised and row["provider"] in compared and period in quality.periods_of(row["period"]):
            more = f"{abs(revised):,} {'more' if revised > 0 else 'fewer'}"
            again.setdefault(row["provider"], []).append(f"{row['period']} with {more}")
    for code, months in again.items():
        what = f"submitted again, in records: {listed(months)} than at first"
        add("revised", code, what, "adjusted: the latest submission counts")


def _of_past(
    held: pa.Table,
    period: str,
    now: Mapping[str, Any],
    successions: Sequence[Succession],
    matrix: pa.Table | None,
    add: Add,
) -> None:
    """Organisations that merged, and those with values in earlier periods of the same sort and
    nothing submitted now."""
    shown = parse_period(period)
    into = {one.code: one for one in successions}
    for code, one in into.items():
        if code not in now:
            what = f"it went into {one.successor} in {one.period}"
            add("merged", code, what, "left out: it has no row of its own")
    last: dict[str, str] = {}
    for row in held.select(["org_code", "period", "value"]).to_pylist():
        then = parse_period(row["period"])
        if type(then) is type(shown) and then.first < shown.first and row["value"] is not None:
            last[row["org_code"]] = max(row["period"], last.get(row["org_code"], ""))
    there = {} if matrix is None else quality.submitters(matrix, period)
    for code in sorted(set(last) - set(now) - set(into)):
        if matrix is None:
            add("not submitted", code, f"its last value is of {last[code]}", "left out")
        elif code not in there or len(there[code].missing) == there[code].months:
            add(
                "merged",
                code,
                f"its last value is of {last[code]}; it may have merged",
                "left out: if it went into another, say so in successions.csv of the look-ups",
            )


def _of_revisions(before: Sequence[Mapping[str, Any]], now: Mapping[str, Any], add: Add) -> None:
    for row in before:
        later = now.get(row["org_code"])
        names = ("numerator", "denominator", "value")
        if later is None or all(row[name] == later[name] for name in names):
            continue
        parts = [
            f"{name} {_shown(row[name])}, now {_shown(later[name])}"
            for name in names
            if row[name] != later[name]
        ]
        what = f"since the earlier build it changed: {'; '.join(parts)}"
        add("revised", row["org_code"], what, "adjusted: the latest figure counts")


def _shown(number: float | None) -> str:
    return "empty" if number is None else f"{number:,.4g}"


def _scope(values: pa.Table, measure: str, period: str, org_level: str) -> dict[str, str]:
    """By organisation, the services of some size that came or went since the period before.

    A period before of which not all is held says nothing.
    """
    before = _before(period)
    then, now = (_services(values, measure, one, org_level) for one in (before, period))
    found = {}
    for code in sorted(set(then) & set(now)):
        came = sorted(_large(now[code]) - set(then[code]))
        went = sorted(_large(then[code]) - set(now[code]))
        said = [f"new {', '.join(came)}"] * bool(came) + [f"gone {', '.join(went)}"] * bool(went)
        if said:
            found[code] = f"services (team types) unlike {before}: {'; '.join(said)}"
    return found


def _before(period: str) -> str:
    shown = parse_period(period)
    if isinstance(shown, FinancialYear):
        return str(FinancialYear(shown.start - 1))
    return str(shown.plus(-1))


def _services(
    values: pa.Table, measure: str, period: str, org_level: str
) -> dict[str, dict[str, float]]:
    rows = select(
        values,
        measure=measure,
        period=period,
        org_level=org_level,
        stratifier="service",
        stratum=None,
    )
    found: dict[str, dict[str, float]] = {}
    for row in rows.to_pylist():
        whole = INCOMPLETE not in str(row["flags"] or "").split(";")
        if whole and row["denominator"] and row["stratum"].lower() != "not known":
            found.setdefault(row["org_code"], {})[row["stratum"]] = row["denominator"]
    return found


def _large(services: Mapping[str, float]) -> set[str]:
    least = max(FEWEST_IN_SCOPE, SHARE_IN_SCOPE * sum(services.values()))
    return {name for name, count in services.items() if count >= least}
