"""Money is a whole number of pence. Rounding happens once, half away from zero."""

from collections.abc import Hashable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeVar

from levelfield.core.errors import UsageError

Key = TypeVar("Key", bound=Hashable)


def round_half_away(amount: Decimal) -> int:
    """The nearest whole number; a half goes away from zero (0.5 → 1, −0.5 → −1)."""
    # Decimal's ROUND_HALF_UP works on the magnitude, so it is half away from zero for both signs.
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def pence(pounds: str | int | Decimal) -> int:
    """Pounds as pence, rounded once: `pence("80.427263")` is 8043.

    Thousands separators and a leading £ are read. A float is refused by its type: it cannot hold
    a tenth of a pound. Raises UsageError for text that is no amount.
    """
    text = str(pounds).replace(",", "").removeprefix("£").strip()
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise UsageError(
            f"'{pounds}' is not an amount in pounds. Write it as in 1250.50."
        ) from None
    if not amount.is_finite():
        raise UsageError(f"'{pounds}' is not an amount in pounds. Write it as in 1250.50.")
    return round_half_away(amount * 100)


def format_pounds(amount_pence: int) -> str:
    """`123456` → `£1,234.56`; a minus sign comes before the pound sign."""
    sign = "-" if amount_pence < 0 else ""
    pounds, rest = divmod(abs(amount_pence), 100)
    return f"{sign}£{pounds:,}.{rest:02d}"


def share_out(total: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """`total` in whole parts in proportion to `weights`, by largest remainders.

    Parts are rounded towards zero, and what is left over goes one by one to the largest remainders,
    the first of equals first: the parts sum to `total` exactly. Raises ValueError unless the
    weights are not negative and one of them is above zero.
    """
    whole = sum(weights.values())
    if not whole or min(weights.values()) < 0:
        raise ValueError("weights must not be negative, and one of them must be above zero")
    size = abs(total)
    parts = {key: size * weight // whole for key, weight in weights.items()}
    left = size - sum(parts.values())
    by_remainder = sorted(weights, key=lambda key: -(size * weights[key] % whole))
    for key in by_remainder[:left]:
        parts[key] += 1
    return parts if total >= 0 else {key: -part for key, part in parts.items()}
