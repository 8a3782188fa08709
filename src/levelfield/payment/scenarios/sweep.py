"""A sweep: a scenario paid again for each value of one or two of its parameters."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

from levelfield.core.errors import UsageError
from levelfield.core.progress import Progress, tell
from levelfield.payment.contract import Contract
from levelfield.payment.scenarios.compare import Give, outcome
from levelfield.payment.scenarios.scenario import Scenario, Scenarios, SweepOf
from levelfield.payment.scenarios.settings import with_settings

MOST = 400
"""Combinations of values that a sweep may have."""


class Swept(NamedTuple):
    """What the scenario pays in all, in pence, with these values of the parameters."""

    values: tuple[Any, ...]
    pence: int


@dataclass(frozen=True)
class Sweep:
    """The parameters that were varied, what each combination pays, and what the base pays."""

    of: SweepOf
    title: str
    base_pence: int
    rows: tuple[Swept, ...]


def sweep(scenarios: Scenarios, give: Give, progress: Progress | None = None) -> Sweep | None:
    """What the file asks to vary, the last parameter fastest; None where it asks for nothing.

    A parameter is set in those contracts that have its place. Raises UsageError for more than MOST
    combinations, and as `with_settings` does for a place that no contract has or a value that makes
    no sense.
    """
    of = scenarios.file.sweep
    if of is None:
        return None
    combinations = list(product(*(one.values for one in of.parameters)))
    if len(combinations) > MOST:
        raise UsageError(
            f"{scenarios.file.id}, sweep: {len(combinations)} combinations of values are more than "
            f"{MOST}. Name fewer values."
        )
    scenario, period = scenarios.find(of.scenario), scenarios.file.period
    rows = []
    for number, values in enumerate(combinations):
        varied = _varied(scenario, of, values, f"{scenarios.file.id}, sweep")
        tell(progress, "sweep", number, len(combinations))
        rows.append(Swept(values, outcome(varied, period, give).total_pence))
    base = outcome(scenarios.base, period, give)
    return Sweep(of, scenario.title, base.total_pence, tuple(rows))


def _varied(scenario: Scenario, of: SweepOf, values: tuple[Any, ...], where: str) -> Scenario:
    contracts = list(scenario.contracts)
    for parameter, value in zip(of.parameters, values, strict=True):
        having = [n for n, contract in enumerate(contracts) if _has(contract, parameter.set)]
        # Where none has it, the first says what there is.
        for place in having or [0]:
            contracts[place] = with_settings(contracts[place], {parameter.set: value}, where)
    return replace(scenario, contracts=tuple(contracts))


def _has(contract: Contract, place: str) -> bool:
    """Whether a place leads to a term of this contract, or not into its terms at all."""
    first, *rest = place.split(".")
    return first != "terms" or not rest or rest[0] in {term.id for term in contract.terms}
