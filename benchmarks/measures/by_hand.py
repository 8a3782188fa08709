"""The shares among the measures by SQL written for them, with nothing between: the same table.

Run it with `python -m benchmarks.measures.by_hand FILES --out OUT.parquet`.

How it counts owes nothing to levelfield; conditions and names come from `library.py`. It is written
for these data: it knows that all months are held and that they make one financial year.
"""

import argparse
from hashlib import sha256
from pathlib import Path

import duckdb
from benchmarks.measures.library import shares

from levelfield.measures import STRATIFIER_COLUMNS, Measure

Z = 1.959963984540054
STRATA = list(STRATIFIER_COLUMNS.values())
KEYS = "period, org_level, org_code, stratifier, stratum"


def script(files: list[Path], out: Path) -> list[str]:
    """The statements: sums by month, by organisation, cells, and their values to a file."""
    flags: dict[str, str] = {}
    conditions = {one.id: _rows(one, flags) for one in shares()}
    totals = {c: f"t{n}" for n, c in enumerate(dict.fromkeys(sum(conditions.values(), ())))}
    added = ", ".join(f"({condition}) AS {name}" for condition, name in totals.items())
    sums = ", ".join(f"count_if({name}) AS {name}" for name in totals.values())
    again = ", ".join(f"sum({name})::bigint AS {name}" for name in totals.values())
    asked = ", ".join(f"coalesce(({sql}), false) AS {name}" for sql, name in flags.items())
    named = " ".join(f"WHEN {c} IS NOT NULL THEN '{n}'" for n, c in STRATIFIER_COLUMNS.items())
    values = " UNION ALL ".join(
        _values(one, *(totals[condition] for condition in conditions[one.id])) for one in shares()
    )
    return [
        f"""CREATE TEMP TABLE by_month AS
        WITH asked AS (
          SELECT period, provider, coalesce(commissioner, 'not known') AS commissioner,
            {", ".join(f"coalesce({c}, 'not known') AS {c}" for c in STRATA)}, {asked}
          FROM read_parquet([{", ".join(f"'{file}'" for file in files)}])
        ), added AS (
          SELECT period, provider, commissioner, {", ".join(STRATA)}, {added} FROM asked
        )
        SELECT period, provider, commissioner, CASE {named} ELSE 'all' END AS stratifier,
          coalesce({", ".join(STRATA)}, 'all') AS stratum, {sums}
        FROM added
        GROUP BY GROUPING SETS ((period, provider, commissioner),
          {", ".join(f"(period, provider, commissioner, {c})" for c in STRATA)})""",
        f"""CREATE TEMP TABLE months AS
        SELECT period, stratifier, stratum,
          CASE WHEN provider IS NOT NULL THEN 'provider'
            WHEN commissioner IS NOT NULL THEN 'commissioner' ELSE 'national' END AS org_level,
          coalesce(provider, commissioner, 'ALL') AS org_code, {again}
        FROM by_month
        GROUP BY GROUPING SETS ((period, stratifier, stratum, provider),
          (period, stratifier, stratum, commissioner), (period, stratifier, stratum))""",
        f"""CREATE TEMP TABLE cells AS
        SELECT *, ('0x' || left(sha256(concat_ws(chr(31), {KEYS})), 12))::ubigint AS number
        FROM (
          SELECT * FROM months
          UNION ALL
          SELECT '2025-26' AS period, stratifier, stratum, org_level, org_code, {again}
          FROM months
          GROUP BY stratifier, stratum, org_level, org_code
        )""",
        f"COPY ({values}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)",
    ]


def _rows(one: Measure, flags: dict[str, str]) -> tuple[str, str]:
    """Who is in the denominator and in the numerator, over the flags of a row."""

    def flag(condition: str) -> str:
        return flags.setdefault(condition, f"f{len(flags)}")

    parts = [flag(one.denominator.when)]
    if one.initial_population:
        parts.append(flag(one.initial_population.when))
    parts += [f"NOT {flag(exclusion.when)}" for exclusion in one.exclusions]
    met = [flag(component.met) for component in one.components]
    met += [flag(one.numerator.when)] if one.numerator else []
    hit = " AND ".join([*parts, *met])
    parts += [f"({' OR '.join([*met, f'NOT {flag(x.when)}'])})" for x in one.exceptions]
    return " AND ".join(parts), hit


def _values(one: Measure, size: str, hits: str) -> str:
    """A measure's rows as levelfield writes them, with Wilson's bounds, flags and lineage keys."""
    conditions = " ".join(condition for _, condition in one.conditions)
    said = "missing attendance left out" if "attendance_status" in conditions else ""
    flags = f"{said};not official".lstrip(";")
    about = chr(31).join([one.id, "1", said, "benchmark"])
    number = int(sha256(about.encode()).hexdigest()[:12], 16)
    spread = f"{Z} * sqrt({Z**2} + 4 * n * (1 - n / d))"
    return f"""
        SELECT '{one.id}' AS measure, '1' AS version, {KEYS},
          n AS numerator, d AS denominator, n / d AS value,
          CASE WHEN n = 0 THEN 0 ELSE (2 * n + {Z**2} - {spread}) / (2 * (d + {Z**2})) END AS lower,
          CASE WHEN n = d THEN 1 ELSE (2 * n + {Z**2} + {spread}) / (2 * (d + {Z**2})) END AS upper,
          'Wilson score, 95%' AS method,
          CASE WHEN d < 10 THEN '{flags};small number' ELSE '{flags}' END AS flags,
          'V-' || printf('%012x', xor(number, {number}::ubigint)) AS lineage
        FROM (
          SELECT {KEYS}, number, {hits}::double AS n, {size}::double AS d
          FROM cells WHERE {size} > 0
        )
    """


def connect(memory: str) -> duckdb.DuckDBPyConnection:
    """A database in memory on two threads."""
    database = duckdb.connect()
    database.execute("SET threads = 2")
    database.execute("SET preserve_insertion_order = false")
    database.execute(f"SET memory_limit = '{memory}'")
    return database


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
