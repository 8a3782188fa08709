"""Costs → prices: a list whose every price can be taken apart, and estimates beside it."""

from levelfield.tariff.estimate import (
    AssumedValue,
    ErrorEstimate,
    Worth,
    assumed_values,
    estimate_errors,
)
from levelfield.tariff.factors import read_factors
from levelfield.tariff.load import load_price_list, price_lists
from levelfield.tariff.price import Price, Step, Verdict
from levelfield.tariff.price_list import PriceList

__all__ = [
    "AssumedValue",
    "ErrorEstimate",
    "Price",
    "PriceList",
    "Step",
    "Verdict",
    "Worth",
    "assumed_values",
    "estimate_errors",
    "load_price_list",
    "price_lists",
    "read_factors",
]
