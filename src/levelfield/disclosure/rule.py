"""A rule of disclosure control: what has to happen to a figure before it may leave."""

from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError

Floats = NDArray[np.float64]
Counts = TypeVar("Counts", int, Floats)


class Rule(Definition):
    """One rule, as its file has it; counts are of people or of what happened to them."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name of the rule and its file")
    version: int = Field(ge=1, description="Goes up with every change")
    title: str = Field(description="What it is for")
    source: str = Field(description="Whose practice it is")
    suppress_below: int = Field(
        ge=1, description="Counts from 1 to one less are suppressed; zero says that nobody is in it"
    )
    round_to: int = Field(ge=1, description="Other counts are rounded to a multiple of this")
    fewest_for_a_median: int = Field(
        ge=1, description="A median or a difference of fewer may be one person's own figure"
    )
    fewest_for_none_or_all: int = Field(
        ge=1, description="A share of none or all of fewer says something of each of them"
    )
    fewest_for_a_share: int = Field(
        ge=1, description="Rounding moves a share of fewer as far as chance does; it is not given"
    )
    possible_counts: int = Field(
        ge=1, description="How many small counts must stay possible for one that is suppressed"
    )
    open_part_of_a_sum: float = Field(
        ge=0,
        le=0.5,
        description="How much of what a few people had (contacts, pounds) must stay open where it "
        "is suppressed, as a part of it; 0 leaves it unprotected",
    )
    fewest_peers: int = Field(
        ge=1, description="Others that a peer group needs, since its members know their own figures"
    )

    @property
    def as_it_is(self) -> bool:
        """Whether the rule leaves every figure alone."""
        return self.suppress_below == 1 and self.round_to == 1

    @property
    def rounding(self) -> str:
        """How counts are rounded, and by which rule, in words."""
        return f"the nearest {self.round_to} (rule “{self.title}”)"

    @property
    def words(self) -> str:
        """What the rule did to the figures of a page, in a sentence beside them."""
        if self.as_it_is:
            return "Counts are exact."
        return (
            f"Counts are rounded to {self.rounding}, small ones suppressed; shares and rates are "
            "reckoned from rounded counts."
        )

    def is_small(self, count: int) -> bool:
        """Whether a count has to be suppressed."""
        return 0 < count < self.suppress_below

    def are_small(self, counts: Floats) -> NDArray[np.bool_]:
        """Which counts have to be suppressed; `nan` is none."""
        return (counts > 0) & (counts < self.suppress_below)

    def rounded(self, count: Counts) -> Counts:
        """Counts to the nearest multiple; half way goes up."""
        return (2 * count + self.round_to) // (2 * self.round_to) * self.round_to

    def shown(self, count: int) -> int | None:
        """A single count as the public may see it: rounded, or None for suppressed."""
        return None if self.is_small(count) else self.rounded(count)

    def bounds(self, shown: ArrayLike) -> tuple[Floats, Floats]:
        """The least and the greatest counts that are shown as `shown`, rounded counts."""
        rounded = np.asarray(shown, dtype=np.float64)
        least = rounded - self.round_to // 2
        greatest = least + self.round_to - 1
        # A small count is never shown, so what is shown as zero is either none or not small.
        none = np.where(greatest < self.suppress_below, 0, greatest)
        return (
            np.where(rounded == 0, 0, np.maximum(least, self.suppress_below)),
            np.where(rounded == 0, none, greatest),
        )


DEFAULT = "default"
ENGLAND = "england"


@cache
def load_rules() -> dict[str, Rule]:
    """Every rule of the package by id; read once.

    Raises DefinitionError for a file that does not make sense, or is not named after its rule.
    """
    found = {}
    for file in sorted(definitions.path("disclosure").glob("*.yaml")):
        rule = definitions.load_yaml(file, Rule)
        if rule.id != file.stem:
            raise DefinitionError(
                f"{file}: 'id' is '{rule.id}': a rule's file is named after it, here "
                f"{rule.id}.yaml."
            )
        found[rule.id] = rule
    return found


def default_rule() -> Rule:
    """The rule for figures counted here of which nobody has said otherwise."""
    return load_rules()[DEFAULT]


def public_count(count: int) -> int | None:
    """A single count below England as the public may see it: rounded, or None for suppressed."""
    return default_rule().shown(count)


def enough_peers(group: int, rule: Rule | None = None) -> bool:
    """Whether a peer group of so many may be shown to one of its members, who knows their own."""
    return group - 1 >= (rule or default_rule()).fewest_peers
