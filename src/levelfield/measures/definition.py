"""The measure language: what a measure file may say.

A measure is data: one YAML file that a clinician can read and change. Its rate is (numerator −
numerator exclusions) / (denominator − exclusions − exceptions), all of them taken from the initial
population. An exception, unlike an exclusion, leaves a row out only if the numerator is not met.
"""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from levelfield.measures.about import About
from levelfield.measures.parts import (
    Adjustment,
    Break,
    Clock,
    Component,
    Condition,
    Example,
    Exclusion,
    Gap,
    Observation,
    Standard,
)

Unit = Literal[
    "contact",
    "referral",
    "clock",
    "person",
    "activity",
    "assessment",
    "care plan",
    "child",
    "death",
    "day",
    "report",
]
Statistic = Literal[
    "proportion",
    "mean",
    "median",
    "rate",
    "ratio",
    "gap",
    "slope",
    "all_or_nothing",
    "opportunity",
]
Interval = Literal[
    "wilson",
    "student",
    "order statistics",
    "poisson",
    "odds",
    "newcombe",
    "slope index",
    "clustered",
]
Stratifier = Literal[
    "service",
    "age_band",
    "sex",
    "ethnic_group",
    "deprivation_fifth",
    "staff_group",
    "medium",
    "source_of_referral",
]

STRATIFIER_COLUMNS: dict[Stratifier, str] = {
    "service": "team_type",
    "age_band": "age_band",
    "sex": "sex",
    "ethnic_group": "ethnic_group",
    "deprivation_fifth": "deprivation_fifth",
    "staff_group": "staff_group",
    "medium": "consultation_mechanism",
    "source_of_referral": "source_of_referral",
}
"""The fact column behind each stratifier; the order is that of the results."""

INTERVALS: dict[Statistic, Interval] = {
    "proportion": "wilson",
    "mean": "student",
    "median": "order statistics",
    "rate": "poisson",
    "ratio": "odds",
    "gap": "newcombe",
    "slope": "slope index",
    "all_or_nothing": "wilson",
    "opportunity": "clustered",
}
"""The method of interval that fits each statistic."""


POUNDS: Final = "pounds"
"""What a ratio is `of` where its values are money."""

CLUSTERED: tuple[Statistic, ...] = ("proportion", "ratio")
"""Statistics whose interval may be `clustered`: what is summed (pounds, days, posts) comes in rows
that go together, and is not drawn one by one."""


