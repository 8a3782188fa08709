"""How specs of price lists run: drawn cost returns and steps in, the list out."""

from pathlib import Path
from textwrap import dedent, indent

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.tariff import CostReturnList, load_cost_returns
from spec.tables import rows

HEAD = """
id: example
version: "1"
kind: cost-returns
title: An example
status: Invented.
scheme: ncc-2024-25
base_year: 2024-25
years: [2024-25]
for_year: 2024-25
holds_from: 2024-04-01
published_on: 2024-03-01
source: Invented.
authored_by: levelfield
reviewed_on: 2026-11-22
returns: returns.csv
interval: {replicates: 200}
"""

COLUMNS = {
    "returns": ("provider", "currency", "year", "units", "cost"),
    "submitted": ("provider", "currency", "units"),
    "quality": ("provider", "currency", "lost", "unclassified", "without_attendance"),
    "factors": ("provider_code", "mff"),
    "last_year": ("currency", "price"),
}
"""The files that a spec may draw; a column that is not drawn is empty, and the year 2024-25."""


def write_list(folder: Path, steps: str, **tables: str) -> Path:
    """The YAML file of a list with these steps, with every drawn table beside it."""
    folder.mkdir(exist_ok=True)
    definition = HEAD
    for name, drawn in tables.items():
        lines = [",".join(COLUMNS[name])]
        for row in rows(drawn):
            assert row.keys() <= set(COLUMNS[name]), f"{name} has no column {set(row)}"
            given = {"year": "2024-25", **row}
            lines.append(",".join(given.get(column, "") for column in COLUMNS[name]))
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if name not in ("returns", "factors"):
            definition += f"{name}: {name}.csv\n"
    forces = "{factors: factors.csv, year: 2024-25, without_factor: refuse}"
    definition += f"market_forces: {forces if 'factors' in tables else 'null'}\n"
    definition += f"steps:\n{indent(dedent(steps).strip(), '  ')}\n"
    file = folder / "list.yaml"
    file.write_text(definition, encoding="utf-8")
    return file


def make_list(folder: Path, returns: str, steps: str, **tables: str) -> CostReturnList:
    """The list that is made from drawn tables."""
    return load_cost_returns(write_list(folder, steps, returns=returns, **tables), {})


def of_returns(trace: pa.Table) -> pa.Table:
    """The rows of a trace that are of one return, and not of a price or of the list."""
    return trace.filter(pc.not_equal(trace["provider"], ""))
