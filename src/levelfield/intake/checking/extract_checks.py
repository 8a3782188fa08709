"""What the checks leave out of an extract, and the columns that it gives in place of our own."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.datasets import snake
from levelfield.intake.checking.fields import FieldCheck
from levelfield.intake.checking.table_checks import CheckedTable
from levelfield.intake.reading.mapping import Extract
from levelfield.intake.reading.read import RawSubmission
from levelfield.intake.rules.catalogue import FieldGrade
from levelfield.intake.rules.rule import Rule, RuleSet
from levelfield.intake.stored import stored_schema

Checks = dict[str, dict[str, FieldCheck]]

_WORD = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = r"^-?[0-9]{1,6}$"

PSEUDONYM = "person"
"""The given column that holds the extract's own pseudonym; it is keyed anew and never kept."""


def without_absent(checks: Checks, absent: Collection[str], renamed: Collection[str]) -> Checks:
    """The checks of fields, but that one `absent` from an extract may be blank, and that
    identifiers which stand in place of others (`renamed`) may be longer than those.
    """
    return {
        table: {name: _eased(check, absent, renamed) for name, check in fields.items()}
        for table, fields in checks.items()
    }


def _eased(check: FieldCheck, absent: Collection[str], renamed: Collection[str]) -> FieldCheck:
    if check.field.name in absent:
        return replace(check, field=replace(check.field, mandation="O"), grade=FieldGrade())
    if check.field.name in renamed:
        longer = replace(check.field, min_length=None, max_length=None, pattern=None)
        return replace(check, field=longer)
    return check


def rules_that_apply(rules: RuleSet, extract: Extract) -> RuleSet:
    """The rules that read no field which the extract does not hold."""
    left_out = rules_left_out(rules, extract.absent)
    return RuleSet(tuple(rule for rule in rules.rules if rule.id not in left_out))


def rules_left_out(rules: RuleSet, absent: Iterable[str]) -> frozenset[str]:
    """The ids of the rules that read one of the absent fields."""
    names = {name for field in absent for name in (field, snake(field))}
    return frozenset(rule.id for rule in rules.rules if not names.isdisjoint(_read(rule)))


def _read(rule: Rule) -> set[str]:
    texts = [*rule.expressions, *(t for r in rule.related.values() for t in r.expressions)]
    words = {word for text in texts for word in _WORD.findall(text)}
    # A birth date that is reckoned from an age is there for ages, and so are their rules.
    return words | set(rule.fields)


def take_given(tables: Mapping[str, CheckedTable], raw: RawSubmission) -> None:
    """Put the extract's columns in place of those that were derived, in place; blank is empty."""
    for name, checked in tables.items():
        schema = stored_schema(checked.table)
        for column, texts in raw.tables[name].given.items():
            if column != PSEUDONYM:
                checked.columns[column] = _typed(texts, schema.field(column).type)


def leave_uncounted(tables: Mapping[str, CheckedTable], extract: Extract) -> None:
    """Drop the counts by quality of fields that the extract does not hold, in place: nobody can
    tell from it whether they were sent."""
    for checked in tables.values():
        for name in extract.absent:
            checked.quality.pop(name, None)


def pseudonyms(raw: RawSubmission, table: str) -> pa.Array | None:
    """The extract's own pseudonym of each person; none where intake reads people themselves."""
    given = raw.tables[table].given.get(PSEUDONYM)
    return None if given is None else given.cast(pa.string()).combine_chunks()


def _typed(texts: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    plain = pc.utf8_trim_whitespace(texts.cast(pa.string())).combine_chunks()
    if pa.types.is_integer(kind):
        known = pc.match_substring_regex(plain, _NUMBER)
        return pc.if_else(known, plain, None).cast(kind)
    return pc.if_else(pc.equal(plain, ""), None, plain)
