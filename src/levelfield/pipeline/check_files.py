"""The report of a check as files: page, workbook, JSON, and every finding by row."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from levelfield.core.errors import UsageError
from levelfield.intake import Examined
from levelfield.intake.records import write_findings
from levelfield.pipeline.preview import METHOD
from levelfield.publish.check_data import CheckData
from levelfield.publish.check_workbook import write_check_workbook
from levelfield.publish.pages.check import check_page

FILES = ("report.html", "report.xlsx", "report.json", "findings.parquet")
"""What a folder of a report holds."""


def refuse_report_folder(out: Path, submission: Path, home: Path | None = None) -> None:
    """Raise UsageError where reports cannot or must not go: into a file, another's folder, the
    submission or the home, or where nobody may write.

    A folder that holds reports and nothing else is taken for the next ones.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: this is a file. Name a folder for the report.")
    for folder, what in ((submission, "submission"), (home, "home")):
        if (
            folder is not None
            and folder.is_dir()
            and out.resolve().is_relative_to(folder.resolve())
        ):
            raise UsageError(f"{out} lies in the {what} itself. Name a folder outside {folder}.")
    held = list(out.iterdir()) if out.is_dir() else []
    if any(file.name not in FILES and not _holds_a_report(file) for file in held):
        raise UsageError(
            f"{out}: this folder holds something else than a report. Name a new or empty one."
        )
    try:
        nearest = next(folder for folder in (out, *out.parents) if folder.exists())
        for folder in {nearest, out.parent if nearest == out else nearest}:
            with TemporaryDirectory(prefix=_STAGING, dir=folder):
                pass
    except OSError as error:
        why = error.strerror or "the system says no more"
        raise UsageError(
            f"{out}: nothing can be written here ({why}). Name another folder with --out."
        ) from None


_STAGING = ".levelfield-"


def _holds_a_report(folder: Path) -> bool:
    """Whether a folder holds a report, and nothing else."""
    return folder.is_dir() and {file.name for file in folder.iterdir()} == set(FILES)


def write_report(data: CheckData, examined: Examined, out: Path) -> list[Path]:
    """Write the report of a check into a folder, made if it is not there; returns the files.

    They are complete before the first takes its place, so a failure leaves an earlier report.
    """
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=_STAGING, dir=out.parent) as staging:
        page, workbook, text, rows = (Path(staging) / name for name in FILES)
        page.write_text(check_page(data, METHOD), encoding="utf-8")
        write_findings(examined, rows, told=True)
        with pq.ParquetFile(rows) as found:
            write_check_workbook(data, found.iter_batches(), METHOD, workbook)
        body = json.dumps(data.to_json(), indent=2, ensure_ascii=False)
        text.write_text(body + "\n", encoding="utf-8")
        return [file.replace(out / file.name) for file in (page, workbook, text, rows)]
