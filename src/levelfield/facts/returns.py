"""Returns as facts: the rows that count, of every provider and month, as one fact a kind."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from levelfield.facts.catalogue import OF_RETURN, Fact
from levelfield.warehouse import ROWS, KeptReturn

Parts = Mapping[tuple[str, str], KeptReturn]
"""The return that counts for each provider and month."""


def made_from_returns(parts: Parts) -> str:
    """Sixteen hexadecimal digits that stand for exactly these returns and their parts."""
    text = "\n".join(f"{provider} {period} {one.id}" for (provider, period), one in parts.items())
    return sha256(text.encode()).hexdigest()[:16]


def write_returns(fact: Fact, parts: Parts, folder: Path) -> None:
    """Write the rows that count into a new folder. Of a return that another has replaced in part,
    only the rows of its other providers and months."""
    schema = fact.arrow_schema()
    wanted: dict[str, list[tuple[str, str]]] = {}
    returns = {one.id: one for one in parts.values()}
    for part, one in parts.items():
        wanted.setdefault(one.id, []).append(part)
    tables = [_rows(returns[id_], of, schema) for id_, of in wanted.items()]
    folder.mkdir(parents=True)
    pq.write_table(pa.concat_tables(tables), folder / "part-0.parquet", compression="zstd")


def _rows(kept: KeptReturn, parts: list[tuple[str, str]], schema: pa.Schema) -> pa.Table:
    rows = pq.read_table(kept.folder / ROWS)
    places = pc.binary_join_element_wise(rows["provider"], rows["period"], " ")
    chosen = pc.is_in(places, pa.array([" ".join(part) for part in parts]))
    rows = rows.filter(chosen)
    rows = rows.append_column(OF_RETURN, pa.repeat(pa.scalar(kept.id), rows.num_rows))
    # An earlier version of the layout may lack a column.
    columns = [
        rows[f.name] if f.name in rows.column_names else pa.nulls(rows.num_rows, f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)
