"""What the contacts of one submission are worth, and which of them a fault puts at stake."""

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from levelfield import currencies, tariff
from levelfield.core.periods import Month
from levelfield.engine import Engine, compose, load_pipeline
from levelfield.home import SCHEME
from levelfield.intake.checking.fields import Mask
from levelfield.intake.checking.table_checks import ACCEPTED, DUPLICATE, REJECTED
from levelfield.intake.reach import Placed, Reach

CONTACT, TEAM = "CYP201CareContact", "CYP102ServiceTypeReferredTo"


def submission_row(provider: str, month: Month) -> dict[str, object]:
    """The row of a submission that facts are made of and that nobody asks more about."""
    return {
        "submission_id": "preview",
        "provider": provider,
        "period": str(month),
        "period_end": month.last,
        "submission_window": "primary",
        "submissions": 1,
    }


def worth_of_contacts(
    engine: Engine,
    tables: Mapping[str, Placed],
    who: Mapping[str, object],
    prices: tariff.PriceList,
) -> NDArray[np.float64]:
    """The pence of each row of the contact table; none when there is no such table.

    The engine has the fact `contact` of the accepted records; `who` is the submission's row. Raises
    UsageError for a month in a year without a price index.
    """
    contact = tables.get(CONTACT)
    if contact is None:
        return np.zeros(0)
    scheme = currencies.load_scheme(SCHEME)
    engine.create("unit", compose(currencies.group(scheme)))
    counts = engine.query(compose(currencies.unit_counts("unit")))
    worth = tariff.Worth(scheme, counts, prices)
    pence = np.zeros(len(contact.status))

    cells = engine.query("SELECT DISTINCT team_type, currency, error_class FROM unit").to_pylist()
    priced = [{**cell, "pence": float(worth.of({**cell, **who}))} for cell in cells]
    if priced:
        engine.view("cell_worth", pa.Table.from_pylist(priced, schema=_CELL_WORTH))
        found = engine.query(_WORTH_OF_ROWS)
        pence[found["row_number"].to_numpy() - 1] = found["pence"].to_numpy()

    missed = set(scheme.conditions["attendance"].words["not_attended"])
    for (team, attendance), rows in rejected_contacts(tables, engine).items():
        if attendance not in missed:
            cell = {"team_type": team, "currency": None, "error_class": None}
            pence[rows] = float(worth.of({**cell, **who}))
    return pence


_CELL_WORTH = pa.schema(
    [(name, pa.string()) for name in ("team_type", "currency", "error_class")]
    + [("pence", pa.float64())]
)

_WORTH_OF_ROWS = """
SELECT c.row_number, w.pence
FROM CYP201CareContact c
JOIN unit u ON u.record_id = c.care_contact_id
JOIN cell_worth w
  ON COALESCE(w.team_type, '') = COALESCE(u.team_type, '')
 AND COALESCE(w.currency, '') = COALESCE(u.currency, '')
 AND COALESCE(w.error_class, '') = COALESCE(u.error_class, '')
"""


def rejected_contacts(
    tables: Mapping[str, Placed], engine: Engine
) -> Mapping[tuple[str | None, str | None], NDArray[np.int64]]:
    """Positions of the rejected contacts by their team type and attendance."""
    contact = tables.get(CONTACT)
    if contact is None or not (contact.status == REJECTED).any():
        return {}
    rows = np.flatnonzero(contact.status == REJECTED)
    names = ("service_request_id", "team_id_local", "attendance_status")
    columns = {name: contact.columns[name].take(pa.array(rows)) for name in names}
    engine.view("rejected_contact", pa.table({"row_index": pa.array(rows), **columns}))
    team = tables.get(TEAM)
    names = ("service_request_id", "team_id_local", "team_type")
    if team is None:
        sent = pa.schema([(name, pa.string()) for name in names]).empty_table()
    else:
        single = pa.array(team.status != DUPLICATE)
        sent = pa.table({name: team.columns[name] for name in names}).filter(single)
    engine.view("sent_team", sent)
    found = engine.query(compose(load_pipeline(Path(__file__).with_name("rejected_team.sql"))))
    by_cell = found.group_by(["team_type", "attendance_status"]).aggregate([("row_index", "list")])
    return {
        (cell["team_type"], cell["attendance_status"]): np.array(cell["row_index_list"])
        for cell in by_cell.to_pylist()
    }


def contacts_at_stake(
    tables: Mapping[str, Placed],
    reach: Reach,
    table: str,
    mask: Mask,
    *,
    lost: bool,
    harm: Collection[str],
) -> Mask | None:
    """The contacts whose price rests on the rows of `mask`; None where no price does.

    `lost` says that contacts are rejected with the rows. Else accepted contacts are at stake where
    the harm names a currency scheme: no price rests on an ethnic category.
    """
    if lost:
        return reach.below(table, mask, CONTACT)
    if CONTACT not in tables or set(currencies.schemes()).isdisjoint(harm):
        return None
    accepted: Mask = tables[CONTACT].status == ACCEPTED
    return reach.related(table, mask, CONTACT) & accepted
