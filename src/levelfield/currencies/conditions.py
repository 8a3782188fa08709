"""What the columns of decision tables ask: fields of a record, as words, bands, codes or flags."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from levelfield.core.definitions import Definition
from levelfield.engine.sql import literal

Choices = Mapping[str, int | str]
"""The value of each parameter of a scheme."""

ANY = "any"
NONE = "none"
"""The word for an empty field, in columns of codes."""

OTHER = "(another)"
"""Stands for every code that no row of a scheme names, when rows are held against one another."""


class Parameter(Definition):
    """A choice that published practice makes differently; each result states it.

    `value` is the default. A word is one of `choices`; a whole number lies from `least` to `most`.
    """

    value: int | str
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    meaning: str

    def fits(self, value: object) -> bool:
        """Whether the parameter may have this value."""
        if self.choices:
            return value in self.choices
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        return f"a whole number from {self.least} to {self.most}"

    @model_validator(mode="after")
    def _default_fits(self) -> Self:
        if not self.choices and (self.least is None or self.most is None):
            raise ValueError("give 'choices', or both 'least' and 'most'")
        if not self.fits(self.value):
            raise ValueError(f"'value' is {self.value}: it must be {self.allowed}")
        return self


class Condition(Definition):
    """One column of the decision tables, by exactly one of `words`, `bands`, `codes` and `flags`.

    `words`: codes of `field` by the word that stands for them. `bands`: words by the highest
    number that they hold, or the parameter that says it, rising; the last has none. `codes`: cells
    hold codes of `field`, or `none`; the code list that they must be in, or `any`. `flags`: cells
    name fields, one of which must be true. `otherwise` is the word for any other or no value, or a
    parameter with the word for each of its choices. `instead` are words that come before a code,
    with the SQL condition for each. A unit whose field had no known value is marked with the
    condition's name when `assumed` is `always`, or only if its row asks it.
    """

    field: str = ""
    words: dict[str, tuple[str, ...]] = Field(default={})
    bands: dict[str, int | str | None] = Field(default={})
    codes: str = ""
    flags: tuple[str, ...] = ()
    otherwise: str | dict[str, dict[str, str]] = ""
    instead: dict[str, str] = Field(default={})
    assumed: Literal["never", "asked", "always"] = "never"

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [bool(kind) for kind in (self.words, self.bands, self.codes, self.flags)]
        if sum(kinds) != 1:
            raise ValueError("give exactly one of 'words', 'bands', 'codes' and 'flags'")
        if not self.flags and not self.field:
            raise ValueError("'field' is missing: name the column that is asked")
        if bool(self.words or self.bands) != bool(self.otherwise):
            raise ValueError("'otherwise' belongs to 'words' and 'bands', which need it")
        if isinstance(self.otherwise, dict) and len(self.otherwise) != 1:
            raise ValueError("'otherwise' names one parameter, with the word for each choice")
        listed = [code for codes in self.words.values() for code in codes]
        twice = sorted({code for code in listed if listed.count(code) > 1})
        if twice:
            raise ValueError(f"'words' has the code {twice[0]} under two words: leave it in one")
        bounds = list(self.bands.values())
        if bounds and (bounds[-1] is not None or None in bounds[:-1]):
            raise ValueError("the last of 'bands' has no upper bound, and the others have one")
        return self

    @property
    def values(self) -> tuple[str, ...]:
        """The words that a cell may hold under any choice of parameters; none for codes."""
        rest = self.otherwise
        words = list(next(iter(rest.values())).values()) if isinstance(rest, dict) else [rest]
        return tuple(dict.fromkeys(w for w in (*self.words, *self.bands, *words) if w))

    def problem(self, name: str, choices: Choices) -> str | None:
        """What is wrong with the condition under these choices; None when nothing is."""
        if isinstance(self.otherwise, dict) and not set(self.otherwise) <= set(choices):
            return f"'{name}.otherwise' names the parameter '{next(iter(self.otherwise))}'"
        bounds = []
        for word, bound in list(self.bands.items())[:-1]:
            if isinstance(bound, str) and not isinstance(choices.get(bound), int):
                return f"'{name}.bands.{word}' names the parameter '{bound}', which is no number"
            bounds.append(choices[bound] if isinstance(bound, str) else bound)
        for number, (lower, upper) in enumerate(pairwise(bounds)):
            if not isinstance(lower, int) or not isinstance(upper, int) or upper <= lower:
                word = list(self.bands)[number + 1]
                return (
                    f"'{name}.bands.{word}' ends at {upper}, and the band before it at {lower}: "
                    "they overlap. Let the bounds rise"
                )
        return None

    def fallback(self, choices: Choices) -> str:
        """The word for a field without a known value."""
        if isinstance(self.otherwise, str):
            return self.otherwise
        ((parameter, words),) = self.otherwise.items()
        return words[str(choices[parameter])]

    def sql(self, choices: Choices) -> str:
        """The word or code of a record, as SQL over its table's columns; flags have none."""
        if self.codes:
            if not self.instead:
                return self.field
            cases = [f"WHEN {when} THEN {literal(word)}" for word, when in self.instead.items()]
            return f"CASE {' '.join(cases)} ELSE {self.field} END"
        rest = literal(self.fallback(choices))
        if self.words:
            return f"COALESCE({self._word_sql()}, {rest})"
        cases = [f"WHEN {self.field} IS NULL THEN {rest}"]
        for word, bound in self.bands.items():
            limit = choices[bound] if isinstance(bound, str) else bound
            cases.append(
                f"ELSE {literal(word)}"
                if limit is None
                else f"WHEN {self.field} <= {limit} THEN {literal(word)}"
            )
        return f"CASE {' '.join(cases)} END"

    def unknown_sql(self) -> str:
        """SQL that is true where the field has no known value."""
        return f"{self._word_sql() if self.words else self.field} IS NULL"

    def _word_sql(self) -> str:
        """The word of a known code. The same text wherever it is asked, code by code: an engine
        then works it out once, and makes no join of it as it would of a list of codes."""
        cases = [
            f"WHEN {literal(code)} THEN {literal(word)}"
            for word, codes in self.words.items()
            for code in codes
        ]
        return f"CASE {self.field} {' '.join(cases)} END"


def codes_sql(codes: tuple[str, ...] | list[str] | frozenset[str]) -> str:
    """Codes as a list of SQL constants."""
    return ", ".join(literal(code) for code in sorted(codes))
