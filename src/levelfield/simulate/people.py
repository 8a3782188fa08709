"""The people of one provider: who is referred again, who they are and where they live."""

from dataclasses import dataclass

import numpy as np

from levelfield.simulate.assumptions import Assumptions, by_age
from levelfield.simulate.calendar import Calendar
from levelfield.simulate.draws import NEVER, Bools, Ints, Mix, Rng, chance
from levelfield.simulate.identity import nhs_numbers
from levelfield.simulate.places import (
    POSTCODES_PER_AREA,
    PRACTICES_PER_COMMISSIONER,
    Places,
)
from levelfield.simulate.providers import Provider
from levelfield.simulate.referrals import DAYS_IN_YEAR, Referrals

BAND_YEARS = np.array([0.06, 1, 5, 11, 19, 40, 65, 75, 85])
"""Ages that part the bands inside which one person takes several referrals; newborns first."""


SEXES = ("1", "2", "9", "X")


@dataclass(frozen=True)
class People:
    """One element per person. -1 is a code left blank, NEVER a day or number.

    `practice` is -1 for the unregistered; `moved_practice` is the practice from the day `moved` on.
    `sex` and `ethnicity` are positions in SEXES and `ethnicity_codes`.
    """

    birth: Ints
    age_group: Ints
    sex: Ints
    ethnicity: Ints
    area: Ints
    postcode: Ints
    practice: Ints
    moved: Ints
    moved_practice: Ints
    registered: Ints
    nhs_number: Ints
    mother_number: Ints
    death: Ints
    birth_known: Bools
    language: Ints
    preferred_place: Ints
    actual_place: Ints
    antenatal_visit: Ints

    def __len__(self) -> int:
        return len(self.birth)


def assign_people(
    rng: Rng, assumptions: Assumptions, calendar: Calendar, referrals: Referrals
) -> tuple[Ints, Ints]:
    """The person of each referral, and each person's day of birth.

    Referrals are taken band of age by band in the order of receipt. Some follow the one before for
    the same person, some return to a
    person met lately, the others bring somebody new.
    """
    n = len(referrals)
    band = np.searchsorted(BAND_YEARS, referrals.age_days / DAYS_IN_YEAR, side="right")
    order = np.lexsort((referrals.received, band))
    ordered_band = band[order]
    group, rates = referrals.age_group[order], assumptions.rates
    linked_share = by_age(assumptions, "linked")[group]
    u = rng.random(n)
    linked = u < linked_share
    linked[1:] &= referrals.pathway[order][1:] != referrals.pathway[order][:-1]
    known_share = by_age(assumptions, "returning")[group]
    returning = ~linked & (u < linked_share + (1.0 - linked_share) * known_share)
    first = np.ones(n, dtype=np.bool_)
    first[1:] = ordered_band[1:] != ordered_band[:-1]
    new = ~(linked | returning) | first | (ordered_band == 0)
    count = np.cumsum(new) - 1
    band_start = count[np.maximum.accumulate(np.where(first, np.arange(n), 0))]
    recent = new & (referrals.received[order] >= calendar.start)
    days = calendar.end - calendar.start + 1
    daily = np.bincount(ordered_band[recent], minlength=len(BAND_YEARS) + 1)[ordered_band] / days
    back = (rng.exponential(rates["returning_days"], n) * daily).astype(np.int64)
    earlier = np.maximum(band_start, count - back)
    own = np.where(new, count, earlier)
    lead = np.maximum.accumulate(np.where(new | ~linked, np.arange(n), 0))
    person = np.empty(n, dtype=np.int64)
    person[order] = own[lead]
    origin = order[new]
    return person, referrals.received[origin] - referrals.age_days[origin]


