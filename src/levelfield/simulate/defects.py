"""Planting defects: a share of rows made faulty on purpose, each one written down."""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import DefinitionError
from levelfield.datasets import DataSet
from levelfield.simulate.assumptions import rows_of
from levelfield.simulate.defect_kinds import KINDS, DefectKind, Spot
from levelfield.simulate.defect_rows import Tables
from levelfield.simulate.draws import Ints, Rng

DEFECT_COLUMNS = (
    "provider", "period", "window", "table", "row", "field", "kind", "expected_rule", "note",
)  # fmt: skip


@dataclass(frozen=True)
class DefectChoice:
    """A kind of defect on one field, how often it is chosen there, and the rule that finds it."""

    kind: DefectKind
    table: str
    field: str
    weight: float
    expected_rule: str
    note: str


@dataclass(frozen=True)
class PlantedDefect:
    """One defect in one file. `row` counts from 1 after the header."""

    provider: str
    period: str
    window: str
    table: str
    row: int
    field: str
    kind: str
    expected_rule: str
    note: str

    def at(self, provider: str, period: str, window: str) -> "PlantedDefect":
        return replace(self, provider=provider, period=period, window=window)

    def values(self) -> list[object]:
        """In the order of DEFECT_COLUMNS."""
        return [getattr(self, column) for column in DEFECT_COLUMNS]


@cache
def load_defect_choices() -> dict[str, list[DefectChoice]]:
    """What may be planted, by table; raises DefinitionError for a kind that nobody wrote."""
    choices: dict[str, list[DefectChoice]] = defaultdict(list)
    for row in rows_of("defects.csv"):
        if row["kind"] not in KINDS:
            raise DefinitionError(
                f"definitions/simulation/defects.csv: there is no kind '{row['kind']}'; the kinds "
                f"are {', '.join(sorted(KINDS))}."
            )
        choices[row["table"]].append(
            DefectChoice(
                kind=KINDS[row["kind"]],
                table=row["table"],
                field=row["field"],
                weight=float(row["weight"]),
                expected_rule=row["expected_rule"],
                note=row["note"],
            )
        )
    return dict(choices)


def plant(
    rng: Rng, data_set: DataSet, tables: Tables, share: float
) -> tuple[Tables, list[PlantedDefect]]:
    """The tables with `share` of their rows made faulty, at most one defect a row, and the list.

    Rows are chosen among those that can carry the kind; repeated rows go to the end of the file.
    Where rows that can carry a kind run out, fewer are planted.
    """
    planted: list[PlantedDefect] = []
    faulty = dict(tables)
    for name, choices in load_defect_choices().items():
        if share == 0 or name not in tables or not tables[name].num_rows:
            continue
        faulty[name], found = _plant_table(rng, data_set, tables, name, choices, share)
        planted += found
    return faulty, planted


FILE_DEFECTS: tuple[tuple[str, str, str, str], ...] = (
    ("Version", "9.9", "F-HEADER-VERSION", "a version that nobody knows"),
    ("RP_EndDate", "2025-02-03", "F-HEADER-PERIOD", "the reporting period is not a month"),
    ("FileCreation_DateTime", "2001-01-01T00:00:00", "F-HEADER-CREATED", "made before its period"),
)


def spoil_header(choice: int, tables: Tables) -> tuple[Tables, PlantedDefect]:
    """The tables with a header for which the whole file must be refused, and what was done."""
    field, value, rule, note = FILE_DEFECTS[choice % len(FILE_DEFECTS)]
    header = _edited(tables["CYP000Header"], {field: [(0, value)]})
    planted = PlantedDefect("", "", "", "CYP000Header", 1, field, "whole_file", rule, note)
    return tables | {"CYP000Header": header}, planted


def _plant_table(
    rng: Rng,
    data_set: DataSet,
    tables: Tables,
    name: str,
    choices: list[DefectChoice],
    share: float,
) -> tuple[pa.Table, list[PlantedDefect]]:
    table = tables[name]
    weight = np.array([choice.weight for choice in choices])
    wanted = rng.multinomial(rng.binomial(table.num_rows, share), weight / weight.sum())
    free = np.ones(table.num_rows, dtype=np.bool_)
    edits: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    repeats: list[tuple[int, DefectChoice]] = []
    planted: list[PlantedDefect] = []
    for choice, count in zip(choices, wanted, strict=True):
        able = np.flatnonzero(free & choice.kind.able_rows(tables, name, choice.field))
        rows: Ints = np.sort(rng.permutation(able)[:count])
        free[rows] = False
        if choice.kind.repeats:
            repeats += [(int(row), choice) for row in rows]
            continue
        for row in rows.tolist():
            spot = Spot(rng, data_set, tables, name, choice.field, row)
            for field, value in choice.kind.edits(spot).items():
                edits[field].append((row, value))
            planted.append(_planted(choice, row + 1))
    repeated = table.take(pa.array([row for row, _ in repeats], pa.int64()))
    changes: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    for place, (row, choice) in enumerate(repeats):
        spot = Spot(rng, data_set, tables, name, choice.field, row)
        for field, value in choice.kind.edits(spot).items():
            changes[field].append((place, value))
        twin = f"; the other is row {row + 1}"
        planted.append(_planted(choice, table.num_rows + place + 1, twin))
    return pa.concat_tables([_edited(table, edits), _edited(repeated, changes)]), planted


def _planted(choice: DefectChoice, row: int, more: str = "") -> PlantedDefect:
    return PlantedDefect(
        provider="",
        period="",
        window="",
        table=choice.table,
        row=row,
        field=choice.field,
        kind=choice.kind.name,
        expected_rule=choice.expected_rule,
        note=choice.note + more,
    )


def _edited(table: pa.Table, edits: dict[str, list[tuple[int, str | None]]]) -> pa.Table:
    """The table with single values replaced."""
    for field, changes in edits.items():
        column = table.column(field).combine_chunks()
        mask = np.zeros(len(column), dtype=np.bool_)
        ordered = sorted(changes)
        mask[[row for row, _ in ordered]] = True
        values = pa.array([value for _, value in ordered], pa.string())
        position = table.column_names.index(field)
        edited = pc.replace_with_mask(column, pa.array(mask), values)
        table = table.set_column(position, field, edited)
    return table
