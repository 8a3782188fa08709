"""Every example that a cross-field rule gives, on every engine."""

import numpy as np
import pyarrow as pa
import pytest

from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.engine import Engine
from levelfield.intake.checking.derive import PERSON, derive
from levelfield.intake.checking.fields import field_checks
from levelfield.intake.checking.flatten import flattened
from levelfield.intake.checking.table_checks import ACCEPTED, CheckedTable, check_table
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.evaluate import LARGE, evaluate, query, view_name
from levelfield.intake.rules.rule import Example, Rule, RuleSet, load_rules, rule_texts
from spec import tables as drawn

MONTH = Month(2026, 3)
CASES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.title}")
    for rule in load_rules(CURRENT).rules
    for example in rule.examples
]


def checked_tables(given: dict[str, str]) -> dict[str, CheckedTable]:
    """Drawn tables with their types; what the contract finds about them is set aside."""
    dataset, done = load_dataset(), {}
    checks, given = field_checks(dataset, MONTH), {PERSON: "LocalPatientID", **given}
    for table in dataset.tables.values():
        if table.name in given:
            schema = pa.schema([(name, pa.string()) for name in table.by_name])
            raw = drawn.arrow(drawn.rows(given[table.name]), schema)
            blank = pa.table([c.fill_null("").combine_chunks() for c in raw.columns], schema=schema)
            texts = rule_texts(dataset.version)
            checked = check_table(table, blank, checks[table.name], done, texts)
            checked.status = np.full(blank.num_rows, ACCEPTED, dtype=np.uint8)
            done[table.name] = checked
    derive(done, dataset, MONTH)
    return done


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(duckdb_engine: Engine, rule: Rule, example: Example) -> None:
    for name, seen in seen_by(rule, example).items():
        duckdb_engine.view(view_name(name), seen)
    for rows in (0, 3 * LARGE):
        fired = evaluate(duckdb_engine, [rule], rows)[rule.id] + 1
        assert fired.tolist() == list(example.fires), f"as of {rows:,} rows"


@pytest.mark.parametrize("table", sorted({rule.table for rule in load_rules(CURRENT).rules}))
def test_examples_of_a_table_on_spark(spark_engine: Engine, table: str) -> None:
    """All examples in one query: Spark thinks about a query for longer than it runs it."""
    expected, parts, views = {}, [], []
    cases = [(rule, e) for rule in load_rules(CURRENT).of(table) for e in rule.examples]
    for number, (rule, example) in enumerate(cases):
        expected[f"{rule.id}: {example.title}"] = sorted(example.fires)
        for name, seen in seen_by(rule, example).items():
            views.append(f"example_{number}_{view_name(name)}")
            spark_engine.view(views[-1], seen)
        sql = query([rule]).replace(view_name(""), f"example_{number}_{view_name('')}")
        parts.append(f"SELECT {number} AS number, row_index FROM ({sql})")
    found = spark_engine.query(" UNION ALL ".join(parts)).to_pylist()
    fired: dict[str, list[int]] = {title: [] for title in expected}
    titles = list(expected)
    for row in found:
        fired[titles[row["number"]]].append(row["row_index"] + 1)
    assert {title: sorted(rows) for title, rows in fired.items()} == expected
    for view in views:
        spark_engine.drop(view)


def seen_by(rule: Rule, example: Example) -> dict[str, pa.Table]:
    """The tables of an example as the rule sees them."""
    tables, alone = checked_tables(example.given), RuleSet((rule,))
    return {n: flattened(n, tables, load_dataset(), MONTH, alone) for n in alone.tables}


@pytest.mark.parametrize("rule", load_rules(CURRENT).rules, ids=lambda rule: rule.id)
def test_examples_show_both_outcomes(rule: Rule) -> None:
    """A rule that always or never fires would pass examples that show one side only."""
    fires = [row for example in rule.examples for row in example.fires]
    rows = [len(drawn.rows(example.given[rule.table])) for example in rule.examples]
    assert 0 < len(fires) < sum(rows)
