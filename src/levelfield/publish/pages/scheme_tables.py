"""The decision tables of a scheme: each row in words, and what it asks column by column."""

from collections.abc import Collection
from pathlib import Path

from levelfield.currencies import Rule, Scheme
from levelfield.currencies.conditions import NONE
from levelfield.datasets import load_dataset
from levelfield.publish.parts import Cell, Page, Row, Table, columns
from levelfield.publish.words import counted, listed

CURRENCIES = ("Currencies", "currencies/index.html")
_MOST_NAMED = 4
"""A row that takes more codes than these says how many; the columns name them."""

BASES = {"direct": "direct", "nearest": "nearest", "underivable": "no currency"}


def scheme_path(scheme: str) -> str:
    """Where the page of a scheme is."""
    return f"currencies/{scheme}.html"


def tables_path(scheme: str) -> str:
    """Where the page of a scheme's decision tables is."""
    return f"currencies/{scheme}-tables.html"


def tables_page(scheme: Scheme) -> Page:
    """A page with every table of a scheme, in the order in which its rows are tried."""
    files: dict[str, list[Rule]] = {}
    for rule in scheme.rules:
        files.setdefault(Path(rule.where.removesuffix(f", row {rule.id}")).name, []).append(rule)
    return Page(
        path=tables_path(scheme.id),
        kind="list",
        title=f"Decision tables: {scheme.title}",
        lead=f"{counted(len(scheme.rules), 'row')} in {counted(len(files), 'table')}, tried from "
        f"the top: the first row that fits a {scheme.record.unit} decides. “any” asks nothing.",
        section=CURRENCIES[1],
        trail=(CURRENCIES, (scheme.title, scheme_path(scheme.id))),
        content={"tables": [_table(scheme, name, rules) for name, rules in files.items()]},
    )


def _table(scheme: Scheme, name: str, rules: list[Rule]) -> Table:
    asked = [one for one in scheme.conditions if any(one in rule.conditions for rule in rules)]
    rows: list[Row] = [
        (
            Cell(rule.id, note=rule_words(scheme, rule)),
            *(_asks(rule.conditions.get(one)) for one in asked),
            Cell(rule.outcome, note=BASES[rule.basis]),
            rule.note,
        )
        for rule in rules
    ]
    head = columns("Row", *(_plain(one).capitalize() for one in asked), "Gives", "Note")
    return Table(f"{name}: {counted(len(rules), 'row')}", head, tuple(rows))


def rule_words(scheme: Scheme, rule: Rule) -> str:
    """A row as a sentence: `Team type is Podiatry Service (27), age group is adult: N15AF, ...`."""
    when = when_words(scheme, rule)
    return f"{when[0].upper()}{when[1:]}: {outcome_words(scheme, rule)}."


def when_words(scheme: Scheme, rule: Rule) -> str:
    """When a row fires: all of its conditions."""
    parts = [condition_words(scheme, name, asks) for name, asks in rule.conditions.items()]
    return listed(parts) if parts else f"any {scheme.record.unit} that comes to this row"


def condition_words(scheme: Scheme, name: str, values: Collection[str]) -> str:
    """What a condition asks, or what a record holds of it, with the names of its codes."""
    if len(values) > _MOST_NAMED:
        return f"{_plain(name)} is one of {len(values)} codes"
    said = [value_words(scheme, name, value) for value in sorted(values)]
    return f"{_plain(name)} is {' or '.join(said)}"


def value_words(scheme: Scheme, name: str, value: str) -> str:
    """A code with its name, or a word of the scheme as it is said."""
    if value == NONE:
        return "not recorded" if scheme.conditions[name].codes else "none"
    codes = scheme.conditions[name].codes
    if codes in scheme.lists and value in scheme.lists[codes]:
        return f"{scheme.lists[codes][value]} ({value})"
    listed_codes = load_dataset().codes.get(codes, {})
    if value in listed_codes:
        return f"{listed_codes[value].label} ({value})"
    return _plain(value)


def outcome_words(scheme: Scheme, rule: Rule) -> str:
    """What a row gives: the currency with its title, or the error class with its own."""
    if rule.currency is not None:
        return f"{rule.currency}, {scheme.currencies[rule.currency]}"
    return f"no currency, “{scheme.classes[rule.outcome].title}” ({rule.outcome})"


def _asks(values: Collection[str] | None) -> str:
    return "any" if values is None else "; ".join(sorted(values))


def _plain(name: str) -> str:
    return name.replace("_", " ")
