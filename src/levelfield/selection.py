"""Values of one measure, chosen step by step: what `levelfield.open(home).measure(…)` gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark import Comparison, benchmark, reading_of_measure
from levelfield.core.errors import UsageError
from levelfield.core.periods import parse_period
from levelfield.core.values import ALL
from levelfield.measures import STRATIFIER_COLUMNS, Measure

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("national", "commissioner", "provider")


@dataclass(frozen=True)
class Selection:
    """Some values of a measure. Every step gives a new selection and leaves the old one as it is.

    `table` holds all values of the measure and of its parts, `names` those of organisations. Unless
    told otherwise a selection is of everybody together, not broken down, in every period.

    >>> home.measure("ucr_2h").by("provider").in_period("2025-26").values()    # doctest: +SKIP
    """

    measure: Measure
    table: pa.Table
    names: Mapping[str, str]
    level: str = "national"
    stratifier: str = ALL
    periods: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    """The words of `by` so far."""

    def by(self, *words: str) -> Self:
        """By a level of organisation (provider, commissioner, national), a stratifier, or one of
        each. Steps add up: `by("provider").by("sex")` is `by("provider", "sex")`. Raises UsageError
        as `split_by` does, so for a second level too, and for what the measure is not broken down
        by.
        """
        level, stratifier = split_by([*self.split, *words])
        if stratifier not in (ALL, *self.measure.stratifiers):
            raise UsageError(
                f"{self.measure.id} is not broken down by {stratifier}, but by: "
                f"{', '.join(self.measure.stratifiers)}."
            )
        return replace(self, level=level, stratifier=stratifier, split=(*self.split, *words))

    def in_period(self, *periods: str) -> Self:
        """In these months (`2026-03`) or financial years (`2025-26`) alone.

        Raises UsageError for what is no period.
        """
        for period in periods:
            parse_period(period)
        return replace(self, periods=periods)

    def values(self) -> pa.Table:
        """The values in the columns of a value (`core.values.VALUE_SCHEMA`), parts included."""
        chosen = pc.and_(
            pc.equal(self.table["org_level"], self.level),
            pc.equal(self.table["stratifier"], self.stratifier),
        )
        if self.periods:
            known = pa.array(self.periods, pa.string())
            chosen = pc.and_(chosen, pc.is_in(self.table["period"], known))
        return self.table.filter(chosen)

    def compare(self, period: str) -> Comparison:
        """The organisations of this level in a period, each beside the others and its own past.

        Raises UsageError for a selection that is broken down, and where there are no values.
        """
        if self.stratifier != ALL:
            raise UsageError("Organisations are compared as a whole: leave the stratifier out.")
        return benchmark(
            self.table,
            reading_of_measure(self.measure, period),
            measure=self.measure.id,
            period=period,
            org_level=self.level,
            names=self.names,
        )

    def to_pandas(self) -> "pd.DataFrame":
        """The same as a pandas frame."""
        frame: pd.DataFrame = self.values().to_pandas()
        return frame


def split_by(words: Sequence[str]) -> tuple[str, str]:
    """The level of organisation and the stratifier among some words; either may be missing.

    Raises UsageError for an unknown word and for two of one kind.
    """
    for word in words:
        if word not in (*LEVELS, *STRATIFIER_COLUMNS):
            known = ", ".join([*LEVELS, *STRATIFIER_COLUMNS])
            raise UsageError(f"'{word}' is nothing to break values down by. Known are: {known}.")
    levels = [word for word in words if word in LEVELS]
    stratifiers = [word for word in words if word not in LEVELS]
    if len(levels) > 1 or len(stratifiers) > 1:
        raise UsageError(
            f"'{','.join(words)}' asks for too much at once: take one of {', '.join(LEVELS)}, and "
            f"one of {', '.join(STRATIFIER_COLUMNS)}."
        )
    return (levels or ["national"])[0], (stratifiers or [ALL])[0]
