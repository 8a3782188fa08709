"""What one submission is worth before it is sent: its own facts, units, prices and measures.

Everything stays in memory, without NHS number, birth date or postcode, and is gone afterwards.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield import currencies, facts, intake, measures, tariff
from levelfield.benchmark import reading_of_measure
from levelfield.datasets import load_dataset
from levelfield.engine import Engine, compose, load_pipeline, open_engine
from levelfield.facts.unkept import FROM_RECORDS
from levelfield.home import SCHEME
from levelfield.intake import Examined, stored_schema
from levelfield.intake.checking.derive import PERSON, person_rows
from levelfield.intake.checking.table_checks import DUPLICATE, REJECTED
from levelfield.publish.check_data import MeasureNow

CONTACT, TEAM = "CYP201CareContact", "CYP102ServiceTypeReferredTo"

METHOD = (
    "A contact is worth the price of its currency in the national schedule. One that has none, or "
    "that is rejected, is worth the mean price of its team type in this file; one that nobody "
    "attended is worth nothing. A finding counts every contact that rests on it, so findings "
    "overlap and do not add up; the total counts each contact once."
)
"""How the pounds were reckoned, for whoever reads them."""

MIX_COLUMNS = "team_type, consultation_mechanism, attendance_status"

Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Preview:
    """`worth` in pence for each row of the contact table, 0 for repeats of an earlier row.

    `mix` counts the accepted contacts by team type, mechanism and attendance (MIX_COLUMNS).
    `measures` are those that one month alone can give; nothing is lost or uncertain in them yet.
    """

    worth: NDArray[np.float64]
    mix: pa.Table
    measures: tuple[MeasureNow, ...]


def preview(
    examined: Examined, prices: tariff.PriceList, lookups: intake.Lookups | None = None
) -> Preview:
    """The worth of every contact of an examined submission, and its measures.

    Without `lookups` nobody's area is known, and measures that compare areas have no value. Raises
    UsageError for a month in a year without a price index.
    """
    header = examined.header
    assert header is not None
    row = {
        "submission_id": "preview",
        "provider": header.provider,
        "period": str(header.period),
        "period_end": header.period.last,
        "submission_window": "primary",
        "submissions": 1,
    }
    with closing(open_engine(spill=False)) as engine:
        counted = [m for m in measures.load_measures().values() if from_one_month(m)]
        needed = {"contact", *(measure.fact for measure in counted)}
        facts.make_facts(engine, _accepted(examined, lookups), row, needed)
        worth = _worth(examined, engine, prices)
        mix = f"SELECT {MIX_COLUMNS}, COUNT(*) AS contacts FROM contact GROUP BY {MIX_COLUMNS}"
        return Preview(worth, engine.query(mix), tuple(_measures(engine, counted, row)))


def _accepted(examined: Examined, lookups: intake.Lookups | None) -> Tables:
    """The accepted records with the columns that are stored, a number for each person."""
    people = _people(examined)
    found: Tables = {}
    for name, checked in examined.tables.items():
        stored = stored_schema(checked.table).names
        columns = {k: v for k, v in checked.columns.items() if k in stored}
        size = len(checked.status)
        columns["submission_id"] = pa.repeat(pa.scalar("preview"), size)
        columns["row_number"] = pa.array(np.arange(1, size + 1))
        if name == PERSON:
            columns["person_id"] = people
            # An extract gives the areas itself, and has no postcodes to look up.
            if lookups is not None and "lsoa" not in columns:
                columns["lsoa"], _ = lookups.residences(checked.columns["postcode"])
        elif checked.table.patient_level:
            rows = person_rows(examined.tables, checked.table, load_dataset())
            columns["person_id"] = people.take(pa.array(rows, mask=rows < 0))
        rows_of = pa.table(columns)
        found[name] = rows_of if checked.alive.all() else rows_of.filter(pa.array(checked.alive))
    return found


def _people(examined: Examined) -> pa.Array:
    """A number for each person: the same for rows with the same valid NHS number."""
    columns = examined.tables[PERSON].columns
    numbers, ids = (columns[name].cast(pa.string()) for name in ("nhs_number", "local_patient_id"))
    known = pc.if_else(
        columns["nhs_number_valid"],
        pc.binary_join_element_wise("nhs", numbers, "|"),
        pc.binary_join_element_wise("local", ids, "|"),
    )
    return known.dictionary_encode().indices.cast(pa.string())


def _worth(examined: Examined, engine: Engine, prices: tariff.PriceList) -> NDArray[np.float64]:
    checked = examined.tables.get(CONTACT)
    if checked is None:
        return np.zeros(0)
    scheme = currencies.load_scheme(SCHEME)
    engine.create("unit", compose(currencies.group(scheme)))
    counts = engine.query(compose(currencies.unit_counts("unit")))
    worth = tariff.Worth(scheme, counts, prices)
    header = examined.header
    assert header is not None
    who = {"provider": header.provider, "period": str(header.period)}
    pence = np.zeros(len(checked.status))

    cells = engine.query("SELECT DISTINCT team_type, currency, error_class FROM unit").to_pylist()
    priced = [{**cell, "pence": float(worth.of({**cell, **who}))} for cell in cells]
    if priced:
        engine.view("cell_worth", pa.Table.from_pylist(priced, schema=_CELL_WORTH))
        found = engine.query(_WORTH_OF_ROWS)
        pence[found["row_number"].to_numpy() - 1] = found["pence"].to_numpy()

    missed = set(scheme.settled["attendance"].values["not_attended"])
    for key, rows in _rejected(examined, engine).items():
        team, attendance = key
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
JOIN unit u ON u.care_contact_id = c.care_contact_id
JOIN cell_worth w
  ON COALESCE(w.team_type, '') = COALESCE(u.team_type, '')
 AND COALESCE(w.currency, '') = COALESCE(u.currency, '')
 AND COALESCE(w.error_class, '') = COALESCE(u.error_class, '')
"""


