"""A lineage key → the explanation of its figure."""

import re

from levelfield.core.errors import UsageError
from levelfield.disclosure import Audience
from levelfield.explain.composites import explain_composite
from levelfield.explain.contracts import Inputs
from levelfield.explain.currencies import explain_currency
from levelfield.explain.dimensions import explain_dimension
from levelfield.explain.explanation import Explanation
from levelfield.explain.published import explain_published
from levelfield.explain.quality import explain_quality
from levelfield.explain.shadows import explain_shadow
from levelfield.explain.source import Ground
from levelfield.explain.statements import explain_line
from levelfield.explain.values import explain_value
from levelfield.warehouse import Warehouse

_KEY = re.compile(r"([VPSCQ])-[0-9a-f]{12}")


def explain(
    warehouse: Warehouse,
    key: str,
    *,
    inputs: Inputs,
    engine_name: str = "duckdb",
    audience: Audience = "party",
) -> Explanation:
    """Where the figure beside `key` comes from, counted again from the facts of this home.

    `inputs` gives what a contract is paid from. Without the right of a party there are no records,
    no exact counts, and the figure is as disclosure leaves it. Raises UsageError for what is no
    key, for a key that no figure here has, and for a statement or shadow when the reader is no
    party.
    """
    match = _KEY.fullmatch(key.strip())
    if match is None:
        raise UsageError(
            f"'{key}' is not a lineage key. A key is a letter (V value, P published value, S "
            "statement or shadow, C currency, Q data quality), a dash and twelve hexadecimal "
            "digits, as in V-3f9a0c12be45. It stands beside each figure: on pages under 'Key', in "
            "CSV files in the column 'lineage'."
        )
    key, kind = match[0], match[1]
    if kind == "P":
        return explain_published(key, audience)
    ground = Ground(warehouse, engine_name)
    try:
        if kind == "V":
            whole = explain_composite(ground, key, audience)
            return whole or explain_value(ground, key, audience)
        if kind == "C":
            return explain_currency(ground, key, audience)
        if kind == "Q":
            found = explain_dimension(ground, key, audience)
            return found or explain_quality(ground, key, audience)
        if audience == "public":
            raise UsageError(
                f"{key} is of a statement or a shadow, which is for its parties alone."
            )
        line = explain_line(ground, key, inputs)
        return line or explain_shadow(ground, key, inputs)
    finally:
        ground.close()
