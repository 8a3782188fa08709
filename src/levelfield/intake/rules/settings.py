"""Local settings: rules that a provider or commissioner has switched off or graded otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from levelfield.core import definitions
from levelfield.core.dates import long_date
from levelfield.core.definitions import Definition
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.catalogue import RuleText, Severity
from levelfield.intake.rules.rule import rule_ids

FIXED = {
    "F-STRUCT": "a file without its tables and fields cannot be read",
    "F-HEADER-EMPTY": "nobody could say whose month the file is",
    "F-HEADER-BAD": "nobody could say whose month the file is",
    "F-HEADER-VERSION": "the file could not be read by the layout it was written in",
    "F-HEADER-PERIOD": "nobody could say which month the file is",
    "F-HEADER-CREATED": "which of two files is the later one rests on the time of creation",
    "F-PERSON-EMPTY": "every referral and contact belongs to a person",
    "R-NAMES": "a row of field names holds no record",
    "R-BLANK": "figures rest on the mandatory fields of every record that is kept",
    "R-FORMAT": "a value that cannot be read cannot be kept as what it should be",
    "R-BEFORE-START": "an event of another month would be counted in both months",
    "G-KEY-DUP": "two records with one identifier cannot be told apart afterwards",
    "G-NO-PARENT": "a record without the one that it belongs to cannot be counted with it",
    "DUPLICATE": "a row that is sent twice is kept once, whatever anybody decides",
}
"""Rules that hold up everything after intake, and why nobody can change them."""


class Change(Definition):
    """What a local file says about one rule, who decided it and until when it holds."""

    severity: Literal[Severity, "off"]
    reason: str = Field(min_length=1)
    decided_by: str | None = None
    until: date | None = None

    @field_validator("severity", mode="before")
    @classmethod
    def _off(cls, value: object) -> object:
        # In YAML the bare word off is the truth value false.
        return "off" if value is False else value


def _changeable(rule: str) -> str:
    """The id of a rule that a local file may change; raises ValueError for any other."""
    if rule not in rule_ids(CURRENT):
        raise ValueError(
            f"there is no rule {rule}. The manual's page of intake rules lists all ids; correct "
            "this one or remove it."
        )
    if rule in FIXED:
        raise ValueError(
            f"{rule} cannot be switched off or graded otherwise: {FIXED[rule]}. Remove the entry."
        )
    return rule


class SettingsFile(Definition):
    """The file as a whole: changes by the id of the rule."""

    rules: dict[Annotated[str, AfterValidator(_changeable)], Change]


@dataclass(frozen=True)
class Settings:
    """The changes that hold on the day of a check; without a file there are none.

    `lapsed` names rules whose change has ended, so that a report can say why they are back.
    """

    changes: tuple[tuple[str, Change], ...] = ()
    lapsed: tuple[tuple[str, Change], ...] = ()

    @property
    def ended(self) -> list[str]:
        """A sentence on each change whose last day is past."""
        return [
            f"{rule} is graded as ever: the change in the local settings ended on "
            f"{long_date(change.until)}."
            for rule, change in self.lapsed
            if change.until
        ]

    def apply(self, texts: Mapping[str, RuleText]) -> dict[str, RuleText]:
        """The rules in force by id: without those switched off, the others as they are graded."""
        changed = dict(texts)
        for rule, change in self.changes:
            if change.severity == "off":
                changed.pop(rule, None)
            elif rule in changed:
                changed[rule] = replace(changed[rule], severity=change.severity)
        return changed

    def in_force(self, texts: Mapping[str, RuleText]) -> list[dict[str, Any]]:
        """What the receipt says of the changes: rule, grade before and now, reason, who, until."""
        return [
            {
                "rule": rule,
                "was": texts[rule].severity,
                "now": change.severity,
                "reason": change.reason,
                "decided_by": change.decided_by or "",
                "until": change.until.isoformat() if change.until else "",
            }
            for rule, change in self.changes
            if rule in texts
        ]


def load_settings(file: Path, today: date | None = None) -> Settings:
    """The settings of a local YAML file, on a day (by default this one).

    Raises DefinitionError that names file, rule and remedy for every rule or severity that does
    not exist, missing reason, and change to a rule that everything rests on.
    """
    today = today or date.today()
    changes = definitions.load_yaml(file, SettingsFile).rules
    lapsed = tuple((rule, c) for rule, c in changes.items() if c.until and c.until < today)
    return Settings(tuple(pair for pair in changes.items() if pair not in lapsed), lapsed)
