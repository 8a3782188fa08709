"""Units of care looked up again in the units of the last build: by rule, and which contacts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from levelfield.core.money import format_pounds
from levelfield.currencies import UNIT_SCHEMA, Scheme, group, read_by
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.explain.explanation import MOST_RECORDS, Assumption, Count, Records
from levelfield.explain.source import Ground
from levelfield.explain.words import record_rows

_TEMPLATE = Path(__file__).with_name("units.sql")

ASSUMED = {
    "attendance": "contacts without an attendance code were taken as attended",
    "group": "contacts without a group indicator were taken as one to one",
    "age_group": "contacts of people whose age is not known were taken as an adult's",
}


@dataclass(frozen=True)
class FoundUnits:
    """The units of a cell: `rules` and `assumed` count them, `groups` says whose they are.

    `size` and `excess` add up their length and the part of it beyond a trim point.
    """

    rules: Mapping[str, int]
    assumed: Mapping[str, int]
    groups: Mapping[tuple[str, str], int]
    records: tuple[Records, ...]
    queries: tuple[NamedQuery, ...]
    size: int = 0
    excess: int = 0

    @property
    def units(self) -> int:
        return sum(self.rules.values())


def open_units(ground: Ground, scheme: Scheme, *facts: str) -> Engine:
    """The engine with the units of the last build as `unit`.

    Under a scheme that the build does not count they are grouped now from the facts.
    """
    folder = ground.results.folder / f"units-{scheme.id}"
    if folder.is_dir():
        engine = ground.engine("coverage", *facts)
        engine.view_files("unit", sorted(folder.rglob("*.parquet")), UNIT_SCHEMA)
        return engine
    engine = ground.engine("coverage", *read_by(scheme), *facts)
    engine.create("unit", compose(group(scheme)))
    return engine


def find_units(
    engine: Engine, scheme: Scheme, wanted: Mapping[str, str | None], also: Sequence[str] = ()
) -> FoundUnits:
    """The units whose columns hold the wanted values (None: an empty cell); all for none.

    `also` are further conditions in SQL.
    """
    queries = load_pipeline(
        _TEMPLATE,
        id=scheme.record.id,
        conditions=[
            *(
                f"{name} IS NULL" if value is None else f"{name} = ${name}"
                for name, value in wanted.items()
            ),
            *also,
        ]
        or ["TRUE"],
        most=MOST_RECORDS,
    )
    cell, by_rule, first = queries
    parameters = {name: value for name, value in wanted.items() if value is not None}
    rows = engine.query(compose([cell, by_rule]), parameters).to_pylist()
    shown = engine.query(
        compose([cell, first], f"SELECT * FROM {first.name} ORDER BY 1, 2, 3"), parameters
    )
    rules: Counter[str] = Counter()
    assumed: Counter[str] = Counter()
    groups: Counter[tuple[str, str]] = Counter()
    for row in rows:
        rules[row["rule"]] += row["units"]
        groups[row["provider"], row["period"]] += row["units"]
        for name in filter(None, (row["assumed"] or "").split(";")):
            assumed[name] += row["units"]
    number = sum(row["records"] for row in rows)
    title = f"Records, each a {scheme.record.unit}"
    found = Records(title, number, tuple(shown.column_names), record_rows(shown))
    return FoundUnits(
        rules,
        assumed,
        groups,
        (found,) if number else (),
        tuple(queries),
        round(sum(row["size"] or 0 for row in rows)),
        round(sum(row["excess"] or 0 for row in rows)),
    )


def rule_sentences(scheme: Scheme, found: FoundUnits) -> tuple[str, ...]:
    """What each row that fired says, the most frequent first."""
    ordered = sorted(found.rules, key=lambda rule: (-found.rules[rule], rule))
    sentences = []
    for name in ordered:
        rule = scheme.rule(name)
        outcome = rule.currency or rule.error_class
        note = f" {rule.note}" if rule.note else ""
        sentences.append(f"{name}: {rule.sentence} gives {outcome} ({rule.basis}).{note}")
    return tuple(sentences)


def how_to_follow(scheme: Scheme, found: FoundUnits) -> tuple[str, ...]:
    """How to see of one record which row decided, and why the rows before it did not."""
    if not found.records:
        return ()
    [records] = found.records
    provider, period, record = records.rows[0][:3]
    return (
        f"Why a record has its class, as the first one: levelfield group {scheme.id} --record "
        f"{record} --provider {provider} --period {period}",
    )


def rule_counts(found: FoundUnits) -> tuple[Count, ...]:
    ordered = sorted(found.rules.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Count(f"by the row {rule}", number) for rule, number in ordered)


def assumptions(found: FoundUnits, pence: int | None = None) -> tuple[Assumption, ...]:
    """What the units take for granted; `pence` is the price of one, where there is one."""
    made = []
    for name, number in sorted(found.assumed.items()):
        worth = f", worth {format_pounds(number * pence)}" if pence is not None else ""
        words = f"{ASSUMED[name][0].upper()}{ASSUMED[name][1:]}."
        made.append(
            Assumption(words, f"{number:,} of the {found.units:,} units rest on it{worth}.")
        )
    return tuple(made)
