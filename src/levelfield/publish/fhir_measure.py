"""Definitions of measures and composites as FHIR R4 resources: `Measure`.

A definition's conditions stand as SQL over a fact, which is no language of FHIR: a receiver reads
them and cannot run them. Structure: HL7 FHIR R4 (4.0.1), resource Measure.
"""

from collections.abc import Iterator
from typing import Any

from levelfield.measures import Composite, Measure, in_words, load_measures
from levelfield.measures.about import About
from levelfield.measures.parts import Condition, Exclusion

Resource = dict[str, Any]

_TERMS = "http://terminology.hl7.org/CodeSystem/"
_SQL = "application/sql"
CRUDE, ADJUSTED, COMPOSITE = ({"text": word} for word in ("crude", "adjusted", "composite"))
"""The codes of a report's groups: what its score is."""

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


def canonical(measure: About) -> str:
    """The name under which a report refers to a measure, with its version."""
    return f"urn:levelfield:measure:{measure.id}|{measure.version}"


def measure_resource(measure: Measure, adjusted_for: str = "") -> Resource:
    """The definition of a measure as a FHIR R4 `Measure`, a draft that nobody has signed.

    `adjusted_for` says for what and how its reports are adjusted as well: they have a group of the
    crude score and one of the adjusted.
    """
    words = in_words(measure)
    crude = without_empty(
        {
            "code": CRUDE if adjusted_for else {},
            "description": measure.title,
            "population": list(_populations(measure)),
            "stratifier": [_stratifier(name) for name in measure.stratifiers],
        }
    )
    adjusted = {"code": ADJUSTED, "description": f"{measure.title}, adjusted for {adjusted_for}"}
    return _described(
        measure,
        {
            "description": " ".join([words.who_counts, words.what_is_counted]),
            "scoring": coded("measure-scoring", _SCORING[measure.statistic]),
            "riskAdjustment": f"Adjusted for {adjusted_for}." if adjusted_for else "",
            "group": [crude, adjusted] if adjusted_for else [crude],
        },
    )


def composite_resource(composite: Composite) -> Resource:
    """The definition of a composite as a FHIR R4 `Measure` that names its parts."""
    parts = [
        {
            "type": "composed-of",
            "display": f"{load_measures()[name].title}, weight {weight:.0%}",
            "resource": canonical(load_measures()[name]),
        }
        for name, weight in composite.weights.items()
    ]
    return _described(
        composite,
        {
            "description": "Composite: the mean of its parts by weight; without one of them none.",
            "scoring": coded("measure-scoring", "composite"),
            "compositeScoring": coded("composite-measure-scoring", "weighted"),
            "group": [{"code": COMPOSITE, "description": composite.title}],
        },
        parts,
    )


def _described(about: About, own: Resource, artifacts: list[Resource] | None = None) -> Resource:
    """What every definition says of itself, round what is its own."""
    url, _, version = canonical(about).partition("|")
    citations = [{"type": "citation", "citation": text} for text in (about.source, *about.evidence)]
    return without_empty(
        {
            "resourceType": "Measure",
            "id": about.id.replace("_", "-"),
            "url": url,
            "version": version,
            "name": about.id,
            "title": about.title,
            "status": "draft",
            "experimental": True,
            "date": about.reviewed_on.isoformat(),
            "publisher": about.authored_by,
            "purpose": about.purpose,
            "usage": " ".join(about.caveats),
            "lastReviewDate": about.reviewed_on.isoformat(),
            "topic": [{"text": about.domain}, {"text": about.theme}],
            "author": [{"name": about.authored_by}],
            "reviewer": [{"name": about.checked_by}] if about.checked_by else [],
            "relatedArtifact": [*citations, *(artifacts or [])],
            "disclaimer": "Not an official statistic.",
            "type": [coded("measure-type", _KINDS[about.kind])],
            "rationale": about.why_it_matters,
            "improvementNotation": improvement(about),
            **own,
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
            "code": coded("measure-population", "measure-observation"),
            "description": measure.observation.words,
            "criteria": {"language": _SQL, "expression": measure.observation.value},
        }
    for component in measure.components:
        yield {
            "code": coded("measure-population", "numerator"),
            "description": component.words,
            "criteria": {
                "language": _SQL,
                "expression": f"({component.applies}) AND ({component.met})",
            },
        }


def _population(kind: str, part: Condition | Exclusion) -> Resource:
    return {
        "code": coded("measure-population", kind),
        "description": part.why if isinstance(part, Exclusion) else part.words,
        "criteria": {"language": _SQL, "expression": part.when},
    }


def _stratifier(name: str) -> Resource:
    return {"code": {"text": name}, "criteria": {"language": _SQL, "expression": name}}


def improvement(measure: About) -> Resource:
    """Which way is better, as FHIR codes it; empty where neither is."""
    better = _BETTER.get(measure.polarity)
    return coded("measure-improvement-notation", better) if better else {}


def coded(system: str, code: str) -> Resource:
    """A code of one of FHIR's own systems."""
    return {"coding": [{"system": _TERMS + system, "code": code}]}


def without_empty(resource: Resource) -> Resource:
    """FHIR knows no empty lists, objects or texts: what is not known is left out."""
    return {key: value for key, value in resource.items() if value not in ([], {}, "", None)}
