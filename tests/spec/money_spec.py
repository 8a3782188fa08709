"""How specs of currencies and payment run: drawn contacts or units in, classes or lines out."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pyarrow as pa

from levelfield.core.periods import FinancialYear
from levelfield.core.values import VALUE_SCHEMA
from levelfield.currencies import COUNT_SCHEMA, group, load_scheme
from levelfield.engine import Engine, compose
from levelfield.payment import (
    PaymentInputs,
    RegisteredList,
    Shadow,
    Statement,
    load_contract,
    load_registered_list,
    shadow,
    statement,
)
from levelfield.tariff import PriceList, load_price_list
from oracles import contacts
from spec.tables import arrow, rows, typed

FACTORS = {"ZA1": Decimal("1.0214"), "ZA5": Decimal("1.1246")}

VALUES = {
    "version": "1",
    "period": "2025-26",
    "org_level": "provider",
    "org_code": "ZA1",
    "stratifier": "all",
    "stratum": "all",
    "lineage": "V-0123456789ab",
}

UNITS = {"provider": "ZA1", "commissioner": "ZC001", "period": "2025-04", "basis": "direct"}


def group_contacts(engine: Engine, drawn: str, parameters: dict[str, object]) -> pa.Table:
    """The units of drawn contacts. What is not drawn is plain: seen, face to face, an adult of 50,
    one to one, NHS funded, activity 03, no staff group, no team."""
    given = [
        contacts.contact(
            **{column: typed(cell, contacts.SCHEMA.field(column)) for column, cell in row.items()}
        )
        for row in rows(drawn)
    ]
    engine.view("contact", contacts.table(given))
    scheme = load_scheme("ncc-2024-25").with_parameters(**parameters)
    return engine.query(compose(group(scheme), "SELECT *, record_id AS care_contact_id FROM unit"))


def price_list() -> PriceList:
    return load_price_list("ncc-2024-25", FACTORS)


def contract_file(folder: Path, terms: str) -> Path:
    file = folder / "contract.yaml"
    head = """
        id: example
        version: "1"
        title: An example
        provider: ZA1
        commissioner: ZC001
        year: 2025-26
        scheme: ncc-2024-25
        price_list: ncc-2024-25
        source: Invented.
    """
    file.write_text(dedent(head) + dedent(terms), encoding="utf-8")
    return file


def inputs(units: str, values: str = "", **more: str) -> PaymentInputs:
    """Drawn units under the scheme of the example contract, its price list, and drawn values.

    `more` holds units under other schemes by their id (`single_episode`), and `people`: the
    registered list `people`. A row whose period is `each` stands for every month of the year.
    """
    people = more.pop("people", "")
    drawn = {"ncc-2024-25": units, **{name.replace("_", "-"): more[name] for name in more}}
    return PaymentInputs(
        counts={name: arrow(_months(text), COUNT_SCHEMA, UNITS) for name, text in drawn.items()},
        price_lists={"ncc-2024-25": price_list()},
        snapshot="made up",
        values=arrow(_months(values), VALUE_SCHEMA, VALUES) if values else None,
        lists={"people": _people(people)} if people else {},
    )


def _months(drawn: str) -> list[dict[str, str]]:
    year = FinancialYear.parse("2025-26").months
    return [
        row | {"period": str(month)} if row.get("period") == "each" else row
        for row in rows(drawn)
        for month in (year if row.get("period") == "each" else year[:1])
    ]


def _people(drawn: str) -> RegisteredList:
    """A registered list as its file gives it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        lines = [",".join(row.values()) for row in rows(drawn)]
        file.write_text("\n".join([",".join(rows(drawn)[0]), *lines]), encoding="utf-8")
        return replace(load_registered_list(file), file="people.csv")


def pay(
    folder: Path, terms: str, units: str, period: str, values: str = "", **more: str
) -> Statement:
    """The statement of a contract between ZA1 and ZC001 in 2025-26 with these terms."""
    contract = load_contract(contract_file(folder, terms))
    return statement(contract, period, inputs(units, values, **more))


def run_shadow(folder: Path, terms: str, units: str, values: str = "", **more: str) -> Shadow:
    """The shadow of the same contract."""
    return shadow(load_contract(contract_file(folder, terms)), inputs(units, values, **more))
