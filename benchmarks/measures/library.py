"""Seventy-five measures over contacts, in the mix of kinds that the library's candidates have.

Of sixty candidates 54 are sums over rows of one kind or another, and the rest medians, and means or
shares of persons, which need more than sums.
"""

from collections.abc import Iterator
from typing import Any

from levelfield.measures import STRATIFIER_COLUMNS, Measure
from levelfield.measures.definition import INTERVALS

SEEN = "attendance_status IN ('5', '6')"
MISSED = "attendance_status IN ('3', '7')"
RECORDED = "attendance_status IN ('2', '3', '4', '5', '6', '7')"
CANCELLED = ("attendance_status IN ('2', '4')",)

_ABOUT: dict[str, Any] = {
    "version": 1,
    "title": "Benchmark",
    "purpose": "To be counted.",
    "why_it_matters": "It takes time.",
    "domain": "performance",
    "theme": "access",
    "services": "all",
    "kind": "process",
    "unit": "contact",
    "fact": "contact",
    "period_column": "period",
    "comparison": "bars",
    "polarity": "none",
    "source": "Made up for the benchmark",
    "caveats": ["None."],
    "authored_by": "levelfield",
    "reviewed_on": "2026-11-22",
    "next_review": "2027-11-22",
    "examples": [{"title": "-", "given": "because", "denominator": 0}],
}

_SHARES = {
    "face_to_face": "consultation_mechanism = '01'",
    "telephone": "consultation_mechanism = '02'",
    "video": "consultation_mechanism IN ('04', '05', '11')",
    "at_home": "activity_location_type = 'A01'",
    "in_clinic": "activity_location_type IN ('B01', 'C01')",
    "in_care_home": "activity_location_type = 'G01'",
    "first": "consultation_type = '01'",
    "group": "group_therapy_indicator = 'Y'",
    "long": "care_contact_duration > 60",
    "short": "care_contact_duration <= 10",
    "no_duration": "care_contact_duration IS NULL",
    "several_activities": "activities > 1",
    "self_referred": "source_of_referral IN ('01', '02')",
    "from_hospital": "source_of_referral IN ('06', '07', '08')",
    "crisis": "crisis_clock",
    "stroke": "stroke_diagnosis",
    "assessment": "activity_type IN ('01', '02')",
    "immunised": "immunisation_same_day",
}
_AGES = {
    "children": "age_years < 19",
    "adults": "age_years BETWEEN 19 AND 64",
    "older": "age_years >= 65",
}


def measures() -> list[Measure]:
    """All of them, every one by eight stratifiers save those that a comparison takes."""
    return [Measure.model_validate({**_ABOUT, **keys}) for keys in _keys()]


def shares() -> list[Measure]:
    """Those whose every figure SQL can give: shares of rows, with Wilson's interval."""
    kinds = ("proportion", "all_or_nothing")
    return [one for one in measures() if one.statistic in kinds and one.unit == "contact"]


def _keys() -> Iterator[dict[str, Any]]:
    """68 that are sums over rows, three medians and four of persons."""
    for name, condition in _SHARES.items():
        yield _one(
            f"{name}_share", "proportion", denominator=_when(SEEN), numerator=_when(condition)
        )
    for name, condition in _SHARES.items():
        if name not in ("no_duration", "short", "first"):
            yield _one(
                f"{name}_dna",
                "proportion",
                initial_population=_when(condition),
                denominator=_when(RECORDED),
                exclusions=_without(*CANCELLED, "after_death"),
                numerator=_when(MISSED),
            )
    for age, condition in _AGES.items():
        population = {"initial_population": _when(condition)}
        recorded = {**population, "denominator": _when(RECORDED)}
        seen = {**population, "denominator": _when(SEEN)}
        yield _one(f"{age}_cancelled", "proportion", **recorded, numerator=_when(CANCELLED[0]))
        yield _one(f"{age}_seen", "proportion", **recorded, numerator=_when(SEEN))
        yield _one(
            f"{age}_immunised",
            "proportion",
            **seen,
            numerator=_when("immunisation_same_day"),
            exceptions=_without("group_therapy_indicator = 'Y'"),
        )
        yield _one(
            f"{age}_follow_up",
            "ratio",
            **population,
            denominator=_when(f"{SEEN} AND consultation_type = '01'"),
            numerator=_when(f"{SEEN} AND consultation_type = '02'"),
            of="follow-ups",
            per="first contact",
        )
        yield _one(
            f"{age}_minutes",
            "mean",
            **seen,
            observation=_number("care_contact_duration", "minutes"),
        )
        yield _one(
            f"{age}_activities",
            "mean",
            **seen,
            observation=_number("activities", "number"),
            of="activities",
        )
        yield _one(
            f"{age}_per_hour",
            "rate",
            **population,
            denominator=_when(SEEN, sum="care_contact_duration"),
            numerator=_when(SEEN, sum="activities"),
            multiplier=100,
            per="minutes",
        )
        yield _one(
            f"{age}_gap",
            "gap",
            **population,
            denominator=_when(RECORDED),
            exclusions=_without(*CANCELLED),
            numerator=_when(MISSED),
            gap={
                "column": "deprivation_fifth",
                "first": "1",
                "first_name": "most_deprived",
                "second": "5",
                "second_name": "least_deprived",
            },
        )
        yield _one(f"{age}_slope", "slope", **recorded, numerator=_when(MISSED))
        components = [
            {"met": f"({met}) IS TRUE", "words": "-"}
            for met in ("care_contact_duration > 0", "activities >= 1", "team_valid")
        ]
        yield _one(f"{age}_bundle", "all_or_nothing", **seen, components=components)
        yield _one(f"{age}_parts", "opportunity", **seen, components=components)
        yield _one(
            f"{age}_median",
            "median",
            **seen,
            observation=_number("care_contact_duration", "minutes"),
        )
    yield _one(
        "bad_dates", "proportion", denominator=_when("TRUE"), numerator=_when("before_referral")
    )
    yield _one(
        "unknown_service", "proportion", denominator=_when("TRUE"), numerator=_when("team_valid")
    )
    for name, condition in [("seen", "TRUE"), ("crisis_seen", "crisis_clock")]:
        one = {"unit": "person", "initial_population": _when(condition), "denominator": _when(SEEN)}
        yield _one(f"{name}_per_person", "mean", **one, numerator=_when(SEEN))
        known = "ethnic_group NOT IN ('Not stated', 'Not known')"
        yield _one(f"{name}_ethnicity_known", "proportion", **one, numerator=_when(known))


def _one(name: str, statistic: str, **keys: object) -> dict[str, Any]:
    taken = {"gap": "deprivation_fifth", "slope": "deprivation_fifth"}.get(statistic)
    stratifiers = [one for one in STRATIFIER_COLUMNS if one != taken]
    interval = INTERVALS[statistic]  # type: ignore[index]
    return {
        "id": name,
        "statistic": statistic,
        "interval": interval,
        "stratifiers": stratifiers,
        **keys,
    }


def _when(condition: str, **keys: object) -> dict[str, object]:
    return {"when": condition, "words": condition, **keys}


def _without(*conditions: str) -> list[dict[str, object]]:
    return [{"when": condition, "why": condition} for condition in conditions]


def _number(value: str, unit: str) -> dict[str, str]:
    return {"value": value, "words": value, "unit": unit}
