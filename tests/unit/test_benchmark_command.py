"""The command benchmark: what each `--show` prints, whom `--peers` names, and what is refused."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

from compared import drawn_values
from levelfield import benchmark, measures
from levelfield.cli import benchmark_shown as shown
from levelfield.cli.app import application
from levelfield.cli.benchmark import common_parameters
from levelfield.cli.benchmark_peers import choose
from levelfield.core.errors import UsageError
from levelfield.core.successions import Succession
from levelfield.home import Home
from levelfield.measures.parts import Adjustment

SHARE = benchmark.Reading("proportion", "percent", "lower")


def run(home: Home, *arguments: str) -> str:
    """What the command prints to standard output; raises what it raises."""
    given = ["benchmark", "dna_rate", "--home", str(home.path), *arguments]
    result = CliRunner().invoke(application(["benchmark"]), given, catch_exceptions=False)
    return result.stdout


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("providers", "Harrowdale Community Health Trust"),
        ("adjusted", "Adjusted for service"),
        ("equity", "By deprivation"),
        ("panel", "February 2026 to March 2026"),
        ("guards", "provisional"),
        ("peers", "All 2 providers held."),
    ],
)
def test_every_view_has_a_headline_a_table_and_the_guards(
    small_home: Home, what: str, said: str
) -> None:
    text = run(small_home, "--show", what, "--period", "2026-03")
    assert text.startswith("Did not attend, 2026-03\n")
    assert said in text
    assert "\nCompared: all 2 providers held. To bear in mind" in text
    rows = json.loads(run(small_home, "--show", what, "--period", "2026-03", "--json"))
    assert rows


def test_what_is_compared_within_a_service_alone_says_so_and_tells_each_providers_past(
    small_home: Home,
) -> None:
    def told(*more: str) -> str:
        given = ["benchmark", "wait_incomplete_18w", "--home", str(small_home.path), *more]
        command = CliRunner().invoke(application(["benchmark"]), given, catch_exceptions=False)
        return command.stdout

    whole = told("--period", "2026-03")
    assert "No comparison: whole organisations are not held side by side, since" in whole
    assert "compare them within one service. Name it with --service." in whole
    assert "ZA1" in whole
    with pytest.raises(UsageError, match=r"No ranks: whole organisations .* with --service\."):
        told("--show", "ranks", "--period", "2026-03")
    values = small_home.values("wait_incomplete_18w", stratifier="service", org_level="provider")
    held = {r["stratum"] for r in values.to_pylist() if r["value"] and r["period"] == "2026-03"}
    within = told("--service", min(held), "--period", "2026-03")
    assert "side by side" not in within
    assert "Values run from" in within or "One organisation has a value" in within


def test_the_values_of_a_measure_begin_with_their_finding(small_home: Home) -> None:
    given = ["measure", "dna_rate", "--home", str(small_home.path)]
    result = CliRunner().invoke(application(["measure"]), given, catch_exceptions=False)
    title, sentence, nothing, *_ = result.stdout.splitlines()
    assert (title, nothing) == ("Did not attend (proportion from 0 to 1)", "")
    assert sentence.startswith("March 2026: Values run from ")
    rows = json.loads(
        CliRunner().invoke(application(["measure"]), [*given, "--format", "json"]).stdout
    )
    assert rows


def test_a_composite_is_shown_and_where_it_cannot_be_is_named(small_home: Home) -> None:
    given = ["care_in_time", "--home", str(small_home.path)]
    shown_there = CliRunner().invoke(
        application(["measure"]), ["measure", *given], catch_exceptions=False
    )
    assert shown_there.stdout.startswith("Care in time (composite, the mean of ucr_2h, ")
    assert "Method: composite: weighted mean" in shown_there.stdout
    with pytest.raises(UsageError, match="is a composite, the mean of several measures"):
        CliRunner().invoke(
            application(["benchmark"]), ["benchmark", *given], catch_exceptions=False
        )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--show", "ranks"], "No ranks: it takes 5 organisations"),
        (["--peers", "nearest"], "Whose peers? Name the provider"),
        (["--peers", "type", "--provider", "ZA1"], "it takes 4 others"),
        (["--peers", "region", "--provider", "ZA1"], "of the region 'North'"),
        (["--peers", "nearest", "--provider", "ZA1"], "No peer group: it would be ZA1 and its 1"),
        (["--peers", "ZA1,ZZ9"], "No values are held of ZZ9"),
        (["--provider", "ZZ9"], "'ZZ9' has no value for 2026-03. There are: ZA1, ZA2."),
        (["--without", "ZZ9"], "'ZZ9' has no value"),
        (["--without", "ZA2"], "1 of the 2 providers held, without ZA2, and it takes 4 others"),
        (["--peers", "nofile.txt"], "There is no file 'nofile.txt'"),
        (["--service", "99"], "in the service '99'"),
        (["--service", "district nursing"], "the code of its team type. There are: 03, 04, 06"),
        (["--service", "12", "--show", "adjusted"], "there is no service mix"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(
    small_home: Home, arguments: list[str], why: str
) -> None:
    with pytest.raises(UsageError) as refused:
        run(small_home, "--period", "2026-03", *arguments)
    assert why in str(refused.value)


@pytest.mark.parametrize("period", [[], ["--period", "2026-03"]])
def test_a_measure_that_is_newer_than_the_build_asks_for_another(
    small_home: Home, monkeypatch: pytest.MonkeyPatch, period: list[str]
) -> None:
    new = measures.find_measure("dna_rate").model_copy(update={"id": "dna_new"})
    monkeypatch.setattr(measures, "find_measure", lambda _: new)
    with pytest.raises(UsageError, match=r"dna_new has no values in the last build.*field build"):
        run(small_home, *period)


def test_no_period_at_all_is_not_every_period(small_home: Home) -> None:
    with pytest.raises(UsageError, match="'' is not a period"):
        run(small_home, "--period", "")


def test_trends_share_what_all_of_them_say() -> None:
    """One provider's series has a break, the other's has none."""
    years = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    rows = "\n".join(
        f"{code} | {period} | {10 + place % 3} | 100 | {flag if period == '2025-01' else ''}"
        for code, flag in (("ZC1", ""), ("ZC2", "break in series"))
        for place, period in enumerate(years)
    )
    values = drawn_values(f"org_code | period | numerator | denominator | flags\n{rows}")
    whole, broken = (
        benchmark.trend(values.filter(pc.equal(values["org_code"], code)), SHARE)
        for code in ("ZC1", "ZC2")
    )
    assert isinstance(whole, benchmark.Trend)
    assert isinstance(broken, benchmark.Trend)
    assert "breaks in series" in broken.parameters
    for trends in ([broken, whole], [whole, broken]):
        shared = common_parameters(trends)
        assert "breaks in series" not in shared
        assert shared["run"] == whole.parameters["run"]


def test_one_service_is_compared_by_itself(small_home: Home) -> None:
    every = json.loads(run(small_home, "--period", "2026-03", "--json"))
    one = json.loads(run(small_home, "--period", "2026-03", "--service", "12", "--json"))
    whole = {row["org_code"]: row["denominator"] for row in every}
    assert all(row["denominator"] < whole[row["org_code"]] for row in one)


def test_a_file_of_codes_is_a_list_of_peers(small_home: Home, tmp_path: Path) -> None:
    rows = "\n".join(f"ZC{n} | 1 | 10" for n in range(7))
    values = drawn_values(f"org_code | numerator | denominator\n{rows}")
    plain, table = tmp_path / "plain.txt", tmp_path / "table.csv"
    plain.write_text("ZC0\nZC1\n\nZC2\nZC3\nZC4\n", encoding="utf-8")
    table.write_text("name,code\nA,ZC0\nB,ZC1\nC,ZC2\nD,ZC3\nE,ZC4\n", encoding="utf-8")
    for file in (plain, table):
        found = choose(small_home, values, "2026-03", str(file), None, [])
        assert found.group.members == ("ZC0", "ZC1", "ZC2", "ZC3", "ZC4")
    with_own = choose(small_home, values, "2026-03", str(plain), "ZC6", ["ZC5"])
    assert "ZC6" in with_own.group.members


def test_the_case_mix_of_the_facts_adds_up_to_the_values(small_home: Home) -> None:
    """Counted twice over, in two ways: by all columns at once, and one stratifier at a time."""
    by = Adjustment(method="indirect", by=("age_band", "sex"), why="Both matter.")
    measure = measures.find_measure("dna_rate").model_copy(update={"adjustment": by})
    cells = small_home.mix(measure, "2026-03").to_pylist()
    values = small_home.values("dna_rate", period="2026-03", org_level="provider").to_pylist()
    for stratifier in ("age_band", "sex"):
        for row in (row for row in values if row["stratifier"] == stratifier):
            own = [
                cell
                for cell in cells
                if (cell["org_code"], cell[stratifier]) == (row["org_code"], row["stratum"])
            ]
            assert sum(cell["denominator"] for cell in own) == row["denominator"]
            assert sum(cell["numerator"] for cell in own) == row["numerator"]


def test_persons_are_counted_once_in_a_cell(small_home: Home) -> None:
    by = Adjustment(method="indirect", by=("sex",), why="A sex does not change in a month.")
    measure = measures.find_measure("ethnicity_known").model_copy(update={"adjustment": by})
    cells = small_home.mix(measure, "2026-03").to_pylist()
    values = small_home.values(measure.id, period="2026-03", stratifier="sex").to_pylist()
    provider = {
        (row["org_code"], row["stratum"]): row["denominator"]
        for row in values
        if row["org_level"] == "provider"
    }
    assert {(cell["org_code"], cell["sex"]): cell["denominator"] for cell in cells} == provider


def test_a_measure_without_a_case_mix_cannot_be_counted_by_one(small_home: Home) -> None:
    measure = measures.find_measure("dna_gap")
    with pytest.raises(UsageError, match="names no case mix"):
        small_home.mix(measure.model_copy(update={"adjustment": None}), "2026-03")


@pytest.mark.parametrize(
    ("method", "said", "tables"),
    [
        ("direct", "direct standardisation", 1),
        ("indirect", "indirect standardisation", 1),
        ("logistic", "logistic regression", 3),
        ("poisson", "poisson regression", 3),
    ],
)
def test_a_measure_says_itself_how_it_is_adjusted(method: str, said: str, tables: int) -> None:
    by = Adjustment(method=method, by=("sex",), why="To show.")
    measure = measures.find_measure("dna_rate").model_copy(update={"adjustment": by})
    rows = drawn_values("""
        org_code | numerator | denominator
        ZA1      | 50        | 300
        ZA2      | 70        | 300
    """)
    cells = [("ZA1", "female", 20.0, 200.0), ("ZA1", "male", 30.0, 100.0)]
    cells += [("ZA2", "female", 15.0, 100.0), ("ZA2", "male", 55.0, 200.0)]
    names = ["org_code", "sex", "numerator", "denominator"]
    counts = pa.table(dict(zip(names, zip(*cells, strict=True), strict=True)))
    found = benchmark.adjust(measure, rows, rows, counts, SHARE, {})
    assert isinstance(found, benchmark.Adjusted)
    assert found.method.startswith(said)
    table = shown.adjusted(found, SHARE, {})
    assert (len(table.rows), len(table.more)) == (2, tables)
    assert table.sentence.startswith("Adjusted for sex, ")


def test_a_median_cannot_be_adjusted(small_home: Home) -> None:
    by = Adjustment(method="indirect", by=("sex",), why="To show.")
    median = next(m for m in measures.load_measures().values() if m.statistic == "median")
    with pytest.raises(UsageError, match="is a median, which cannot be adjusted"):
        small_home.mix(median.model_copy(update={"adjustment": by}), "2026-03")


def test_without_a_measure_all_of_them_are_looked_at(small_home: Home) -> None:
    """Two providers bear no funnel; further options need a measure."""
    for arguments, why in (
        ([], "a funnel takes 5 providers; this home has 2"),
        (["--show", "ranks"], "Name the measure"),
        (["--provider", "ZA1"], "Name the measure"),
    ):
        given = ["benchmark", "--home", str(small_home.path), *arguments]
        with pytest.raises(UsageError, match=why):
            CliRunner().invoke(application(["benchmark"]), given, catch_exceptions=False)


def test_counts_of_a_predecessor_go_to_the_last_successor() -> None:
    line = [
        Succession("2026-01", "ZA1", "ZA2"),
        Succession("2026-02", "ZA2", "ZA3"),
    ]
    counts = pa.table({"org_code": ["ZA1", "ZA2", "ZA4"], "numerator": [1.0, 2.0, 3.0]})
    found = benchmark.counts_of_successors(counts, line)
    assert found["org_code"].to_pylist() == ["ZA3", "ZA3", "ZA4"]
