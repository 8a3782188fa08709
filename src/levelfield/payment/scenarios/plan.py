"""A plan of activity, and a statement beside what it would be if the plan came true."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from levelfield.core.definitions import read_csv
from levelfield.core.errors import ContractError
from levelfield.currencies import COUNT_SCHEMA, load_scheme
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.payment.contract import Contract
from levelfield.payment.cover import NO_TEAM
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.scenarios.counts import moved
from levelfield.payment.statement import Statement, statement
from levelfield.payment.terms import CareTerm

PLAN_COLUMNS = ("month", "service", "currency", "units")
"""What a plan file holds; a column `scheme` may stand beside them."""


class Planned(NamedTuple):
    """What units are planned by: month, service (a team type or `none`), currency and scheme."""

    period: str
    service: str
    currency: str
    scheme: str


@dataclass(frozen=True)
class Plan:
    """Planned units of a contract's year; `digest` tells the plan from others."""

    units: Mapping[Planned, int]
    digest: str

    def inputs(self, contract: Contract, actual: PaymentInputs) -> PaymentInputs:
        """`actual` with the planned units in place of those of the contract's year.

        Other years, prices, lists and measure results stay, and so do units that are counted by
        the year: a plan differs in units of months alone.
        """
        counts = dict(actual.counts)
        year = {str(month): str(month) for month in contract.financial_year.months}
        for scheme in {planned.scheme for planned in self.units}:
            table = self._counts(contract, scheme)
            counts[scheme] = moved(actual.units_of(scheme, contract.provider), table, year)
        return replace(actual, counts=counts, snapshot=f"plan {self.digest}")

    def _counts(self, contract: Contract, scheme: str) -> pa.Table:
        rows = [
            {
                "provider": contract.provider,
                "commissioner": contract.commissioner,
                "period": planned.period,
                "team_type": None if planned.service == NO_TEAM else planned.service,
                "currency": planned.currency,
                "basis": "direct",
                "units": units,
            }
            for planned, units in self.units.items()
            if planned.scheme == scheme
        ]
        return pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)


def read_plan(file: Path, contract: Contract) -> Plan:
    """A contract's plan from a CSV file with the columns PLAN_COLUMNS.

    Raises ContractError, naming file and row, for a month outside the contract's year, a service,
    currency or scheme that there is not, units that are no whole number from nought, a row that
    comes twice, care that no term of the contract covers, and a service and currency that lacks a
    month; DefinitionError for a file that is no such table.
    """
    units: dict[Planned, int] = {}
    rows = read_csv(file, PLAN_COLUMNS)
    for number, row in enumerate(rows, start=2):
        where = f"{file}, row {number}"
        planned = _planned(row, contract, where)
        if planned in units:
            raise ContractError(
                f"{where}: this month, service and currency come twice. Keep one row, with the sum."
            )
        units[planned] = _whole(row["units"], where)
    if not units:
        raise ContractError(
            f"{file}: the plan has no row. Add one for each month, service and currency."
        )
    _refuse_holes(units, contract, str(file))
    return Plan(units, sha256(file.read_bytes()).hexdigest()[:8])


def _planned(row: Mapping[str, str], contract: Contract, where: str) -> Planned:
    planned = Planned(
        row["month"], row["service"], row["currency"], row.get("scheme") or contract.scheme
    )
    months = contract.financial_year.months
    if planned.period not in map(str, months):
        raise ContractError(
            f"{where}: 'month' is '{planned.period}', and contract {contract.id} runs from "
            f"{months[0]} to {months[-1]}. Write a month of it, as in {months[0]}."
        )
    if planned.scheme not in contract.schemes:
        raise ContractError(
            f"{where}: 'scheme' is '{planned.scheme}', by which the contract counts nothing. It "
            f"counts by: {', '.join(contract.schemes)}."
        )
    if planned.service != NO_TEAM and planned.service not in load_dataset().codes[TEAM_TYPES]:
        raise ContractError(
            f"{where}: 'service' is '{planned.service}', which is not a team type. Write its code, "
            f"as in 12 for district nursing, or {NO_TEAM} for care without a team."
        )
    if planned.currency not in load_scheme(planned.scheme).currencies:
        raise ContractError(
            f"{where}: 'currency' is '{planned.currency}', which is not one of {planned.scheme}. "
            "Correct it, or name its scheme in a column 'scheme'."
        )
    if contract.term_of(planned.service, planned.currency, planned.scheme) is None:
        raise ContractError(
            f"{where}: no term of the contract covers {planned.currency} of service "
            f"{planned.service}, so that it would never be paid. Take the row out, or add the care "
            "to a term."
        )
    return planned


