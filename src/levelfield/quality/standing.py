"""How good and how late the data behind a payment are, in one line."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.values import ALL
from levelfield.quality.definition import load_grades
from levelfield.quality.matrix import periods_of


@dataclass(frozen=True)
class Standing:
    """A provider's data over a month or year: index (0 to 100) with its grade and key, and how
    many of the months were sent, and sent in time. `days` are those from the first receipt of a
    single month to the close of its window, negative when it was late."""

    index: float | None
    key: str
    months: int
    held: int
    in_time: int
    days: int | None

    @property
    def grade(self) -> str:
        """The letter of the index; empty without one."""
        return "" if self.index is None else load_grades().of(self.index)

    @property
    def poor(self) -> bool:
        """Whether the grade lies below the one that a price should rest on."""
        letters = [one.grade for one in load_grades().grades]
        bearing = letters.index(load_grades().bears_a_price)
        return not self.grade or letters.index(self.grade) > bearing

    @property
    def words(self) -> str:
        """As in `grade A (index 97.5, Q-3cb86287ce19); received 9 days before the close`."""
        grade = "no grade"
        if self.index is not None:
            grade = f"grade {self.grade} (index {self.index:.1f}, {self.key})"
        if self.days is None or self.months > 1:
            return f"{grade}; {self.held} of {self.months} months sent, {self.in_time} in time"
        when = f"{abs(self.days)} day{'' if abs(self.days) == 1 else 's'}"
        return f"{grade}; first received {when} {'before' if self.days >= 0 else 'after'} the close"


def standing(values: pa.Table, matrix: pa.Table, provider: str, period: str) -> Standing:
    """The standing of a provider in a month or financial year.

    `values` are those of data quality, `matrix` that of coverage, both of one build.
    """
    for column, wanted in {
        "measure": "dqmi",
        "org_code": provider,
        "period": period,
        "stratifier": ALL,
    }.items():
        values = values.filter(pc.equal(values[column], wanted))
    index: dict[str, Any] = {"value": None, "lineage": ""}
    if values.num_rows:
        index = values.to_pylist()[0]
    months = [
        row
        for row in matrix.filter(pc.equal(matrix["provider"], provider)).to_pylist()
        if period in periods_of(row["period"])
    ]
    return Standing(
        index=index["value"],
        key=index["lineage"],
        months=len(months),
        held=sum(row["held"] for row in months),
        in_time=sum(row["in_time"] for row in months),
        days=months[0]["days_before_close"] if len(months) == 1 else None,
    )
