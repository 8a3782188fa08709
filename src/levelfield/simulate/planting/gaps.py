"""What providers leave out by habit: each is a finding that nobody planted, and known all the same.

A simulation without defects has none of them.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from levelfield.simulate.assumptions import rows_of
from levelfield.simulate.draws import Ints
from levelfield.simulate.planting.conditions import Condition, read_conditions
from levelfield.simulate.planting.sent import Sent


@dataclass(frozen=True, eq=False)
class Gap:
    """One rule that some rows of a table break by habit; by position, later by number."""

    table: str
    field: str
    rule: str
    rows: Ints


@cache
def _habits() -> list[tuple[str, str, str, tuple[Condition, ...]]]:
    return [
        (
            row["table"],
            row["field"],
            row["rule"],
            read_conditions(row["where"], f"definitions/simulation/gaps.csv: {row['rule']}"),
        )
        for row in rows_of("gaps.csv")
    ]


def find_gaps(sent: Sent) -> list[Gap]:
    """The rows of a submission, by position, in which the provider's habits show."""
    gaps = []
    for table, field, rule, conditions in _habits():
        if not sent.size(table):
            continue
        rows = np.ones(sent.size(table), dtype=np.bool_)
        for condition in conditions:
            rows &= condition.holds(sent, table)
        if rows.any():
            gaps.append(Gap(table, field, rule, np.flatnonzero(rows)))
    return gaps
