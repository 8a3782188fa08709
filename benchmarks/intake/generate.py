"""Made-up submissions for the benchmark: `python -m benchmarks.intake.generate FOLDER`.

FOLDER gets `submission`, what is to be loaded, and `truth.parquet`, what is to be found in it:
table, row_number (from 1), kind of fault, rule and field. The same options give the same bytes.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.intake.submission import Submission
from benchmarks.intake.write import FORMS, Tables


@dataclass(frozen=True)
class Made:
    """Where a submission lies and how many rows each of its tables has."""

    folder: Path
    rows: dict[str, int]

    @property
    def source(self) -> Path:
        return self.folder / "submission"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.parquet"

    @property
    def bytes(self) -> int:
        return sum(file.stat().st_size for file in self.source.iterdir())


def generate(
    folder: Path, contacts: int, *, whole: bool, form: str = "csv", share: float = 0.01
) -> Made:
    """Write one submission of the month of March 2026 in one of FORMS."""
    made = Made(folder, {})
    made.source.mkdir(parents=True)
    submission = Submission(contacts, whole=whole, share=share)

    FORMS[form](made.source, _counted(submission.tables(), made.rows))
    pq.write_table(submission.truth.table(), made.truth)
    return made


def _counted(tables: Tables, rows: dict[str, int]) -> Tables:
    """The same tables, whose rows are counted while they pass."""

    def counting(name: str, pieces: Iterator[pa.Table]) -> Iterator[pa.Table]:
        for piece in pieces:
            rows[name] = rows.get(name, 0) + piece.num_rows
            yield piece

    for name, pieces in tables:
        yield name, counting(name, pieces)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="new folder")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--alone", action="store_true", help="the contact table almost alone")
    parser.add_argument("--form", choices=sorted(FORMS), default="csv")
    parser.add_argument("--faults", type=float, default=0.01, help="share of spoiled rows")
    options = parser.parse_args()
    made = generate(
        options.folder,
        options.contacts,
        whole=not options.alone,
        form=options.form,
        share=options.faults,
    )
    for name, rows in made.rows.items():
        print(f"{name}: {rows:,}")
    print(f"{sum(made.rows.values()):,} rows, {made.bytes / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
