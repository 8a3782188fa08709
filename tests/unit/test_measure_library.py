"""The library against what was asked for: domains, themes, areas, candidates, or why not."""

import sys
from pathlib import Path

import pytest

from levelfield.measures import load_code_lists, load_measures

DOCS = Path(__file__).resolve().parents[2] / "docs"
sys.path.append(str(DOCS))

from chapters import measure_library  # noqa: E402

LIBRARY = load_measures()
UNTOLD = (DOCS / "what-csds-cannot-tell-us.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["domain", "theme"])
def test_every_domain_and_theme_has_measures(key: str) -> None:
    assert {getattr(m, key) for m in LIBRARY.values()} == set(measure_library.places(key))


@pytest.mark.parametrize("area", measure_library.areas())
def test_every_area_has_measures_of_the_data_set_or_the_manual_says_what_is_missing(
    area: str,
) -> None:
    covering = [m for m in LIBRARY.values() if area in m.areas]
    assert covering
    if all(measure_library.of_returns(m) for m in covering):
        assert f"**{area[0].upper()}{area[1:]}.**" in UNTOLD


def test_the_sixty_candidates_became_measures_that_there_are() -> None:
    candidates = measure_library.candidates()
    assert len({name for name, _, _ in candidates}) == len(candidates) == 60
    for name, _, measures in candidates:
        assert measures, name
        assert set(measures) <= LIBRARY.keys(), name


def test_a_candidate_under_another_name_is_told_of_in_the_manual() -> None:
    renamed = [name for name, _, measures in measure_library.candidates() if name not in measures]
    assert renamed
    assert all(f"| {name} |" in UNTOLD for name in renamed)


def test_a_code_list_that_nobody_has_checked_is_told_of_in_the_manual() -> None:
    for measure in LIBRARY.values():
        for name in measure.code_lists:
            assert f"| {name} |" in UNTOLD, f"{measure.id}: {name}"


def test_the_manual_names_every_measure_with_illustrative_codes_and_no_other() -> None:
    lists = load_code_lists()
    illustrative = {
        name
        for name, one in LIBRARY.items()
        if any(lists[code].illustrative for code in one.code_lists)
    }
    table = UNTOLD.partition("## Measures whose codes are not there yet")[2].partition("\n## ")[0]
    named = {
        name.strip()
        for line in table.splitlines()
        if line.startswith("| ") and not line.startswith("| measure")
        for name in line.split("|")[1].split(",")
    }
    assert named == illustrative


def test_the_guide_names_every_measure_that_is_adjusted_for_case_mix() -> None:
    guide = (DOCS / "how-to" / "compare-providers.md").read_text(encoding="utf-8")
    asking = {name: one.adjustment for name, one in LIBRARY.items() if one.adjustment}
    rows = [line for line in guide.splitlines() if line.startswith(("| age", "| deprivation |"))]
    for name, adjustment in asking.items():
        (row,) = (line for line in rows if f"`{name}`" in line)
        words = {"age_band": "age", "sex": "sex", "deprivation_fifth": "deprivation"}
        head = row.split("|")[1].partition(":")[0]
        assert {words[by] for by in adjustment.by} == {w for w in words.values() if w in head}
    assert sum(row.count("`") for row in rows) == 2 * len(asking)


def test_a_share_of_contacts_warns_that_its_interval_takes_each_for_another_persons():
    warned = {
        measure.id: any("as if it were of another person" in one for one in measure.caveats)
        for measure in load_measures().values()
        if measure.unit in ("contact", "activity") and measure.interval in ("wilson", "newcombe")
    }
    assert {"dna_rate", "dna_gap", "remote_share", "dn_deferred"} <= warned.keys()
    assert all(warned.values()), warned
