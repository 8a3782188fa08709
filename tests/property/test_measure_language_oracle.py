"""Random measures over random contacts: SQL counts what plain Python counts, from the words."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.engine import open_engine
from levelfield.facts import load_fact
from levelfield.measures import evaluate
from spec.made_up_measure import made_up, when, without

ENGINE = open_engine("duckdb", threads=1)
Row = Mapping[str, object]

HOLDS: dict[str, Callable[[Row], bool]] = {
    "TRUE": lambda row: True,
    "sex = 'female'": lambda row: row["sex"] == "female",
    "sex <> 'female'": lambda row: row["sex"] == "male",
    "age_years < 18": lambda row: row["age_years"] is not None and row["age_years"] < 18,
    "age_years >= 18": lambda row: row["age_years"] is not None and row["age_years"] >= 18,
    "crisis_clock": lambda row: row["crisis_clock"] is True,
    "NOT crisis_clock": lambda row: row["crisis_clock"] is False,
    "crisis_clock OR sex = 'male'": lambda row: row["crisis_clock"] is True or row["sex"] == "male",
}
"""Conditions, and when they are true: what is unknown is not."""

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "provider": st.sampled_from(["ZA1", "ZA2"]),
            "period": st.just("2026-03"),
            "person_id": st.sampled_from("ABC"),
            "sex": st.sampled_from(["female", "male", None]),
            "age_years": st.sampled_from([3, 17, 18, 80, None]),
            "crisis_clock": st.sampled_from([True, False, None]),
            "activities": st.sampled_from([-1, 0, 1, 5, None]),
            "care_contact_duration": st.sampled_from([-2, 0, 1, 4, 9, None]),
        }
    ),
    max_size=25,
)
CONDITION = st.sampled_from([*HOLDS])
SEVERAL = st.lists(CONDITION.filter(lambda one: one != "TRUE"), max_size=2)
KEYS = st.fixed_dictionaries(
    {
        "initial_population": CONDITION,
        "denominator": CONDITION,
        "numerator": CONDITION,
        "exclusions": SEVERAL,
        "exceptions": SEVERAL,
        "numerator_exclusions": SEVERAL,
        "size": st.sampled_from([None, "care_contact_duration"]),
        "hit": st.sampled_from([None, "activities"]),
    }
)


def counted(rows, measure):
    """Numerator, denominator and the flag of wrong counts, of everybody and of each sex."""
    schema = load_fact("contact").arrow_schema()
    ENGINE.view("contact", pa.Table.from_pylist(rows, schema=schema))
    held = {"provider": ["ZA1", "ZA2"], "period": ["2026-03"] * 2}
    coverage = pa.table({**held, "submission_window": ["refresh"] * 2})
    return {
        row["stratum"]: (
            row["numerator"],
            row["denominator"],
            "wrong counts left out" in row["flags"],
        )
        for row in evaluate(ENGINE, measure, "oracle", coverage).to_pylist()
        if (row["org_level"], row["period"]) == ("national", "2026-03")
    }


def expected(rows, judge):
    """The same from a judgement of each row: what it adds to either side, and whether it is wrong.

    A side is None where the row does not count on it.
    """
    cells = {}
    for row in rows:
        hit, size, wrong = judge(row)
        if hit is None and size is None and not wrong:
            continue
        for stratum in ("all", row["sex"] or "not known"):
            n, d, bad = cells.get(stratum, (0, 0, False))
            cells[stratum] = (n + (hit or 0), d + (size or 0), bad or wrong)
    return cells


def measure_of(statistic, keys, **more):
    own = {name: without(*keys[name]) for name in ("exclusions", "numerator_exclusions")}
    return made_up(
        statistic,
        initial_population=when(keys["initial_population"]),
        denominator=when(keys["denominator"], sum=keys["size"]),
        numerator=when(keys["numerator"], sum=keys["hit"]),
        stratifiers=["sex"],
        **own,
        **more,
    )


@settings(deadline=None, max_examples=40)
@given(ROWS, KEYS)
def test_proportions(rows, keys):
    """The numerator is part of the denominator; a row with a number missing counts in neither."""

    def judge(row):
        def any_of(key):
            return any(HOLDS[one](row) for one in keys[key])

        met = HOLDS[keys["numerator"]](row)
        counts = HOLDS[keys["initial_population"]](row) and HOLDS[keys["denominator"]](row)
        if not counts or any_of("exclusions") or (any_of("exceptions") and not met):
            return None, None, False
        size = row[keys["size"]] if keys["size"] else 1
        hit = row[keys["hit"]] if keys["hit"] else 1
        if size is None or (met and hit is None):
            return None, None, False
        if size < 0 or (met and not 0 <= hit <= size):
            return None, None, True
        return (hit if met and not any_of("numerator_exclusions") else 0), size, False

    measure = measure_of("proportion", keys, exceptions=without(*keys["exceptions"]))
    assert counted(rows, measure) == expected(rows, judge)


@settings(deadline=None, max_examples=40)
@given(ROWS, KEYS)
def test_rates(rows, keys):
    """Either side is taken from the initial population without the exclusions, by itself."""

    def judge(row):
        def any_of(key):
            return any(HOLDS[one](row) for one in keys[key])

        if not HOLDS[keys["initial_population"]](row) or any_of("exclusions"):
            return None, None, False
        size = row[keys["size"]] if keys["size"] else 1
        size = size if HOLDS[keys["denominator"]](row) else None
        hit = row[keys["hit"]] if keys["hit"] else 1
        hit = hit if HOLDS[keys["numerator"]](row) and not any_of("numerator_exclusions") else None
        wrong = (size or 0) < 0 or (hit or 0) < 0
        sound = [None if one is None or one < 0 else one for one in (hit, size)]
        return *sound, wrong

    measure = measure_of("rate", keys, per="hour", multiplier=100)
    assert counted(rows, measure) == expected(rows, judge)


@settings(deadline=None, max_examples=25)
@given(ROWS, st.lists(st.tuples(CONDITION, CONDITION), min_size=1, max_size=3), CONDITION)
def test_composites_of_rows(rows, parts, denominator):
    """All or nothing asks of each row, opportunity of each part; neither of who needs nothing."""

    def tally(row):
        needed = [met for applies, met in parts if HOLDS[applies](row)]
        return len(needed), sum(HOLDS[met](row) for met in needed)

    def all_or_nothing(row):
        needed, done = tally(row)
        if not needed or not HOLDS[denominator](row):
            return None, None, False
        return int(needed == done), 1, False

    def opportunity(row):
        needed, done = tally(row)
        if not needed or not HOLDS[denominator](row):
            return None, None, False
        return done, needed, False

    components = [{"applies": applies, "met": met, "words": "-"} for applies, met in parts]
    keys = {"components": components, "denominator": when(denominator), "stratifiers": ["sex"]}
    for name, judge in (("all_or_nothing", all_or_nothing), ("opportunity", opportunity)):
        assert counted(rows, made_up(name, **keys)) == expected(rows, judge)


@settings(deadline=None, max_examples=25)
@given(ROWS, CONDITION, CONDITION)
def test_means_over_rows(rows, population, denominator):
    """The mean of what is known of the rows that count, in exact fractions."""
    known = [
        Fraction(row["activities"])
        for row in rows
        if HOLDS[population](row) and HOLDS[denominator](row) and row["activities"] is not None
    ]
    measure = made_up(
        "mean",
        initial_population=when(population),
        denominator=when(denominator),
        observation={"value": "activities", "words": "activities", "unit": "number"},
        of="activities",
    )
    schema = load_fact("contact").arrow_schema()
    ENGINE.view("contact", pa.Table.from_pylist(rows, schema=schema))
    coverage = pa.table(
        {"provider": ["ZA1"], "period": ["2026-03"], "submission_window": ["refresh"]}
    )
    found = [
        (row["denominator"], row["value"])
        for row in evaluate(ENGINE, measure, "oracle", coverage).to_pylist()
        if (row["org_level"], row["period"]) == ("national", "2026-03")
    ]
    assert found == ([(len(known), float(sum(known) / len(known)))] if known else [])
