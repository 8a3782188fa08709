"""levelfield quality on a small home: what it shows, a plan, and its review."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from levelfield.cli.app import application
from levelfield.core.errors import UsageError
from levelfield.home import Home
from levelfield.quality import Declared, index_items, load_index, read_plan, register

runner = CliRunner()


def run(*arguments: object) -> str:
    done = runner.invoke(application(), ["quality", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_dimensions_and_index_of_the_last_month(small_home: Home) -> None:
    rows = json.loads(run("--home", small_home.path, "--provider", "ZA1", "--format", "json"))
    whole = {row["measure"]: row for row in rows if row["stratifier"] == "all"}
    assert {"dq_completeness", "dq_consistency", "dq_uniqueness", "dqmi"} <= set(whole)
    assert {row["period"] for row in rows} == {"2026-03"}
    assert 0.9 < whole["dq_completeness"]["value"] <= 1
    assert 90 < whole["dqmi"]["value"] <= 100


def test_the_five_kinds_add_up_to_the_records_that_the_receipts_read(small_home: Home) -> None:
    rows = json.loads(run("--home", small_home.path, "--show", "fields", "--format", "json"))
    kinds = ("valid", "other", "defaulted", "invalid", "missing")
    assert all(sum(row[kind] for kind in kinds) == row["records"] for row in rows)
    sent = {(s.provider, t): c for s in small_home.active() if s.period == "2026-03"
            for t, c in s.counts.items()}  # fmt: skip
    for row in rows:
        counts = sent[row["provider"], row["table_name"]]
        assert row["records"] == counts.read - counts.duplicate


def test_every_figure_of_quality_can_be_explained(small_home: Home) -> None:
    rows = small_home.data_quality(provider="ZA1", period="2026-03").to_pylist()
    kinds = {(row["measure"], row["stratifier"]): row["lineage"] for row in rows}
    for key in kinds.values():
        assert small_home.explain(key).agrees


def test_the_items_of_an_index_are_added_up_in_one_order(small_home: Home) -> None:
    coverage = small_home.coverage()
    with closing(small_home.engine(read=["coverage", "table_quality", "field_quality"])) as engine:
        register(engine, coverage, Declared())
        found = index_items(engine, load_index())
    assert list(found) == sorted(found)
    for items in found.values():
        fields = [tuple(name.split(".")) for name in items]
        assert fields == sorted(fields) != []


def test_a_plan_is_made_and_reviewed(small_home: Home, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    run("plan", "ZA1", "--home", small_home.path, "--out", file, "--most", 3)
    plan = read_plan(file)
    assert (plan.provider, plan.last, len(plan.items)) == ("ZA1", "2026-03", 3)
    review = json.loads(run("review", file, "--home", small_home.path, "--format", "json"))
    assert {row["status"] for row in review} == {"not measured"}


def test_a_home_named_before_the_subcommand_counts(small_home: Home, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    run("--home", small_home.path, "plan", "ZA1", "--out", file, "--most", 1)
    plan = read_plan(file)
    [item] = plan.items
    assert (plan.provider, plan.last) == ("ZA1", "2026-03")
    before = json.loads(run("--home", small_home.path, "review", file, "--format", "json"))
    assert [(row["rule"], row["status"]) for row in before] == [(item.rule, "not measured")]
    # The one behind it is nearer.
    both = ("--home", tmp_path / "nowhere", "review", file, "--home", small_home.path)
    assert json.loads(run(*both, "--format", "json")) == before


def test_who_is_not_held_is_said(small_home: Home) -> None:
    with pytest.raises(UsageError, match="nothing of provider 'ZZ9' is held"):
        run("--home", small_home.path, "--provider", "ZZ9")
