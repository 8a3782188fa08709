"""A report on a proposal as rows: what its CSV files, its JSON and its workbook hold."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from levelfield.commissioning.before_signature.gates import Gate
from levelfield.commissioning.before_signature.guards import Guards
from levelfield.commissioning.sheets import Rows
from levelfield.core.money import pence

PARTY = (
    "Questions to settle before anybody signs; nothing here decides. For the parties to this "
    "contract; not for publication, and not an official statistic. Of simulated organisations it "
    "is illustrative."
)


def tables(made: Guards) -> Mapping[str, Rows]:
    """Every part of the report by name, in the order in which it is read. Money in whole pence; an
    empty cell is not known."""
    return {
        "gates": [_gate(gate) for gate in made.gates],
        "costs": [asdict(one) for one in made.costs],
        "assumptions": [
            {
                "id": one.id,
                "words": one.words,
                "pence": None if one.pounds is None else pence(one.pounds),
                "owner": one.owner,
                "agreed": one.agreed,
            }
            for one in made.assumptions
        ],
        "savings": [
            {
                "year": one.year,
                "assumed_pence": one.assumed,
                **{f"left_at_{cut:.0%}_shortfall_pence": left for cut, left in one.left.items()},
            }
            for one in made.savings
        ],
        "gaps": [asdict(one) for one in made.gaps],
        "thresholds": [asdict(one) for one in made.thresholds],
        "small_numbers": [asdict(one) for one in made.small],
        "not_agreed": [
            {**asdict(one), "due": None if one.due is None else str(one.due)}
            for one in made.not_agreed
        ],
    }


def as_json(made: Guards) -> dict[str, Any]:
    """The whole report for machines."""
    contract = made.contract
    return {
        "contract": contract.id,
        "version": contract.version,
        "provider": contract.provider,
        "commissioner": contract.commissioner,
        "year": contract.year,
        "judged_by": str(made.base),
        "value_pence": made.value,
        "cost_list": made.cost_list,
        "data_quality": made.standing.words,
        "note": PARTY,
        **tables(made),
    }


def _gate(gate: Gate) -> dict[str, Any]:
    return {**asdict(gate), "dated": None if gate.dated is None else str(gate.dated)}
