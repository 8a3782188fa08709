"""Values of measures and composites as FHIR R4 resources: `MeasureReport`.

Medians and gaps have no population counts beyond their denominator. Where a value is adjusted for
case mix, the report has a group of the crude score and one of the adjusted.
Structure: HL7 FHIR R4 (4.0.1), resource MeasureReport.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from levelfield.benchmark import reading_of_composite, reading_of_measure
from levelfield.core.periods import parse_period
from levelfield.core.values import ALL
from levelfield.measures import Composite, Measure
from levelfield.measures.about import About
from levelfield.publish.fhir_measure import (
    ADJUSTED,
    COMPOSITE,
    CRUDE,
    Resource,
    canonical,
    coded,
    improvement,
    without_empty,
)
from levelfield.publish.words import stored_unit

SUPPRESSED = "suppressed"

_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_OURS = "urn:levelfield:"

Row = Mapping[str, Any]


def measure_report(
    measure: Measure,
    values: pa.Table,
    names: Mapping[str, str],
    made_at: datetime,
    adjusted: Row | None = None,
) -> Resource:
    """The values of one organisation and period as a FHIR R4 `MeasureReport` of the kind summary.

    `values` are rows of this measure alone (VALUE_SCHEMA, as their reader may see them), whose
    unstratified row comes with its strata; `adjusted` is the same organisation's row of
    `tidy.adjusted_values`. Counts that are suppressed or not known are left out, and the score says
    which. Flags, method and limits are extensions: FHIR has no place for them.
    Raises ValueError when there is not exactly one unstratified row.
    """
    rows = values.to_pylist()
    totals = [row for row in rows if row["stratifier"] == ALL]
    if len(totals) != 1:
        raise ValueError(f"a report is of one organisation and period, not of {len(totals)}")
    (total,) = totals
    strata = dict.fromkeys(row["stratifier"] for row in rows if row is not total)
    group = {
        "code": CRUDE if adjusted else {},
        **_counted(measure, total),
        "stratifier": [
            {
                "code": [{"text": name}],
                "stratum": [
                    {"value": {"text": row["stratum"]}, **_counted(measure, row)}
                    for row in rows
                    if row["stratifier"] == name
                ],
            }
            for name in strata
        ],
    }
    groups = [without_empty(group)]
    if adjusted:
        groups.append(_adjusted(adjusted, total))
    return _report(measure, total, names, made_at, groups)


def composite_report(
    composite: Composite, row: Row, names: Mapping[str, str], made_at: datetime
) -> Resource:
    """A composite's value of one organisation and period; it has no counts of its own."""
    reading = reading_of_composite(composite)
    score = _score(row, stored_unit(reading.unit, reading.per))
    group = {"code": COMPOSITE, "measureScore": score}
    return _report(composite, row, names, made_at, [group])


def _report(
    about: About,
    total: Row,
    names: Mapping[str, str],
    made_at: datetime,
    groups: list[Resource],
) -> Resource:
    period, code = parse_period(total["period"]), total["org_code"]
    return without_empty(
        {
            "resourceType": "MeasureReport",
            "id": total["lineage"],
            "extension": _said(total),
            "status": "complete",
            "type": "summary",
            "measure": canonical(about),
            "date": made_at.astimezone().isoformat(timespec="seconds"),
            "reporter": {"identifier": {"value": code}, "display": names.get(code, code)},
            "period": {"start": period.first.isoformat(), "end": period.last.isoformat()},
            "improvementNotation": improvement(about),
            "group": [group for group in groups if group],
        }
    )


def _adjusted(row: Row, crude: Row) -> Resource:
    """The adjusted score, with the events that it holds the counted ones against."""
    names = {"value": "adjusted", "lower": "adjusted_lower", "upper": "adjusted_upper"}
    score = _score({**crude, **{name: row[own] for name, own in names.items()}}, row["unit"])
    expected = row["expected"]
    if expected is not None:
        own = {"url": f"{_OURS}expected-events", "valueDecimal": expected}
        score["extension"] = [*score.get("extension", []), own]
    return {"code": ADJUSTED, "measureScore": score}


def _counted(measure: Measure, row: Row) -> Resource:
    kinds = {"numerator": "numerator", "denominator": "denominator"}
    if measure.observation:
        kinds = {"denominator": "measure-population"}
    # FHIR counts are whole; sums of pounds or hours are not.
    counted = {kind: row[name] for name, kind in kinds.items() if _is_whole(row[name])}
    return without_empty(
        {
            "population": [
                {"code": coded("measure-population", kind), "count": int(number)}
                for kind, number in counted.items()
            ],
            "measureScore": _score(row, _unit(measure, row)),
        }
    )


def _score(row: Row, unit: str) -> Resource:
    """The value with its unit and limits, or why there is none."""
    if row["value"] is None:
        hidden = SUPPRESSED in _flags(row)
        return {
            "extension": [{"url": _ABSENT, "valueCode": "masked" if hidden else "unknown"}],
        }
    limits = [
        {"url": f"{_OURS}{name}-limit", "valueDecimal": row[name]}
        for name in ("lower", "upper")
        if row[name] is not None
    ]
    return without_empty({"extension": limits, "value": row["value"], "unit": unit})


def _unit(measure: Measure, row: Row) -> str:
    reading = reading_of_measure(measure, row["period"])
    return stored_unit(reading.unit, reading.per)


def _said(row: Row) -> list[Resource]:
    """What must be said of a value (rounded, provisional, …), and how its limits were reckoned."""
    flags = [{"url": f"{_OURS}flag", "valueString": one} for one in _flags(row)]
    method = str(row["method"] or "")
    return flags + ([{"url": f"{_OURS}method", "valueString": method}] if method else [])


def _flags(row: Row) -> list[str]:
    return [flag for flag in str(row["flags"] or "").split(";") if flag]


def _is_whole(number: float | None) -> bool:
    return number is not None and float(number).is_integer()
