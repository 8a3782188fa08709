"""The simulated truth against the published figures and the providers' parameters."""

import csv
import gzip

import numpy as np
import pytest

from levelfield.core import definitions
from levelfield.simulate.assumptions import (
    AGE_GROUPS,
    contact_costs,
    load_assumptions,
    rows_of,
)
from levelfield.simulate.contacts import MISSED, SEEN, SEEN_LATE, TOO_LATE
from levelfield.simulate.draws import NEVER
from levelfield.simulate.economy import Settings, provider_history
from levelfield.simulate.history import History
from levelfield.simulate.providers import make_providers
from levelfield.simulate.volumes import contact_mix, contacts_per_referral

SETTINGS = Settings(12, 12, 1, 0.0, 0.3, "2025-04", 0)


@pytest.fixture(scope="module")
def histories() -> list[History]:
    return [provider_history(SETTINGS, number) for number in range(SETTINGS.providers)]


def test_ratios_are_those_of_the_published_month(histories: list[History]) -> None:
    counted = {
        name: np.zeros(3)
        for name in (
            "referrals",
            "people_referred",
            "care_contacts",
            "people_contacted",
            "care_activities",
        )
    }
    for history in histories:
        referrals, contacts = history.referrals, history.contacts
        received = history.calendar.index(referrals.received)
        held = history.calendar.index(contacts.day)
        of_contact = referrals.age_group[contacts.referral]
        for group in range(3):
            new = (referrals.age_group == group) & (received >= 0)
            counted["referrals"][group] += new.sum()
            counted["people_referred"][group] += len(
                np.unique(history.person[new] * 100 + received[new])
            )
            seen = of_contact == group
            counted["care_contacts"][group] += seen.sum()
            counted["people_contacted"][group] += len(
                np.unique(history.person[contacts.referral[seen]] * 100 + held[seen])
            )
            counted["care_activities"][group] += seen[history.activities.contact].sum()
    targets = load_assumptions().targets
    scale = counted["care_contacts"].sum() / targets["care_contacts"].sum()
    for name, values in counted.items():
        ratio = values / (targets[name] * scale)
        assert np.all(np.abs(ratio - 1.0) < 0.12), (name, ratio)


def test_months_are_alike(histories: list[History]) -> None:
    calendar = histories[0].calendar
    held = sum(
        np.bincount(calendar.index(h.contacts.day), minlength=12)
        for h in histories
        if h.provider.change != "system_change"
    )
    daily = held / np.diff(calendar.edges)
    assert np.all(np.abs(daily / daily.mean() - 1.0) < 0.08)


def test_waiting_list_is_about_as_long_as_the_published_one(histories: list[History]) -> None:
    waiting = contacts = 0
    for history in histories:
        referrals, end = history.referrals, history.calendar.end
        open_at_end = ~referrals.rejected & (referrals.last_month == 11)
        open_at_end &= (referrals.closed == NEVER) | (referrals.closed > end)
        waiting += int((open_at_end & (referrals.first_contact > end)).sum())
        contacts += len(history.contacts)
    published = definitions.read_csv(
        definitions.path("published/community_waits_national_trend.csv")
    )
    latest = float(published[-1]["total"])
    expected = latest / load_assumptions().targets["care_contacts"].sum()
    assert abs(waiting / (contacts / 12) / expected - 1.0) < 0.2


def test_missed_contacts_follow_deprivation_where_they_should(histories: list[History]) -> None:
    gaps = {}
    for history in histories:
        fifth = (history.places.area_decile[history.people.area] + 1) // 2
        of_contact = fifth[history.person[history.contacts.referral]]
        settled = np.isin(history.contacts.attendance, (MISSED, TOO_LATE, SEEN, SEEN_LATE))
        missed = np.isin(history.contacts.attendance, (MISSED, TOO_LATE))
        rate = [missed[settled & (of_contact == f)].mean() for f in (1, 5)]
        gaps[history.provider.code] = rate[0] - rate[1]
    assert gaps["ZA3"] > 0.02
    assert gaps["ZA3"] > gaps["ZA2"]


