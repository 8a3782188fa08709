"""The units behind a line: those of the cells that it pays, on both engines."""

import pyarrow as pa

from levelfield.currencies import UNIT_SCHEMA, load_scheme
from levelfield.engine import Engine
from levelfield.explain.care_behind import PAID_CELL
from levelfield.explain.units import find_units
from levelfield.payment.units import Cell
from spec.tables import arrow, rows

UNITS = """
record_id | provider | period  | team_type | currency | rule | units | size | excess
R1        | ZA1      | 2026-03 | 12        | NUR-L3   | e1   | 1     | 90   | 20
R2        | ZA1      | 2026-03 |           | NUR-L3   | e2   | 1     | 70   | 0
R3        | ZA1      | 2026-03 | 16        | NUR-L3   | e1   | 1     | 61   | 0
R4        | ZA1      | 2026-02 | 12        | NUR-L3   | e1   | 1     | 65   | 0
R5        | ZA1      | 2026-03 | 12        | NUR-S1   | e3   | 1     | 5    |
R6        | ZA2      | 2026-03 | 12        | NUR-L3   | e1   | 1     | 80   | 9
"""
PAID = """
period  | service | currency
2026-03 | 12      | NUR-L3
2026-03 | none    | NUR-L3
"""


def test_the_units_of_paid_cells_and_their_length(engine: Engine) -> None:
    """Care without a team is in the cell 'none'; other services, months and currencies are not."""
    engine.view("unit", arrow(rows(UNITS), UNIT_SCHEMA))
    cells = pa.schema([(name, pa.string()) for name in Cell._fields])
    engine.view("paid_cell", arrow(rows(PAID), cells))
    found = find_units(engine, load_scheme("single-episode"), {"provider": "ZA1"}, [PAID_CELL])
    assert found.rules == {"e1": 1, "e2": 1}
    assert (found.units, found.size, found.excess) == (2, 160, 20)
    assert [row[2] for row in found.records[0].rows] == ["R1", "R2"]
