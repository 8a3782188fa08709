"""The measures of the benchmark counted by levelfield, from files of contacts to a file of values.

Run it with `python -m benchmarks.measures.count FILES --out OUT.parquet --which all`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.measures.generate import MONTHS, PROVIDERS
from benchmarks.measures.library import measures, shares

from levelfield.core.values import VALUE_SCHEMA
from levelfield.engine import open_engine
from levelfield.facts import load_fact
from levelfield.measures import Measure, evaluate_all
from levelfield.measures.sums import is_of_sums

WHICH: dict[str, Callable[[], list[Measure]]] = {
    "all": measures,
    "shares": shares,
    "sums": lambda: [one for one in measures() if is_of_sums(one)],
    "medians": lambda: [one for one in measures() if one.statistic == "median"],
    "persons": lambda: [one for one in measures() if one.unit == "person"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--which", choices=WHICH, default="all")
    parser.add_argument("--memory", default="4GB")
    options = parser.parse_args()
    engine = open_engine("duckdb", threads=2, memory=options.memory)
    engine.view_files("contact", options.files, load_fact("contact").arrow_schema())
    held = [(provider, str(month)) for provider in PROVIDERS for month in MONTHS]
    coverage = pa.table(
        {
            "provider": [provider for provider, _ in held],
            "period": [month for _, month in held],
            "submission_window": ["refresh"] * len(held),
        }
    )
    counted = evaluate_all(engine, WHICH[options.which](), "benchmark", coverage)
    rows = 0
    with pq.ParquetWriter(options.out, VALUE_SCHEMA, compression="zstd") as writer:
        for _, values in counted:
            writer.write_table(values)
            rows += values.num_rows
    print(f"{rows:,} values")


if __name__ == "__main__":
    main()
