"""One submission: a provider's tables for one month and window, defects not yet planted."""

from datetime import datetime, time, timedelta

import pyarrow as pa

from levelfield.datasets import DataSet
from levelfield.datasets.windows import WindowKind, windows
from levelfield.simulate.care_tables import contact_tables, referral_tables
from levelfield.simulate.clinical_tables import clinical_tables
from levelfield.simulate.columns import Columns
from levelfield.simulate.draws import Rng
from levelfield.simulate.extras import with_extras
from levelfield.simulate.history import History
from levelfield.simulate.person_tables import person_tables
from levelfield.simulate.view import MonthView
from levelfield.simulate.write import complete_table

SYSTEMS = ("Linden Care 4", "Tally Record 2")


def submission_tables(
    data_set: DataSet, history: History, month: int, window: WindowKind, created: datetime,
    complete: bool,
) -> dict[str, pa.Table]:  # fmt: skip
    """All tables of one submission in the order of the contract.

    `complete` is false for a primary file that a refresh will follow.
    """
    view = MonthView(history, month, complete)
    columns: dict[str, Columns] = {
        "CYP000Header": _header(view, data_set.version, created),
        **person_tables(view),
        **referral_tables(view),
        **contact_tables(view),
        **clinical_tables(view),
    }
    tables = {
        name: complete_table(data_set, name, columns[name])
        for name in data_set.tables
        if name in columns
    }
    return with_extras(data_set, tables)


def created_at(rng: Rng, history: History, month: int, window: WindowKind) -> datetime:
    """When the file was made: at an office hour inside the window of its kind, the month over."""
    known = windows(history.calendar.months[month])
    opens = known.primary_open if window == "primary" else known.refresh_open
    opens = max(opens, history.calendar.months[month].last + timedelta(days=1))
    closes = known.primary_close if window == "primary" else known.refresh_close
    day = opens + timedelta(days=int(rng.integers(0, (closes - opens).days + 1)))
    second = int(rng.integers(8 * 3600, 18 * 3600))
    return datetime.combine(day, time()) + timedelta(seconds=second)


def _header(view: MonthView, version: str, created: datetime) -> Columns:
    history = view.history
    provider, calendar = history.provider, history.calendar
    changed = provider.change == "system_change" and view.month >= provider.change_month
    values = {
        "Version": version,
        "OrgID_Provider": provider.code,
        "OrgID_Submitter": provider.code,
        "RP_StartDate": str(calendar.date_of(view.first_day)),
        "RP_EndDate": str(calendar.date_of(view.last_day)),
        "FileCreation_DateTime": created.isoformat(timespec="seconds"),
        "PrimarySystem": SYSTEMS[changed],
    }
    return {name: pa.array([value], pa.string()) for name, value in values.items()}
