"""A figure of data quality walked back: a dimension's share, or the maturity index."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from levelfield import quality
from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL, NATIONAL
from levelfield.disclosure import Audience, disclose
from levelfield.engine import NamedQuery, compose
from levelfield.explain.explanation import (
    MOST_RECORDS,
    Check,
    Count,
    Explanation,
    Part,
    Records,
    parts,
)
from levelfield.explain.source import Ground
from levelfield.explain.words import count

FACTS = ("coverage", "table_quality", "field_quality")

Row = dict[str, Any]

_SENT = ("valid", "other", "defaulted", "invalid", "missing")


def explain_dimension(ground: Ground, key: str, audience: Audience) -> Explanation | None:
    """The figure of data quality with this key, or None when it is of something else."""
    table = ground.results.read("quality")
    rows = table.filter(pc.equal(table["lineage"], key)).to_pylist()
    if not rows:
        return None
    row: Row = rows[0]
    engine = ground.engine(*FACTS)
    declared = quality.load_declared(ground.warehouse.home)
    quality.register(engine, ground.coverage, declared)
    index = quality.load_index()
    name, _, part = str(row["measure"]).partition(".")
    shown = _public(table, row) if audience == "public" else row
    reviewed = index if name == index.id else quality.find_dimension(name)
    said = [reviewed.title, part.replace("_", " ")]
    months = _months(row["period"])
    rule = [f"{reviewed.formula[0].upper()}{reviewed.formula[1:]}."]
    counts: tuple[Count, ...] = ()
    records: tuple[Records, ...] = ()
    check: Check | None = None
    providers = set(ground.coverage["provider"].to_pylist())
    whose = providers if row["org_code"] == NATIONAL else {row["org_code"]}
    if isinstance(reviewed, quality.Dimension):
        rule.insert(0, reviewed.question)
        queries = [NamedQuery("expected_month", "SELECT * FROM expected_month")]
        if not part:
            queries = quality.dimension_queries(reviewed)
            check = _recount(engine.query(compose(queries)), row)
            counts = _sent(engine.query(_SENT_SQL, _asked(row)).to_pylist(), reviewed)
    else:
        queries = quality.item_queries()
        items = quality.index_items(engine, index)[row["period"], row["org_code"]]
        check, records = _reckoned(items, row), (_items(items),)
    explanation = Explanation(
        key=key,
        kind="data quality",
        title=f"{', '.join(filter(None, said))}: {_whose(row)}, {row['period']}",
        audience=audience,
        figure=_figure(shown, name == index.id or part == "days_before_close"),
        definition=parts(
            [
                ("Definition", f"{reviewed.id}, version {reviewed.version}"),
                ("Source", reviewed.source),
                ("Authored by", reviewed.authored_by),
                ("Reviewed on", reviewed.reviewed_on),
                ("Next review", reviewed.next_review),
            ]
        ),
        rule=tuple(rule),
        query=tuple(queries),
        submissions=ground.submissions(whose, months),
        counts=counts,
        checks=(check,) if check else (),
        records=records,
        notes=(*ground.notes, *_declared(declared, row, months), *reviewed.caveats),
    )
    return explanation if audience == "party" else explanation.without_details()


_SENT_SQL = """
SELECT SUM(records) AS records, SUM(valid) AS valid, SUM(other) AS other,
  SUM(defaulted) AS defaulted, SUM(invalid) AS invalid, SUM(missing) AS missing
FROM field_quality f JOIN quality_period q ON q.month = f.period
WHERE q.period = $period AND ($provider = 'ALL' OR provider = $provider)
  AND table_name = $table_name AND field_name = $field_name
