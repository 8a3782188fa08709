"""The scenario that the demonstration asks for."""

from pathlib import Path

from levelfield.payment.scenarios import Scenarios
from levelfield.pipeline.demo_money import scenario_text
from levelfield.pipeline.scenarios import read_scenarios


def asked(folder: Path, period: str, whole: bool) -> Scenarios:
    file = folder / "pennfold.yaml"
    file.write_text(scenario_text("za4-2025-26", period, whole), encoding="utf-8")
    return read_scenarios(file)


def test_a_whole_year_has_intervals_and_a_sweep(tmp_path: Path) -> None:
    found = asked(tmp_path, "2025-26", whole=True)
    assert found.file.draws is not None
    assert found.file.draws.of == ("months",)
    assert found.file.sweep is not None
    varied = found.find(found.file.sweep.scenario)
    assert [term.kind for term in varied.contracts[0].terms] == ["cost_and_volume"]
    assert [place.set for place in found.file.sweep.parameters] == [
        "terms.all.fixed",
        "terms.all.above.1.rate",
    ]


def test_a_part_of_a_year_has_neither(tmp_path: Path) -> None:
    file = asked(tmp_path, "2026-03", whole=False).file
    assert (file.draws, file.sweep) == (None, None)
