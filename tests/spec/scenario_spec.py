"""How specs of plans, changes and scenarios run: drawn units in, what lies between out."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from levelfield.payment import load_contract
from levelfield.payment.scenarios import (
    PlannedStatement,
    Reconciliation,
    Side,
    read_plan,
    reconcile,
    with_plan,
)
from spec.money_spec import contract_file, inputs
from spec.tables import rows


def run_changes(
    folder: Path, terms: str, before: str, after: str, periods: str, then: str, restated: bool
) -> Reconciliation:
    """Two statements of one contract, or of one whose terms are `then`; `periods` are one or two
    months, the earlier first."""
    first, *rest = periods.split(" to ")
    old = load_contract(contract_file(folder, terms))
    new = load_contract(contract_file(folder, then)) if then else old
    snapshot = "restated" if restated else "made up"
    return reconcile(
        Side(old, first, inputs(before)),
        Side(new, (rest or [first])[0], replace(inputs(after), snapshot=snapshot)),
    )


def changes_table(found: Reconciliation) -> pa.Table:
    """The items, with empty cells for a sum that is worked out."""
    return pa.Table.from_pylist([item._asdict() for item in found.items], schema=CHANGES)


CHANGES = pa.schema(
    [(name, pa.string()) for name in ("cause", "term", "kind", "service", "currency")]
    + [("units", pa.int64()), ("pence", pa.int64())]
)

PLANNED = pa.schema(
    [(name, pa.string()) for name in ("period", "term", "kind", "service", "currency")]
    + [(name, pa.int64()) for name in ("planned_units", "units", "planned_pence", "pence")]
)


def run_plan(folder: Path, terms: str, plan: str, units: str, period: str) -> PlannedStatement:
    """A statement beside a drawn plan, whose rows of the month `each` stand for all twelve."""
    contract = load_contract(contract_file(folder, terms))
    file = folder / "plan.csv"
    lines = ["month,service,currency,units"]
    for row in rows(plan):
        months = [row["month"]]
        if row["month"] == "each":
            months = list(map(str, contract.financial_year.months))
        lines += [f"{month},{row['service']},{row['currency']},{row['units']}" for month in months]
    file.write_text("\n".join(lines), encoding="utf-8")
    return with_plan(contract, period, read_plan(file, contract), inputs(units))


def plan_table(found: PlannedStatement) -> pa.Table:
    return pa.Table.from_pylist([line._asdict() for line in found.over_months()], schema=PLANNED)