"""


def _asked(row: Row) -> dict[str, str]:
    table, _, field = str(row["stratum"]).partition(".")
    asked = {"period": row["period"], "provider": row["org_code"]}
    return asked | {"table_name": table, "field_name": field}


def _sent(rows: list[Row], dimension: quality.Dimension) -> tuple[Count, ...]:
    """What stood in a field; nothing for a figure that is not of one field."""
    if dimension.fact != "field_quality" or rows[0]["records"] is None:
        return ()
    said = {"defaulted": "default codes"}
    return (
        *(Count(said.get(name, name), int(rows[0][name])) for name in _SENT),
        Count("records read, repeats apart", int(rows[0]["records"])),
    )


def _recount(counted: pa.Table, row: Row) -> Check:
    table, _, field = str(row["stratum"]).partition(".")
    wanted = {
        "period": row["period"],
        "provider": None if row["org_code"] == NATIONAL else row["org_code"],
        "table_name": None if row["stratifier"] == ALL else table,
        "field_name": field or None,
    }
    found = [
        one
        for one in counted.to_pylist()
        if all(one.get(name) == value for name, value in wanted.items())
    ]
    again = (found[0]["numerator"], found[0]["denominator"]) if found else (None, None)
    agrees = again == (row["numerator"], row["denominator"])
    verdict = "agrees" if agrees else "DIFFERS"
    words = f"{count(again[0])} of {count(again[1])}" if found else "nothing to count"
    return Check(f"Counted again now from the facts: {words}; {verdict}.", agrees)


def _reckoned(items: dict[str, quality.ItemCounts], row: Row) -> Check:
    again = quality.maturity_index(list(items.values()))
    agrees = again is not None and abs(again - row["value"]) < 1e-9
    verdict = "agrees" if agrees else "DIFFERS"
    said = "no index" if again is None else f"{again:.4f}"
    return Check(f"Reckoned again now from the items: {said}; {verdict}.", agrees)


def _items(items: dict[str, quality.ItemCounts]) -> Records:
    head = ("item", "records", "valid and complete", "defaults", "in excess", "score", "coverage")
    rows = tuple(
        (
            name,
            f"{item.records:,}",
            f"{item.valid_and_complete:,}",
            f"{item.defaults:,}",
            f"{item.defaults_in_excess:,.1f}",
            "" if item.score is None else f"{item.score:.2f}",
            f"{item.coverage:.3f}",
        )
        for name, item in sorted(items.items())
    )
    return Records("Items", len(rows), head, rows[:MOST_RECORDS])


def _figure(row: Row, plain: bool) -> tuple[Part, ...]:
    value = None
    if row["value"] is not None:
        value = f"{row['value']:,.1f}" if plain else f"{row['value']:.2%}"
    return parts(
        [
            ("Value", value),
            ("Numerator", count(row["numerator"])),
            ("Denominator", count(row["denominator"])),
            ("Method", row["method"]),
            ("Flags", str(row["flags"]).replace(";", "; ")),
        ]
    )


def _whose(row: Row) -> str:
    who = "all providers of this home" if row["org_code"] == NATIONAL else row["org_code"]
    return who if row["stratifier"] == ALL else f"{who}, {row['stratum']}"


def _months(period: str) -> list[Month]:
    found = parse_period(period)
    return [found] if isinstance(found, Month) else found.months


def _declared(declared: quality.Declared, row: Row, months: list[Month]) -> list[str]:
    """What the provider has declared of the field, in its own words."""
    table, _, field = str(row["stratum"]).partition(".")
    found = {declared.of(row["org_code"], table, field, month) for month in months}
    return [
        f"The provider declares this {item.status} since {item.since}: {item.reason}"
        for item in found
        if item is not None
    ]


def _public(table: pa.Table, row: Row) -> Row:
    """The row as disclosure leaves it beside the rows of its kind and period."""
    for name in ("measure", "period", "stratifier"):
        table = table.filter(pc.equal(table[name], row[name]))
    shown, _ = disclose(table, "public")
    found: Row = shown.filter(pc.equal(shown["lineage"], row["lineage"])).to_pylist()[0]
    return found
