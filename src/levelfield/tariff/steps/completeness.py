"""Completeness: units that were delivered and that the submissions have lost."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from levelfield.core.errors import DefinitionError
from levelfield.tariff.returned import Floats, Returned
from levelfield.tariff.steps.base import Change, Inputs, ReturnStep


def restored(units: Floats, lost: Floats) -> Floats:
    """Units as they were before the share `lost` of them went missing: units ÷ (1 − lost).

    A provider that loses a share q of its contacts looks 1 ÷ (1 − q) as dear as it is.
    """
    return np.asarray(units / (1 - lost))


class Completeness(ReturnStep):
    """Put back the share of each provider's units that its submissions lost.

    A return that was counted whole (see `reconcile`) is left alone. A return whose lost share is
    above `most_lost` is set aside: so much cannot be mended by dividing. Raises DefinitionError for
    a provider whose share nobody says: 0 is a statement, and has to be made.
    """

    title: ClassVar[str] = "Lost contacts put back"
    remedy: ClassVar[str] = (
        "Ask the provider for the contacts that its submissions lack, or raise 'most_lost'."
    )

    step: Literal["completeness"]
    most_lost: float = Field(gt=0, lt=1)

    def apply(self, returned: Returned, inputs: Inputs) -> tuple[Returned, list[Change]]:
        lost = np.where(returned.whole, 0.0, inputs.lost)
        for row, column in np.argwhere(returned.held & np.isnan(lost))[:1]:
            raise DefinitionError(
                f"'quality' does not say which share of its contacts {returned.providers[row]} "
                f"loses ({returned.currencies[column]}): add a row with 'lost', 0 if it is none."
            )
        beyond = returned.held & (lost > self.most_lost)
        changes = list(
            self.taken_out(returned, beyond, f"more than {self.most_lost:.0%} of contacts lost")
        )
        units = restored(returned.units, np.where(beyond, 0.0, lost))
        for row, column in np.argwhere(returned.held & ~beyond & (lost > 0)):
            share = lost[row, column]
            why = f"÷ {1 - share:.4f}: {share:.1%} of contacts lost"
            changes.append(
                self.change(returned, row, column, "units", float(units[row, column]), why)
            )
        return replace(returned, units=units).without(beyond), changes
