"""Reconciliation: is the activity of a return that of the contacts that were submitted?"""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from levelfield.tariff.returned import Bools, Floats, Returned
from levelfield.tariff.steps.base import Change, Inputs, ReturnStep


def agreement(
    units: Floats, submitted: Floats, lost: Floats, tolerance: float
) -> tuple[Bools, Bools]:
    """Which returns agree with the submitted units, and which of them count more fully.

    A return agrees when it is within `tolerance` (0.05 for 5%) of the submitted units, or of those
    that would have been submitted without the share `lost`; it is whole when it lies nearer to the
    latter on the scale of ratios. A return of which nothing was submitted does not agree.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = units / submitted
        whole = plain * (1 - lost)
        nearer = np.abs(np.log(whole)) < np.abs(np.log(plain))
        close = np.minimum(np.abs(plain - 1), np.abs(whole - 1)) <= tolerance
    return close & (units > 0), nearer & close & (units > 0)


class Reconcile(ReturnStep):
    """Hold the activity of each return against the submitted contacts of its provider.

    Beyond `tolerance` the return is set aside, or takes the submitted units in place of its own,
    or is kept and only noted, as `beyond` says. Where nothing is known of what was submitted the
    return is kept. A return that agrees with what the submissions lack included is marked as
    whole: the completeness step leaves it alone.
    """

    title: ClassVar[str] = "Reconciled with submitted contacts"
    remedy: ClassVar[str] = (
        "Ask the provider which count is right, and correct the return or the submissions; or say "
        "under 'reconcile.beyond' that it is kept."
    )

    step: Literal["reconcile"]
    tolerance: float = Field(gt=0, lt=1)
    beyond: Literal["set_aside", "take_submitted", "keep"]

    def apply(self, returned: Returned, inputs: Inputs) -> tuple[Returned, list[Change]]:
        assert inputs.submitted is not None
        submitted = inputs.submitted
        lost = np.nan_to_num(inputs.lost)
        agrees, whole = agreement(returned.units, submitted, lost, self.tolerance)
        apart = returned.held & np.isfinite(submitted) & ~agrees
        nothing = apart & (submitted == 0)
        # There is nothing to take where nothing was submitted.
        out = nothing | apart if self.beyond == "set_aside" else nothing & (self.beyond != "keep")
        taken = apart & ~out if self.beyond == "take_submitted" else np.zeros_like(apart)
        changes = []
        for row, column in np.argwhere(returned.held & np.isnan(submitted)):
            own = float(returned.units[row, column])
            why = "nothing is known of what was submitted: kept"
            changes.append(self.change(returned, row, column, "units", own, why))
        for row, column in np.argwhere(apart):
            held_against = float(submitted[row, column])
            why = f"{held_against:,.0f} units were submitted, not within {self.tolerance:.0%}"
            after: float | None = float(returned.units[row, column])
            if out[row, column]:
                after, why = None, f"{why}: set aside"
            elif taken[row, column]:
                after, why = held_against, f"{why}: these are taken"
            else:
                why = f"{why}: kept all the same"
            changes.append(self.change(returned, row, column, "units", after, why, held_against))
        units = np.where(taken, submitted, returned.units)
        after_step = replace(returned, units=units, whole=whole & ~taken)
        return after_step.without(out), changes
