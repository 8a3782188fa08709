"""A workbook worked out again from its numbers and texts alone: the few functions that ours use."""

import re
import zipfile
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = r"\$?([A-Z]{1,2})\$?(\d+)"
_PLACE = re.compile(rf"(\"[^\"]*\")|(?:'([^']+)'!)?{_CELL}(?::{_CELL})?")

Value = float | str


class Workbook:
    """A workbook on disk: `value` works a cell out, `stored` has what stands in it."""

    def __init__(self, file: Path) -> None:
        self.stored: dict[tuple[str, str], Value] = {}
        self.formulas: dict[tuple[str, str], str] = {}
        self._worked_out: dict[tuple[str, str], Value] = {}
        with zipfile.ZipFile(file) as archive:
            names = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
            texts = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            self._texts = ["".join(one.itertext()) for one in texts]
            self.sheets = [sheet.attrib["name"] for sheet in names]
            for number, sheet in enumerate(self.sheets, start=1):
                self._read(sheet, archive.read(f"xl/worksheets/sheet{number}.xml"))

    def _read(self, sheet: str, content: bytes) -> None:
        for cell in ElementTree.fromstring(content).iter(f"{MAIN}c"):
            place, text = (sheet, cell.attrib["r"]), cell.findtext(f"{MAIN}v")
            formula = cell.findtext(f"{MAIN}f")
            if formula is not None:
                self.formulas[place] = formula
            if text is not None:
                self.stored[place] = self._typed(text, cell.attrib.get("t"))

    def _typed(self, text: str, kind: str | None) -> Value:
        if kind == "s":
            return self._texts[int(text)]
        return text if kind == "str" or not text else float(text)

    def value(self, sheet: str, cell: str) -> Value:
        """A cell worked out from the formulas alone; an empty one is nought."""
        place = (sheet, cell)
        if place not in self.formulas:
            return self.stored.get(place, 0.0)
        if place not in self._worked_out:
            self._worked_out[place] = self._reckon(sheet, self.formulas[place])
        return self._worked_out[place]

    def _reckon(self, sheet: str, formula: str) -> Value:
        def put(found: re.Match[str]) -> str:
            if found[1]:
                return found[1]
            at = found[2] or sheet
            if found[5]:
                return f"cells({at!r}, {found[3]!r}, {found[4]}, {found[6]})"
            return f"value({at!r}, {found[3] + found[4]!r})"

        code = re.sub(r"(?<![<>=])=(?!=)", "==", _PLACE.sub(put, formula))
        try:
            return eval(code, {"__builtins__": {}}, self._functions)
        except ZeroDivisionError:
            # Both arms of an IF are worked out here, the one that it guards against too.
            if formula.startswith("IF("):
                return ""
            raise

    @cached_property
    def _functions(self) -> dict[str, object]:
        return {
            "value": self.value,
            "cells": lambda sheet, column, first, last: [
                self.value(sheet, f"{column}{row}") for row in range(first, last + 1)
            ],
            "SUM": lambda of: sum(x for x in of if isinstance(x, float)),
            "SUMIFS": _sumifs,
            "IF": lambda asked, yes, no: yes if asked else no,
            "ROUND": lambda number, places: round(number, places),
        }

    def column(self, sheet: str, heading: str) -> list[Value]:
        """What stands below a heading, worked out."""
        heads = {v: place for (s, place), v in self.stored.items() if s == sheet}
        letters, row = re.fullmatch(r"([A-Z]+)(\d+)", heads[heading]).groups()
        last = max(int(re.sub(r"\D", "", place)) for s, place in self.stored if s == sheet)
        return [self.value(sheet, f"{letters}{n}") for n in range(int(row) + 1, last + 1)]


def _sumifs(summed: list[Value], *conditions: object) -> float:
    pairs = list(zip(conditions[::2], conditions[1::2], strict=True))
    return sum(
        amount
        for place, amount in enumerate(summed)
        if isinstance(amount, float) and all(of[place] == wanted for of, wanted in pairs)
    )