def _whole(text: str, where: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ContractError(
            f"{where}: 'units' is '{text}'. Write a whole number, 0 where none are planned."
        )
    return int(text)


def _refuse_holes(units: Mapping[Planned, int], contract: Contract, where: str) -> None:
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for planned in units:
        found[planned.service, planned.currency, planned.scheme].add(planned.period)
    for (service, currency, _), held in found.items():
        for month in map(str, contract.financial_year.months):
            if month not in held:
                raise ContractError(
                    f"{where}: {currency} of service {service} has no row for {month}. Add one, "
                    "with 0 units where none are planned."
                )
    care = [term for term in contract.terms if isinstance(term, CareTerm) and term.by_month]
    for scheme in dict.fromkeys(map(contract.scheme_of, care)):
        if all(planned.scheme != scheme for planned in units):
            raise ContractError(
                f"{where}: nothing is planned by the scheme {scheme}, which the contract counts "
                "by too. Add rows with it in a column 'scheme'."
            )


class PlanLine(NamedTuple):
    """Plan and actual of a month, term, service and currency.

    A sum that is worked out has neither service nor currency, and no units; the units of care that
    such a sum pays for have lines of their own, without pence.
    """

    period: str
    term: str
    kind: str
    service: str | None
    currency: str | None
    planned_units: int
    units: int
    planned_pence: int
    pence: int

    @property
    def variance_pence(self) -> int:
        """Actual less plan."""
        return self.pence - self.planned_pence

    @property
    def variance_units(self) -> int:
        """Actual less plan."""
        return self.units - self.planned_units


@dataclass(frozen=True)
class PlannedStatement:
    """A statement beside its plan; the lines sum to the totals of both."""

    plan: Statement
    actual: Statement
    lines: tuple[PlanLine, ...]

    @property
    def variance_pence(self) -> int:
        """Actual less plan."""
        return self.actual.total_pence - self.plan.total_pence

    def over_months(self) -> list[PlanLine]:
        """The lines with those of all months taken together; their period is the statement's."""
        sums: dict[tuple[str, str, str | None, str | None], list[int]] = {}
        for line in self.lines:
            found = sums.setdefault(line[1:5], [0, 0, 0, 0])
            for place, number in enumerate(line[5:]):
                found[place] += number
        return [PlanLine(self.actual.period, *key, *found) for key, found in sums.items()]


def with_plan(
    contract: Contract, period: str, plan: Plan, inputs: PaymentInputs
) -> PlannedStatement:
    """What a contract pays for a month or its year, beside what the plan would have it pay.

    Both are paid by all terms of the contract. Raises as `statement` does.
    """
    sides = (plan.inputs(contract, inputs), inputs)
    planned, actual = (statement(contract, period, one) for one in sides)
    care = tuple(_care(contract, period, one) for one in sides)
    return PlannedStatement(planned, actual, tuple(_lines((planned, actual), care)))


_Key = tuple[str, str, str, str | None, str | None]
"""Month, term, kind, service and currency."""


def _care(contract: Contract, period: str, inputs: PaymentInputs) -> dict[_Key, int]:
    """The units that each term covers, whether or not it pays by them."""
    work = Reckoning(contract, inputs)
    return {
        (str(month), term.id, term.kind, cell.service, cell.currency): units
        for month in contract.months(period)
        for term in contract.terms
        if isinstance(term, CareTerm) and term.by_month
        for cell, units in work.covered(term, month).items()
    }


def _lines(made: Sequence[Statement], care: Sequence[Mapping[_Key, int]]) -> Iterator[PlanLine]:
    """Lines by what plan and actual have in common, in the order of months and terms."""
    units: list[dict[_Key, int]] = [{}, {}]
    pence: list[dict[_Key, int]] = [{}, {}]
    for place, one in enumerate(made):
        for line in one.lines:
            key = (line.period, line.term, line.kind, line.service, line.currency)
            pence[place][key] = pence[place].get(key, 0) + line.amount_pence
            if line.currency:
                units[place][key] = units[place].get(key, 0) + line.units
        units[place] = {**care[place], **units[place]}
    terms = [term.id for term in made[0].contract.terms]
    keys = {key for of in (*units, *pence) for key in of}
    for key in sorted(keys, key=lambda k: (k[0], terms.index(k[1]), k[3] or "", k[4] or "")):
        yield PlanLine(*key, *(of.get(key, 0) for of in (*units, *pence)))
