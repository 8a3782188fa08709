"""What is planted in a block contract, and of it the care in layers: one service beside another."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache

import numpy as np

from levelfield.simulate.assumptions import Assumptions, rows_of
from levelfield.simulate.contacts import Contacts
from levelfield.simulate.draws import NEVER, Rng, chance
from levelfield.simulate.referrals import Referrals

FIRST = ("dn_long", "dn_short")
"""The pathways whose care a second team repeats."""

HOME = "A01"


@cache
def planted(provider: str, what: str) -> Mapping[str, float]:
    """Sizes of what is planted at a provider by team type, which is blank for the block as a whole;
    nothing for most."""
    return {
        row["team_type"]: float(row["size"])
        for row in rows_of("block_planted.csv")
        if (row["provider"], row["what"]) == (provider, what)
    }


def layer_referrals(
    rng: Rng, assumptions: Assumptions, provider: str, referrals: Referrals
) -> Referrals:
    """The referrals, some of those to district nursing with a second team besides."""
    pathways = assumptions.pathways
    second = referrals.second_pathway.copy()
    for team, share in planted(provider, "layered_referrals").items():
        able = pathways.among(*FIRST)[referrals.pathway] & (second < 0) & ~referrals.rejected
        second[able & chance(rng, share, len(second))] = pathways.teams.index(team)
    return replace(referrals, second_pathway=second)


def layer_visits(
    rng: Rng, assumptions: Assumptions, provider: str, referrals: Referrals, contacts: Contacts
) -> Contacts:
    """The contacts, with visits by the second team on the day of some visits by the first."""
    pathways = assumptions.pathways
    home = pathways.locations.codes.index(HOME)
    for team, share in planted(provider, "layered_visits").items():
        both = referrals.second_pathway == pathways.teams.index(team)
        able = contacts.attended & both[contacts.referral] & ~contacts.second_team
        able &= pathways.among(*FIRST)[contacts.pathway] & (contacts.location == home)
        again = contacts.keep(able & chance(rng, share, len(contacts)))
        n = len(again)
        again = replace(
            again,
            pathway=np.full(n, pathways.teams.index(team)),
            second_team=np.ones(n, dtype=np.bool_),
            rank=np.maximum(again.rank, 1),
            second=np.full(n, NEVER),
            grouped=np.zeros(n, dtype=np.bool_),
            repeats=np.ones(n, dtype=np.bool_),
        )
        contacts = _together(contacts, again)
    return contacts


def _together(one: Contacts, two: Contacts) -> Contacts:
    """Two sets of contacts as one, in order of day."""
    joined = {
        f.name: np.concatenate([getattr(one, f.name), getattr(two, f.name)])
        for f in fields(Contacts)
    }
    return Contacts(**joined).keep(np.argsort(joined["day"], kind="stable"))
