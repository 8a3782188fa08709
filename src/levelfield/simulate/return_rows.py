"""The rows of each kind of return: one provider and period at a time, drawn about the truth."""

from collections.abc import Iterator

import numpy as np

from levelfield.core.periods import Month
from levelfield.simulate.draws import Rng
from levelfield.simulate.return_truth import ReturnTruth

Row = dict[str, object]

TEAMS = ("11", "12", "16", "17", "20", "26", "32", "43", "50")
"""The team types that send returns by team."""

NURSING = ("12", "43")
OUTCOMES = ("20", "26")

CONTACTS_PER_WTE = 95
"""Attended contacts of a whole-time equivalent in a month."""

STAFF = {"nursing": 0.46, "allied health": 0.2, "support": 0.24, "medical": 0.02, "other": 0.08}


def friends_and_family(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    for team, contacts in _teams(rng, truth):
        asked = int(rng.binomial(contacts, 0.3))
        responses = int(rng.binomial(asked, truth("fft_response", at)))
        positive = int(rng.binomial(responses, truth("fft_positive", at)))
        very_good = int(rng.binomial(positive, 0.78))
        neither, poor, very_poor, dont_know = _split(
            rng, responses - positive, (0.4, 0.22, 0.23, 0.15)
        )
        yield {
            "team_type": team,
            "responses": responses,
            "very_good": very_good,
            "good": positive - very_good,
            "neither": neither,
            "poor": poor,
            "very_poor": very_poor,
            "dont_know": dont_know,
            "asked": asked,
        }


def patient_reported_outcomes(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    bands = ("19-44", "45-64", "65-74", "75-84", "85+")
    for team, contacts in _teams(rng, truth, OUTCOMES):
        episodes = 4 + contacts // 20
        before = np.clip(np.rint(rng.normal(27, 8, episodes)), 0, 56)
        gain = rng.normal(truth("prom_gain", at), 9, episodes)
        after = np.clip(np.rint(before + gain), 0, 56)
        both = rng.random(episodes) < truth("prom_answered", at)
        first = both | (rng.random(episodes) < 0.8)
        band = rng.choice(len(bands), episodes, p=(0.24, 0.36, 0.21, 0.14, 0.05))
        sex, fifth = rng.random(episodes) < 0.56, rng.integers(1, 6, episodes)
        for n in range(episodes):
            yield {
                "team_type": team,
                "episode": f"{month}-{team}-{n:05d}",
                "instrument": "MSK-HQ",
                "score_before": int(before[n]) if first[n] else "",
                "score_after": int(after[n]) if both[n] else "",
                "age_band": bands[band[n]],
                "sex": "female" if sex[n] else "male",
                "deprivation_fifth": int(fifth[n]),
            }


def staff_collaboration_survey(
    rng: Rng, truth: ReturnTruth, at: int, month: Month
) -> Iterator[Row]:
    for team, contacts in _teams(rng, truth):
        asked = max(12, contacts // 70)
        answered = int(rng.binomial(asked, truth("survey_answered", at)))
        agree = truth("survey_agree", at)
        yield {
            "team_type": team,
            "asked": asked,
            "answered": answered,
            "agree_objectives": int(rng.binomial(answered, min(0.97, agree + 0.12))),
            "agree_meets": int(rng.binomial(answered, max(0.05, agree - 0.04))),
            "agree_teams": int(rng.binomial(answered, agree)),
            "agree_partners": int(rng.binomial(answered, max(0.05, agree - 0.15))),
        }


def incidents(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    for team, contacts in _teams(rng, truth):
        reported = int(rng.poisson(contacts * truth("incident_rate", at)))
        harmed = int(rng.binomial(reported, truth("incident_harm", at)))
        low, moderate, severe, fatal = _split(rng, harmed, (0.86, 0.11, 0.025, 0.005))
        due = moderate + severe + fatal
        yield {
            "team_type": team,
            "contacts": contacts,
            "incidents": reported,
            "no_harm": reported - harmed,
            "low_harm": low,
            "moderate_harm": moderate,
            "severe_harm": severe,
            "fatal": fatal,
            "candour_due": due,
            "candour_done": int(rng.binomial(due, truth("candour_done", at))),
        }


def pressure_ulcers(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    for team, contacts in _teams(rng, truth, NURSING):
        new = int(rng.poisson(contacts * truth("ulcer_rate", at)))
        two, three, four, unstageable = _split(rng, new, (0.72, 0.15, 0.04, 0.09))
        yield {
            "team_type": team,
            "people": max(1, contacts // 4),
            "contacts": contacts,
            "new_category_2": two,
            "new_category_3": three,
            "new_category_4": four,
            "new_unstageable": unstageable,
            "inherited": int(rng.poisson(contacts * 0.0019)),
        }


def falls(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    beds = _beds(truth)
    if beds:
        days = int(rng.binomial(beds * month.last.day, truth("occupancy", at)))
        fell = int(rng.poisson(days * truth("fall_rate", at)))
        harmed = int(rng.binomial(fell, truth("fall_harm", at)))
        yield {
            "occupied_bed_days": days,
            "falls": fell,
            "falls_with_harm": harmed,
            "hip_fractures": int(rng.binomial(harmed, 0.05)),
        }


def bed_use(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    beds = _beds(truth)
    if beds:
        available = beds * month.last.day
        occupied = int(rng.binomial(available, truth("occupancy", at)))
        left = int(rng.poisson(occupied / truth("stay", at)))
        stay = truth("stay", at)
        yield {
            "available_bed_days": available,
            "occupied_bed_days": occupied,
            "delayed_bed_days": int(rng.binomial(occupied, truth("delayed", at))),
            "discharges": left,
            "discharged_bed_days": int(np.rint(rng.gamma(2.0, stay / 2.0, left)).sum()),
            "discharged_home": int(rng.binomial(left, truth("discharged_home", at))),
        }


def workforce(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    for team, contacts in truth.contacts.items():
        if team not in TEAMS:
            continue
        for group, share in STAFF.items():
            posts = round(max(1.0, contacts / CONTACTS_PER_WTE * share), 2)
            vacant = round(posts * float(rng.beta(*_beta(truth("vacancy", at), 40))), 2)
            available = round((posts - vacant) * month.last.day, 1)
            sick = round(available * float(rng.beta(*_beta(truth("sickness", at), 60))), 1)
            heads = round((posts - vacant) * 1.12)
            yield {
                "team_type": team,
                "staff_group": group,
                "posts_wte": posts,
                "vacant_wte": vacant,
                "heads": heads,
                "leavers": int(rng.binomial(heads, min(1.0, truth("leaving", at)))),
                "days_available": available,
                "days_sick": sick,
            }


def costs(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    for team, expected in truth.contacts.items():
        contacts = int(rng.poisson(3 * expected)) if team in TEAMS else 0
        if contacts and team in truth.pence_per_contact:
            pounds = truth.pence_per_contact[team] / 100
            yield {
                "team_type": team,
                "cost_pounds": round(contacts * pounds * float(np.exp(rng.normal(0, 0.04)))),
                "contacts": contacts,
                "contact_hours": round(contacts * float(rng.normal(0.5, 0.02)), 1),
            }


def social_value(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    heads = max(20, round(sum(truth.contacts.values()) / CONTACTS_PER_WTE * 1.12))
    spend = round(heads * 1_900 * float(np.exp(rng.normal(0, 0.1))))
    yield {
        "spend_pounds": spend,
        "local_spend_pounds": round(spend * float(rng.beta(*_beta(truth("local_spend", at), 200)))),
        "small_spend_pounds": round(spend * float(rng.beta(*_beta(truth("small_spend", at), 200)))),
        "heads": heads,
        "apprentices": int(rng.binomial(heads, truth("apprentices", at))),
        "living_wage_heads": int(rng.binomial(heads, truth("living_wage", at))),
        "volunteer_hours": round(heads * truth("volunteering", at) * float(rng.gamma(50, 0.02)), 1),
    }


def complaints(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    for team, contacts in _teams(rng, truth):
        received = int(rng.poisson(contacts * truth("complaint_rate", at)))
        closed = int(rng.poisson(contacts * truth("complaint_rate", at)))
        yield {
            "team_type": team,
            "contacts": contacts,
            "complaints": received,
            "compliments": int(rng.poisson(contacts * truth("compliment_rate", at))),
            "closed": closed,
            "closed_in_time": int(rng.binomial(closed, truth("complaint_in_time", at))),
            "upheld": int(rng.binomial(closed, 0.5)),
        }


def walk_in_centres(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    if truth.provider.offers["other"] < 0.9:
        return
    came = int(rng.poisson(max(60.0, 0.12 * sum(truth.contacts.values()))))
    unseen = int(rng.binomial(came, truth("left_unseen", at)))
    assessed = int(rng.binomial(came - unseen, 0.96))
    yield {
        "attendances": came,
        "within_four_hours": int(rng.binomial(came, truth("four_hours", at))),
        "assessed": assessed,
        "assessed_in_15_minutes": int(rng.binomial(assessed, truth("assessed_15", at))),
        "left_unseen": unseen,
    }


def family_nurse_partnership(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    if truth.provider.offers["children"] < 0.9:
        return
    enrolled, ended = int(rng.poisson(14)), int(rng.poisson(11))
    row: Row = {
        "enrolled": enrolled,
        "enrolled_by_16_weeks": int(rng.binomial(enrolled, truth("fnp_early", at))),
        "ended": ended,
        "graduated": int(rng.binomial(ended, truth("fnp_graduated", at))),
    }
    for stage, expected in (("pregnancy", 95), ("infancy", 170), ("toddlerhood", 120)):
        due = int(rng.poisson(expected))
        row[f"{stage}_expected"] = due
        row[f"{stage}_made"] = int(rng.binomial(due, truth(f"fnp_{stage}", at)))
    yield row


def wheelchair_packages(rng: Rng, truth: ReturnTruth, at: int, month: Month) -> Iterator[Row]:
    expected = 0.6 * truth.contacts.get("50", 0.0)
    for package, share in _PACKAGES.items():
        packages = int(rng.poisson(expected * share))
        if packages:
            yield {"package": package, "packages": packages}


_PACKAGES = {"WC05": 0.16, "WC06": 0.11, "WC07": 0.06, "WC09": 0.45, "WC17": 0.02, "WC19": 0.20}
"""Shares of what a wheelchair service provides: made up."""


def _teams(
    rng: Rng, truth: ReturnTruth, among: tuple[str, ...] = TEAMS
) -> Iterator[tuple[str, int]]:
    """The teams of a provider with the contacts that they had, of those that had any."""
    for team, expected in sorted(truth.contacts.items()):
        contacts = int(rng.poisson(expected)) if team in among else 0
        if contacts:
            yield team, contacts


def _beds(truth: ReturnTruth) -> int:
    """Community beds of a provider; none where it gives no intermediate care."""
    return round(42 * truth.provider.size * truth.provider.offers["intermediate"])


def _split(rng: Rng, count: int, shares: tuple[float, ...]) -> list[int]:
    return [int(n) for n in rng.multinomial(count, shares)]


def _beta(mean: float, size: float) -> tuple[float, float]:
    """A beta distribution by its mean and how many draws its spread is worth."""
    return mean * size, (1.0 - mean) * size
