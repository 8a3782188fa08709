"""The cells of a case mix: one measure counted by all the columns of its adjustment at once."""

from levelfield.benchmark import count_mix
from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.measures import find_measure
from levelfield.measures.parts import Adjustment
from spec.measure_spec import DEFAULTS
from spec.tables import arrow, assert_rows, rows

PERSONS = """
    provider | period  | person_id | age_band | sex    | attendance_status
    ZA1      | 2026-03 | A         | 0-4      | female | 5
    ZA1      | 2026-03 | A         | 0-4      | female | 3
    ZA1      | 2026-03 | B         | 0-4      | male   | 5
    ZA1      | 2026-03 | C         |          | male   | 5
    ZA1      | 2026-03 | C         |          | male   | 2
    ZA1      | 2026-02 | D         | 0-4      | male   | 5
    ZA2      | 2026-03 | E         | 85+      | male   | 7
    ZA2      | 2026-03 | E         | 85+      | male   |
"""


def _count(engine: Engine, period: str, expect: str) -> None:
    by = Adjustment(method="indirect", by=("age_band", "sex"), why="To show.")
    measure = find_measure("dna_rate").model_copy(update={"adjustment": by})
    schema = load_fact(measure.fact).arrow_schema()
    defaults = {name: text for name, text in DEFAULTS.items() if name in schema.names}
    engine.view(measure.fact, arrow(rows(PERSONS), schema, defaults))
    assert_rows(count_mix(engine, measure, period), expect)


def test_a_month_is_counted_by_all_columns_at_once(engine: Engine) -> None:
    """Excluded rows count nowhere, and what is not known is a stratum of its own."""
    _count(
        engine,
        "2026-03",
        """
        org_code | age_band  | sex    | numerator | denominator
        ZA1      | 0-4       | female | 1         | 2
        ZA1      | 0-4       | male   | 0         | 1
        ZA1      | not known | male   | 0         | 1
        ZA2      | 85+       | male   | 1         | 1
        """,
    )


def test_a_year_adds_its_months(engine: Engine) -> None:
    _count(
        engine,
        "2025-26",
        """
        org_code | age_band  | sex    | numerator | denominator
        ZA1      | 0-4       | female | 1         | 2
        ZA1      | 0-4       | male   | 0         | 2
        ZA1      | not known | male   | 0         | 1
        ZA2      | 85+       | male   | 1         | 1
        """,
    )
