"""Scenarios and impact assessments of a home: made, kept beside the results and made again."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml
from pydantic import Field

from levelfield import currencies, payment
from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.errors import UsageError
from levelfield.core.folders import fresh_folder
from levelfield.core.periods import FinancialYear, parse_period
from levelfield.core.progress import Progress
from levelfield.home import SCHEME, Home
from levelfield.payment.scenarios import (
    Choices,
    Comparison,
    Definitions,
    Draws,
    Give,
    Impact,
    ScenarioFile,
    Scenarios,
    Sweep,
    all_by_activity,
    all_effects,
    assess,
    compare,
    impact_tables,
    load_scenarios,
    sweep,
    sweep_table,
    why_table,
    write_comparison_workbook,
    write_impact_workbook,
    write_tables,
)

SCENARIOS, IMPACTS = "scenarios", "impacts"
"""Where a home keeps them: a folder each."""


def read_scenarios(file: Path) -> Scenarios:
    """The scenarios of a file; contracts are named by path or by the id of an example."""
    return load_scenarios(file, {one.stem: one for one in payment.example_contracts()})


def run_scenarios(
    home: Home, scenarios: Scenarios, progress: Progress | None = None
) -> tuple[Comparison, Sweep | None]:
    """Pay the scenarios from what the home holds, and sweep where the file asks for it."""
    file = scenarios.file
    _require(home, file.period)
    for contract in (one for s in (scenarios.base, *scenarios.others) for one in s.contracts):
        home.lookups.require_parties(contract)
    give = inputs_of(home)
    found = compare(
        file.title,
        scenarios.base,
        scenarios.others,
        file.period,
        give,
        file.draws,
        progress=progress,
    )
    return found, sweep(scenarios, give, progress)


def inputs_of(home: Home) -> Give:
    """What contracts are paid from in this home; each way of counting is grouped once."""
    held: dict[tuple[object, ...], payment.PaymentInputs] = {}
    counted: dict[tuple[str, str], pa.Table] = {}

    def own(contract: payment.Contract) -> payment.PaymentInputs:
        needed = (contract.schemes, contract.price_lists, contract.registered_lists)
        key = (*map(tuple, needed), contract.measured)
        if key not in held:
            held[key] = home.payment_inputs(contract)
        return held[key]

    def give(contracts: Sequence[payment.Contract], choices: Choices) -> payment.PaymentInputs:
        found = [own(contract) for contract in contracts]
        counts = {scheme: table for one in found for scheme, table in one.counts.items()}
        for scheme, chosen in choices.items():
            key = (scheme, repr(sorted(chosen.items())))
            if key not in counted:
                counted[key] = home.group(currencies.load_scheme(scheme).with_parameters(**chosen))
            counts[scheme] = counted[key]
        return payment.PaymentInputs(
            counts=counts,
            price_lists={name: of for one in found for name, of in one.price_lists.items()},
            snapshot=found[0].snapshot,
            values=next((one.values for one in found if one.values is not None), None),
            measures=next((one.measures for one in found if one.measures is not None), None),
            shares=found[0].shares,
            lists={name: of for one in found for name, of in one.lists.items()},
        )

    return give


class DefinitionSet(Definition):
    """One of the two sets of an impact assessment (see `Definitions`)."""

    title: str
    scheme: str = ""
    price_list: str = ""
    parameters: dict[str, int | str] = Field(default_factory=dict)


class ImpactFile(Definition):
    """What an impact assessment was asked. `contracts` are files beside it or ids of examples;
    without any, all care is priced by activity under `scheme` and `price_list`."""

    id: str
    title: str
    period: str
    scheme: str = SCHEME
    price_list: str = SCHEME
    contracts: list[str] = Field(default_factory=list)
    before: DefinitionSet
    after: DefinitionSet
    draws: Draws | None = None


def run_impact(
    home: Home,
    asked: ImpactFile,
    contracts: Sequence[payment.Contract],
    progress: Progress | None = None,
) -> Impact:
    """Assess the definitions over contracts, or over all care of the home where there are none.

    Months of a provider without data are left out of both sides. Raises UsageError where all care
    would be priced by a list of another scheme, and for intervals of a single month.
    """
    _require(home, asked.period)
    _require_months(asked)
    for contract in contracts:
        home.lookups.require_parties(contract)
    if not contracts:
        _require_prices(home, asked)
    before, after = (
        Definitions(one.title, one.scheme, one.price_list, one.parameters)
        for one in (asked.before, asked.after)
    )
    over = contracts or _all_care(home, asked)
    give = inputs_of(home)
    return assess(asked.title, over, asked.period, before, after, give, asked.draws, progress)


def _require_months(asked: ImpactFile) -> None:
    """Raise UsageError where months are to be drawn and there is but one."""
    one = not isinstance(parse_period(asked.period), FinancialYear)
    if one and asked.draws and "months" in asked.draws.of:
        raise UsageError(
            f"Intervals draw the months of a year anew, and {asked.period} is one month. Assess a "
            "financial year, or leave out --replicates."
        )


def _require_prices(home: Home, asked: ImpactFile) -> None:
    """Raise UsageError where all care would be priced by a list of another scheme: no contract is
    there to hold prices of its own."""
    for one in (asked.before, asked.after):
        scheme = currencies.load_scheme(one.scheme or asked.scheme).id
        listed = home.lookups.price_list(one.price_list or asked.price_list).file
        if listed.scheme != scheme:
            lists = home.lookups.price_lists_of(scheme)
            there = f"There is: {', '.join(lists)}." if lists else "There is none yet."
            other = (
                f", or count by its scheme with --scheme {listed.scheme}" if one.price_list else ""
            )
            raise UsageError(
                f"{one.title}: {listed.id} prices the classes of {listed.scheme}, and units are "
                f"counted by {scheme}. Name a list of {scheme} with --price-list{other}. {there} "
                f"One of your own may lie in {home.lookups.folder / 'prices'}."
            )


def _all_care(home: Home, asked: ImpactFile) -> list[payment.Contract]:
    period = parse_period(asked.period)
    year = period if isinstance(period, FinancialYear) else period.financial_year
    scheme = currencies.load_scheme(asked.scheme)
    counts = home.counts(scheme.id) if scheme.id == SCHEME else home.group(scheme)
    return all_by_activity(counts, year, asked.scheme, asked.price_list)


def _require(home: Home, period: str) -> None:
    home.require(period)
    home.require_current()


def keep_scenarios(home: Home, file: Path, found: Comparison, swept: Sweep | None) -> Path:
    """Write a comparison as CSV, Parquet and a workbook, with copies of the scenario file and of
    its contracts beside them, and return the folder."""
    asked = load_yaml(file, ScenarioFile)
    with fresh_folder(home.path / SCENARIOS / asked.id) as folder:
        _copy_scenarios(file, folder)
        tables = {"effects": all_effects(found), "why": why_table(found)}
        if swept:
            tables["sweep"] = sweep_table(swept)
        write_tables(folder, **tables)
        write_comparison_workbook(found, folder / "comparison.xlsx", swept, home.lookups.names)
    return home.path / SCENARIOS / asked.id


def ask_scenarios(home: Home, file: Path) -> None:
    """Keep scenarios that are to be paid whenever the site is written; `keep_scenarios` adds the
    files."""
    with fresh_folder(home.path / SCENARIOS / load_yaml(file, ScenarioFile).id) as folder:
        _copy_scenarios(file, folder)


def _copy_scenarios(file: Path, folder: Path) -> None:
    """Copy a scenario file with its contracts."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    for part in content["scenarios"]:
        part["contracts"] = [_copied(one, file, folder) for one in part["contracts"]]
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")


