"""The tutorial notebook runs from its first cell to its last over a home."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from levelfield.core.errors import UsageError
from levelfield.home import Home

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "tutorial-python.ipynb"


def test_the_notebook_runs(small_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEVELFIELD_HOME", str(small_home.path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(outputs)
    assert "limits" in str(outputs[3]) or "funnel" in str(outputs[3]).lower()
    assert "Did not attend" in str(outputs[4])


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_a_selection_is_narrowed_step_by_step(small_home: Home) -> None:
    whole = small_home.measure("dna_rate")
    narrowed = whole.by("provider", "sex").in_period("2026-03")
    rows = narrowed.values().to_pylist()
    assert {row["period"] for row in rows} == {"2026-03"}
    assert {row["stratifier"] for row in rows} == {"sex"}
    assert {row["org_code"] for row in rows} == {"ZA1", "ZA2"}
    assert {row["org_level"] for row in whole.values().to_pylist()} == {"national"}
    for steps in (whole.by("provider").by("sex"), whole.by("sex").by("provider")):
        assert steps.in_period("2026-03").values().equals(narrowed.values())
    with pytest.raises(UsageError, match="asks for too much at once"):
        whole.by("provider").by("national")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ward",), "'ward' is nothing to break values down by"),
        (("provider", "commissioner"), "asks for too much at once"),
        (("provider", "medium"), "dna_rate is not broken down by medium"),
    ],
)
def test_a_breakdown_that_does_not_exist_is_said(
    small_home: Home, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        small_home.measure("dna_rate").by(*words)
