"""A statement: what a contract pays in a period, line by line, exact to the penny."""

from dataclasses import asdict, dataclass

import pyarrow as pa

from levelfield.core.errors import ContractError
from levelfield.core.money import pence
from levelfield.core.periods import Month
from levelfield.core.values import lineage_key
from levelfield.payment.contract import BlockTerm, Contract, service_name
from levelfield.payment.units import Cell, select_units
from levelfield.tariff import Price, PriceList

STATEMENT_SCHEMA = pa.schema(
    [
        ("contract", pa.string()),
        ("version", pa.string()),
        ("period", pa.string()),
        ("line", pa.int32()),
        ("term", pa.string()),
        ("kind", pa.string()),
        ("provider", pa.string()),
        ("commissioner", pa.string()),
        ("service", pa.string()),
        ("currency", pa.string()),
        ("description", pa.string()),
        ("units", pa.int64()),
        ("price_pence", pa.int64()),
        ("amount_pence", pa.int64()),
        ("snapshot", pa.string()),
        ("lineage", pa.string()),
    ]
)


@dataclass(frozen=True)
class Line:
    """One line: units × price, in whole pence. The columns are those of STATEMENT_SCHEMA.

    `version` is the contract's, `snapshot` names the data that the units were counted from. A
    block's line is one unit at the sum of its month, without service or currency.
    """

    contract: str
    version: str
    period: str
    line: int
    term: str
    kind: str
    provider: str
    commissioner: str
    service: str | None
    currency: str | None
    description: str
    units: int
    price_pence: int
    amount_pence: int
    snapshot: str
    lineage: str


@dataclass(frozen=True)
class Statement:
    """The lines of a contract and period, and what they leave out.

    `prices` holds the price behind each currency that came from the price list. `outside` counts
    units with a currency by service that no term covers, `unclassed` units without one by error
    class: neither is paid. `commissioner_unknown` counts the provider's units of which nobody can
    say whether this commissioner pays.
    """

    contract: Contract
    period: str
    lines: tuple[Line, ...]
    prices: dict[str, Price]
    outside: dict[str, int]
    unclassed: dict[str, int]
    commissioner_unknown: int

    @property
    def total_pence(self) -> int:
        """The sum of the lines, always."""
        return sum(line.amount_pence for line in self.lines)

    def table(self) -> pa.Table:
        return pa.Table.from_pylist([asdict(line) for line in self.lines], schema=STATEMENT_SCHEMA)


def statement(
    contract: Contract, period: str, counts: pa.Table, prices: PriceList, *, snapshot: str
) -> Statement:
    """What `contract` pays for a month (`2026-03`) or its whole year (`2025-26`).

    `counts` are counted units (`currencies.COUNT_SCHEMA`) under the contract's scheme; `snapshot`
    names the data behind them and goes into the key of each line, as does the contract's version,
    so that another statement of the same month has other keys. Lines come
    by month, then as the contract orders its terms, then by service and currency. Raises
    ContractError for a period outside the contract or a unit without a price, and UsageError for a
    month without data.
    """
    months = contract.months(period)
    units = select_units(contract, months, counts)
    book = PriceBook(contract, prices)
    outside: dict[str, int] = {}
    for cell, count in units.classed.items():
        if contract.term_of(cell.service) is None:
            outside[cell.service] = outside.get(cell.service, 0) + count
    lines: list[Line] = []
    for month in months:
        for term in contract.terms:
            if isinstance(term, BlockTerm):
                lines.append(_block_line(contract, term, month, len(lines) + 1, snapshot))
                continue
            for cell, count in units.classed.items():
                if cell.period == str(month) and contract.term_of(cell.service) is term:
                    price = book.pence(cell)
                    number = len(lines) + 1
                    lines.append(
                        _unit_line(contract, term.id, cell, count, price, number, snapshot)
                    )
    return Statement(
        contract=contract,
        period=period,
        lines=tuple(lines),
        prices=book.used,
        outside=outside,
        unclassed=units.unclassed,
        commissioner_unknown=units.commissioner_unknown,
    )


class PriceBook:
    """The prices of one contract: those agreed locally, then the price list's.

    `used` collects the price of each currency that was taken from the list.
    """

    def __init__(self, contract: Contract, prices: PriceList) -> None:
        self._contract = contract
        self._prices = prices
        self.used: dict[str, Price] = {}

    def pence(self, cell: Cell) -> int:
        """The price of a unit; ContractError, naming the unit, when there is none."""
        contract = self._contract
        if cell.currency in contract.local_prices:
            return pence(contract.local_prices[cell.currency])
        if cell.currency not in self.used:
            try:
                self.used[cell.currency] = self._prices.price(
                    cell.currency, contract.provider, contract.financial_year
                )
            except ContractError as error:
                raise ContractError(
                    f"Contract {contract.id}, {cell.period}, {service_name(cell.service)}: {error}"
                ) from None
        return self.used[cell.currency].pence


def line_key(
    contract: str,
    version: str,
    period: str,
    term: str,
    service: str | None,
    currency: str | None,
    snapshot: str,
) -> str:
    """The lineage key of a line; a block has neither service nor currency."""
    return lineage_key(
        "S", contract, version, period, term, service or "", currency or "", snapshot
    )


def _block_line(
    contract: Contract, term: BlockTerm, month: Month, number: int, snapshot: str
) -> Line:
    place = contract.financial_year.months.index(month) + 1
    amount = term.month_pence(place)
    return Line(
        contract=contract.id,
        version=contract.version,
        period=str(month),
        line=number,
        term=term.id,
        kind=term.kind,
        provider=contract.provider,
        commissioner=contract.commissioner,
        service=None,
        currency=None,
        description=f"Block, month {place} of 12",
        units=1,
        price_pence=amount,
        amount_pence=amount,
        snapshot=snapshot,
        lineage=line_key(contract.id, contract.version, str(month), term.id, None, None, snapshot),
    )


def _unit_line(
    contract: Contract,
    term: str,
    cell: Cell,
    units: int,
    price: int,
    number: int,
    snapshot: str,
) -> Line:
    return Line(
        contract=contract.id,
        version=contract.version,
        period=cell.period,
        line=number,
        term=term,
        kind="activity",
        provider=contract.provider,
        commissioner=contract.commissioner,
        service=cell.service,
        currency=cell.currency,
        description=service_name(cell.service),
        units=units,
        price_pence=price,
        amount_pence=units * price,
        snapshot=snapshot,
        lineage=line_key(contract.id, contract.version, cell.period, term, *cell[1:], snapshot),
    )
