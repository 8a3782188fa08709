"""What providers leave out by habit, and how a simulation without defects is rid of it.

The same things are listed, as a check finds them, in `definitions/simulation/gaps.csv`.
"""

from dataclasses import replace

from levelfield.simulate.assumptions import Assumptions
from levelfield.simulate.providers import Provider

RATES = (
    "attendance_filled", "birth_date_missing", "mechanism_missing", "no_activity",
    "postcode_missing",
)  # fmt: skip
"""Shares of records in which something is missing, whoever the provider is."""


def without_habits(assumptions: Assumptions) -> Assumptions:
    """The same assumptions with nothing left out."""
    return replace(assumptions, rates={**assumptions.rates, **dict.fromkeys(RATES, 0.0)})


def complete(provider: Provider) -> Provider:
    """The same provider with every field filled."""
    return replace(
        provider,
        attendance_missing=0.0,
        ethnicity_missing=0.0,
        clock_untimed=0.0,
        team_missing=0.0,
    )
