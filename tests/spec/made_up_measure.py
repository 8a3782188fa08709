"""Measures made up for a spec: the keys that matter, and the others as they may be."""

import pyarrow as pa

from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.measures import Measure, evaluate
from spec.measure_spec import COVERAGE, DEFAULTS, year_held
from spec.tables import arrow, rows

ABOUT = {
    "id": "made_up",
    "version": 1,
    "title": "Made up",
    "purpose": "To show a key.",
    "why_it_matters": "It does not.",
    "domain": "quality",
    "theme": "patient safety",
    "services": "all",
    "kind": "process",
    "unit": "contact",
    "fact": "contact",
    "period_column": "period",
    "denominator": {"when": "TRUE", "words": "each contact"},
    "comparison": "bars",
    "polarity": "lower",
    "stratifiers": [],
    "source": "A spec",
    "caveats": ["None."],
    "authored_by": "levelfield",
    "reviewed_on": "2026-11-22",
    "next_review": "2027-11-22",
    "examples": [{"title": "-", "given": "because", "denominator": 0}],
}
INTERVALS = {
    "proportion": "wilson",
    "mean": "student",
    "median": "order statistics",
    "rate": "poisson",
    "ratio": "odds",
    "gap": "newcombe",
    "slope": "slope index",
    "all_or_nothing": "wilson",
    "opportunity": "clustered",
}


def made_up(statistic: str = "proportion", **keys: object) -> Measure:
    """A measure over contacts with these keys."""
    of = {"of": "things", "per": "thing"} if statistic == "ratio" else {}
    way = {"polarity": "none"} if statistic in ("gap", "slope") else {}
    own = {"statistic": statistic, "interval": INTERVALS[statistic], **of, **way, **keys}
    return Measure.model_validate({**ABOUT, **own})


def when(condition: str, **keys: object) -> dict[str, object]:
    return {"when": condition, "words": condition, **keys}


def without(*conditions: str) -> list[dict[str, object]]:
    return [{"when": condition, "why": condition} for condition in conditions]


def counted(engine: Engine, measure: Measure, given: str, coverage: str | None = None) -> pa.Table:
    """The values of a measure over drawn rows of its fact."""
    schema = load_fact(measure.fact).arrow_schema()
    defaults = {name: text for name, text in DEFAULTS.items() if name in schema.names}
    engine.view(measure.fact, arrow(rows(given), schema, defaults))
    held = arrow(rows(coverage or year_held("ZA1", "ZA2")), COVERAGE)
    return evaluate(engine, measure, "spec", held)


def everybody(values: pa.Table, period: str = "2026-03") -> dict[str, dict[str, object]]:
    """The values of everybody in a period, not broken down, by measure and part."""
    return {
        row["measure"]: row
        for row in values.to_pylist()
        if (row["org_level"], row["stratifier"], row["period"]) == ("national", "all", period)
    }
