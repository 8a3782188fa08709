"""The contact table checked by one DuckDB script: `python by_hand.py CONTACTS.csv OUT`.

What an expert would write for this one table and these twenty-nine checks, and no more.
"""

import argparse
from pathlib import Path

import duckdb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("contacts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for name, value in {
        "contacts": options.contacts,
        "accepted": options.out / "accepted.parquet",
        "findings": options.out / "findings.parquet",
        "first": "2026-03-01",
        "last": "2026-03-31",
    }.items():
        script = script.replace(f"{{{name}}}", str(value))
    duckdb.connect(config={"threads": options.threads}).execute(script)


if __name__ == "__main__":
    main()
