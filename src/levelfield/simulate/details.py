"""What is settled once about each referral: its source, reason, commissioner and how it ended."""

from dataclasses import dataclass

import numpy as np

from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.draws import NEVER, Ints, Rng, chance
from levelfield.simulate.people import People
from levelfield.simulate.places import Places
from levelfield.simulate.providers import Provider
from levelfield.simulate.referrals import Referrals

DIED, OVER_75 = "06", "048"


@dataclass(frozen=True)
class ReferralDetails:
    """One element per referral. `commissioner` is the one that the provider sends."""

    source: Ints
    reason: Ints
    commissioner: Ints
    closure_reason: Ints
    rejection_reason: Ints


def draw_details(
    rng: Rng,
    assumptions: Assumptions,
    places: Places,
    provider: Provider,
    referrals: Referrals,
    people: People,
    person: Ints,
) -> ReferralDetails:
    """Details of all referrals. `person` is the person of each."""
    pathways, mixes, n = assumptions.pathways, assumptions.mixes, len(referrals)
    own = list(places.commissioners).index(provider.commissioner)
    practice = people.practice[person]
    true = places.practice_commissioner(practice, referrals.received)
    mistaken = chance(rng, assumptions.rates["commissioner_own"], n) | (practice < 0)
    reason = np.where(
        referrals.unseen,
        len(mixes["closure"].codes) + mixes["closure_unseen"].draw_all(rng, n),
        mixes["closure"].draw_all(rng, n),
    )
    died = (referrals.closed != NEVER) & (referrals.closed == people.death[person])
    return ReferralDetails(
        source=pathways.sources.draw(rng, referrals.pathway),
        reason=_reasons(rng, assumptions, referrals),
        commissioner=np.where(mistaken, own, true),
        closure_reason=np.where(died, closure_codes(assumptions).index(DIED), reason),
        rejection_reason=mixes["rejection"].draw_all(rng, n),
    )


def _reasons(rng: Rng, assumptions: Assumptions, referrals: Referrals) -> Ints:
    """The main reason of each referral; the assessment over 75 is drawn again for the younger."""
    mix = assumptions.pathways.reasons
    reason = mix.draw(rng, referrals.pathway)
    # A stream of its own: what is drawn afterwards must not depend on how often this happens.
    (apart,) = rng.spawn(1)
    while True:
        wrong = (reason == mix.codes.index(OVER_75)) & (referrals.age_days < 75 * 366)
        if not wrong.any():
            return reason
        reason[wrong] = mix.draw(apart, referrals.pathway[wrong])


def closure_codes(assumptions: Assumptions) -> tuple[str, ...]:
    """What `ReferralDetails.closure_reason` points at."""
    mixes = assumptions.mixes
    return (*mixes["closure"].codes, *mixes["closure_unseen"].codes, DIED)
