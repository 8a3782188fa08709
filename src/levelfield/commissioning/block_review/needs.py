"""Which services meet the same need: the definition behind duplicated care."""

from datetime import date
from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from levelfield.core.definitions import Definition, load_yaml, path
from levelfield.datasets import TEAM_TYPES, load_dataset

WEEK = 7


class DuplicatedCare(Definition):
    """What `definitions/reviews/duplicated_care.yaml` holds.

    `needs` are team types by the need that they meet; a team type meets one. A second visit counts
    within `window_days` before or after another; coincidence is judged `control_weeks` away.
    """

    id: str
    version: str
    title: str
    status: str
    source: str
    authored_by: str
    reviewed_on: date
    window_days: Annotated[int, Field(ge=0, le=3)]
    control_weeks: Annotated[list[int], Field(min_length=1)]
    places: Annotated[list[str], Field(min_length=1)]
    needs: Annotated[dict[str, list[str]], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        known = load_dataset().codes[TEAM_TYPES]
        named = [team for teams in self.needs.values() for team in teams]
        for team in named:
            if team not in known:
                raise ValueError(f"'needs': '{team}' is not a team type. Write two digits.")
            if named.count(team) > 1:
                raise ValueError(f"'needs': the team type '{team}' comes twice. Keep it once.")
        if 0 in self.control_weeks:
            raise ValueError("'control_weeks': nought is the visit's own week. Leave it out.")
        return self

    @property
    def shifts(self) -> list[int]:
        """Days by which one side is moved: none, then each control."""
        return [0, *(WEEK * weeks for weeks in self.control_weeks)]


@cache
def load_duplicated_care() -> DuplicatedCare:
    """The definition of the package; read once."""
    return load_yaml(path("reviews/duplicated_care.yaml"), DuplicatedCare)
