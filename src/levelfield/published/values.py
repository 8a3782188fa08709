"""A published file as values: the same rows that our own measures give."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from levelfield.core.errors import DefinitionError
from levelfield.core.values import ALL, ENGLAND, VALUE_SCHEMA, join_flags, lineage_key
from levelfield.published.dataset import PublishedDataset, Series, published_dataset
from levelfield.published.table import read_table
from levelfield.statistics import wilson_interval

_LEVELS = {"national": "national", "icb": "commissioner", "provider": "provider"}

Row = dict[str, object]


def load_published(dataset_id: str, org_code: str | None = None) -> pa.Table:
    """The values of one published data set, in VALUE_SCHEMA; with `org_code` one organisation's.

    `version` is the data set's id; integrated care boards stand at the level `commissioner`;
    England's code is ENG. A figure that was not published is a row without a value, flagged `not
    published`. Only a share whose two counts were published has a numerator, a denominator and an
    interval (Wilson, 95%). Every row is flagged `as published`.
    A column that the description does not name is passed over. Raises UsageError for an unknown id,
    DefinitionError when file and description do not agree, and when a figure stands in the file
    more than once, as after a new column that breaks figures down further.
    """
    dataset = published_dataset(dataset_id)
    columns = read_table(dataset)
    if org_code is not None:
        columns = _of_one(dataset, org_code, columns)
    rows = [row for series in dataset.series for row in _rows(dataset, series, columns)]
    _each_once(dataset, rows)
    return _with_intervals(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA))


def _each_once(dataset: PublishedDataset, rows: list[Row]) -> None:
    seen: set[object] = set()
    for row in rows:
        # The key is made of all that the figure is of.
        if row["lineage"] in seen:
            raise DefinitionError(
                f"{dataset.file}: '{row['measure']}' of {row['org_code']} for {row['period']} "
                f"({row['stratum']}) stands in it more than once. Where a new column breaks "
                "figures down further, choose its total under 'where', or name it under "
                "'stratum_columns'."
            )
        seen.add(row["lineage"])


def _of_one(
    dataset: PublishedDataset, org_code: str, columns: dict[str, list[str]]
) -> dict[str, list[str]]:
    """The rows of an organisation; a file that names none has England's alone."""
    named = dataset.columns.org_code
    codes = columns[named] if named else [ENGLAND] * len(next(iter(columns.values())))
    kept = [n for n, code in enumerate(codes) if code == org_code]
    return {name: [cells[n] for n in kept] for name, cells in columns.items()}


def _rows(
    dataset: PublishedDataset, series: Series, columns: dict[str, list[str]]
) -> Iterator[Row]:
    count = len(next(iter(columns.values())))
    where = [(columns[name], wanted) for name, wanted in series.where.items()]
    for n in range(count):
        if all(cells[n] == wanted for cells, wanted in where):
            yield _row(dataset, series, {name: cells[n] for name, cells in columns.items()})


def _row(dataset: PublishedDataset, series: Series, record: dict[str, str]) -> Row:
    named = dataset.columns
    period = record[named.period] if named.period else dataset.period
    level = _level(dataset, record[named.org_level]) if named.org_level else dataset.org_level
    code = record[named.org_code] if named.org_code else ENGLAND
    stratum = _stratum(dataset, series, record)
    stratifier = ALL if stratum == ALL else series.stratifier
    counts = {
        name: _number(record[column], dataset, column)
        for name, column in [("numerator", series.numerator), ("denominator", series.denominator)]
        if column
    }
    if series.value:
        figure = _number(record[series.value], dataset, series.value)
        value = None if figure is None else figure * series.scale
    else:
        value = _quotient(counts["numerator"], counts["denominator"])
    missing = "not published" if value is None else ""
    cell = (series.measure, period, level, code, stratifier, stratum)
    return {
        "measure": series.measure,
        "version": dataset.id,
        "period": period,
        "org_level": level,
        "org_code": code,
        "stratifier": stratifier,
        "stratum": stratum,
        **counts,
        "value": value,
        "method": "as published" if series.value else "quotient of two published counts",
        "flags": join_flags("as published", missing, *series.flags),
        "lineage": lineage_key("P", dataset.id, *cell),
    }


def _stratum(dataset: PublishedDataset, series: Series, record: dict[str, str]) -> str:
    if not series.stratum_columns:
        return series.stratum
    parts = [record[name] for name in series.stratum_columns]
    if all(part == ALL for part in parts):
        return ALL
    return ", ".join(dataset.words.get(part, part) for part in parts)


def _level(dataset: PublishedDataset, text: str) -> str:
    if text not in _LEVELS:
        raise DefinitionError(f"{dataset.file}: '{text}' is not a level of organisation.")
    return _LEVELS[text]


def _number(text: str, dataset: PublishedDataset, column: str) -> float | None:
    """A figure, or None where the cell is empty: not published is never zero."""
    if text == "":
        return None
    try:
        return float(text)
    except ValueError:
        raise DefinitionError(
            f"{dataset.file}: '{text}' in the column '{column}' is not a number."
        ) from None


def _quotient(numerator: float | None, denominator: float | None) -> float | None:
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def _with_intervals(table: pa.Table) -> pa.Table:
    """Wilson's 95% interval for the rows that have both counts; the others stay without one."""
    numerator = _floats(table, "numerator")
    denominator = _floats(table, "denominator")
    known = ~np.isnan(numerator) & (denominator > 0)
    if not known.any():
        return table
    interval = wilson_interval(numerator[known], denominator[known], 0.95)
    method = np.array(table["method"].to_pylist(), dtype=object)
    method[known] = "quotient of two published counts; Wilson score, 95%"
    for name, bounds in [("lower", interval.lower), ("upper", interval.upper)]:
        cells = np.full(len(table), np.nan)
        cells[known] = bounds
        table = _replace(table, name, pa.array(cells, pa.float64(), from_pandas=True))
    return _replace(table, "method", pa.array(method, pa.string()))


def _floats(table: pa.Table, name: str) -> np.ndarray:
    return np.array(table[name].to_numpy(zero_copy_only=False), dtype=float)


def _replace(table: pa.Table, name: str, array: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), array)
