"""Statements and shadows of a home: found, made and kept beside the results."""

import shutil
from pathlib import Path

from levelfield import payment
from levelfield.core.errors import ContractError
from levelfield.home import Home


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


def statements_folder(home: Home) -> Path:
    """Where a home keeps the statements that were made: a folder for each contract."""
    return home.path / "statements"


def keep_statement(home: Home, contract: Path, made: payment.Statement) -> Path:
    """Write a statement as CSV and as a workbook, with the contract beside it.

    Each file takes its place in one step. Returns the CSV file.
    """
    folder = statements_folder(home) / made.contract.id
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(contract, folder / "contract.next")
    (folder / "contract.next").replace(folder / "contract.yaml")
    workbook, lines = folder / f"{made.period}.xlsx", folder / f"{made.period}.csv"
    payment.write_statement_workbook(made, folder / "workbook.next")
    (folder / "workbook.next").replace(workbook)
    payment.write_statement_csv(made, folder / "lines.next")
    return (folder / "lines.next").replace(lines)


def keep_shadow(home: Home, made: payment.Shadow) -> Path:
    """Write a shadow as CSV and return the file."""
    folder = statements_folder(home) / made.contract.id
    folder.mkdir(parents=True, exist_ok=True)
    payment.write_shadow_csv(made, folder / "shadow.next")
    return (folder / "shadow.next").replace(folder / f"shadow-{made.contract.year}.csv")


def kept_statements(home: Home) -> list[payment.Statement]:
    """The statements that were made in this home, reckoned again from the present results."""
    made = []
    for file in sorted(statements_folder(home).glob("*/contract.yaml")):
        contract = payment.load_contract(file)
        periods = sorted(p.stem for p in file.parent.glob("*.csv") if p.stem[:7] != "shadow-")
        made += [home.statement(contract, period) for period in periods]
    return made
