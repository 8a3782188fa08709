"""How specs of currencies and payment run: drawn contacts or units in, classes or lines out."""

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pyarrow as pa

from levelfield.currencies import COUNT_SCHEMA, group, load_scheme
from levelfield.engine import Engine, compose
from levelfield.payment import PaymentInputs, Shadow, Statement, load_contract, shadow, statement
from levelfield.tariff import PriceList, load_price_list
from oracles import contacts
from spec.tables import arrow, rows, typed

FACTORS = {"ZA1": Decimal("1.0214"), "ZA5": Decimal("1.1246")}

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


def _contract(folder: Path, terms: str) -> Path:
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


def inputs(units: str) -> PaymentInputs:
    """Drawn units under the scheme of the example contract, and its price list."""
    counts = arrow(rows(units), COUNT_SCHEMA, UNITS)
    return PaymentInputs({"ncc-2024-25": counts}, {"ncc-2024-25": price_list()}, "made up")


def pay(folder: Path, terms: str, units: str, period: str) -> Statement:
    """The statement of a contract between ZA1 and ZC001 in 2025-26 with these terms."""
    return statement(load_contract(_contract(folder, terms)), period, inputs(units))


def run_shadow(folder: Path, terms: str, units: str) -> Shadow:
    """The shadow of the same contract."""
    return shadow(load_contract(_contract(folder, terms)), inputs(units))