def test_two_hour_responses_are_as_good_as_the_provider(histories: list[History]) -> None:
    for history in histories:
        provider, referrals = history.provider, history.referrals
        if provider.change == "two_hour_improves" or not provider.two_hour_share:
            continue
        crisis = np.flatnonzero((referrals.contact_second != NEVER) & ~referrals.rejected)
        start = referrals.received[crisis] * 86_400 + referrals.received_second[crisis]
        stop = referrals.first_contact[crisis] * 86_400 + referrals.contact_second[crisis]
        within = ((stop - start) <= 7200).mean()
        assert within == pytest.approx(provider.two_hour_share, abs=0.08)


def test_dates_follow_each_other(histories: list[History]) -> None:
    for history in histories:
        referrals, contacts, people = history.referrals, history.contacts, history.people
        person = history.person[contacts.referral]
        assert np.all(contacts.day >= referrals.received[contacts.referral])
        assert np.all(referrals.received >= people.birth[history.person])
        ended = referrals.closed != NEVER
        assert np.all(referrals.closed[ended] >= referrals.received[ended])
        dead = people.death[person] != NEVER
        assert np.all(contacts.day[dead] <= people.death[person][dead])
        closed = referrals.closed[contacts.referral]
        assert np.all((closed == NEVER) | (contacts.day <= closed))
        assert np.all(
            history.calendar.index(contacts.day) <= referrals.last_month[contacts.referral]
        )


def test_contact_mix_keeps_both_margins() -> None:
    assumptions = load_assumptions()
    mix = contact_mix(assumptions)
    target = assumptions.targets["care_contacts"]
    assert mix.sum(axis=0) == pytest.approx(target / target.sum())
    adult = assumptions.pathways.contacts_adult
    assert mix[:, 1:].sum(axis=1) / mix[:, 1:].sum() == pytest.approx(adult / adult.sum())
    per_referral = contacts_per_referral(assumptions, mix)
    referrals = (mix / per_referral).sum(axis=0)
    expected = target / assumptions.targets["referrals"]
    assert mix.sum(axis=0) / referrals == pytest.approx(expected)


def test_age_targets_are_the_published_figures() -> None:
    file = definitions.path("published/csds_activity_2025-03.csv.gz")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as stream:
        published = {
            (row["measure"], row["age_group"]): float(row["value"])
            for row in csv.DictReader(stream)
            if row["org_code"] == "ENG"
        }
    for measure, values in load_assumptions().targets.items():
        assert list(values) == [published[measure, group] for group in AGE_GROUPS]


def test_pathways_stand_for_the_contacts_of_the_cost_collection() -> None:
    activity = {
        row["currency_code"]: float(row["activity"] or 0)
        for row in definitions.read_csv(definitions.path("prices/ncc_2024-25_community.csv"))
    }
    pathways = rows_of("pathways.csv")
    codes = {code for row in pathways for code in row["ncc_codes"].split(";")}
    stood_for = sum(float(row["contacts_child"]) + float(row["contacts_adult"]) for row in pathways)
    assert stood_for == pytest.approx(sum(activity[code] for code in codes), rel=0.01)
    assert all(500 < pence < 50_000 for pence in contact_costs().values())


def test_illustrative_codes_have_a_valid_check_digit_and_nobody_s_namespace() -> None:
    for row in rows_of("clinical_codes.csv"):
        if row["basis"] == "illustrative":
            assert verhoeff(row["code"]) == 0
            assert row["code"][-10:-3] == "9999999"
            assert row["title"].endswith("(illustrative)")


def test_more_providers_than_are_described_get_codes_of_their_own() -> None:
    made = make_providers(40)
    assert len({provider.code for provider in made}) == 40
    assert [p.code for p in made[:12]] == [row["code"] for row in rows_of("providers.csv")]
    assert made[20] == make_providers(21)[20]


def verhoeff(number: str) -> int:
    """The check of SNOMED CT identifiers: zero for a valid one. Dihedral group of ten elements."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
        return 5 + (a - b) % 5 if b < 5 else (a - b) % 5

    turn, permutation, check = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], list(range(10)), 0
    for digit in reversed(number):
        check = times(check, permutation[int(digit)])
        permutation = [turn[n] for n in permutation]
    return check
