"""What all measures count, by SQL written for them: numerators, denominators, means and quantiles.

Run it with `python -m benchmarks.measures.counts_by_hand FILES --out OUT.parquet`.

No intervals, flags or keys, which levelfield gives as well: so it does less than what it stands
beside. Sums come from one scan, medians from how often each duration occurs, persons from rows
brought together by person, each stratifier after the other. It is written for these data, as
`by_hand` is.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measures.by_hand import KEYS, STRATA, connect
from benchmarks.measures.library import SEEN, measures

from levelfield.measures import STRATIFIER_COLUMNS, Measure

FIFTHS = ("1", "2", "3", "4", "5")
QUANTILES = {"": 0.5, ".lower_quartile": 0.25, ".upper_quartile": 0.75, ".p90": 0.9}
LEVELS = {"provider": "provider", "commissioner": "commissioner", "national": "'ALL'"}


def script(files: list[Path], out: Path) -> Iterator[str]:
    """The statements, one after the other; the last writes the counts to a file."""
    listed = ", ".join(f"'{file}'" for file in files)
    strata = ", ".join(f"coalesce({c}, 'not known') AS {c}" for c in STRATA)
    yield f"""CREATE TEMP VIEW contact AS
        SELECT * REPLACE (coalesce(commissioner, 'not known') AS commissioner, {strata})
        FROM read_parquet([{listed}])"""
    yield """CREATE TEMP TABLE found (measure VARCHAR, period VARCHAR, org_level VARCHAR,
        org_code VARCHAR, stratifier VARCHAR, stratum VARCHAR, numerator DOUBLE,
        denominator DOUBLE, value DOUBLE)"""
    yield from _sums([one for one in measures() if one.unit == "contact" and not _median(one)])
    yield from _medians([one for one in measures() if _median(one)])
    yield from _persons()
    yield f"COPY found TO '{out}' (FORMAT parquet, COMPRESSION zstd)"


def _median(one: Measure) -> bool:
    return one.statistic == "median"


def _sums(asked: list[Measure]) -> Iterator[str]:
    columns: dict[str, str] = {}

    def column(adds: str) -> str:
        return columns.setdefault(adds, f"s{len(columns)}")

    shown = [
        (one, name, column(hits), column(size), value)
        for one in asked
        for name, hits, size, value in _shown(one)
    ]
    # What a row adds stands apart: inside the sums it is worked out again for each grouping set.
    added = ", ".join(f"{adds} AS {name}" for adds, name in columns.items())
    sums = ", ".join(
        f"sum({name}) AS {name}" if adds.startswith("CASE") else f"count_if({name}) AS {name}"
        for adds, name in columns.items()
    )
    again = ", ".join(f"sum({name}) AS {name}" for name in columns.values())
    named = " ".join(f"WHEN {c} IS NOT NULL THEN '{n}'" for n, c in STRATIFIER_COLUMNS.items())
    yield f"""CREATE TEMP TABLE by_month AS
        SELECT period, provider, commissioner, CASE {named} ELSE 'all' END AS stratifier,
          coalesce({", ".join(STRATA)}, 'all') AS stratum, {sums}
        FROM (SELECT period, provider, commissioner, {", ".join(STRATA)}, {added} FROM contact)
        GROUP BY GROUPING SETS ((period, provider, commissioner),
          {", ".join(f"(period, provider, commissioner, {c})" for c in STRATA)})"""
    yield f"""CREATE TEMP TABLE cells AS
        WITH months AS (
          SELECT period, stratifier, stratum,
            CASE WHEN provider IS NOT NULL THEN 'provider'
              WHEN commissioner IS NOT NULL THEN 'commissioner' ELSE 'national' END AS org_level,
            coalesce(provider, commissioner, 'ALL') AS org_code, {again}
          FROM by_month
          GROUP BY GROUPING SETS ((period, stratifier, stratum, provider),
            (period, stratifier, stratum, commissioner), (period, stratifier, stratum))
        )
        SELECT * FROM months
        UNION ALL BY NAME
        SELECT '2025-26' AS period, stratifier, stratum, org_level, org_code, {again}
        FROM months GROUP BY stratifier, stratum, org_level, org_code"""
    for one, name, hits, size, value in shown:
        taken = "AND stratifier <> 'deprivation_fifth'" if one.statistic in ("gap", "slope") else ""
        number = "NULL" if value == "mean" else hits
        result = f"{hits} / {size}" if value else "NULL"
        yield f"""INSERT INTO found SELECT '{name}', {KEYS}, {number}, {size}, {result}
            FROM cells WHERE {size} > 0 {taken}"""


def _shown(one: Measure) -> Iterator[tuple[str, str, str, str]]:
    """Name, what a row adds to the numerator and to the denominator, and what the value is: rows
    that meet a condition, or a number."""
    size, hits = _rows(one)
    if one.gap:
        for part, fifth in ((one.gap.first_name, "1"), (one.gap.second_name, "5")):
            own = f"deprivation_fifth = '{fifth}'"
            yield (
                f"{one.id}.{part}",
                f"{hits} AND {own}",
                f"{size} AND {own}",
                "share",
            )
    elif one.statistic == "slope":
        for fifth in FIFTHS:
            own = f"deprivation_fifth = '{fifth}'"
            yield (
                f"{one.id}.{fifth}",
                f"{hits} AND {own}",
                f"{size} AND {own}",
                "share",
            )
    elif one.statistic == "mean" and one.observation:
        number = one.observation.value
        there = f"{size} AND {number} IS NOT NULL"
        yield one.id, f"CASE WHEN {there} THEN {number} END", there, "mean"
    elif one.statistic == "opportunity":
        met = " + ".join(f"(({part.met}) IS TRUE)::int" for part in one.components)
        many = len(one.components)
        yield one.id, f"CASE WHEN {size} THEN {met} END", f"CASE WHEN {size} THEN {many} END", ""
    elif one.statistic == "rate" and one.numerator:
        numbers = (one.numerator.sum, one.denominator.sum)
        top, below = (f"CASE WHEN {size} THEN {number} END" for number in numbers)
        yield one.id, top, below, ""
    else:
        yield one.id, hits, size, "share"


def _rows(one: Measure) -> tuple[str, str]:
    """Who is in the denominator and in the numerator, as conditions that are true or false."""

    def true(condition: str) -> str:
        return f"(({condition}) IS TRUE)"

    parts = [true(one.denominator.when)]
    if one.initial_population:
        parts.append(true(one.initial_population.when))
    parts += [f"NOT {true(exclusion.when)}" for exclusion in one.exclusions]
    met = [true(component.met) for component in one.components]
    met += [true(one.numerator.when)] if one.numerator else []
    # The numerator of a ratio is no part of its denominator.
    hit = " AND ".join([*parts[one.statistic == "ratio" :], *met])
    parts += [f"({' OR '.join([*met, f'NOT {true(x.when)}'])})" for x in one.exceptions]
    return " AND ".join(parts), hit


def _medians(asked: list[Measure]) -> Iterator[str]:
    """Each quantile from how often each duration occurs in a cell."""
    columns = {one.id: _rows(one)[0] for one in asked}
    counted = ", ".join(f"count_if({size}) AS {name}" for name, size in columns.items())
    again = ", ".join(f"sum({name})::bigint AS {name}" for name in columns)
    for name, stratum in {"all": "'all'", **STRATIFIER_COLUMNS}.items():
        yield f"""CREATE OR REPLACE TEMP TABLE often AS
            SELECT period, provider, commissioner, {stratum} AS stratum,
              care_contact_duration AS duration, {counted}
            FROM contact WHERE duration IS NOT NULL GROUP BY ALL"""
        for level, code in LEVELS.items():
            for period in ("period", "'2025-26'"):
                yield f"""CREATE OR REPLACE TEMP TABLE cell AS
                    SELECT {period} AS period, {code} AS org_code, stratum, duration, {again}
                    FROM often GROUP BY ALL"""
                for one in asked:
                    yield _quantiles(one, level, name)


def _quantiles(one: Measure, level: str, stratifier: str) -> str:
    bounds = ", ".join(
        f"min(duration) FILTER (upto > floor((size - 1) * {p}::double)) AS l{n}, "
        f"min(duration) FILTER (upto > ceil((size - 1) * {p}::double)) AS u{n}"
        for n, p in enumerate(QUANTILES.values())
    )
    rows = " UNION ALL ".join(
        f"SELECT '{one.id}{part}' AS measure, period, '{level}', org_code, '{stratifier}', "
        f"stratum, NULL, size, l{n} + (u{n} - l{n}) * (((size - 1) * {p}::double) % 1) "
        "FROM bounds"
        for n, (part, p) in enumerate(QUANTILES.items())
    )
    keys = "period, org_code, stratum"
    return f"""INSERT INTO found
        WITH running AS (
          SELECT {keys}, duration,
            sum({one.id}) OVER (PARTITION BY {keys} ORDER BY duration) AS upto,
            sum({one.id}) OVER (PARTITION BY {keys}) AS size
          FROM cell WHERE {one.id} > 0
        ), bounds AS (
          SELECT {keys}, any_value(size) AS size, {bounds} FROM running GROUP BY ALL
        )
        {rows}"""


def _persons() -> Iterator[str]:
    known = "ethnic_group NOT IN ('Not stated', 'Not known')"
    crisis = "crisis_clock IS TRUE"
    for name, stratum in {"all": "'all'", **STRATIFIER_COLUMNS}.items():
        yield f"""CREATE OR REPLACE TEMP TABLE person AS
            SELECT period, provider, commissioner, {stratum} AS stratum, person_id,
              count(*) AS n, bool_or({known}) AS known,
              count_if({crisis}) AS crisis_n, bool_or({known} AND {crisis}) AS crisis_known
            FROM contact WHERE {SEEN} GROUP BY ALL"""
        for level, code in LEVELS.items():
            for period in ("period", "'2025-26'"):
                yield f"""CREATE OR REPLACE TEMP TABLE cell AS
                    SELECT period, org_code, stratum, count(*) AS people, sum(n) AS n,
                      count_if(known) AS known, count_if(crisis_n > 0) AS crisis_people,
                      sum(crisis_n) AS crisis_n, count_if(crisis_known) AS crisis_known
                    FROM (
                      SELECT {period} AS period, {code} AS org_code, stratum, person_id,
                        sum(n) AS n, bool_or(known) AS known, sum(crisis_n) AS crisis_n,
                        bool_or(crisis_known) AS crisis_known
                      FROM person GROUP BY ALL
                    )
                    GROUP BY period, org_code, stratum"""
                for whose in ("", "crisis_"):
                    for measure, hits in (("per_person", "n"), ("ethnicity_known", "known")):
                        top, size = f"{whose}{hits}", f"{whose}people"
                        yield f"""INSERT INTO found
                            SELECT '{whose}seen_{measure}', period, '{level}', org_code, '{name}',
                              stratum, {top}, {size}, {top} / {size}
                            FROM cell WHERE {size} > 0"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--memory", default="5GB")
    options = parser.parse_args()
    database = connect(options.memory)
    for statement in script(options.files, options.out):
        database.execute(statement)


if __name__ == "__main__":
    main()
