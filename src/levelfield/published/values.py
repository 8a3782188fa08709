"""A published file as values: the same rows that our own measures give."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from levelfield.core.errors import DefinitionError
from levelfield.core.values import ALL, ENGLAND, VALUE_SCHEMA, join_flags, lineage_key
from levelfield.disclosure import ENGLAND_RULE, load_rules, share_intervals
from levelfield.published.dataset import PublishedDataset, Series, published_dataset
from levelfield.published.record import Record
from levelfield.published.table import read_table

Row = dict[str, object]


def load_published(dataset_id: str, org_code: str | None = None) -> pa.Table:
    """The values of one published data set, in VALUE_SCHEMA; with `org_code` one organisation's.

    `version` is the data set's id; integrated care boards stand at the level `commissioner`;
    England's code is ENG. A figure that was not published is a row without a value, flagged `not
    published`. Only a share whose two counts were published has a numerator, a denominator and an
    interval (Wilson, 95%), which allows for rounded counts. Every row is flagged `as published`.
    A column that the description does not name is passed over. A month that the whole file lacks,
    or the months after an organisation's last, are not in the values either, and nobody fills them
    in: a trend shows the first as a gap, a comparison guards the second as `not submitted`.
    Raises UsageError for an unknown id, DefinitionError when file and description do not agree, for
    a cell that cannot be what its column says (with row and column), and when a figure stands in
    the file more than once, as after a new column that breaks figures down further.
    """
    dataset = published_dataset(dataset_id)
    columns = read_table(dataset)
    kept = _kept(dataset, org_code, columns)
    rows = [row for series in dataset.series for row in _rows(dataset, series, columns, kept)]
    _each_once(dataset, rows)
    return _with_intervals(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), dataset.rounded_to)


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


def _kept(
    dataset: PublishedDataset, org_code: str | None, columns: dict[str, list[str]]
) -> Sequence[int]:
    """The places of an organisation's rows, or of all; a file that names none has England's."""
    named = dataset.columns.org_code
    codes = columns[named] if named else [ENGLAND] * len(next(iter(columns.values())))
    return [n for n, code in enumerate(codes) if org_code in (None, code)]


def _rows(
    dataset: PublishedDataset, series: Series, columns: dict[str, list[str]], kept: Sequence[int]
) -> Iterator[Row]:
    file = dataset.path.name
    where = [(columns[name], wanted) for name, wanted in series.where.items()]
    for n in kept:
        if all(cells[n] == wanted for cells, wanted in where):
            yield _row(dataset, series, Record(file, n, columns))


def _row(dataset: PublishedDataset, series: Series, record: Record) -> Row:
    named = dataset.columns
    period = record.period(named.period) if named.period else dataset.period
    level = record.level(named.org_level) if named.org_level else dataset.org_level
    code = record.code(named.org_code) if named.org_code else ENGLAND
    stratum = _stratum(dataset, series, record)
    stratifier = ALL if stratum == ALL else series.stratifier
    counts = {
        name: record.number(column)
        for name, column in [("numerator", series.numerator), ("denominator", series.denominator)]
        if column
    }
    if series.value:
        figure = record.number(series.value, signed=series.below_zero)
        value = None if figure is None else figure * series.scale
    else:
        value = _quotient(counts["numerator"], counts["denominator"])
    if series.unit == "proportion" and value is not None and value > 1:
        record.refuse(
            series.value or str(series.numerator),
            f"makes a share of {value:.0%}",
            "correct the cell, or what the description makes of it",
        )
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


def _stratum(dataset: PublishedDataset, series: Series, record: Record) -> str:
    if not series.stratum_columns:
        return series.stratum
    parts = [record[name] for name in series.stratum_columns]
    if all(part == ALL for part in parts):
        return ALL
    return ", ".join(dataset.words.get(part, part) for part in parts)


def _quotient(numerator: float | None, denominator: float | None) -> float | None:
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def _with_intervals(table: pa.Table, rounded_to: int) -> pa.Table:
    """Wilson's 95% interval for the rows that have both counts; the others stay without one.

    It allows for what rounding the counts to a multiple of `rounded_to` may have hidden.
    """
    numerator = _floats(table, "numerator")
    denominator = _floats(table, "denominator")
    known = ~np.isnan(numerator) & (denominator > 0)
    if not known.any():
        return table
    rule = load_rules()[ENGLAND_RULE].model_copy(update={"round_to": rounded_to})
    interval = share_intervals(numerator[known], denominator[known], rule)
    allowed = "" if rounded_to == 1 else f", with what rounding to {rounded_to} may have hidden"
    method = np.array(table["method"].to_pylist(), dtype=object)
    method[known] = f"quotient of two published counts; Wilson score, 95%{allowed}"
    for name, bounds in [("lower", interval.lower), ("upper", interval.upper)]:
        cells = np.full(len(table), np.nan)
        cells[known] = bounds
        table = _replace(table, name, pa.array(cells, pa.float64(), from_pandas=True))
    return _replace(table, "method", pa.array(method, pa.string()))


def _floats(table: pa.Table, name: str) -> np.ndarray:
    return np.array(table[name].to_numpy(zero_copy_only=False), dtype=float)


def _replace(table: pa.Table, name: str, array: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), array)
