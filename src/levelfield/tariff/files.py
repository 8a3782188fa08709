"""A list from cost returns as tables and files: what it says, and how it came to say it."""

from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import yaml

from levelfield.core.periods import FinancialYear
from levelfield.tariff.cost_return_list import CostReturnList
from levelfield.tariff.price_list import AVERAGE_PLACE, PriceList
from levelfield.tariff.summary import summary

PRICE_SCHEMA = pa.schema(
    [
        ("currency", pa.string()),
        ("title", pa.string()),
        ("price_pence", pa.int64()),
        ("lower_pence", pa.int64()),
        ("upper_pence", pa.int64()),
        ("providers", pa.int64()),
        ("units", pa.int64()),
        ("cost_pence", pa.int64()),
        ("incomplete_share", pa.float64()),
        ("unclassified_share", pa.float64()),
        ("unattended_share", pa.float64()),
        ("verdict", pa.string()),
        ("reasons", pa.string()),
    ]
)
"""A price with what stands behind it. Empty is not known, never zero."""

STEP_SCHEMA = pa.schema(
    [
        ("currency", pa.string()),
        ("number", pa.int64()),
        ("step", pa.string()),
        ("pounds", pa.float64()),
        ("why", pa.string()),
    ]
)
"""A price after each step, in pounds. Without a currency: what the units behind the list cost."""

TRACE_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("step", "provider", "currency", "what")]
    + [("before", pa.float64()), ("after", pa.float64()), ("why", pa.string())]
    + [("submitted", pa.float64())]
)
"""Every figure that a step changed; units as such, money in pence. No `after` is taken out.
`submitted` are the units that returned ones were held against, if any."""

ASIDE_SCHEMA = pa.schema(
    [
        ("step", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("provider", pa.string()),
        ("currency", pa.string()),
        ("year", pa.string()),
        ("units", pa.float64()),
        ("cost_pence", pa.int64()),
        ("reason", pa.string()),
        ("remedy", pa.string()),
    ]
)
"""The rows that no price rests on, as they came in, and the step that set them aside."""

RISK_SCHEMA = pa.schema(
    [("provider", pa.string()), ("currency", pa.string()), ("units", pa.float64())]
    + [(name, pa.int64()) for name in ("paid_pence", "cost_pence", "under_pence", "over_pence")]
)
"""As `AtRisk` says; an empty currency is all of them together."""


def prices_table(
    found: PriceList, provider: str = AVERAGE_PLACE, year: FinancialYear | None = None
) -> pa.Table:
    """Every price of a list of either kind (PRICE_SCHEMA), of its own year if none is named.

    Raises UsageError for a year that the list is not for.
    """
    rows = []
    for code in found.currencies:
        price = found.price(code, provider, year or found.year)
        shares = (price.incomplete_share, price.unclassified_share, price.unattended_share)
        rows.append(
            (
                code,
                found.title(code),
                price.pence,
                price.lower,
                price.upper,
                price.providers,
                price.units,
                price.base_cost_pence,
                *(None if share is None else float(share) for share in shares),
                price.verdict,
                " ".join(price.cautions),
            )
        )
    return _table(rows, PRICE_SCHEMA)


def steps_table(made: CostReturnList) -> pa.Table:
    """Every price after every step (STEP_SCHEMA)."""
    rows = [
        (code, number, step.name, float(step.pounds), step.note)
        for code in made.currencies
        for number, step in enumerate(made.price(code, AVERAGE_PLACE, made.year).steps, start=1)
    ]
    rows += [
        ("", number, one.step, one.pence / 100, one.words and f"{one.words} than before")
        for number, one in enumerate(made.spent, start=1)
    ]
    return _table(rows, STEP_SCHEMA)


def trace_table(made: CostReturnList) -> pa.Table:
    """What every step changed, and why (TRACE_SCHEMA)."""
    return _table([tuple(vars(change).values()) for change in made.made.changes], TRACE_SCHEMA)


def aside_table(made: CostReturnList) -> pa.Table:
    """The rows that were set aside, as they were read or by a step (ASIDE_SCHEMA)."""
    rows = [
        (a.step, a.file, a.row, a.provider, a.currency, a.year, a.units, a.cost, a.reason, a.remedy)
        for a in made.set_aside
    ]
    return _table(rows, ASIDE_SCHEMA)


def risk_table(made: CostReturnList) -> pa.Table:
    """The pounds at risk by provider (RISK_SCHEMA)."""
    return _table([tuple(vars(one).values()) for one in made.at_risk], RISK_SCHEMA)


def write_price_list(made: CostReturnList, where: Path, folder: Path) -> list[Path]:
    """Write a made list into a folder: its prices as CSV and Parquet, the steps of each, the trace,
    the rows set aside and the pounds at risk as CSV, a summary and the definition as YAML.

    `where` is the definition that it was made from. Files of the same names are written over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "prices": prices_table(made),
        "steps": steps_table(made),
        "trace": trace_table(made),
        "set-aside": aside_table(made),
        "at-risk": risk_table(made),
    }
    written = []
    for name, table in tables.items():
        file = folder / f"{name}.csv"
        pa.csv.write_csv(table, file, pa.csv.WriteOptions(quoting_style="needed"))
        written.append(file)
    written.append(folder / "prices.parquet")
    pa.parquet.write_table(tables["prices"], written[-1])
    written.append(folder / "summary.yaml")
    text = yaml.safe_dump(summary(made), sort_keys=False, allow_unicode=True, width=100)
    written[-1].write_text(text, encoding="utf-8")
    written.append(folder / "definition.yaml")
    if where.resolve() != written[-1].resolve():
        copyfile(where, written[-1])
    return written


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    return pa.table([list(column) for column in columns], schema=schema)
