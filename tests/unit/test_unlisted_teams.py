"""Team types that are not in the code list: one service line, with all of their units."""

from pathlib import Path

from levelfield.commissioning.block_review.priced import make_scope, priced_lines
from levelfield.payment import load_contract, service_name
from levelfield.payment.scenarios import Side
from spec.money_spec import contract_file, inputs

UNITS = """
    team_type | currency | units | error_class        | period
    12        | N02AF    | 4     |                    | each
    Q8        | N02AF    | 2     |                    | each
    78        | N02AF    | 1     |                    | each
    78        |          | 5     | ATTENDANCE_UNKNOWN | each
"""


def test_a_block_has_one_line_of_them(tmp_path: Path) -> None:
    terms = "terms: [{id: all, kind: block, services: others, annual: 12000}]"
    contract = load_contract(contract_file(tmp_path, terms))
    given = inputs(UNITS)
    scope, found = make_scope(contract, given)
    assert scope.lines == ("12", "unlisted")
    assert scope.line_of == {"12": "12", "78": "unlisted", "Q8": "unlisted"}
    assert found == {"12": "all", "unlisted": "all"}
    priced = priced_lines(contract, given, scope)
    assert (priced["12"].units, priced["unlisted"].units) == (4 * 12, 3 * 12)
    assert priced["unlisted"].unclassed == 5 * 12
    assert priced["unlisted"].mean_pence == priced["12"].mean_pence


def test_care_without_a_currency_counts_where_its_code_is_in_the_line(tmp_path: Path) -> None:
    """A code that has error classes alone is in no line of the block, as with a listed code."""
    terms = "terms: [{id: all, kind: block, services: others, annual: 12000}]"
    contract = load_contract(contract_file(tmp_path, terms))
    given = inputs(
        "\n".join(line for line in UNITS.splitlines() if "78        | N02AF" not in line)
    )
    scope, _ = make_scope(contract, given)
    assert scope.line_of == {"12": "12", "Q8": "unlisted"}
    assert priced_lines(contract, given, scope)["unlisted"].unclassed == 0


def test_a_scenario_has_one_service_of_them(tmp_path: Path) -> None:
    terms = "terms: [{id: all, kind: activity, services: others}]"
    side = Side(load_contract(contract_file(tmp_path, terms)), "2025-04", inputs(UNITS))
    pence = {place.service: amount for place, amount in side.by_place().items()}
    assert set(pence) == {"12", "unlisted"}
    assert pence["12"] * 3 == pence["unlisted"] * 4
    assert sum(pence.values()) == side.statement.total_pence


def test_they_are_named_as_what_they_are() -> None:
    assert service_name("unlisted") == "Team type not in the code list"
    assert service_name("Q8") == "Team type Q8, not in the code list"
    assert service_name("none") == "No team"
    assert service_name("12") == "District Nursing Service"