def _copied(one: Any, file: Path, folder: Path) -> Any:
    """A contract as a scenario names it, its file copied beside the scenario's."""
    name = one if isinstance(one, str) else one["contract"]
    source = file.parent / name
    if name not in {example.stem for example in payment.example_contracts()}:
        name = f"contract-{len(list(folder.glob('contract-*.yaml'))) + 1}.yaml"
        shutil.copyfile(source, folder / name)
    return name if isinstance(one, str) else {**one, "contract": name}


def keep_impact(home: Home, asked: ImpactFile, files: Sequence[Path], found: Impact) -> Path:
    """Write an assessment as CSV, Parquet and a workbook, with what was asked and copies of the
    contracts beside them, and return the folder."""
    with fresh_folder(home.path / IMPACTS / asked.id) as folder:
        names = [f"contract-{number}.yaml" for number in range(1, len(files) + 1)]
        for source, name in zip(files, names, strict=True):
            shutil.copyfile(source, folder / name)
        content = asked.model_copy(update={"contracts": names}).model_dump(mode="json")
        (folder / "impact.yaml").write_text(
            yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8"
        )
        write_tables(folder, **impact_tables(found))
        write_impact_workbook(found, folder / "impact.xlsx", home.lookups.names)
    return home.path / IMPACTS / asked.id


def kept_scenarios(home: Home) -> list[tuple[str, Comparison, Sweep | None]]:
    """The scenarios that are kept in this home, paid from what it holds now, each with its id."""
    kept = sorted((home.path / SCENARIOS).glob("[!.]*/scenario.yaml"))
    return [(file.parent.name, *run_scenarios(home, read_scenarios(file))) for file in kept]


def kept_impacts(home: Home) -> list[tuple[str, Impact]]:
    """The assessments that are kept in this home, made again from what it holds now."""
    found = []
    for file in sorted((home.path / IMPACTS).glob("[!.]*/impact.yaml")):
        asked = load_yaml(file, ImpactFile)
        contracts = [payment.load_contract(file.parent / name) for name in asked.contracts]
        found.append((asked.id, run_impact(home, asked, contracts)))
    return found
