"""Measures and their values as FHIR R4 resources: `Measure` and `MeasureReport`.

A definition's conditions stand as SQL over a fact, which is no language of FHIR: a receiver reads
them and cannot run them. Medians and gaps have no population counts beyond their denominator.
Structure: HL7 FHIR R4 (4.0.1), resources Measure and MeasureReport.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from levelfield.core.periods import parse_period
from levelfield.core.values import ALL
from levelfield.measures import Measure, in_words
from levelfield.measures.parts import Condition, Exclusion

Resource = dict[str, Any]

SUPPRESSED = "suppressed"

_TERMS = "http://terminology.hl7.org/CodeSystem/"
_SQL = "application/sql"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_OURS = "urn:levelfield:"
_SCORING = {
    "proportion": "proportion",
    "all_or_nothing": "proportion",
    "opportunity": "ratio",
    "ratio": "ratio",
    "rate": "ratio",
    "mean": "continuous-variable",
    "median": "continuous-variable",
    "gap": "continuous-variable",
    "slope": "continuous-variable",
}
_KINDS = {
    "structure": "structure",
    "process": "process",
    "outcome": "outcome",
    "experience": "patient-reported-outcome",
}
_BETTER = {"higher": "increase", "lower": "decrease"}


def canonical(measure: Measure) -> str:
    """The name under which a report refers to a measure, with its version."""
    return f"urn:levelfield:measure:{measure.id}|{measure.version}"


def measure_resource(measure: Measure) -> Resource:
    """The definition of a measure as a FHIR R4 `Measure`, a draft that nobody has signed."""
    url, _, version = canonical(measure).partition("|")
    words = in_words(measure)
    group = _without_empty(
        {
            "description": measure.title,
            "population": list(_populations(measure)),
            "stratifier": [_stratifier(name) for name in measure.stratifiers],
        }
    )
    return _without_empty(
        {
            "resourceType": "Measure",
            "id": measure.id.replace("_", "-"),
            "url": url,
            "version": version,
            "name": measure.id,
            "title": measure.title,
            "status": "draft",
            "experimental": True,
            "date": measure.reviewed_on.isoformat(),
            "publisher": measure.authored_by,
            "description": " ".join([words.who_counts, words.what_is_counted]),
            "purpose": measure.purpose,
            "usage": " ".join(measure.caveats),
            "lastReviewDate": measure.reviewed_on.isoformat(),
            "topic": [{"text": measure.domain}, {"text": measure.theme}],
            "author": [{"name": measure.authored_by}],
            "reviewer": [{"name": measure.checked_by}] if measure.checked_by else [],
            "relatedArtifact": [
                {"type": "citation", "citation": text}
                for text in (measure.source, *measure.evidence)
            ],
            "disclaimer": "Not an official statistic.",
            "scoring": _coded("measure-scoring", _SCORING[measure.statistic]),
            "type": [_coded("measure-type", _KINDS[measure.kind])],
            "rationale": measure.why_it_matters,
            "improvementNotation": _improvement(measure),
            "group": [group],
        }
    )


def measure_report(
    measure: Measure, values: pa.Table, names: Mapping[str, str], made_at: datetime
) -> Resource:
    """The values of one organisation and period as a FHIR R4 `MeasureReport` of the kind summary.

    `values` are rows of this measure alone (VALUE_SCHEMA, as their reader may see them), whose
    unstratified row comes with its strata. Counts that are suppressed or not known are left out,
    and the score says which. Flags, method and limits are extensions: FHIR has no place for them.
    Raises ValueError when there is not exactly one unstratified row.
    """
    rows = values.to_pylist()
    totals = [row for row in rows if row["stratifier"] == ALL]
    if len(totals) != 1:
        raise ValueError(f"a report is of one organisation and period, not of {len(totals)}")
    (total,) = totals
    period = parse_period(total["period"])
    code = total["org_code"]
    strata = dict.fromkeys(row["stratifier"] for row in rows if row is not total)
    group = {
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
    group = _without_empty(group)
    return _without_empty(
        {
            "resourceType": "MeasureReport",
            "id": total["lineage"],
            "extension": _said(total),
            "status": "complete",
            "type": "summary",
            "measure": canonical(measure),
            "date": made_at.astimezone().isoformat(timespec="seconds"),
            "reporter": {"identifier": {"value": code}, "display": names.get(code, code)},
            "period": {"start": period.first.isoformat(), "end": period.last.isoformat()},
            "improvementNotation": _improvement(measure),
            "group": [group] if group else [],
        }
    )


def _populations(measure: Measure) -> Iterator[Resource]:
    if measure.initial_population:
        yield _population("initial-population", measure.initial_population)
    observed = measure.observation is not None
    yield _population("measure-population" if observed else "denominator", measure.denominator)
    for kind, left_out in (
        ("measure-population-exclusion" if observed else "denominator-exclusion",
         measure.exclusions),
        ("denominator-exception", measure.exceptions),
        ("numerator-exclusion", measure.numerator_exclusions),
    ):  # fmt: skip
        for exclusion in left_out:
            yield _population(kind, exclusion)
    if measure.numerator:
        yield _population("numerator", measure.numerator)
    if measure.observation:
        yield {
            "code": _coded("measure-population", "measure-observation"),
            "description": measure.observation.words,
            "criteria": {"language": _SQL, "expression": measure.observation.value},
        }
    for component in measure.components:
        yield {
            "code": _coded("measure-population", "numerator"),
            "description": component.words,
            "criteria": {
                "language": _SQL,
                "expression": f"({component.applies}) AND ({component.met})",
            },
        }


def _population(kind: str, part: Condition | Exclusion) -> Resource:
    return {
        "code": _coded("measure-population", kind),
        "description": part.why if isinstance(part, Exclusion) else part.words,
        "criteria": {"language": _SQL, "expression": part.when},
    }


def _stratifier(name: str) -> Resource:
    return {"code": {"text": name}, "criteria": {"language": _SQL, "expression": name}}


def _counted(measure: Measure, row: Mapping[str, Any]) -> Resource:
    kinds = {"numerator": "numerator", "denominator": "denominator"}
    if measure.observation:
        kinds = {"denominator": "measure-population"}
    # FHIR counts are whole; sums of pounds or hours are not.
    counted = {kind: row[name] for name, kind in kinds.items() if _is_whole(row[name])}
    return _without_empty(
        {
            "population": [
                {"code": _coded("measure-population", kind), "count": int(number)}
                for kind, number in counted.items()
            ],
            "measureScore": _score(measure, row),
        }
    )


def _score(measure: Measure, row: Mapping[str, Any]) -> Resource:
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
    return _without_empty({"extension": limits, "value": row["value"], "unit": _unit(measure)})


def _unit(measure: Measure) -> str:
    if measure.observation:
        return measure.observation.unit
    if measure.per:
        return f"per {measure.multiplier:,} {measure.per}"
    return "proportion" if measure.is_share else measure.statistic


def _said(row: Mapping[str, Any]) -> list[Resource]:
    """What must be said of a value (rounded, provisional, …), and how its limits were reckoned."""
    flags = [{"url": f"{_OURS}flag", "valueString": one} for one in _flags(row)]
    method = str(row["method"] or "")
    return flags + ([{"url": f"{_OURS}method", "valueString": method}] if method else [])


def _flags(row: Mapping[str, Any]) -> list[str]:
    return [flag for flag in str(row["flags"] or "").split(";") if flag]


def _is_whole(number: float | None) -> bool:
    return number is not None and float(number).is_integer()


def _improvement(measure: Measure) -> Resource:
    better = _BETTER.get(measure.polarity)
    return _coded("measure-improvement-notation", better) if better else {}


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": _TERMS + system, "code": code}]}


def _without_empty(resource: Resource) -> Resource:
    """FHIR knows no empty lists, objects or texts: what is not known is left out."""
    return {key: value for key, value in resource.items() if value not in ([], {}, "", None)}
