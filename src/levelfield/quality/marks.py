"""The flags of a figure of data quality: what it rests on, and what is declared of it."""

import pyarrow as pa

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import NATIONAL, PROVISIONAL, join_flags
from levelfield.quality.declared import Declared

NOT_OFFICIAL = "not official"

Keys = tuple[str, str, str, str, str]
"""Period, organisation level and code, stratifier and stratum."""


class Marks:
    """Knows which figures rest on a submission of the primary window, and what is declared."""

    def __init__(self, coverage: pa.Table, declared: Declared) -> None:
        self._declared = declared
        self._primary: set[tuple[str, str]] = set()
        for row in coverage.select(["provider", "period", "submission_window"]).to_pylist():
            if row["submission_window"] == "primary":
                year = str(Month.parse(row["period"]).financial_year)
                for code in (row["provider"], NATIONAL):
                    self._primary |= {(code, row["period"]), (code, year)}

    def of(self, key: Keys, *, sent: bool = True) -> str:
        """The flags of a figure, joined; `sent` says whether anything stood in its field."""
        period, _, code, stratifier, stratum = key
        provisional = PROVISIONAL if (code, period) in self._primary else ""
        month = parse_period(period)
        said = ""
        if stratifier == "field" and isinstance(month, Month):
            table, _, field = stratum.partition(".")
            said = self._declared.said(code, table, field, month, sent=sent)
        return join_flags(NOT_OFFICIAL, provisional, said)
