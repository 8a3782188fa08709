"""Waiting time clocks: the two-hour response, timed to the minute, and the slower ones by day."""

from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts load at first use, which keeps the commands quick to start

from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.calendar import Calendar
from levelfield.simulate.draws import NEVER, Bools, Ints, Rng, chance
from levelfield.simulate.providers import Provider
from levelfield.simulate.referrals import Referrals

TWO_HOURS = "05"
MINUTE_SPREAD = 0.75
"""Standard deviation of the logarithm of the minutes to a two-hour response."""
DAY = 86_400


@dataclass(frozen=True)
class Clocks:
    """One element per clock. Seconds are those of the day; NEVER where nothing is recorded."""

    referral: Ints
    kind: Ints
    start: Ints
    start_second: Ints
    end: Ints
    end_second: Ints


def respond(
    rng: Rng,
    assumptions: Assumptions,
    provider: Provider,
    calendar: Calendar,
    referrals: Referrals,
) -> Referrals:
    """The referrals with the first contact of each two-hour response set to the minute.

    The minutes are lognormal, with the median at which the provider's true share of responses
    falls within 120 minutes.
    """
    crisis = _with_clock(assumptions, referrals.pathway, TWO_HOURS) & ~referrals.rejected
    share = np.full(len(referrals), provider.two_hour_share)
    if provider.change == "two_hour_improves":
        after = calendar.index(referrals.received) >= provider.change_month
        share[after] = assumptions.rates["two_hour_improved"]
    median = 120.0 / np.exp(scipy.special.ndtri(np.clip(share, 0.01, 0.99)) * MINUTE_SPREAD)
    minutes = median * np.exp(rng.normal(0.0, MINUTE_SPREAD, len(referrals)))
    seconds = referrals.received_second + 60 * np.maximum(5, minutes).astype(np.int64)
    return replace(
        referrals,
        first_contact=np.where(
            crisis, referrals.received + seconds // DAY, referrals.first_contact
        ),
        contact_second=np.where(crisis, seconds % DAY, NEVER),
    )


def draw_clocks(
    rng: Rng, assumptions: Assumptions, provider: Provider, referrals: Referrals
) -> Clocks:
    """The clocks of all referrals on a pathway that has one.

    Some two-hour clocks lack a time or the stop, as many as the provider's `clock_untimed` says.
    """
    kinds = clock_kinds(assumptions)
    position = np.array([kinds.index(kind) for kind in assumptions.pathways.clocks])
    kind = position[referrals.pathway]
    timed = chance(rng, assumptions.rates["clock_share"], len(referrals))
    referral = np.flatnonzero((kind > 0) & (timed | (kind == kinds.index(TWO_HOURS))))
    kind, n = kind[referral], len(referral)
    minute = kind == kinds.index(TWO_HOURS)
    stopped = ~(referrals.rejected | referrals.unseen)[referral]
    fault = np.where(minute & chance(rng, provider.clock_untimed, n), rng.integers(1, 4, n), 0)
    end = np.where(stopped & (fault != 3), referrals.first_contact[referral], NEVER)
    recorded = minute & (end != NEVER)
    return Clocks(
        referral=referral,
        kind=kind,
        start=referrals.received[referral],
        start_second=np.where(minute & (fault != 1), referrals.received_second[referral], NEVER),
        end=end,
        end_second=np.where(recorded & (fault != 2), referrals.contact_second[referral], NEVER),
    )


def clock_kinds(assumptions: Assumptions) -> tuple[str, ...]:
    """What `Clocks.kind` points at; the first is none."""
    return tuple(sorted(set(assumptions.pathways.clocks)))


def _with_clock(assumptions: Assumptions, pathway: Ints, kind: str) -> Bools:
    has = np.array([clock == kind for clock in assumptions.pathways.clocks])
    return np.asarray(has[pathway], dtype=np.bool_)
