"""What a scheme is refused for when it is loaded: the file, the row and the remedy are named."""

import itertools
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelfield.core.definitions import ROOT
from levelfield.core.errors import DefinitionError
from levelfield.currencies import Rule, load_scheme
from levelfield.currencies.conditions import Condition, Parameter
from levelfield.currencies.reach import Space, refuse_faulty


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "currencies" / "single-episode", tmp_path / "scheme"))


def changed(folder: Path, name: str, old: str, new: str) -> str:
    """What loading says once `old` in a file has become `new`."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_scheme(folder)
    return str(caught.value)


LOW, MEDIUM = "nursing-short-low,nursing,short,low,", "nursing-short-medium,nursing,short,medium,"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        # A gap, told by the record that falls in it.
        ("episode.csv", LOW, "nursing-short-low,nursing,short,medium,", "overlaps|no row fits"),
        ("episode.csv", LOW, "nursing-short-low,nursing,short,low;medium,", "both fit"),
        ("episode.csv", LOW, "nursing-short-low,nursing,short,lowest,", "'lowest' is none of"),
        ("checks.csv", "check-open,open", "check-open,rejected", "never reached"),
        ("codes.csv", "NUR-S1,", "NUR-S9,", "no currency 'NUR-S1'"),
        ("codes.csv", ",NUR-S,1", ",NUR-X,1", "lies below 'NUR-X'"),
        ("codes.csv", "NUR-S2,", "NUR-S1,", "listed twice"),
        ("scheme.yaml", "short: short_to_days", "short: 500", "overlap"),
        ("scheme.yaml", "short: short_to_days", "short: missing_attendance", "no number"),
        ("scheme.yaml", "field: costed_contacts", "field: contacts_costed", "has not"),
        ("scheme.yaml", "table: episode", "table: episodes", "no table 'episodes'"),
        ("scheme.yaml", '"05", "08"', '"12", "08"', "code 12 under two words"),
        ("scheme.yaml", "codes:", "unclassified: [NUR]\ncodes:", "'unclassified' names 'NUR'"),
        ("trim_points.csv", "540", "540 OR 1=1", "neither code nor number"),
    ],
)
def test_a_fault_is_named(episode: Path, name: str, old: str, new: str, says: str) -> None:
    found = changed(episode, name, old, new)
    assert any(part in found for part in says.split("|")), found
    # The row may stand in another file than the one that was changed.
    assert str(episode) in found or name == "scheme.yaml"


def test_a_row_taken_out_leaves_a_gap(episode: Path) -> None:
    file = episode / "episode.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("therapy-long-high,")]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    codes = episode / "codes.csv"
    kept = [x for x in codes.read_text(encoding="utf-8").splitlines() if not x.startswith("THE-L3")]
    codes.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="service therapy") as caught:
        load_scheme(episode)
    assert "length long" in str(caught.value)
    assert "intensity high" in str(caught.value)


def test_a_currency_that_no_row_gives(episode: Path) -> None:
    file = episode / "codes.csv"
    file.write_text(file.read_text(encoding="utf-8") + "NUR-S4,More,NUR-S,4\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"NUR-S4: no row of the tables gives"):
        load_scheme(episode)


def test_an_unknown_code(tmp_path: Path) -> None:
    source = ROOT / "currencies" / "community-contact"
    folder = Path(shutil.copytree(source, tmp_path / "scheme"))
    said = changed(folder, "team.csv", "adult-01,adult,01,", "adult-01,adult,77,")
    assert "row adult-01: team_type '77' is not in the code list" in said


def test_parameters_are_held_to_what_they_may_be() -> None:
    scheme = load_scheme("single-episode")
    assert scheme.with_parameters(short_to_days=7).choices["short_to_days"] == 7
    with pytest.raises(DefinitionError, match="must be a whole number from 0 to 365"):
        scheme.with_parameters(short_to_days=500)
    with pytest.raises(DefinitionError, match="no parameter 'shortest'"):
        scheme.with_parameters(shortest=5)
    with pytest.raises(DefinitionError, match="overlap"):
        scheme.with_parameters(short_to_days=90)
    with pytest.raises(ValueError, match="'choices', or both"):
        Parameter(value=3, meaning="none")


def made(number: int, asked: dict[str, set[str]]) -> Rule:
    conditions = {name: frozenset(values) for name, values in asked.items()}
    return Rule(number, f"r{number}", conditions, "X", None, "direct", "", "", f"/t.csv, r{number}")


CONDITIONS = {
    "age": Condition(field="a", words={"old": ("1",), "young": ("2",)}, otherwise="unknown"),
    "team": Condition(field="t", codes="any"),
    "event": Condition(flags=("burst", "spill")),
}
RECORDS = [
    {"age": {age}, "team": {team}, "event": set(events)}
    for age in ("old", "young", "unknown")
    for team in ("12", "26", "none", "(another)")
    for events in itertools.chain.from_iterable(
        itertools.combinations(("burst", "spill"), n) for n in range(3)
    )
]

asked = st.fixed_dictionaries(
    {},
    optional={
        "age": st.sets(st.sampled_from(["old", "young", "unknown"]), min_size=1),
        "team": st.sets(st.sampled_from(["12", "26", "none"]), min_size=1),
        "event": st.sets(st.sampled_from(["burst", "spill"]), min_size=1),
    },
)


def fits(rule: Rule, record: dict[str, set[str]]) -> bool:
    return all(record[name] & values for name, values in rule.conditions.items())


@given(st.lists(asked, min_size=1, max_size=6))
def test_reach_gaps_and_overlaps_are_those_of_every_record_tried(drawn: list[dict]) -> None:
    rules = [made(n, one) for n, one in enumerate(drawn, start=1)]
    space = Space(CONDITIONS, rules)
    named = {t for rule in rules for t in rule.conditions.get("team", ())} | {"none", "(another)"}
    records = [record for record in RECORDS if record["team"] <= named]
    first = [next((r.number for r in rules if fits(r, one)), None) for one in records]
    for rule in rules:
        assert (space.reaching(rule) is not None) == (rule.number in first)
    assert (space.fitting_none() is not None) == (None in first)
    for one, other in itertools.combinations(rules, 2):
        both = any(fits(one, record) and fits(other, record) for record in records)
        assert (space.fitting_both(one, other) is not None) == both


def test_a_row_that_two_rows_beat_together_is_refused() -> None:
    rules = [
        made(1, {"age": {"old"}}),
        made(2, {"age": {"young", "unknown"}}),
        made(3, {"team": {"12"}}),
    ]
    with pytest.raises(
        DefinitionError, match=r"r3: never reached, since rows before it \(r1, r2\)"
    ):
        refuse_faulty(CONDITIONS, rules)
