"""Credibility: a price with little behind it is drawn towards those of its class."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np

from levelfield.statistics import credibility_factors
from levelfield.tariff.returned import Floats
from levelfield.tariff.steps.base import Draw, Inputs, PriceStep


def towards(price: Floats, factor: Floats, weight: Floats) -> Floats:
    """Prices drawn to the mean of their class: factor × own + (1 − factor) × the class.

    Currencies are along the last axis, `nan` without a price. The class is the mean of its prices,
    each weighing its credibility, or its units (`weight`) where none has any.
    """
    known = np.isfinite(price)
    believed = np.where(known, factor, 0.0)
    any_of_it = believed.sum(axis=-1, keepdims=True) > 0
    by = np.where(any_of_it, believed, np.where(known, weight, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (by * np.where(known, price, 0.0)).sum(axis=-1, keepdims=True) / by.sum(
            axis=-1, keepdims=True
        )
    return np.asarray(factor * price + (1 - factor) * middle)


class Credibility(PriceStep):
    """Draw each price towards the mean of its parent class in the scheme, as far as chance could
    explain that it lies apart; a class of one stays as it is.

    The method is Bühlmann and Straub's: currencies are the groups, providers the repeats, units
    the weights; a provider that was drawn twice is two of the repeats. A class of which no
    currency has two providers stays as it is, since nothing then says how far chance goes.
    """

    title: ClassVar[str] = "Credibility"

    step: Literal["credibility"]
    within: Literal["parent"]

    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        price = draw.price.copy()
        factor, volume = credibilities(draw, inputs.parent)
        for members in _classes(inputs.parent):
            price[:, members] = towards(price[:, members], factor[:, members], volume[:, members])
        return replace(draw, price=price)

    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        members = [place for place in _classes(inputs.parent) if column in place]
        if not members:
            return "nothing beside it in its class"
        factor = credibilities(before, inputs.parent)[0][0, column]
        return (
            f"{factor:.1%} its own, the rest the mean of the {len(members[0])} currencies of "
            f"{inputs.parent[column]}"
        )


def credibilities(draw: Draw, parent: tuple[str, ...]) -> tuple[Floats, Floats]:
    """How far each currency is believed, from 0 to 1, and the units behind it; by draw."""
    units, cost = draw.returned.units, draw.returned.cost
    volume, repeats = draw.sums(units), draw.sums((units > 0).astype(np.float64))
    squared = np.divide(cost**2, units, out=np.zeros(units.shape), where=units > 0)
    mean = np.divide(draw.sums(cost), volume, out=np.zeros(volume.shape), where=volume > 0)
    apart = np.maximum(draw.sums(squared) - volume * mean**2, 0.0)
    factor = np.ones(volume.shape)
    for members in _classes(parent):
        freedom = np.maximum(repeats[:, members] - 1, 0).sum(axis=1)
        judged = freedom > 0
        within = np.divide(
            apart[:, members].sum(axis=1), freedom, out=np.zeros(freedom.shape), where=judged
        )
        found = credibility_factors(mean[:, members], volume[:, members], within)
        factor[:, members] = np.where(judged[:, np.newaxis], found, 1.0)
    return factor, volume


def _classes(parent: tuple[str, ...]) -> list[np.ndarray]:
    """The places of the currencies of each class that has more than one."""
    names = np.array(parent)
    places = [np.flatnonzero(names == name) for name in sorted(set(parent) - {""})]
    return [members for members in places if len(members) > 1]
