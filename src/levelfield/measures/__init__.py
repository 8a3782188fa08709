"""Measures: definitions × facts → values.

A measure is a YAML file in `definitions/measures`; `load_measures()` reads them all, `evaluate`
counts one over the facts of a home, and `in_words` says it without SQL.
"""

from levelfield.measures.check import check_file
from levelfield.measures.code_lists import CodeList, load_code_lists
from levelfield.measures.compared import period_compared, usual_period
from levelfield.measures.composite import Composite, compose_values, load_composites
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure, Stratifier
from levelfield.measures.evaluate import evaluate, evaluate_all
from levelfield.measures.examples import count_example, example_fault
from levelfield.measures.kinds import value_kinds
from levelfield.measures.library import (
    columns_read,
    find_measure,
    load_measures,
    read_measure,
    read_measures,
)
from levelfield.measures.parts import Example, Standard
from levelfield.measures.queries import MissingAttendance, cell_columns, measure_queries
from levelfield.measures.words import Words, in_words

__all__ = [
    "STRATIFIER_COLUMNS",
    "CodeList",
    "Composite",
    "Example",
    "Measure",
    "MissingAttendance",
    "Standard",
    "Stratifier",
    "Words",
    "cell_columns",
    "check_file",
    "columns_read",
    "compose_values",
    "count_example",
    "evaluate",
    "evaluate_all",
    "example_fault",
    "find_measure",
    "in_words",
    "load_code_lists",
    "load_composites",
    "load_measures",
    "measure_queries",
    "period_compared",
    "read_measure",
    "read_measures",
    "usual_period",
    "value_kinds",
]
