"""What the formula of a statement line gives, reckoned from its text and its numbers."""

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from operator import add, mul, sub, truediv

_SIGNS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.Div: truediv,
}


def reckon(formula: str, numbers: Mapping[str, Fraction]) -> Fraction:
    """The value of a formula as `payment` writes it (see `Amount`), exact but for what it rounds.

    It knows + - * /, ROUND, ROUNDDOWN, MIN and MAX. Raises ValueError for anything else, for a
    name without a number and for a division by zero.
    """
    try:
        return _value(ast.parse(formula, mode="eval").body, numbers)
    except (SyntaxError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"the formula {formula} cannot be reckoned") from error


def _value(node: ast.expr, numbers: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Fraction(repr(number))
        case ast.Name(id=name):
            return numbers[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, numbers)
        case ast.BinOp(left=left, op=sign, right=right):
            return _SIGNS[type(sign)](_value(left, numbers), _value(right, numbers))
        case ast.Call(func=ast.Name(id=name), args=given):
            return _FUNCTIONS[name](*(_value(one, numbers) for one in given))
    raise ValueError(f"{ast.unparse(node)} has no place in a formula")


def _rounded(number: Fraction, places: Fraction) -> Fraction:
    """Rounded to so many places, half away from zero."""
    unit = Fraction(10) ** int(places)
    size = (abs(number) * unit * 2 + 1) // 2 / unit
    return size if number >= 0 else -size


def _cut(number: Fraction, places: Fraction) -> Fraction:
    """Brought towards zero to so many places."""
    unit = Fraction(10) ** int(places)
    return int(number * unit) / unit


_FUNCTIONS: Mapping[str, Callable[..., Fraction]] = {
    "ROUND": _rounded,
    "ROUNDDOWN": _cut,
    "MIN": min,
    "MAX": max,
}
