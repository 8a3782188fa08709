"""The export: complete, disclosed, and readable by other programs."""

import json
from pathlib import Path

import pytest
from fhirclient.models.bundle import Bundle
from pyarrow import csv, parquet

from levelfield.core.errors import UsageError
from levelfield.core.values import VALUE_SCHEMA
from levelfield.disclosure import disclose
from levelfield.publish import Exported, export
from made_up_site import made_up_site


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exported]:
    out = tmp_path_factory.mktemp("export") / "out"
    return out, export(made_up_site(), out)


def test_the_tidy_files_hold_the_public_values_and_no_others(made: tuple[Path, Exported]) -> None:
    out, said = made
    table = parquet.read_table(out / "values.parquet")
    assert table.schema.equals(VALUE_SCHEMA)
    public, effect = disclose(made_up_site().values, "public")
    order = [(name, "ascending") for name in ("measure", "lineage")]
    assert table.sort_by(order).equals(public.sort_by(order))
    assert csv.read_csv(out / "values.csv").num_rows == table.num_rows == said.values
    assert (out / "disclosure.txt").read_text() == f"{effect.words}\n"


def test_each_bundle_has_the_structure_of_its_specification(made: tuple[Path, Exported]) -> None:
    files = sorted((made[0] / "fhir").glob("*.json"))
    assert len(files) == made[1].measures
    for file in files:
        resource = json.loads(file.read_text(encoding="utf-8"))
        assert Bundle(resource, strict=True).as_json() == resource
        kinds = [entry["resource"]["resourceType"] for entry in resource["entry"]]
        assert kinds[0] == "Measure"
        assert set(kinds[1:]) == {"MeasureReport"}


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
    assert (said.measures, said.values) == (0, 0)
    assert not (tmp_path / "out" / "measures.xlsx").exists()
