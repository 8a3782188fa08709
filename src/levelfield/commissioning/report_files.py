"""The files of a report: a CSV for each table, JSON, and a workbook."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter

from levelfield.commissioning.sheets import Rows


def write_report(
    folder: Path,
    name: str,
    tables: Mapping[str, Rows],
    content: Mapping[str, Any],
    write_workbook: Callable[[Path], None],
) -> list[Path]:
    """Write a CSV file for each table that has rows, `<name>.json` of `content` and `<name>.xlsx`
    into a folder that exists; returns them."""
    written = []
    for table, rows in tables.items():
        if rows:
            written.append(folder / f"{table}.csv")
            with written[-1].open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    written.append(folder / f"{name}.json")
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    written[-1].write_text(text, encoding="utf-8")
    written.append(folder / f"{name}.xlsx")
    write_workbook(written[-1])
    return written


@contextmanager
def workbook(file: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A workbook and its styles: title, head, money, total, share and text; written at the end."""
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False})
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    yield (
        book,
        {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format(head),
            "money": book.add_format({"num_format": "£#,##0.00"}),
            "total": book.add_format({"num_format": "£#,##0.00", "bold": True, "top": 1}),
            "share": book.add_format({"num_format": "0%"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        },
    )
    book.close()
