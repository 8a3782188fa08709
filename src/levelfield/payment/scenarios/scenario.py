"""A scenario file: contracts as they are, and as they might be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.errors import ContractError, DefinitionError, UsageError
from levelfield.core.periods import FinancialYear, parse_period
from levelfield.currencies import load_scheme
from levelfield.payment.contract import Contract, load_contract
from levelfield.payment.scenarios.settings import with_settings

Choices = Mapping[str, Mapping[str, int | str]]
"""Parameters of currency schemes that are not as the schemes have them, by scheme."""


class ContractOf(Definition):
    """A contract of a scenario, with what is changed in it alone (see `with_settings`)."""

    contract: str
    set: dict[str, Any] = Field(default_factory=dict)


class ScenarioPart(Definition):
    """One scenario. `set` holds for all its contracts; `parameters` are those of the currency
    schemes, as in `missing_attendance: attended`."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    contracts: Annotated[list[str | ContractOf], Field(min_length=1)]
    set: dict[str, Any] = Field(default_factory=dict)
    parameters: dict[str, int | str] = Field(default_factory=dict)


class Draws(Definition):
    """How intervals are made: what is drawn anew (see `intervals`), how often, from which seed."""

    of: Annotated[tuple[Literal["months", "prices"], ...], Field(min_length=1)] = ("months",)
    replicates: Annotated[int, Field(ge=40, le=10_000)] = 200
    seed: int = 1
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95


class Parameter(Definition):
    """A place in the contracts (see `with_settings`) and the values that it is given in turn."""

    set: str
    title: str
    values: Annotated[list[Any], Field(min_length=2, max_length=40)]


class SweepOf(Definition):
    """One or two parameters that are varied in a scenario."""

    scenario: str
    parameters: Annotated[list[Parameter], Field(min_length=1, max_length=2)]


class ScenarioFile(Definition):
    """What a scenario's YAML file holds: the scenario called `base`, and those beside it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    version: str
    title: str
    source: str
    period: str
    base: str
    scenarios: Annotated[list[ScenarioPart], Field(min_length=2)]
    draws: Draws | None = None
    sweep: SweepOf | None = None


@dataclass(frozen=True)
class Scenario:
    """Contracts that are paid together, and the choices by which care is counted for them."""

    id: str
    title: str
    contracts: tuple[Contract, ...]
    choices: Choices


@dataclass(frozen=True)
class Scenarios:
    """A scenario file, read: the base first."""

    file: ScenarioFile
    base: Scenario
    others: tuple[Scenario, ...]

    def find(self, name: str) -> Scenario:
        """A scenario by its id, which the file has."""
        return next(one for one in (self.base, *self.others) if one.id == name)


def load_scenarios(file: Path, examples: Mapping[str, Path] = {}) -> Scenarios:
    """The scenarios of a YAML file. A contract is named by its path, from the folder of the file,
    or by an id of `examples`.

    Raises DefinitionError or ContractError, naming file, scenario and key, for a base or scenario
    that there is not, an id that comes twice, a contract that cannot be found, is named twice in a
    scenario or does not run in the period, and for settings that make no sense.
    """
    content = load_yaml(file, ScenarioFile)
    ids = [part.id for part in content.scenarios]
    for name, count in Counter(ids).items():
        if count > 1:
            raise DefinitionError(
                f"{file}: the scenario '{name}' comes {count} times. Give each an id of its own."
            )
    _refuse_period(content, file)
    named = {"base": content.base}
    if content.sweep is not None:
        named["sweep.scenario"] = content.sweep.scenario
    for key, name in named.items():
        if name not in ids:
            raise DefinitionError(
                f"{file}: '{key}' is '{name}', and no scenario has that id. There is: "
                f"{', '.join(ids)}."
            )
    made = {part.id: _scenario(part, file, content.period, examples) for part in content.scenarios}
    base = made.pop(content.base)
    return Scenarios(content, base, tuple(made.values()))


def _refuse_period(content: ScenarioFile, file: Path) -> None:
    try:
        period = parse_period(content.period)
    except UsageError as error:
        raise DefinitionError(f"{file}: 'period': {error}") from None
    if content.draws and "months" in content.draws.of and not isinstance(period, FinancialYear):
        raise DefinitionError(
            f"{file}: 'draws.of' asks for months to be drawn, and {content.period} is one month. "
            "Pay a financial year, or draw prices alone."
        )


def _scenario(
    part: ScenarioPart, file: Path, period: str, examples: Mapping[str, Path]
) -> Scenario:
    where = f"{file}, scenario {part.id}"
    contracts: list[Contract] = []
    for one in part.contracts:
        named = ContractOf(contract=one) if isinstance(one, str) else one
        contract = load_contract(_find(named.contract, file, where, examples))
        contract = with_settings(contract, {**part.set, **named.set}, f"{where}, {contract.id}")
        contract.months(period)
        contracts.append(contract)
    for name, count in Counter(contract.id for contract in contracts).items():
        if count > 1:
            raise ContractError(
                f"{where}: the contract '{name}' comes {count} times, and would be paid as often. "
                "Keep it once."
            )
    return Scenario(
        part.id, part.title, tuple(contracts), choices_of(part.parameters, contracts, where)
    )


def _find(name: str, file: Path, where: str, examples: Mapping[str, Path]) -> Path:
    if name in examples:
        return examples[name]
    found = file.parent / name
    if not found.is_file():
        known = f" or one of the examples: {', '.join(examples)}" if examples else ""
        raise DefinitionError(
            f"{where}: there is no contract '{name}'. Name a file, from the folder of the "
            f"scenario{known}."
        )
    return found


def choices_of(
    parameters: Mapping[str, int | str], contracts: Sequence[Contract], where: str
) -> Choices:
    """Parameters by each scheme that has them; DefinitionError, beginning with `where`, for one
    that no scheme of the contracts has, or for a value that it may not have."""
    found: dict[str, dict[str, int | str]] = {}
    schemes = {name: load_scheme(name) for contract in contracts for name in contract.schemes}
    for parameter, value in parameters.items():
        having = [name for name, scheme in schemes.items() if parameter in scheme.parameters]
        if not having:
            known = "; ".join(f"{n} has {', '.join(s.parameters)}" for n, s in schemes.items())
            raise DefinitionError(
                f"{where}: no scheme of its contracts has a parameter '{parameter}': {known}."
            )
        for name in having:
            found.setdefault(name, {})[parameter] = value
    for name, choices in found.items():
        try:
            schemes[name].with_parameters(**choices)
        except DefinitionError as error:
            raise DefinitionError(f"{where}: {error}") from None
    return found
