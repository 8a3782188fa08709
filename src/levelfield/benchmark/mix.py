"""Counts of a measure by all the columns of its adjustment at once, from the facts.

The values hold one stratifier at a time; age and sex together have to be counted.
"""

from pathlib import Path

import pyarrow as pa

from levelfield.core.errors import UsageError
from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.engine.sql import literal
from levelfield.measures import Measure
from levelfield.measures.judged import Asked, judge

_TEMPLATE = Path(__file__).with_name("mix.sql")


def mix_queries(measure: Measure, period: str) -> list[NamedQuery]:
    """The queries that count a measure's cells of case mix; the last, `mix`, has a row per cell.

    A person counts once in each cell in which it has a row, and so in two when its age band changes
    within the period. Missing attendance is left out. Raises UsageError for a measure without
    `adjustment`, or one whose value is no share or rate.
    """
    if measure.adjustment is None:
        raise UsageError(
            f"{measure.id} names no case mix to adjust for: give its file an 'adjustment', or "
            "adjust it by one of its stratifiers."
        )
    if measure.statistic not in ("proportion", "rate", "all_or_nothing"):
        raise UsageError(f"{measure.id} is a {measure.statistic}, which cannot be adjusted.")
    asked = Asked(measure.fact)
    judged = judge(measure, asked)
    person = measure.unit == "person"
    return load_pipeline(
        _TEMPLATE,
        by=list(measure.adjustment.by),
        is_hit=judged.is_hit,
        counts=judged.counts,
        hit="person_id" if person else judged.hit or "1",
        size="person_id" if person else judged.size or "1",
        person=person,
        asked=asked.columns,
        add="COUNT(DISTINCT " if person else "SUM(",
        fact=measure.fact,
        period_column=measure.period_column,
        months=[literal(str(month)) for month in _months(measure, period)],
    )


def count_mix(engine: Engine, measure: Measure, period: str) -> pa.Table:
    """`org_code`, the columns of the measure's adjustment, `numerator` and `denominator`.

    The engine has the measure's fact under its name. Raises as `mix_queries`, and EngineError when
    the engine fails.
    """
    return engine.query(compose(mix_queries(measure, period)))


def _months(measure: Measure, period: str) -> list[Month]:
    shown = parse_period(period)
    if isinstance(shown, FinancialYear):
        return list(shown.months)
    return [shown.plus(-n) for n in range(measure.months)]
