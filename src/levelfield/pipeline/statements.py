"""Statements and shadows of a home: found, made and kept beside the results."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from levelfield import payment
from levelfield.core.definitions import read_csv
from levelfield.core.errors import ContractError
from levelfield.home import Home
from levelfield.payment.scenarios import (
    PlannedStatement,
    plan_table,
    read_plan,
    with_plan,
    write_plan_workbook,
    write_tables,
)

PLANS = "with-plan"
"""The folder beside the statements of a contract that holds plans and what lies between."""


def find_contract(name: str) -> Path:
    """A contract's file: a path, or the id of one of the examples that ship with the package.

    Raises ContractError that lists the examples when it is neither.
    """
    file = Path(name)
    if file.is_file():
        return file
    examples = {example.stem: example for example in payment.example_contracts()}
    if name not in examples:
        raise ContractError(
            f"{name}: there is no such contract file. Name a YAML file, or one of the examples: "
            f"{', '.join(examples)}."
        )
    return examples[name]


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """What a contract cannot be paid for, told with the file in which to correct it."""
    try:
        yield
    except ContractError as error:
        raise ContractError(f"{file}: {error}") from None


def statements_folder(home: Home) -> Path:
    """Where a home keeps the statements that were made: a folder for each contract."""
    return home.path / "statements"


def keep_statement(home: Home, contract: Path, made: payment.Statement) -> Path:
    """Write a statement as CSV, Parquet and a workbook, with the contract it was made by beside it.

    Each statement has its own copy of the contract, so that a later version leaves it as it was.
    Each file takes its place in one step, the CSV last. Returns the CSV file.
    """
    folder = statements_folder(home) / made.contract.id
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(contract, folder / "contract.next")
    (folder / "contract.next").replace(folder / f"{made.period}.yaml")
    workbook, lines = folder / f"{made.period}.xlsx", folder / f"{made.period}.csv"
    payment.write_statement_workbook(made, folder / "workbook.next")
    (folder / "workbook.next").replace(workbook)
    pq.write_table(made.table(), folder / "table.next")
    (folder / "table.next").replace(folder / f"{made.period}.parquet")
    payment.write_statement_csv(made, folder / "lines.next")
    return (folder / "lines.next").replace(lines)


def keep_shadow(home: Home, made: payment.Shadow) -> Path:
    """Write a shadow as CSV and Parquet and return the CSV file."""
    folder = statements_folder(home) / made.contract.id
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"shadow-{made.contract.year}"
    write_tables(folder, next=payment.shadow_table(made))
    (folder / "next.parquet").replace(folder / f"{stem}.parquet")
    return (folder / "next.csv").replace(folder / f"{stem}.csv")


def keep_plan(home: Home, file: Path, made: PlannedStatement) -> Path:
    """Write a statement beside its plan as CSV, Parquet and a workbook, with a copy of the plan,
    and return the CSV file."""
    folder = statements_folder(home) / made.actual.contract.id / PLANS
    folder.mkdir(parents=True, exist_ok=True)
    stem = made.actual.period
    shutil.copyfile(file, folder / "plan.next")
    (folder / "plan.next").replace(folder / f"{stem}-plan.csv")
    write_plan_workbook(made, folder / "workbook.next")
    (folder / "workbook.next").replace(folder / f"{stem}.xlsx")
    write_tables(folder, next=plan_table(made))
    (folder / "next.parquet").replace(folder / f"{stem}.parquet")
    return (folder / "next.csv").replace(folder / f"{stem}.csv")


@dataclass(frozen=True)
class Kept:
    """A statement that was made in this home: its CSV file and the contract it was made by.

    `statement` has what stands behind the lines; None when other lines would come out today.
    `planned` is the same beside the plan that it was made with, if there was one.
    """

    file: Path
    contract: payment.Contract
    statement: payment.Statement | None
    planned: PlannedStatement | None = None


def kept_statements(home: Home) -> list[Kept]:
    """The statements that were made in this home, by contract and period.

    Raises as `Home.statement` does.
    """
    files = sorted(statements_folder(home).glob("*/*.csv"))
    return [_kept(home, file) for file in files if not file.stem.startswith("shadow-")]


def _kept(home: Home, file: Path) -> Kept:
    contract = payment.load_contract(file.with_suffix(".yaml"))
    lines = read_csv(file, payment.STATEMENT_SCHEMA.names)
    if {line["snapshot"] for line in lines} - {home.results.about()["snapshot"]}:
        return Kept(file, contract, None)
    again = home.statement(contract, file.stem)
    issued = [(line["lineage"], line["units"], line["amount_pence"]) for line in lines]
    same = issued == [(x.lineage, str(x.units), str(x.amount_pence)) for x in again.lines]
    if not same:
        return Kept(file, contract, None)
    plan = file.parent / PLANS / f"{file.stem}-plan.csv"
    planned = planned_statement(home, contract, file.stem, plan) if plan.exists() else None
    return Kept(file, contract, again, planned)


def planned_statement(
    home: Home, contract: payment.Contract, period: str, plan: Path
) -> PlannedStatement:
    """What a contract pays for a period, beside what a plan file would have it pay; raises as
    `read_plan` and `with_plan` do."""
    inputs = home.payment_inputs(contract)
    return with_plan(contract, period, read_plan(plan, contract), inputs)
