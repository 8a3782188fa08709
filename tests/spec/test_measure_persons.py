import random
from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from levelfield.cli.console import show_queries
from levelfield.engine import compose
from levelfield.facts import load_fact
from levelfield.measures import find_measure, measure_queries
from levelfield.measures.persons import PERSONS_AND_ROWS, PersonCount, added_up
from spec.tables import arrow

title = "Persons: sorted and counted, they are what plain SQL says"

MEASURE = find_measure("contacts_per_person")
MONTHS = ["2025-04", "2025-12", "2026-03"]
PERIODS = {"2026-03": ["2026-03"], "2025-26": MONTHS, "Q3 and Q4": ["2025-12", "2026-03"]}
QUERIES = measure_queries(MEASURE)
COUNT = PersonCount({"contacts_per_person_counted": PERSONS_AND_ROWS}, (), PERIODS)


@pytest.fixture(scope="module")
def contacts() -> list[dict[str, str]]:
    """Sixty people, most of them known to several providers, services and commissioners."""
    draw = random.Random(5)
    return [
        {
            "person_id": f"P{draw.randrange(60)}",
            "provider": draw.choice(["ZA1", "ZA2", "ZA3"]),
            "commissioner": draw.choice(["QZZ01", "QZZ02", ""]),
            "period": draw.choice(MONTHS),
            "team_type": draw.choice(["12", "26", ""]),
            "attendance_status": draw.choice(["5", "6", "3"]),
        }
        for _ in range(400)
    ]


@pytest.fixture
def counted(engine, contacts) -> pa.Table:
    """The rows that count for the measure, as it asks the engine for them."""
    engine.view("contact", arrow(contacts, load_fact("contact").arrow_schema(), {}))
    of = [{"period": p, "month": month} for p, months in PERIODS.items() for month in months]
    engine.view("measure_period", pa.Table.from_pylist(of))
    names = [query.name for query in QUERIES]
    return engine.query(compose(QUERIES[: names.index("counted") + 1]))


def cells(found: pa.Table) -> Counter[tuple[object, ...]]:
    """The sums of each period and organisation."""
    names = ("period", "provider", "commissioner", *COUNT.schema.names[5:])
    single = [row for row in found.to_pylist() if not (row["provider"] and row["commissioner"])]
    return Counter(tuple(row[name] for name in names) for row in single)


def pairs(found: pa.Table) -> set[tuple[str, str]]:
    """Who contributes to whom."""
    both = zip(found["provider"].to_pylist(), found["commissioner"].to_pylist(), strict=True)
    return {
        (provider, commissioner) for provider, commissioner in both if provider and commissioner
    }


def test_plain_sql_counts_the_same(engine, counted):
    """What `levelfield measure --show-sql` prints, against the rows sorted by person and cell."""
    plain, found = engine.query(compose(QUERIES)), COUNT.count(counted)
    assert cells(found) == cells(plain)
    assert pairs(found) == pairs(plain)
    assert len(cells(plain)) == len(PERIODS) * (1 + 3 + 3)
    assert {plain.schema.field(name).type for name in COUNT.schema.names[5:]} == {pa.int64()}


def test_the_printed_queries_say_where_what_runs_leaves_them(capsys):
    """Of persons the engine runs the queries up to `counted`."""
    show_queries("duckdb", QUERIES)
    before, after = capsys.readouterr().out.split("-- name: by_person\n")
    assert "not what runs" in after.partition("SELECT")[0]
    assert "-- name: counted" in before


def test_rows_without_a_person_are_of_nobody(engine, contacts):
    """And not of one person whom everybody saw: neither in plain SQL nor outside the engine."""
    nobody = [{**row, "person_id": ""} for row in contacts[:50]]
    schema = load_fact("contact").arrow_schema()
    of = [{"period": p, "month": month} for p, months in PERIODS.items() for month in months]
    names = [query.name for query in QUERIES]
    rows = compose(QUERIES[: names.index("counted") + 1])
    told = []
    for given in (contacts, [*contacts, *nobody]):
        engine.view("contact", arrow(given, schema, {}))
        engine.view("measure_period", pa.Table.from_pylist(of))
        told += [cells(engine.query(compose(QUERIES))), cells(COUNT.count(engine.query(rows)))]
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("people", [1, 255, 256, 65_535])
def test_any_number_of_people(people):
    """Those at which the type of a person's number is full among them."""
    month = ["2026-03"] * people
    names = [f"P{n}" for n in range(people)]
    rows = {"month": month, "person_id": names, "provider": ["ZA1"] * people}
    rows |= {"commissioner": ["QZZ01"] * people, "contacts_per_person_counted": [True] * people}
    found = cells(COUNT.count(pa.table(rows)))
    assert found == Counter(
        [
            (period, *organisation, people, people, people)
            for period in PERIODS
            for organisation in [("ZA1", None), (None, "QZZ01"), (None, None)]
        ]
    )


def test_rows_in_many_shares_count_the_same(counted, monkeypatch):
    whole = COUNT.count(counted)
    monkeypatch.setattr("levelfield.measures.persons.AT_ONCE", 7)
    assert COUNT.count(counted) == whole


def test_strata_by_hand(counted):
    """Of each service and month, everybody: persons, rows, and squares of the rows of each."""
    found = replace(COUNT, stratifiers=("service",)).count(counted).to_pylist()
    times: dict[str, Counter[str]] = {}
    for row in counted.filter(pc.equal(counted["month"], "2026-03")).to_pylist():
        times.setdefault(row["by_service"], Counter())[row["person_id"]] += 1
    mine = [
        row
        for row in found
        if row["stratifier"] == "service"
        and row["period"] == "2026-03"
        and not row["provider"]
        and not row["commissioner"]
    ]
    assert {row["stratum"]: [row[name] for name in COUNT.schema.names[5:]] for row in mine} == {
        service: [len(own), own.total(), sum(n * n for n in own.values())]
        for service, own in times.items()
    }


def test_spark_counts_in_several_parts(engine, counted):
    if engine.name != "spark":
        pytest.skip("DuckDB has one part")
    engine.view("rows_that_count", counted)
    session = engine._session
    before = session.conf.get("spark.sql.shuffle.partitions")
    session.conf.set("spark.sql.shuffle.partitions", "3")
    try:
        query = "SELECT * FROM rows_that_count"
        parts = engine.in_parts(query, "person_id", COUNT.count, COUNT.schema)
    finally:
        session.conf.set("spark.sql.shuffle.partitions", before)
    national = [r for r in parts.to_pylist() if not r["provider"] and not r["commissioner"]]
    assert len(national) == 3 * len(PERIODS)
    assert cells(added_up(parts)) == cells(COUNT.count(counted))


def test_parts_that_share_no_person_add_up(counted):
    """As where several machines have a part each; every part has rows of every cell."""
    count = replace(COUNT, stratifiers=("service",))
    early = pc.less(counted["person_id"], "P3")
    parts = [count.count(counted.filter(one)) for one in (early, pc.invert(early))]
    whole, summed = (added_up(one) for one in (count.count(counted), pa.concat_tables(parts)))
    order = [(name, "ascending") for name in count.schema.names[:5]]
    assert summed.sort_by(order) == whole.sort_by(order)
    assert all(part.num_rows > 0 for part in parts)
