"""The row of a scheme that fires for a record, read from the files. Shares no code with ours."""

import csv
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2] / "src/levelfield/definitions/currencies"


class SchemeOracle:
    """A scheme by its id, with its default choices or others."""

    def __init__(self, scheme: str, **choices: object) -> None:
        folder = ROOT / scheme
        self.file = yaml.safe_load((folder / "scheme.yaml").read_text(encoding="utf-8"))
        self.choices = {n: p["value"] for n, p in self.file["parameters"].items()} | choices
        self.rows: list[dict[str, str]] = []
        for name in self.file["tables"]:
            with (folder / name).open(encoding="utf-8", newline="") as stream:
                self.rows += list(csv.DictReader(stream))
        conditions = self.file["conditions"]
        self.asked = [
            [(k, set(v.split(";"))) for k, v in row.items() if k in conditions and v != "any"]
            for row in self.rows
        ]

    def outcome(self, record: dict[str, Any]) -> dict[str, str | None]:
        """Rule, currency, error class and basis of a record of the scheme's table."""
        held = {name: self._held(c, record) for name, c in self.file["conditions"].items()}
        for row, asked in zip(self.rows, self.asked, strict=True):
            if all(not held[name].isdisjoint(cell) for name, cell in asked):
                return {k: row[k] or None for k in ("rule", "currency", "error_class", "basis")}
        raise AssertionError("no row fits")

    def _held(self, condition: dict[str, Any], record: dict[str, Any]) -> set[str]:
        if "flags" in condition:
            return {flag for flag in condition["flags"] if record[flag]}
        value = record[condition["field"]]
        if "codes" in condition:
            if "instead" in condition and value is not None and not record["team_valid"]:
                return {"invalid"}
            return {"none" if value is None else value}
        for word, codes in condition.get("words", {}).items():
            if value in codes:
                return {word}
        for word, bound in condition.get("bands", {}).items():
            limit = self.choices[bound] if isinstance(bound, str) else bound
            if value is not None and (limit is None or value <= limit):
                return {word}
        rest = condition["otherwise"]
        if isinstance(rest, dict):
            ((parameter, words),) = rest.items()
            rest = words[self.choices[parameter]]
        return {rest}
