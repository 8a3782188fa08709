"""Formulas of statement lines, reckoned from their text."""

from fractions import Fraction

import pytest

from levelfield.currencies import load_scheme, schemes
from levelfield.explain.formula import reckon
from levelfield.explain.units import ASSUMED


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("annual-11*ROUNDDOWN((annual)/12,2)", "833.37"),
        ("ROUND(-annual*percent/100*top/bottom,2)", "-155.56"),
        ("ROUND(-1/200,2)", "-0.01"),
        ("ROUNDDOWN(-19/1000,2)", "-0.01"),
        ("MIN(MAX(percent,0),1.5)", "1.5"),
        ("0", "0"),
    ],
)
def test_reckon(formula: str, result: str) -> None:
    numbers = {"annual": 10000, "percent": 2, "top": 7, "bottom": 9}
    found = reckon(formula, {name: Fraction(value) for name, value in numbers.items()})
    assert found == Fraction(result)


@pytest.mark.parametrize(
    "formula",
    ["", "annual", "1/0", "1**2", "open(1)", "MIN()", "a.b", "'1'"],
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        reckon(formula, {})


def test_everything_that_a_scheme_assumes_has_words() -> None:
    assumed = {
        n for s in schemes() for n, c in load_scheme(s).conditions.items() if c.assumed != "never"
    }
    assert assumed <= ASSUMED.keys()