def describe_people(
    rng: Rng,
    assumptions: Assumptions,
    places: Places,
    provider: Provider,
    calendar: Calendar,
    birth: Ints,
    first_received: Ints,
    mothers: Bools,
    numbering: tuple[int, int],
) -> People:
    """Everything about each person but their referrals and their death.

    `numbering` is the provider's position and the number of providers; `mothers` marks those who
    must be women.
    """
    rates, n = assumptions.rates, len(birth)
    years = (first_received - birth) / DAYS_IN_YEAR
    age_group = np.searchsorted([19.0, 65.0], years, side="right").astype(np.int64)
    female = np.where(age_group == 0, rates["female_child"], rates["female_adult"])
    sex = np.where(chance(rng, female, n) | mothers, 1, 0)
    sex = np.where(chance(rng, 0.001, n) & ~mothers, 3, sex)
    home = _home(rng, places, provider, rates["home_area"], n)
    area = places.area_mix(rates["deprivation_use"]).draw(rng, home)
    practice, moved_practice, moved = _practices(rng, assumptions, calendar, home, n)
    places_of_death = assumptions.mixes["death_place_preferred"]
    preferred = places_of_death.draw_all(rng, n)
    registered = birth + (years * 365 * rng.random(n)).astype(np.int64)
    newborn = years < BAND_YEARS[0]
    numbers = nhs_numbers(*numbering, count=n + int(newborn.sum()))
    mother = np.full(n, NEVER)
    mother[newborn] = numbers[n:]
    unknown = chance(rng, rates["nhs_number_missing"], n)
    return People(
        birth=birth,
        age_group=age_group,
        sex=sex,
        ethnicity=_ethnicity(rng, assumptions, provider, age_group),
        area=area,
        postcode=np.where(
            chance(rng, rates["postcode_missing"], n),
            -1,
            area * POSTCODES_PER_AREA + rng.integers(0, POSTCODES_PER_AREA, n),
        ),
        practice=practice,
        moved=np.where(moved > registered + 1, moved, NEVER),
        moved_practice=moved_practice,
        registered=registered,
        nhs_number=np.where(unknown, NEVER, numbers[:n]),
        mother_number=mother,
        death=np.full(n, NEVER),
        birth_known=~chance(rng, rates["birth_date_missing"], n),
        language=assumptions.mixes["language"].draw_all(rng, n),
        preferred_place=preferred,
        actual_place=np.where(
            chance(rng, rates["preferred_place_reached"], n),
            preferred,
            places_of_death.draw_all(rng, n),
        ),
        antenatal_visit=np.full(n, NEVER),
    )


def deaths(
    rng: Rng, assumptions: Assumptions, referrals: Referrals, person: Ints, birth: Ints
) -> Ints:
    """The day on which each person dies, NEVER for most.

    Anybody may die at a yearly rate by age; palliative care ends by death more often than not.
    """
    rates, far = assumptions.rates, np.iinfo(np.int64).max
    first = np.full(len(birth), far)
    np.minimum.at(first, person, referrals.received)
    years = (first - birth) / DAYS_IN_YEAR
    yearly = np.select(
        [years < 65, years < 75, years < 85],
        [rates["death_under_65"], rates["death_65"], rates["death_75"]],
        rates["death_85"],
    )
    day: Ints = first + 1 + (rng.exponential(1.0, len(birth)) / yearly * 365).astype(np.int64)
    last_care = assumptions.pathways.among("palliative", "end_of_life")[referrals.pathway]
    last_care &= chance(rng, rates["death_end_of_life"], len(person)) & ~referrals.rejected
    ends = np.where(last_care, referrals.first_contact + referrals.care_days + 1, far)
    np.minimum.at(day, person, ends)
    return day


def _home(rng: Rng, places: Places, provider: Provider, home_area: float, n: int) -> Ints:
    codes = list(places.commissioners)
    share = np.full((1, len(codes)), (1.0 - home_area) / (len(codes) - 1))
    share[0, codes.index(provider.commissioner)] = home_area
    return Mix.of(codes, share).draw_all(rng, n)


def _practices(
    rng: Rng, assumptions: Assumptions, calendar: Calendar, home: Ints, n: int
) -> tuple[Ints, Ints, Ints]:
    rates = assumptions.rates
    elsewhere = chance(rng, rates["practice_elsewhere"], n)
    commissioners = int(home.max(initial=0)) + 1
    area = np.where(elsewhere, (home + 1) % commissioners, home)
    practice = area * PRACTICES_PER_COMMISSIONER + rng.integers(0, PRACTICES_PER_COMMISSIONER, n)
    other = area * PRACTICES_PER_COMMISSIONER + rng.integers(0, PRACTICES_PER_COMMISSIONER, n)
    practice = np.where(chance(rng, rates["unregistered"], n), -1, practice)
    moves = chance(rng, rates["practice_changed"], n) & (practice >= 0) & (practice != other)
    moved = rng.integers(calendar.start, calendar.end + 1, n)
    return practice, other, np.where(moves, moved, NEVER)


def _ethnicity(rng: Rng, assumptions: Assumptions, provider: Provider, age_group: Ints) -> Ints:
    """Positions in `ethnicity_codes`; half of what a provider fails to ask is sent as not known."""
    mix, n = assumptions.mixes["ethnicity"], len(age_group)
    drawn = mix.draw(rng, age_group)
    drawn[chance(rng, assumptions.rates["ethnicity_not_stated"], n)] = len(mix.codes)
    missing = chance(rng, provider.ethnicity_missing, n)
    drawn[missing] = np.where(chance(rng, 0.5, int(missing.sum())), len(mix.codes) + 1, -1)
    return drawn


def ethnicity_codes(assumptions: Assumptions) -> tuple[str, ...]:
    """What `People.ethnicity` points at: the mix's codes, not stated, not known."""
    return (*assumptions.mixes["ethnicity"].codes, "Z", "99")
