"""Cross-field rules: definitions that a clinician or an analyst can read, review and change."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from pydantic import Field

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.datasets import DataSet, Table, load_dataset
from levelfield.engine import predicates
from levelfield.engine.predicates import Condition
from levelfield.intake.rules.catalogue import RuleText, Severity, check_harm, contract_rules
from levelfield.intake.rules.columns import PARENTS, columns_of

_CONCEPT = re.compile(r"\b([a-z0-9_]+)_is_snomed\b")
_OWN = re.compile(r"(?<![.\w])[a-z]\w*")
_DERIVED = ("", "_valid", "_is_snomed", "_age_days", "_age_years")
"""What the names of columns that are derived from a field add to its own."""
_QUALIFIED = re.compile(rf"\b({'|'.join(PARENTS)})\.([a-z0-9_]+)")


class Related(Definition):
    """Rows of a table that agree with the rule's row in `match`; the rule sees how many.

    `match` names columns that both tables have, the parents' among them (`referral.…`), or says
    which of the rule's columns agrees with which of the other's (`mine = theirs`); with `where`
    only rows that satisfy it are counted. A blank agrees with nothing. With `span`, a column of
    the other table, the rule also sees its smallest and largest value among those rows.
    """

    table: str
    match: tuple[str, ...] = Field(min_length=1)
    where: str | None = None
    span: str | None = None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What agrees with what: an expression over the rule's row and one over the other's."""
        halves = (agreed.partition(" = ") for agreed in self.match)
        return tuple((mine, theirs or mine) for mine, _, theirs in halves)

    @property
    def expressions(self) -> list[str]:
        """Every piece of SQL that reads columns of the other table or its parents."""
        return [*(theirs for _, theirs in self.pairs), self.where or "", self.span or ""]


class Example(Definition):
    """A small submission in ASCII tables by name, and the row numbers at which the rule fires."""

    title: str
    given: dict[str, str]
    fires: tuple[int, ...]


class Rule(Definition):
    """One cross-field rule. `when` is true where the fault is.

    `harm` lists the figures that the fault spoils (`catalogue.figures`); where there is none,
    `no_harm` tells the submitter why. `related` gives counts that `when` reads as `<name>_rows`,
    and spans as `<name>_first` and `<name>_last`.
    """

    id: str
    version: str
    severity: Severity
    table: str
    fields: tuple[str, ...]
    message: str = Field(min_length=1)
    when: str
    related: dict[str, Related] = Field(default_factory=dict)
    harm: tuple[str, ...] = ()
    no_harm: str = ""
    remedy: str = Field(min_length=1)
    source: str
    authored_by: str
    reviewed_on: date
    examples: tuple[Example, ...]

    @property
    def text(self) -> RuleText:
        return RuleText(self.id, self.severity, self.message, self.remedy, self.harm, self.no_harm)

    @property
    def expressions(self) -> list[str]:
        """Every piece of SQL in the rule that reads columns of its own table or its parents."""
        pairs = (pair for related in self.related.values() for pair in related.pairs)
        return [self.when, *(mine for mine, _ in pairs)]

    def reads(self, table: Table) -> frozenset[str]:
        """The fields of its own row, in its `table`, that the rule names or rests on."""
        words = {word for text in self.expressions for word in _OWN.findall(text)}
        read = (f.name for f in table.fields if any(f.column + end in words for end in _DERIVED))
        return frozenset((*self.fields, *read))


@dataclass(frozen=True)
class RuleSet:
    """The rules of one version of the data set, in the order of their ids."""

    rules: tuple[Rule, ...]

    def of(self, table: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.table == table]

    def only(self, ids: Container[str]) -> "RuleSet":
        """Those of the rules whose id is among `ids`."""
        kept = tuple(rule for rule in self.rules if rule.id in ids)
        return self if len(kept) == len(self.rules) else RuleSet(kept)

    def parents_read(self, table: str) -> dict[str, set[str]]:
        """The parents' columns that any rule reads beside rows of `table`, by parent's name."""
        found: dict[str, set[str]] = {}
        for text in self._texts.get(table, ()):
            for parent, column in _QUALIFIED.findall(text):
                found.setdefault(parent, set()).add(column)
        return found

    def concepts_read(self, table: str) -> set[str]:
        """The columns of `table` of which any rule asks whether they hold a SNOMED CT concept."""
        return {column for text in self._texts.get(table, ()) for column in _CONCEPT.findall(text)}

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        """Every piece of SQL that is run over rows of a table, by table."""
        texts: dict[str, list[str]] = {}
        for rule in self.rules:
            texts.setdefault(rule.table, []).extend(rule.expressions)
            for related in rule.related.values():
                texts.setdefault(related.table, []).extend(related.expressions)
        return texts

    @property
    def tables(self) -> list[str]:
        """The tables that rules look at: their own and those they count in."""
        related = {r.table for rule in self.rules for r in rule.related.values()}
        return sorted({rule.table for rule in self.rules} | related)


