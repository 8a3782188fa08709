"""Data quality as measures: the dimensions, the maturity index, coverage, breaks, declarations.

It reads the quality facts and the coverage of a home, and gives values like any other measure's.
"""

from levelfield.quality.breaks import Break, breaks_of, find_breaks, mark_breaks, told
from levelfield.quality.declared import CONTRADICTED, Declared, load_declared, with_declared
from levelfield.quality.definition import (
    Dimension,
    find_dimension,
    load_consistent,
    load_dimensions,
    load_grades,
    load_index,
)
from levelfield.quality.matrix import (
    Submitter,
    coverage_matrix,
    inconsistent,
    periods_of,
    submitters,
)
from levelfield.quality.maturity import ItemCounts, maturity_index
from levelfield.quality.plan import (
    Plan,
    Progress,
    make_plan,
    read_plan,
    review_plan,
    write_plan,
)
from levelfield.quality.queries import (
    dimension_queries,
    index_items,
    item_queries,
    register,
)
from levelfield.quality.standing import Standing, standing
from levelfield.quality.values import evaluate

__all__ = [
    "CONTRADICTED",
    "Break",
    "Declared",
    "Dimension",
    "ItemCounts",
    "Plan",
    "Progress",
    "Standing",
    "Submitter",
    "breaks_of",
    "coverage_matrix",
    "dimension_queries",
    "evaluate",
    "find_breaks",
    "find_dimension",
    "inconsistent",
    "index_items",
    "item_queries",
    "load_consistent",
    "load_declared",
    "load_dimensions",
    "load_grades",
    "load_index",
    "make_plan",
    "mark_breaks",
    "maturity_index",
    "periods_of",
    "read_plan",
    "register",
    "review_plan",
    "standing",
    "submitters",
    "told",
    "with_declared",
    "write_plan",
]
