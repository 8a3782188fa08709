"""Predicates, SQL files, and what both engines must agree on."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield.core.errors import DefinitionError, EngineError, UsageError
from levelfield.engine import compose, load_pipeline, open_engine, predicates
from levelfield.engine.predicates import Condition, check, check_all, columns_used
from levelfield.engine.sql import functions

COLUMNS = {
    "status": "STRING",
    "contact_date": "DATE",
    "received_date": "DATE",
    "seen": "BOOLEAN",
    "minutes": "INTEGER",
    "person.age_years": "INTEGER",
}


@pytest.mark.parametrize(
    "predicate",
    [
        "status IN ('5', '6') AND contact_date IS NOT NULL",
        "days_between(received_date, contact_date) BETWEEN 0 AND 126",
        "NOT seen OR person.age_years >= 18",
        "COALESCE(minutes, 0) <= 120",
        "contact_date < DATE '2026-01-01' OR contact_date BETWEEN '2026-04-01' AND received_date",
        "minutes = '5' OR CAST(status AS DOUBLE) > 5 OR length(status) = minutes",
        "month_of(contact_date) = '2026-04' AND '5' <> status",
        "CASE WHEN status = '5' THEN seen ELSE FALSE END",
        "minutes / NULLIF(person.age_years, 0) > 1.5 AND minutes / -60.0 < 3 AND minutes % 7 = 0",
        "CAST(minutes AS DECIMAL(10, 2)) > 1.25 AND minutes::DOUBLE < 3",
        "status LIKE 'A%' OR matches(status, '^[0-9]+$')",
        "minutes_between(moment(received_date, status), moment(contact_date, status)) <= 120",
    ],
)
def test_a_condition_over_known_columns_passes_as_it_is(predicate):
    assert check(predicate, COLUMNS, "file.yaml: 'when'") == predicate


@pytest.mark.parametrize(
    ("predicate", "said"),
    [
        ("status", "not true or false"),
        ("colour = 'red'", "no column 'colour'"),
        ("read_csv('x') = 1", "read_csv"),
        ("(SELECT TRUE)", "subquery"),
        ("status = '5'; DROP TABLE contact", "not a condition"),
        ("TRUE) FROM read_csv('x') WHERE (TRUE", "more than one condition"),
        ("TRUE, FALSE", "not a condition|not true or false|more than one|not allowed"),
        ("COUNT(*) > 1", "not allowed"),
        ("SUM(minutes) OVER () > 1", "not allowed"),
        ("minutes + seen > 5", "cannot be evaluated"),
        ("status < 5", "write '5' in quotes: status holds text"),
        ("status IN ('5', 6)", "write '6' in quotes"),
        ("status BETWEEN 1 AND '6'", "write '1' in quotes"),
        ("COALESCE(status, 5) = '5'", "write '5' in quotes"),
        ("substr(status, 1, 1) = 5", "write '5' in quotes: what substr gives"),
        ("status = minutes", "status is text and minutes is a number"),
        ("minutes > 'long'", "minutes is a number, and 'long' is not"),
        ("seen = 'yes'", "seen is true or false, and 'yes' is not: write TRUE or FALSE"),
        ("contact_date >= '01/04/2025'", "'01/04/2025' is no date: a date is written '2025-04-01'"),
        ("contact_date = '2025-02-30'", "there is no day '2025-02-30'"),
        ("contact_date < DATE '20250401'", "'20250401' is no date"),
        ("contact_date > 20250401", "contact_date is a date, and 20250401 is none"),
        ("days_between('x', contact_date) > 1", "'x' is no date"),
        ("random() < 0.5", "random"),
        ("contact_date::TIMESTAMP > received_date", "cast to TIMESTAMP"),
        ("status = getenv('HOME')", "getenv"),
        ("CAST(1.5 AS INTEGER) = 2", "cast to INTEGER.*no cast.*DECIMAL"),
        ("minutes::BIGINT = 2", "cast to BIGINT"),
        ("minutes::DECIMAL = 2", r"how many digits, as in DECIMAL\(18, 4\)"),
        ("minutes / person.age_years > 1", r"x / NULLIF\(y, 0\)"),
        ("minutes / NULLIF(person.age_years, 1) > 1", r"x / NULLIF\(y, 0\)"),
        ("minutes / 0.0 > 1", r"x / NULLIF\(y, 0\)"),
        ("minutes / CAST(0 AS DOUBLE) > 1", r"x / NULLIF\(y, 0\)"),
        ("minutes % person.age_years = 1", r"x % NULLIF\(y, 0\)"),
        (r"status LIKE 'a\%'", "backslash.*matches"),
        ("status NOT LIKE status", "backslash.*matches"),
        ("[1, 2, 3][1] = 1", "not allowed"),
        ("", "empty"),
    ],
)
def test_everything_else_is_refused_with_its_place(predicate, said):
    with pytest.raises(DefinitionError, match=said) as caught:
        check(predicate, COLUMNS, "file.yaml: 'when'")
    assert str(caught.value).startswith("file.yaml: 'when'")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("predicate", "said"),
    [("status", "not true or false"), ("status < 5", "write '5' in quotes")],
)
def test_of_many_conditions_the_one_at_fault_is_named(predicate, said):
    conditions = [
        Condition("minutes > 5 -- why", COLUMNS, "first.yaml"),
        # The same name may be of another type elsewhere.
        Condition("minutes = 'five' AND minutes LIKE 'f%'", {"minutes": "STRING"}, "other.yaml"),
        Condition("person.age_years > 3 AND seen", COLUMNS, "second.yaml"),
        Condition("TRUE", {}, "third.yaml"),
    ]
    check_all(conditions)
    with pytest.raises(DefinitionError, match=said) as caught:
        check_all([*conditions, Condition(predicate, COLUMNS, "last.yaml")])
    assert str(caught.value).startswith("last.yaml")


def test_a_comment_cannot_swallow_what_follows():
    assert check("seen -- why not", COLUMNS, "x") == "seen -- why not"


def test_the_columns_of_a_condition_are_told():
    assert columns_used("seen AND person.age_years > 3", "x") == {"seen", "person.age_years"}


def test_a_sql_file_is_named_queries(tmp_path: Path):
    file = tmp_path / "two.sql"
    file.write_text(
        "-- Words for people.\n\n-- name: one\nSELECT {{ column }} FROM t;\n\n"
        "-- name: two\n-- why\nSELECT * FROM one\n",
        encoding="utf-8",
    )
    one, two = load_pipeline(file, column="a")
    assert (one.name, one.sql) == ("one", "SELECT a FROM t")
    assert compose([one, two]).startswith("WITH one AS (\nSELECT a FROM t\n),\ntwo AS (")


@pytest.mark.parametrize("text", ["SELECT 1", "-- name: one\nSELECT {{ forgotten }}"])
def test_a_sql_file_with_a_mistake_is_named(tmp_path: Path, text):
    file = tmp_path / "bad.sql"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"bad\.sql"):
        load_pipeline(file)


def test_both_engines_define_the_same_functions():
    def names(engine: str) -> list[str]:
        return [s.split("(")[0].split()[-1] for s in functions(engine)]

    assert names("duckdb") == names("spark")


def test_an_unknown_engine_is_refused():
    with pytest.raises(UsageError, match="duckdb or spark"):
        open_engine("oracle")


def test_a_query_that_fails_is_an_engine_error():
    with pytest.raises(EngineError, match="no_such_table"):
        open_engine().query("SELECT * FROM no_such_table")


def test_files_are_one_table_and_none_an_empty_one(tmp_path: Path):
    engine = open_engine()
    engine.view("t", pa.table({"a": [1, 2, 3], "b": ["x", "x", "y"]}))
    engine.write("SELECT * FROM t", tmp_path / "parts", ["b"])
    files = sorted((tmp_path / "parts").rglob("*.parquet"))
    assert [f.parent.name for f in files] == ["part_0=x", "part_0=y"]
    engine.view_files("back", files, pa.schema([("a", pa.int64())]))
    assert engine.query("SELECT SUM(a) AS s, COUNT(DISTINCT b) AS n FROM back").to_pylist() == [
        {"s": 6, "n": 2}
    ]
    engine.view_files("back", [], pa.schema([("a", pa.int64())]))
    assert engine.query("SELECT * FROM back").num_rows == 0


@pytest.mark.parametrize("name", ["duckdb", "spark"])
@pytest.mark.parametrize("order", [("old", "new"), ("new", "old"), ("old",)])
def test_files_of_several_versions_are_one_table(tmp_path: Path, name: str, order: tuple[str, ...]):
    """What an older file lacks is empty and of its type, whichever comes first, be it in all."""
    engine = open_engine(name)
    pq.write_table(pa.table({"a": pa.array([1], pa.int64())}), tmp_path / "old.parquet")
    newer = {"b": pa.array([20], pa.int32()), "rule": ["t"], "a": pa.array([2], pa.int64())}
    pq.write_table(pa.table(newer), tmp_path / "new.parquet")
    wanted = pa.schema([("a", pa.int64()), ("b", pa.int32()), ("rule", pa.string()),
                        ("day", pa.date32())])  # fmt: skip
    engine.view_files("several", [tmp_path / f"{file}.parquet" for file in order], wanted)
    rows = engine.query("SELECT a, b, rule, day FROM several ORDER BY a")
    assert rows.schema.types == [pa.int64(), pa.int32(), pa.string(), pa.date32()]
    old, new = (
        {"a": 1, "b": None, "rule": None, "day": None},
        {"a": 2, "b": 20, "rule": "t", "day": None},
    )
    assert rows.to_pylist() == [{"old": old, "new": new}[file] for file in sorted(order)[::-1]]
    engine.drop("several")


def test_a_name_can_be_given_anew_whatever_it_was():
    engine = open_engine()
    engine.create("t", "SELECT 1 AS a")
    engine.view("t", pa.table({"a": [2]}))
    assert engine.query("SELECT a FROM t").to_pylist() == [{"a": 2}]
    engine.create("t", "SELECT $a AS a", {"a": 3})
    assert engine.query("SELECT a FROM t WHERE a = $b", {"b": 3}).to_pylist() == [{"a": 3}]


def test_without_spill_nothing_is_written_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    big = "SELECT 'somebody ' || i AS s, random() AS r FROM range(3000000) t(i)"
    engine = open_engine(threads=1, memory="40MB", spill=False)
    with pytest.raises(EngineError):
        engine.create("t", big)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize(
    "told",
    [
        duckdb.InterruptException("INTERRUPT Error: Interrupted!"),
        RuntimeError("Query interrupted"),
        duckdb.InvalidInputException("Python exception: KeyboardInterrupt"),
    ],
)
def test_ctrl_c_is_told_from_a_fault_of_a_condition(
    told: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may come while a condition is looked at; the condition is not to blame."""

    class Stopped:
        def execute(self, statement: str, values: object) -> None:
            raise told

    monkeypatch.setattr(predicates, "_database", Stopped)
    with pytest.raises(KeyboardInterrupt):
        predicates.check("TRUE", {}, "here")