def flat(expression: str) -> str:
    """An expression with the parents' columns named as the flattened table has them."""
    return _QUALIFIED.sub(r"\1__\2", expression)


@cache
def load_rules(version: str) -> RuleSet:
    """Every rule of a version, checked; raises DefinitionError for one that makes no sense."""
    folder = definitions.path(f"csds/{version}/rules")
    return RuleSet(_loaded(sorted(folder.glob("*.yaml")), version))


def load_rule(file: Path, version: str) -> Rule:
    """One rule from its file, named as the rule."""
    return _loaded([file], version)[0]


@cache
def rule_ids(version: str) -> frozenset[str]:
    """The ids of all rules, as the names of their files have them: what they say is not read."""
    files = definitions.path(f"csds/{version}/rules").glob("*.yaml")
    return frozenset({*contract_rules(version), *(file.stem.upper() for file in files)})


@cache
def rule_texts(version: str) -> dict[str, RuleText]:
    """The words and severity of every rule, generated and cross-field, by id."""
    return contract_rules(version) | {rule.id: rule.text for rule in load_rules(version).rules}


def _loaded(files: Sequence[Path], version: str) -> tuple[Rule, ...]:
    dataset = load_dataset(version)
    rules = tuple(definitions.load_yaml(file, Rule) for file in files)
    known = {name: columns_of(table, dataset) for name, table in dataset.tables.items()}
    conditions: list[Condition] = []
    for file, rule in zip(files, rules, strict=True):
        conditions += _conditions(file, rule, dataset, known)
    predicates.check_all(conditions)
    return rules


def _conditions(
    file: Path, rule: Rule, dataset: DataSet, known: Mapping[str, Mapping[str, str]]
) -> list[Condition]:
    """The conditions of a rule; raises DefinitionError for everything else that is wrong in it."""
    if (file.stem, file.stem.upper()) != (rule.id.lower(), rule.id):
        raise DefinitionError(
            f"{file}: the rule is {rule.id}: name the file {rule.id.lower()}.yaml, and the rule in "
            "capitals."
        )
    table = _table(dataset, rule.table, f"{file}: 'table'")
    for name in rule.fields:
        if name not in table.by_name:
            raise DefinitionError(f"{file}: 'fields': {rule.table} has no field {name}.")
    check_harm(rule.harm, rule.no_harm, str(file))
    columns, conditions = dict(known[table.name]), []
    for name, related in rule.related.items():
        where = f"{file}: 'related.{name}'"
        other = known[_table(dataset, related.table, where).name]
        for mine, theirs in related.pairs:
            if mine == theirs and not (flat(mine) in known[table.name] and flat(mine) in other):
                raise DefinitionError(f"{where}: both tables must have the column '{mine}'.")
            for side, there in ((flat(mine), known[table.name]), (flat(theirs), other)):
                # A bare column that is there needs no parsing.
                if side not in there:
                    conditions.append(Condition(f"({side}) IS NULL", there, where))
        if related.where:
            conditions.append(Condition(flat(related.where), other, where))
        columns[f"{name}_rows"] = "INTEGER"
        if related.span:
            if related.span not in other:
                raise DefinitionError(f"{where}: {related.table} has no column '{related.span}'.")
            columns |= {f"{name}_{end}": other[related.span] for end in ("first", "last")}
    return [*conditions, Condition(flat(rule.when), columns, f"{file}: 'when'")]


def _table(dataset: DataSet, name: str, where: str) -> Table:
    if name not in dataset.tables:
        raise DefinitionError(f"{where}: there is no table '{name}' in the data set.")
    return dataset.tables[name]
