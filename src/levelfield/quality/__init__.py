"""Data quality as measures: the dimensions, the maturity index, coverage, breaks, declarations.

It reads the quality facts and the coverage of a home, and gives values like any other measure's.
"""

from levelfield.quality.breaks import Break, find_breaks
from levelfield.quality.declared import CONTRADICTED, Declared, load_declared, with_declared
from levelfield.quality.definition import (
    Dimension,
    find_dimension,
    load_consistent,
    load_dimensions,
    load_grades,
    load_index,
)
from levelfield.quality.found import MonthFound, Place, kept_month, month_found
from levelfield.quality.matrix import (
    Submitter,
    coverage_matrix,
    inconsistent,
    periods_of,
    submitters,
)
from levelfield.quality.maturity import ItemCounts, maturity_index
from levelfield.quality.plan import FOLDER as PLANS
from levelfield.quality.plan import Plan, PlanItem, kept_plan, read_plan, write_plan
from levelfield.quality.planning import baseline_months, make_plan
from levelfield.quality.queries import (
    dimension_queries,
    index_items,
    item_queries,
    register,
)
from levelfield.quality.review import Progress, Review, hold, review_plan
from levelfield.quality.series import breaks_of, crossing, mark_breaks, told
from levelfield.quality.standing import Standing, standing
from levelfield.quality.values import evaluate

__all__ = [
    "CONTRADICTED",
    "PLANS",
    "Break",
    "Declared",
    "Dimension",
    "ItemCounts",
    "MonthFound",
    "Place",
    "Plan",
    "PlanItem",
    "Progress",
    "Review",
    "Standing",
    "Submitter",
    "baseline_months",
    "breaks_of",
    "coverage_matrix",
    "crossing",
    "dimension_queries",
    "evaluate",
    "find_breaks",
    "find_dimension",
    "hold",
    "inconsistent",
    "index_items",
    "item_queries",
    "kept_month",
    "kept_plan",
    "load_consistent",
    "load_declared",
    "load_dimensions",
    "load_grades",
    "load_index",
    "make_plan",
    "mark_breaks",
    "maturity_index",
    "month_found",
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
