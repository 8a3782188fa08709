"""Costs → prices: a list whose every price can be taken apart, and estimates beside it."""

from levelfield.tariff.accounts import Unreconciled
from levelfield.tariff.at_risk import AtRisk
from levelfield.tariff.book import Entry, PriceBook, load_price_book
from levelfield.tariff.cost_return_list import CostReturnList
from levelfield.tariff.cost_returns import READ, SetAside
from levelfield.tariff.estimate import (
    AssumedValue,
    ErrorEstimate,
    Worth,
    assumed_values,
    estimate_errors,
)
from levelfield.tariff.explained import CostExplained
from levelfield.tariff.factors import read_factors
from levelfield.tariff.files import prices_table, write_price_list
from levelfield.tariff.load import load_price_list, price_lists
from levelfield.tariff.load_cost_returns import load_cost_returns, scheme_of
from levelfield.tariff.price import Price, Step, Verdict
from levelfield.tariff.price_list import AVERAGE_PLACE, PriceList
from levelfield.tariff.repricing import REPRICING_SCHEMA, RepricedLine, Repricing, Unpriced
from levelfield.tariff.summary import summary

__all__ = [
    "AVERAGE_PLACE",
    "READ",
    "REPRICING_SCHEMA",
    "AssumedValue",
    "AtRisk",
    "CostExplained",
    "CostReturnList",
    "Entry",
    "ErrorEstimate",
    "Price",
    "PriceBook",
    "PriceList",
    "RepricedLine",
    "Repricing",
    "SetAside",
    "Step",
    "Unpriced",
    "Unreconciled",
    "Verdict",
    "Worth",
    "assumed_values",
    "estimate_errors",
    "load_cost_returns",
    "load_price_book",
    "load_price_list",
    "price_lists",
    "prices_table",
    "read_factors",
    "scheme_of",
    "summary",
    "write_price_list",
]
