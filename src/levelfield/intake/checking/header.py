"""The submission's header: who sends what for which month, and whether that can be."""

from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from levelfield.core.dates import long_date
from levelfield.core.periods import Month
from levelfield.datasets import DataSet
from levelfield.intake.checking.fields import FieldCheck, Settled
from levelfield.intake.checking.layout import layout
from levelfield.intake.checking.written import written_instead
from levelfield.intake.faults import Fault
from levelfield.intake.reading.versions import (
    CURRENT,
    FIRST_MONTH,
    LAST_MONTH,
    OLDER,
    same_version,
)
from levelfield.intake.rules.catalogue import FieldGrade

TABLE = "CYP000Header"

_SIGNS = {"date": "CCYY-MM-DD, ", "datetime": "CCYY-MM-DDThh:mm:ss, "}
"""The signs of the specification for a day and a moment."""


@dataclass(frozen=True)
class Header:
    """The one row of the header table."""

    provider: str
    submitter: str
    period: Month
    version: str
    created: datetime
    system: str

    def received(self, told: datetime | None) -> datetime:
        """When the submission was received: the moment that is told, else when it was created.

        A clock that runs ahead must not let a file go before all others, so what says that it is
        yet to be created is received now.
        """
        return told or min(self.created, datetime.now().replace(microsecond=0))


def read_header(
    rows: pa.Table, dataset: DataSet, *, by_mapping: bool = False
) -> tuple[Header | None, list[Fault]]:
    """The header as an object, or none and the faults for which the submission is refused.

    An extract that is read `by_mapping` has the names of the current version in every month.
    """
    if rows.num_rows == 0:
        return None, [Fault.of_file(TABLE, "", "F-HEADER-EMPTY")]
    if rows.num_rows > 1:
        message = f"The header has {rows.num_rows:,} rows and must have one."
        remedy = "Send one provider and one month at a time, with one header row."
        every = range(1, rows.num_rows + 1)
        return None, [Fault.of_file(TABLE, message, "F-HEADER-BAD", rows=every, remedy=remedy)]
    faults: list[Fault] = []
    values: dict[str, Settled] = {}
    for field in dataset.table(TABLE).fields:
        # The header's own values tell the period, so no check here can depend on it.
        check = FieldCheck(field, FieldGrade(), None, date.min, date.max)
        verdict = check.verdict(rows.column(field.name)[0].as_py())
        values[field.name] = verdict.value
        if verdict.rule:
            text = str(rows.column(field.name)[0].as_py() or "")
            blank = verdict.rule == "R-BLANK"
            instead = "" if blank else written_instead(field, [text])
            said = "blank" if blank else f"not {layout(field)}"
            said += f": {instead}" if instead else ""
            faults.append(
                _fault(
                    "F-HEADER-BAD",
                    field.name,
                    f"{field.name} of the header is {said}.",
                    f"Give {field.name} as {_SIGNS.get(field.type, '')}{layout(field)}.",
                )
            )
    if faults:
        return None, faults
    return _header(values, by_mapping)


def _header(values: dict[str, Settled], by_mapping: bool) -> tuple[Header | None, list[Fault]]:
    start, end = values["RP_StartDate"], values["RP_EndDate"]
    assert isinstance(end, date)
    created, version = values["FileCreation_DateTime"], str(values["Version"])
    assert isinstance(start, date)
    assert isinstance(created, datetime)
    faults: list[Fault] = []
    period = Month.of(start)
    if (period.first, period.last) != (start, end):
        message = (
            f"The reporting period in the header runs from {long_date(start)} to {long_date(end)}, "
            "which is not one calendar month."
        )
        faults.append(_fault("F-HEADER-PERIOD", "RP_StartDate", message))
    known = [v for v in (CURRENT, *OLDER) if same_version(version, v)]
    if not known:
        message = f"Version {version} is not known here; {CURRENT} is, and {', '.join(OLDER)}."
        faults.append(_fault("F-HEADER-VERSION", "Version", message))
    elif used := _not_in_use(known[0], period, by_mapping):
        message = f"Version {known[0]} {used}, and the period is {period}."
        faults.append(_fault("F-HEADER-VERSION", "Version", message))
    if created.date() < start:
        message = (
            f"The file says that it was created on {long_date(created)}, before its reporting "
            "period began."
        )
        faults.append(_fault("F-HEADER-CREATED", "FileCreation_DateTime", message))
    if faults:
        return None, faults
    return (
        Header(
            # A code is the same in small letters, and one provider must not count as two.
            provider=str(values["OrgID_Provider"]).upper(),
            submitter=str(values["OrgID_Submitter"]),
            period=period,
            version=known[0],
            created=created,
            system=str(values["PrimarySystem"]),
        ),
        [],
    )


def _not_in_use(version: str, period: Month, by_mapping: bool) -> str:
    """When a version was in use, in words, where a period is not of that time; else empty."""
    first, last = FIRST_MONTH.get(version, period), LAST_MONTH.get(version, period)
    if period.first < first.first and not by_mapping:
        return f"is in use from {first} on"
    return f"was in use until {last}" if period.first > last.first else ""


def _fault(rule: str, field: str, message: str, remedy: str = "") -> Fault:
    return Fault.of_file(TABLE, message, rule, field, rows=[1], remedy=remedy)
