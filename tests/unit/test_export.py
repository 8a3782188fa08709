"""The export: complete, disclosed, and readable by other programs."""

import json
from pathlib import Path

import pytest
from fhirclient.models.bundle import Bundle
from pyarrow import compute as pc
from pyarrow import csv, parquet

from levelfield.core.errors import UsageError
from levelfield.core.values import VALUE_COLUMNS
from levelfield.disclosure import disclose
from levelfield.measures import value_kinds
from levelfield.publish import Exported, export
from levelfield.publish.results import results
from levelfield.publish.tidy import ADJUSTED_SCHEMA, TIDY_SCHEMA
from made_up_site import made_up_site


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    out = tmp_path_factory.mktemp("export") / "out"
    return out, export(made_up_site(), out)


def test_the_tidy_files_hold_the_public_values_and_no_others(made: tuple[Path, Exported]) -> None:
    out, said = made
    table = parquet.read_table(out / "values.parquet")
    assert table.schema.equals(TIDY_SCHEMA)
    site = made_up_site()
    public, effect = disclose(site.values, "public", kinds=value_kinds(site.measures))
    order = [(name, "ascending") for name in ("measure", "lineage")]
    counted = table.filter(pc.not_equal(table["kind"], "composite")).select(VALUE_COLUMNS)
    assert counted.sort_by(order).equals(public.sort_by(order))
    assert csv.read_csv(out / "values.csv").num_rows == table.num_rows == said.values
    assert (out / "disclosure.txt").read_text() == f"{effect.words}\n"


def test_each_bundle_has_the_structure_of_its_specification(made: tuple[Path, Exported]) -> None:
    files = sorted((made[0] / "fhir").glob("*.json"))
    assert len(files) == made[1].measures + made[1].composites
    for file in files:
        resource = json.loads(file.read_text(encoding="utf-8"))
        assert Bundle(resource, strict=True).as_json() == resource
        kinds = [entry["resource"]["resourceType"] for entry in resource["entry"]]
        assert kinds[0] == "Measure"
        assert set(kinds[1:]) == {"MeasureReport"}


def test_every_value_says_its_unit(made: tuple[Path, Exported]) -> None:
    table = parquet.read_table(made[0] / "values.parquet")
    pairs = zip(table["measure"].to_pylist(), table["unit"].to_pylist(), strict=True)
    units: dict[str, set[str]] = {}
    for measure, unit in pairs:
        units.setdefault(measure, set()).add(unit)
    assert all(len(unit) == 1 for unit in units.values())
    told = {measure: unit.pop() for measure, unit in units.items()}
    assert told["cost_per_contact"] == "£ per contact"
    assert told["falls_rate"] == "per 1,000 occupied bed days"
    assert told["wait_first_contact"] == "days"
    assert told["dna_rate"] == told["care_in_time"] == "proportion from 0 to 1"
    assert told["dna_gap"] == "difference of two proportions"
    assert "" not in told.values()


def test_a_composite_stands_among_the_values_and_says_what_it_is(
    made: tuple[Path, Exported],
) -> None:
    table = parquet.read_table(made[0] / "values.parquet")
    rows = table.filter(pc.equal(table["measure"], "care_in_time"))
    assert set(rows["kind"].to_pylist()) == {"composite"}
    assert all(method.startswith("composite:") for method in rows["method"].to_pylist())
    bundle = json.loads((made[0] / "fhir" / "care_in_time.json").read_text(encoding="utf-8"))
    definition, *reports = (entry["resource"] for entry in bundle["entry"])
    assert definition["compositeScoring"]["coding"][0]["code"] == "weighted"
    parts = [one for one in definition["relatedArtifact"] if one["type"] == "composed-of"]
    assert [one["resource"] for one in parts] == [
        "urn:levelfield:measure:ucr_2h|1",
        "urn:levelfield:measure:wait_incomplete_18w|1",
    ]
    assert {one["group"][0]["code"]["text"] for one in reports} == {"composite"}


def test_crude_stands_beside_adjusted(made: tuple[Path, Exported]) -> None:
    """Numerator over expected, times everybody's value, as on the measure's page."""
    out, said = made
    table = parquet.read_table(out / "adjusted.parquet")
    assert table.schema.equals(ADJUSTED_SCHEMA)
    assert said.adjusted == len(set(table["measure"].to_pylist())) > 1
    rows = table.filter(pc.equal(table["measure"], "lu_assessed")).to_pylist()
    one = results(made_up_site())[0]["lu_assessed"]
    overall = one.row(one.public, "ALL")["value"]
    assert {row["adjusted_for"] for row in rows} == {"age band and sex"}
    assert {row["unit"] for row in rows} == {"proportion from 0 to 1"}
    known = [row for row in rows if row["adjusted"] is not None]
    assert len(known) >= 10
    for row in known:
        assert row["crude"] == pytest.approx(row["numerator"] / row["denominator"])
        adjusted = min(1.0, row["numerator"] / row["expected"] * overall)
        assert row["adjusted"] == pytest.approx(adjusted)
        assert row["expected"] % 5 == 0
        assert row["adjusted_lower"] <= row["adjusted"] <= row["adjusted_upper"] + 1e-12
    hidden = [row for row in rows if "suppressed" in row["flags"]]
    assert all(row["expected"] is None and row["adjusted"] is None for row in hidden)
    assert csv.read_csv(out / "adjusted.csv").num_rows == table.num_rows


def test_a_fhir_report_has_a_group_of_the_crude_and_one_of_the_adjusted_score(
    made: tuple[Path, Exported],
) -> None:
    bundle = json.loads((made[0] / "fhir" / "lu_assessed.json").read_text(encoding="utf-8"))
    definition, *reports = (entry["resource"] for entry in bundle["entry"])
    assert definition["riskAdjustment"].startswith("Adjusted for age band and sex (logistic")
    table = parquet.read_table(made[0] / "adjusted.parquet")
    rows = {
        row["org_code"]: row
        for row in table.filter(pc.equal(table["measure"], "lu_assessed")).to_pylist()
    }
    told = {one["reporter"]["identifier"]["value"]: one["group"] for one in reports}
    assert [group["code"]["text"] for group in told["ZA9"]] == ["crude", "adjusted"]
    assert [group["measureScore"]["value"] for group in told["ZA9"]] == [
        rows["ZA9"]["crude"],
        rows["ZA9"]["adjusted"],
    ]
    said = {one["url"]: one["valueDecimal"] for one in told["ZA9"][1]["measureScore"]["extension"]}
    assert said["urn:levelfield:expected-events"] == rows["ZA9"]["expected"]
    assert [len(told["ALL"]), "code" in told["ALL"][0]] == [1, False]


def test_everything_that_was_written_is_named(made: tuple[Path, Exported]) -> None:
    out, said = made
    found = {path for path in out.rglob("*") if path.is_file()}
    assert found - set(said.files) == {out / "levelfield-export.txt"}
    assert out / "measures.xlsx" in found


def test_another_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else than a levelfield export"):
        export(made_up_site(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_home_without_values_exports_none(tmp_path: Path) -> None:
    said = export(made_up_site(empty=True), tmp_path / "out")
    assert (said.measures, said.values, said.composites, said.adjusted) == (0, 0, 0, 0)
    assert not (tmp_path / "out" / "measures.xlsx").exists()