class Measure(About):
    """One measure, as its file has it."""

    unit: Unit = Field(description="What is counted; a report is a row that already holds counts")
    fact: str = Field(description="The fact whose rows are counted")
    period_column: str = Field(description="The column with the month in which a row counts")
    initial_population: Condition | None = Field(
        default=None, description="The rows that anything is taken from; without it, all"
    )
    denominator: Condition = Field(description="The rows of the denominator")
    exclusions: tuple[Exclusion, ...] = Field(
        default=(), description="Rows that count nowhere, numerator or not"
    )
    exceptions: tuple[Exclusion, ...] = Field(
        default=(), description="Rows that leave the denominator if the numerator was not met"
    )
    numerator: Condition | None = Field(
        default=None, description="The rows of the numerator, taken from the denominator's"
    )
    numerator_exclusions: tuple[Exclusion, ...] = Field(
        default=(), description="Rows that stay in the denominator and leave the numerator"
    )
    observation: Observation | None = Field(
        default=None, description="The number that a median, mean or slope is taken of"
    )
    components: tuple[Component, ...] = Field(
        default=(), description="The parts of `all_or_nothing` and `opportunity`"
    )
    gap: Gap | None = Field(default=None, description="The two groups of a `gap`")
    statistic: Statistic = Field(description="What is made of the counts")
    multiplier: Literal[1, 100, 1_000, 10_000, 100_000] = Field(
        default=1, description="How many of the denominator a `rate` is given for"
    )
    of: str | None = Field(
        default=None,
        description="What a `ratio`, or an observation in `number`, is a number of: `pounds` are "
        "written with their sign, anything else (nights, mmol/mol) after the value",
    )
    per: str | None = Field(
        default=None, description="What a `rate` or `ratio` is given per, in words"
    )
    interval: Interval = Field(
        description="The method of the interval: the statistic's, or `clustered` for sums of rows"
    )
    comparison: Literal["funnel", "bars", "none"] = Field(
        description="How providers are drawn side by side, or `none`: they are not to be compared"
    )
    compare_within: Literal["service"] | None = Field(
        default=None,
        description="What providers must have in common to be compared: one `service` at a time, "
        "and never as a whole",
    )
    why_not_compared: str | None = Field(
        default=None,
        description="Why providers are not compared, or not as a whole: it follows the word "
        "'since', on pages and in commands",
    )
    adjustment: Adjustment | None = Field(
        default=None, description="The case mix that a comparison takes into account"
    )
    standards: tuple[Standard, ...] = Field(
        default=(), description="Targets, of which one at most is in force on a day"
    )
    small_numbers: str = Field(
        default="default", description="The rule of disclosure for public figures, by its id"
    )
    minimum_denominator: int = Field(
        default=10, ge=1, description="Below it a figure is flagged as a small number"
    )
    stratifiers: tuple[Stratifier, ...] = Field(description="What it is broken down by")
    periods: tuple[Literal["month", "year"], ...] = Field(
        default=("month", "year"), min_length=1, description="What it is counted for"
    )
    months: int = Field(
        default=1, ge=1, le=36, description="How many months a monthly figure looks back over"
    )
    history: int = Field(
        default=0, ge=0, le=36, description="How many earlier months must be held to know it"
    )
    provisional_months: int = Field(
        default=0,
        ge=0,
        le=24,
        description="The last months held that stay provisional whatever their window",
    )
    breaks: tuple[Break, ...] = Field(
        default=(), description="When its figures stopped being comparable with earlier ones"
    )
    clock: Clock | None = Field(default=None, description="Start and stop of a measured time")
    code_lists: tuple[str, ...] = Field(
        default=(), description="Code lists that its conditions name in braces"
    )
    examples: tuple[Example, ...] = Field(
        min_length=1, description="Rows and what they count to; they run as tests"
    )

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """Every condition with the key it stands under, as an error message names it."""
        return list(self._conditions())

    def _conditions(self) -> Iterator[tuple[str, str]]:
        if self.initial_population:
            yield "initial_population.when", self.initial_population.when
        yield "denominator.when", self.denominator.when
        for key in ("exclusions", "exceptions", "numerator_exclusions"):
            for number, exclusion in enumerate(getattr(self, key)):
                yield f"{key}.{number}.when", exclusion.when
        if self.numerator:
            yield "numerator.when", self.numerator.when
        for number, component in enumerate(self.components):
            yield f"components.{number}.applies", component.applies
            yield f"components.{number}.met", component.met

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Every expression that gives a number, with the key it stands under."""
        found = [("denominator.sum", self.denominator.sum)]
        if self.numerator:
            found.append(("numerator.sum", self.numerator.sum))
        if self.observation:
            found.append(("observation.value", self.observation.value))
        return [(key, text) for key, text in found if text is not None]

    @property
    def value_words(self) -> str:
        """The words that follow a value beside its unit: `per 1,000 occupied bed days`, `nights per
        person discharged`; empty where its statistic says all."""
        of = "" if self.of in (None, POUNDS) else self.of
        many = "" if self.multiplier == 1 else f"{self.multiplier:,} "
        per = f"per {many}{self.per}" if self.per else ""
        return " ".join(filter(None, [of, per]))

    @property
    def is_share(self) -> bool:
        """Whether its value is a share of its denominator, from 0 to 1."""
        return self.statistic in ("proportion", "all_or_nothing", "opportunity")

    @property
    def has_numerator(self) -> bool:
        """Whether its value is the quotient of two counts."""
        return self.observation is None and self.statistic not in ("gap", "slope")

    def standard_on(self, day: date) -> Standard | None:
        """The target in force on a day, if there is one."""
        return next((one for one in self.standards if one.holds_on(day)), None)

    @model_validator(mode="after")
    def _statistic_has_its_parts(self) -> Self:
        statistic, person = self.statistic, self.unit == "person"
        wanted = _needed(statistic, person) | {"of": self._needs_of}
        given = {key: bool(getattr(self, key)) for key in wanted}
        said = [f"needs '{key}'" for key in given if wanted[key] and not given[key]]
        said += [f"has no use for '{key}'" for key in given if wanted[key] is False and given[key]]
        if said:
            raise ValueError(f"the statistic '{statistic}' {' and '.join(said)}")
        if person and statistic not in ("mean", "proportion"):
            raise ValueError("a measure of persons is a mean or a proportion")
        if statistic == "slope" and (self.numerator is None) == (self.observation is None):
            raise ValueError("a 'slope' needs either a 'numerator' or an 'observation'")
        sums = [part for part in (self.denominator, self.numerator) if part and part.sum]
        clustered = self.interval == "clustered" and bool(sums) and statistic in CLUSTERED
        if self.interval != INTERVALS[statistic] and not clustered:
            raise ValueError(
                f"the interval of a {statistic} is '{INTERVALS[statistic]}'"
                + (", or 'clustered' where rows hold sums" if statistic in CLUSTERED else "")
            )
        if sums and (statistic not in ("proportion", "rate", "ratio") or person):
            raise ValueError("'sum' belongs to a proportion, a rate or a ratio of rows")
        if self.comparison == "funnel" and clustered:
            raise ValueError("a funnel supposes single events: 'clustered' is compared by 'bars'")
        if self.comparison == "funnel" and statistic not in _FUNNELS:
            raise ValueError(f"a {statistic} is compared by 'bars'")
        return self

    @property
    def _needs_of(self) -> bool:
        observed = self.observation is not None and self.observation.unit == "number"
        return observed or self.statistic == "ratio"

    @model_validator(mode="after")
    def _what_is_not_compared_says_why(self) -> Self:
        refused = self.comparison == "none"
        if refused and self.compare_within:
            raise ValueError("'comparison' is 'none', so there is no use for 'compare_within'")
        if self.compare_within and self.compare_within not in self.stratifiers:
            raise ValueError(
                f"'compare_within' is '{self.compare_within}': add it to the 'stratifiers'"
            )
        if (refused or self.compare_within is not None) != (self.why_not_compared is not None):
            raise ValueError(
                "'why_not_compared' goes with a 'comparison' of 'none' and with 'compare_within', "
                "and with nothing else: give it there, and leave it out elsewhere"
            )
        return self

    @model_validator(mode="after")
    def _strata_and_standards(self) -> Self:
        if self.statistic in ("gap", "slope") and self.polarity != "none":
            raise ValueError(
                f"the 'polarity' of a {self.statistic} is 'none': it has a sign and is best at "
                "nought, so that neither the higher nor the lower is better"
            )
        if self.gap and self.gap.column in self.stratifiers:
            raise ValueError(f"a gap by {self.gap.column} cannot be stratified by it as well")
        if self.statistic == "slope" and "deprivation_fifth" in self.stratifiers:
            raise ValueError("a slope by deprivation cannot be stratified by it as well")
        for first, second in combinations(self.standards, 2):
            if first.overlaps(second):
                raise ValueError(
                    f"two 'standards' hold on one day: {first.days}, and {second.days}. Give each "
                    "its 'from' and 'to'"
                )
        for one in self.standards:
            if self.is_share and not 0 <= one.value <= 1:
                raise ValueError(
                    f"the target of {one.value:g} among the 'standards' is no share: the values of "
                    f"this statistic lie from 0 to 1, so write 95% as 0.95"
                )
            if (one.operator, self.polarity) in ((">=", "lower"), ("<=", "higher")):
                raise ValueError(
                    f"a target of {one.operator} {one.value:g} among the 'standards' and the "
                    f"'polarity' of {self.polarity} point opposite ways: correct one of them"
                )
        return self


_FUNNELS = frozenset({"proportion", "rate", "all_or_nothing"})


def _needed(statistic: Statistic, person: bool) -> dict[str, bool | None]:
    """Which keys a statistic needs (true), has no use for (false), or may have (none)."""
    counts = statistic in ("proportion", "rate", "ratio", "gap")
    rows = statistic in ("all_or_nothing", "opportunity")
    per_person = statistic == "mean" and person
    slope = statistic == "slope"
    observed = statistic == "median" or (statistic == "mean" and not person)
    return {
        "numerator": None if slope else counts or per_person,
        "observation": None if slope else observed,
        "components": rows,
        "gap": statistic == "gap",
        "per": statistic in ("rate", "ratio"),
        "numerator_exclusions": None if counts or per_person or slope else False,
        "exceptions": None if statistic == "proportion" and not person else False,
    }
