"""Exclusions: returns that no price should rest on, each with its reason."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.tariff.returned import Returned
from levelfield.tariff.steps.base import Change, Inputs, ReturnStep


class Excluded(Definition):
    """Returns of a provider, of a currency, or of both, and why they are left out."""

    provider: str = ""
    currency: str = ""
    reason: str = Field(min_length=1)


class Exclude(ReturnStep):
    """Leave out the returns that are named in `returns`, and those of fewer than `least_units`.

    Raises DefinitionError for an exclusion that names neither provider nor currency, or one that
    has no return: a code that is misspelt would exclude nothing.
    """

    title: ClassVar[str] = "Exclusions"
    remedy: ClassVar[str] = (
        "If a price may rest on it, take it out of 'exclude.returns', or lower 'least_units'."
    )

    step: Literal["exclude"]
    returns: tuple[Excluded, ...] = ()
    least_units: float = Field(default=0, ge=0)

    def apply(self, returned: Returned, inputs: Inputs) -> tuple[Returned, list[Change]]:
        changes: list[Change] = []
        for one in self.returns:
            cells = self._cells(returned, one)
            changes += self.taken_out(returned, cells, one.reason)
            returned = returned.without(cells)
        few = returned.held & (returned.units < self.least_units)
        changes += self.taken_out(returned, few, f"fewer than {self.least_units:,.0f} units")
        return returned.without(few), changes

    def _cells(self, returned: Returned, one: Excluded) -> np.ndarray:
        rows = np.array([one.provider in ("", code) for code in returned.providers])
        columns = np.array([one.currency in ("", code) for code in returned.currencies])
        cells = rows[:, np.newaxis] & columns
        if not (one.provider or one.currency) or not cells.any():
            named = " ".join(filter(None, (one.provider, one.currency))) or "nothing"
            raise DefinitionError(
                f"'steps.exclude.returns' names {named}, of which there is no return: correct the "
                "codes, or take the exclusion out."
            )
        return np.asarray(cells)
