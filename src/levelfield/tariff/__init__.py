"""Costs → prices: a list whose every price can be taken apart, and estimates beside it."""

from levelfield.tariff.estimate import (
    AssumedValue,
    ErrorEstimate,
    Worth,
    assumed_values,
    estimate_errors,
)
from levelfield.tariff.factors import read_factors
from levelfield.tariff.price import Price, Step
from levelfield.tariff.price_list import PriceList, load_price_list, price_lists

__all__ = [
    "AssumedValue",
    "ErrorEstimate",
    "Price",
    "PriceList",
    "Step",
    "Worth",
    "assumed_values",
    "estimate_errors",
    "load_price_list",
    "price_lists",
    "read_factors",
]
