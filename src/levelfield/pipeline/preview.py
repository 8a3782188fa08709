"""What one submission is worth before it is sent: its own facts, units, prices and measures.

Everything stays in memory, without NHS number, birth date or postcode, and is gone afterwards.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield import facts, intake, measures, tariff
from levelfield.benchmark import reading_of_measure
from levelfield.datasets import load_dataset
from levelfield.engine import Engine, compose, open_engine
from levelfield.facts.unkept import FROM_RECORDS
from levelfield.intake import Examined, stored_schema
from levelfield.intake.checking.derive import PERSON, person_rows
from levelfield.pipeline.worth import rejected_contacts, submission_row, worth_of_contacts
from levelfield.publish.check_data import MeasureNow

METHOD = (
    "A contact is worth the price of its currency in the national schedule. One that has none, or "
    "that is rejected, is worth the mean price of its team type in this file; one that nobody "
    "attended is worth nothing. A finding counts every contact that rests on it, so findings "
    "overlap and do not add up; the total counts each contact once. With --home the prices are "
    "those of the home, with the provider's own market forces factor where it has one, so that the "
    "same file may come to another sum without."
)
"""How the pounds were reckoned, for whoever reads them."""

MIX_COLUMNS = "team_type, consultation_mechanism, attendance_status"

Tables = dict[str, pa.Table]


@dataclass(frozen=True)
class Preview:
    """`worth` in pence for each row of the contact table, 0 for repeats of an earlier row.

    `mix` counts the accepted contacts by team type, mechanism and attendance (MIX_COLUMNS),
    `rejected` the rejected ones by team type.
    `measures` are those that one month alone can give; nothing is lost or uncertain in them yet.
    """

    worth: NDArray[np.float64]
    mix: pa.Table
    rejected: Mapping[str | None, int]
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
    row = submission_row(header.provider, header.period)
    with closing(open_engine(spill=False)) as engine:
        counted = [m for m in measures.load_measures().values() if from_one_month(m)]
        needed = {"contact", *(measure.fact for measure in counted)}
        facts.make_facts(engine, _accepted(examined, lookups), row, needed)
        worth = worth_of_contacts(engine, examined.tables, row, prices)
        mix = f"SELECT {MIX_COLUMNS}, COUNT(*) AS contacts FROM contact GROUP BY {MIX_COLUMNS}"
        rejected: Counter[str | None] = Counter()
        for (team, _), rows in rejected_contacts(examined.tables, engine).items():
            rejected[team] += len(rows)
        found = tuple(_measures(engine, counted, row))
        return Preview(worth, engine.query(mix), rejected, found)


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
        columns = measures.cell_columns(plain)
        if not own or not own[0][columns["denominator"]]:
            continue
        person_share = measure.unit == "person" and measure.statistic == "proportion"
        numerator = own[0][columns["persons" if person_share else "numerator"]]
        denominator = own[0][columns["denominator"]]
        unit = reading_of_measure(measure, period).unit
        found.append(MeasureNow(measure.id, measure.title, unit, numerator, denominator, touched=0))
    return found


def from_one_month(measure: measures.Measure) -> bool:
    """Whether one submission can give a measure: a quotient of counts of one month."""
    monthly = measure.fact in FROM_RECORDS and measure.months == 1 and not measure.history
    quotient = measure.statistic in ("proportion", "mean") and not measure.numbers
    return monthly and "month" in measure.periods and quotient
