"""What differs between two sets of definitions, and what each rests on, is said of both sides."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield.cli.scenarios_shown import impact_json, show_impact
from levelfield.core.definitions import read_csv
from levelfield.core.errors import ContractError
from levelfield.core.money import format_pounds
from levelfield.currencies import load_scheme
from levelfield.payment import Contract, PaymentInputs
from levelfield.payment.scenarios import (
    Choices,
    Definitions,
    Impact,
    all_by_activity,
    assess,
    impact_tables,
    with_settings,
    write_impact_workbook,
    write_tables,
)
from levelfield.publish.pages.impacts import impact_pages
from levelfield.tariff import load_price_list
from made_up_scenarios import made_up_impact
from made_up_site import SCHEME, YEAR, made_up_inputs, made_up_site
from workbooks import Workbook

OTHER = "community-contact"
OTHER_LIST = "community-contact-2024-25"


def contracts(inputs: PaymentInputs) -> list[Contract]:
    return all_by_activity(inputs.counts[SCHEME], YEAR, SCHEME, SCHEME)


def other_scheme(before: Definitions, after: Definitions, terms: Sequence[dict] = ()) -> Impact:
    """The made-up units, each of which the other scheme counts under its first class."""
    held = made_up_inputs()
    code = next(iter(load_scheme(OTHER).currencies))
    rows = [
        row | {"currency": code, "error_class": None} if row["currency"] else row
        for row in held.counts[SCHEME].to_pylist()
    ]
    counts = {**held.counts, OTHER: pa.Table.from_pylist(rows, held.counts[SCHEME].schema)}
    none = [row | {"currency": None, "error_class": "NOT_A_PROCEDURE"} for row in rows]
    counts["procedure"] = pa.Table.from_pylist(none, held.counts[SCHEME].schema)
    lists = {**held.price_lists, OTHER_LIST: load_price_list(OTHER_LIST)}
    inputs = PaymentInputs(counts, lists, held.snapshot)

    def give(contracts: Sequence[Contract], choices: Choices) -> PaymentInputs:
        return inputs

    asked = contracts(held)
    if terms:
        asked = [with_settings(one, {"terms": list(terms)}, "here") for one in asked]
    return assess("Impact", asked, str(YEAR), before, after, give)


AS_IT_IS = Definitions("As it is")
ANOTHER = Definitions("Another", scheme=OTHER, price_list=OTHER_LIST)


def said(found: Impact) -> dict[str, tuple[str, str]]:
    return {one.what.split(",")[0]: (one.before, one.after) for one in found.differences}


def test_another_schemes_own_rules_are_named_among_the_differences() -> None:
    """The one leaves missing attendance out, the other counts it as attended, and only the one asks
    about groups; both know children by the same age."""
    found = other_scheme(AS_IT_IS, ANOTHER)
    assert said(found) == {
        "Currency scheme": (SCHEME, OTHER),
        "Price list": (SCHEME, OTHER_LIST),
        "missing_attendance": ("left_out", "attended"),
        "group_unknown": ("one_to_one", "no such parameter"),
    }
    [attendance] = [one for one in found.differences if one.what.startswith("missing_attendance")]
    assert attendance.what == f"missing_attendance, a parameter of {SCHEME} and {OTHER}"
    assert attendance.meaning.startswith("attended: attendance 5, 6 and missing is costed")


def test_a_choice_that_makes_two_schemes_alike_is_no_difference() -> None:
    alike = Definitions("As it is", parameters={"missing_attendance": "attended"})
    assert "missing_attendance" not in said(other_scheme(alike, ANOTHER))
    older = Definitions(
        "Another", scheme=OTHER, price_list=OTHER_LIST, parameters={"child_to_age": 15}
    )
    assert said(other_scheme(AS_IT_IS, older))["child_to_age"] == ("18", "15")


def test_schemes_of_one_contract_that_do_not_agree_are_each_named() -> None:
    terms = [
        {"id": "visits", "kind": "procedure", "services": ["16"]},
        {"id": "rest", "kind": "activity", "services": "others"},
    ]
    both = Definitions("Both", parameters={"missing_attendance": "attended"})
    found = said(other_scheme(AS_IT_IS, both, terms))
    assert found == {
        "missing_attendance": (f"left_out ({SCHEME}), attended (procedure)", "attended")
    }


def test_every_output_says_the_standing_of_both_sides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = other_scheme(AS_IT_IS, ANOTHER)
    assert [(one.what, one.id, one.used) for one in found.rests_on] == [
        ("Currency scheme", SCHEME, "before"),
        ("Price list", SCHEME, "before"),
        ("Currency scheme", OTHER, "after"),
        ("Price list", OTHER_LIST, "after"),
    ]
    show_impact(found, {})
    shown = capsys.readouterr().out
    write_impact_workbook(found, tmp_path / "impact.xlsx")
    book = Workbook(tmp_path / "impact.xlsx")
    write_tables(tmp_path, **impact_tables(found))
    for number, one in enumerate(found.rests_on):
        assert f"{one.what} {one.id}, version {one.version} ({one.used})" in shown
        assert one.status in shown
        assert one.source in shown
        assert book.column("Definitions", "Status")[number] == one.status
        assert book.column("Definitions", "Source")[number] == one.source
        assert read_csv(tmp_path / "definitions.csv")[number] == one._asdict()
    scheme, listed = found.rests_on[2:]
    assert scheme.status.startswith("Illustrative: nobody has agreed these classes")
    assert listed.status.startswith("Illustrative: to try another scheme with")
    assert impact_json(found)["definitions"] == [one._asdict() for one in found.rests_on]


def test_a_list_of_another_scheme_says_which_scheme_it_is_for() -> None:
    words = (
        rf"it is a class of the scheme {OTHER}, and the list prices those of {SCHEME}\. "
        f"Name a list of {OTHER}"
    )
    with pytest.raises(ContractError, match=words):
        other_scheme(AS_IT_IS, Definitions("Another", scheme=OTHER))


def test_what_both_sides_share_is_said_once() -> None:
    found = made_up_impact(made_up_inputs(), SCHEME, YEAR)
    assert [(one.id, one.used) for one in found.rests_on] == [
        (SCHEME, "before and after"),
        (SCHEME, "before and after"),
    ]


def test_every_output_holds_the_figures_of_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = other_scheme(AS_IT_IS, ANOTHER)
    show_impact(found, {})
    shown = capsys.readouterr().out
    write_tables(tmp_path, **impact_tables(found))
    write_impact_workbook(found, tmp_path / "impact.xlsx")
    book = Workbook(tmp_path / "impact.xlsx")
    held = {file.stem: pq.read_table(file).to_pylist() for file in tmp_path.glob("*.parquet")}
    assert set(held) == {"differences", "definitions", "effects", "why", "moved", "kept_total"}
    for name, rows in held.items():
        written = [
            {column: "" if value is None else str(value) for column, value in row.items()}
            for row in rows
        ]
        assert read_csv(tmp_path / f"{name}.csv") == written
    effect = found.after.total_pence - found.comparison.base.total_pence
    assert sum(row["pence"] for row in held["why"]) == effect
    assert sum(row["effect_pence"] for row in held["kept_total"]) == 0
    kept = [row["effect_pence"] / 100 for row in held["kept_total"]]
    assert book.column("Kept total", "Effect £") == pytest.approx(kept)
    for row in (*held["why"], *held["kept_total"], *held["effects"]):
        assert format_pounds(row["pence"]) in shown
    for difference in held["differences"]:
        assert f"{difference['before']}, then {difference['after']}." in shown
    assert json.dumps(impact_json(found))


def test_the_page_says_the_standing_of_both_sides() -> None:
    found = other_scheme(AS_IT_IS, ANOTHER)
    site = replace(made_up_site(empty=True), impacts=(("other", found),))
    [page] = impact_pages(site)
    table = page.content["rests_on"]
    assert [(row[0].text, row[0].note, *row[1:]) for row in table.rows] == [
        (f"{one.what} {one.id}", one.source, one.used, one.version, one.status)
        for one in found.rests_on
    ]
    differs = page.content["differences"]
    assert {(row[1], row[2]) for row in differs.rows} == set(said(found).values())
