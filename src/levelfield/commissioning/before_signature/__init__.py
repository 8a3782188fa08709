"""Guards before signature: what a proposed contract rests on, and which gates are still open."""

from levelfield.commissioning.before_signature.activity import base_year, moved
from levelfield.commissioning.before_signature.cost import CostOfTerm, cost_of_terms, paid_below
from levelfield.commissioning.before_signature.files import write_files, write_workbook
from levelfield.commissioning.before_signature.gaps import DataGap, data_gaps
from levelfield.commissioning.before_signature.gates import RULES, Gate, judge_gates
from levelfield.commissioning.before_signature.guards import Guards, guards
from levelfield.commissioning.before_signature.register import Register, load_register
from levelfield.commissioning.before_signature.savings import HAIRCUTS, savings_profile
from levelfield.commissioning.before_signature.small_numbers import SmallNumbers, small_numbers
from levelfield.commissioning.before_signature.tables import PARTY, as_json
from levelfield.commissioning.before_signature.thresholds import (
    Threshold,
    record_sizes,
    thresholds,
    trimmed_schemes,
)

__all__ = [
    "HAIRCUTS",
    "PARTY",
    "RULES",
    "CostOfTerm",
    "DataGap",
    "Gate",
    "Guards",
    "Register",
    "SmallNumbers",
    "Threshold",
    "as_json",
    "base_year",
    "cost_of_terms",
    "data_gaps",
    "guards",
    "judge_gates",
    "load_register",
    "moved",
    "paid_below",
    "record_sizes",
    "savings_profile",
    "small_numbers",
    "thresholds",
    "trimmed_schemes",
    "write_files",
    "write_workbook",
]
