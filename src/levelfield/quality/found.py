"""What one month says of its faults: how often each was found, and which were not looked for."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from levelfield.intake import left_out_of_extract
from levelfield.intake.faults import UNREADABLE
from levelfield.warehouse import Submission, Warehouse

Place = tuple[str, str, str]
"""Rule, table and field of a fault."""


@dataclass(frozen=True)
class MonthFound:
    """The faults of one month by their place; those that merely follow from others are left out.

    `counts` are the records with the fault, `records` those read of each table, repeats apart.
    `off` are rules that a local file had switched off. Of an extract, `absent` are the fields that
    it does not hold and `renamed` those that others stand for: not all rules run on it.
    """

    period: str
    counts: Mapping[Place, int]
    severity: Mapping[Place, str]
    harm: Mapping[Place, tuple[str, ...]]
    records: Mapping[str, int]
    off: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    renamed: frozenset[str] = frozenset()

    def unmeasured(self, place: Place) -> str:
        """Why the month says nothing of a fault; empty where it does."""
        rule, table, of = place
        if rule in self.off:
            return "the rule was switched off"
        if rule in _left_out(self.absent):
            return "the rule does not run on an extract without the fields that it reads"
        if of in self.absent or (rule == UNREADABLE and of in self.renamed):
            return f"the extract does not hold {of} as it was submitted"
        return "" if self.records.get(table) else f"{table} was not sent"


def month_found(period: str, said: Mapping[str, Any]) -> MonthFound:
    """What a receipt says, or a check in the form of one: `tables`, `findings`, `settings`, and of
    an extract `extract`."""
    counts: dict[Place, int] = defaultdict(int)
    severity: dict[Place, str] = {}
    harm: dict[Place, tuple[str, ...]] = {}
    for found in said["findings"]:
        if not found.get("follows"):
            place = found["rule"], found["table"], found["field"] or ""
            counts[place] += found["count"]
            severity[place], harm[place] = found["severity"], tuple(found["harm"])
    extract = said.get("extract", {})
    return MonthFound(
        period=period,
        counts=counts,
        severity=severity,
        harm=harm,
        records={name: n["read"] - n["duplicate"] for name, n in said["tables"].items()},
        off=frozenset(one["rule"] for one in said["settings"]["rules"] if one["now"] == "off"),
        absent=frozenset(extract.get("absent", ())),
        renamed=frozenset(extract.get("renamed", ())),
    )


def kept_month(warehouse: Warehouse, submission: Submission) -> MonthFound:
    """What the receipt of a committed submission says."""
    return month_found(submission.period, warehouse.receipt(submission))


@cache
def _left_out(absent: frozenset[str]) -> frozenset[str]:
    return left_out_of_extract(absent) if absent else frozenset()