def _rejected(
    examined: Examined, engine: Engine
) -> Mapping[tuple[str | None, str | None], NDArray[np.int64]]:
    """Positions of the rejected contacts by their team type and attendance."""
    contact = examined.tables[CONTACT]
    rows = np.flatnonzero(contact.status == REJECTED)
    if not len(rows):
        return {}
    names = ("service_request_id", "team_id_local", "attendance_status")
    columns = {name: contact.columns[name].take(pa.array(rows)) for name in names}
    engine.view("rejected_contact", pa.table({"row_index": pa.array(rows), **columns}))
    team = examined.tables.get(TEAM)
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


def _measures(
    engine: Engine, counted: Sequence[measures.Measure], submission: Mapping[str, object]
) -> list[MeasureNow]:
    """The provider's counts of the measures that need this month alone. No interval is reckoned:
    a check is about records, and the library of distributions takes seconds to load."""
    period = str(submission["period"])
    months = pa.table({"period": [period], "month": [period]})
    engine.view("measure_period", months)
    found = []
    for measure in counted:
        plain = measure.model_copy(update={"stratifiers": ()})
        cells = engine.query(compose(measures.measure_queries(plain))).to_pylist()
        own = [cell for cell in cells if cell["provider"] and not cell["commissioner"]]
        if not own:
            continue
        person_share = measure.unit == "person" and measure.statistic == "proportion"
        numerator = own[0]["persons" if person_share else "numerator"]
        unit = reading_of_measure(measure, period).unit
        found.append(
            MeasureNow(measure.id, measure.title, unit, numerator, own[0]["denominator"], touched=0)
        )
    return found


def from_one_month(measure: measures.Measure) -> bool:
    """Whether one submission can give a measure: a quotient of counts of one month."""
    monthly = measure.fact in FROM_RECORDS and measure.months == 1 and not measure.history
    return monthly and "month" in measure.periods and measure.statistic in ("proportion", "mean")
