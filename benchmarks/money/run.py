"""How fast contacts are grouped and priced, beside SQL written by hand, in one run.

Run it with `python -m benchmarks.money.run --contacts 10000000`.
"""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.money.generate import write_contacts

from levelfield.core.definitions import path
from levelfield.currencies import group_and_count, load_scheme
from levelfield.engine import compose, open_engine
from levelfield.tariff import load_price_list

BUDGET, RATIO, CONTACTS = 20.0, 1.3, 10_000_000

_PRICED = """
SELECT u.*, COALESCE(u.units * p.pence, 0) AS pence
FROM unit_count AS u
LEFT JOIN price AS p ON p.currency = u.currency
"""
_SUMMED = """
SELECT provider, commissioner, period, team_type, COALESCE(currency, error_class) AS outcome,
    CAST(SUM(units) AS BIGINT) AS units, CAST(SUM(pence) AS BIGINT) AS pence
FROM found
GROUP BY ALL
"""


def prices() -> pa.Table:
    """The national average of every currency of the schedule in whole pence."""
    costs = load_price_list("ncc-2024-25", {}).costs
    priced = {code: cost.unit_cost for code, cost in costs.items() if cost.unit_cost is not None}
    return pa.table(
        {
            "currency": pa.array(priced, pa.string()),
            "pence": pa.array([round(cost * 100) for cost in priced.values()], pa.int64()),
        }
    )


def ours(file: Path, price: pa.Table) -> pa.Table:
    """Grouped by the scheme's own queries, counted, and multiplied by the prices."""
    engine = open_engine("duckdb", threads=2)
    try:
        engine.view_files("contact", [file], pq.read_schema(file))
        engine.view("price", price)
        queries = group_and_count(load_scheme("ncc-2024-25"))
        return engine.query(compose(queries, _PRICED))
    finally:
        engine.close()


def by_hand(file: Path, price: pa.Table) -> pa.Table:
    """The same by the SQL of `by_hand.sql`."""
    folder = path("currencies/ncc-2024-25")
    with (folder / "gaps.csv").open(encoding="utf-8", newline="") as stream:
        gaps = {row["rule"]: row["team_type"] for row in csv.DictReader(stream)}
    sql = Path(__file__).with_name("by_hand.sql").read_text(encoding="utf-8")
    for name, value in (
        ("$folder", str(folder)),
        ("$mode_teams", _quoted(gaps["gap-mode-1"])),
        ("$age_teams", _quoted(gaps["gap-age"])),
    ):
        sql = sql.replace(name, value)
    connection = duckdb.connect(config={"threads": 2})
    try:
        connection.execute(f"CREATE VIEW contact AS SELECT * FROM read_parquet('{file}')")
        connection.register("price", price)
        return connection.sql(sql).to_arrow_table()
    finally:
        connection.close()


def _quoted(codes: str) -> str:
    return ", ".join(f"'{code}'" for code in codes.split(";"))


def same(found: pa.Table, other: pa.Table) -> bool:
    """Whether both say the same of every provider, commissioner, month, team and class."""
    with duckdb.connect() as connection:
        summed = connection.register("found", found).sql(_SUMMED).to_arrow_table()
    keys = [(name, "ascending") for name in other.column_names]
    return bool(summed.sort_by(keys).equals(other.sort_by(keys)))


def timed(run: Callable[[Path, pa.Table], pa.Table], file: Path, price: pa.Table) -> list[float]:
    """Elapsed and processor seconds of one run."""
    began, worked = time.perf_counter(), time.process_time()
    run(file, price)
    return [time.perf_counter() - began, time.process_time() - worked]


def main() -> int:
    """Print the table; 1 when a budget is missed or the two results differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=CONTACTS)
    parser.add_argument("--runs", type=int, default=3, help="how often each runs; the least counts")
    parser.add_argument("--folder", type=Path, help="where the contacts are kept for another run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"contact-{chosen.contacts}.parquet"
        if not file.exists():
            write_contacts(file, chosen.contacts)
        price = prices()
        found = ours(file, price)
        agrees = same(found, by_hand(file, price))
        # One after the other, so that what else the machine does falls on both.
        times = [[timed(run, file, price) for run in (ours, by_hand)] for _ in range(chosen.runs)]
    best = [[min(t[who][kind] for t in times) for kind in (0, 1)] for who in (0, 1)]
    print(f"{chosen.contacts:,} contacts, {found.num_rows:,} rows of counts and pounds")
    print("| | elapsed, s | processor, s |\n|---|---|---|")
    for name, (elapsed, worked) in zip(("levelfield", "by hand"), best, strict=True):
        print(f"| {name} | {elapsed:.2f} | {worked:.2f} |")
    ratio = best[0][1] / best[1][1]
    print(f"\nRatio of processor times: {ratio:.2f} (at most {RATIO}).")
    print("The two results are the same." if agrees else "THE TWO RESULTS DIFFER.")
    in_time = best[0][0] <= BUDGET * chosen.contacts / CONTACTS
    print(f"Budget of {BUDGET:.0f} s for {CONTACTS:,}: {'kept' if in_time else 'MISSED'}.")
    return 0 if agrees and in_time and ratio <= RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
