"""Predicates in definitions: parsed when loaded, so that a definition that loads, works.

A predicate is one scalar boolean SQL expression over known columns. DuckDB's own parser gives the
tree; everything that is not on the lists below is refused, so a definition can neither read a file
nor run a statement.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import duckdb

from levelfield.core.errors import DefinitionError
from levelfield.engine.sql import functions

ALLOWED_FUNCTIONS = frozenset(
    "days_between minutes_between years_between add_days moment month_of financial_year_of matches "
    "length substr lower upper trim abs coalesce nullif least greatest "
    "+ - * / % || ~~ !~~".split()
)
"""Functions and operators that mean the same on every engine."""

_ALLOWED_NODES = frozenset(
    "CONJUNCTION COMPARISON OPERATOR BETWEEN CONSTANT COLUMN_REF FUNCTION CASE CAST TYPE".split()
)
_ALLOWED_TYPES = frozenset("STRING DOUBLE DATE BOOLEAN DECIMAL".split())

Node = dict[str, Any]
"""A part of the parsed tree, as DuckDB gives it in JSON."""

_lock = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None


def check(predicate: str, columns: Mapping[str, str], where: str) -> str:
    """The predicate itself, once it is known to be one.

    `columns` gives each column's SQL type by name; a name may carry the table it comes from
    (`person.age_years`). `where` begins the message (file and key). Raises DefinitionError for
    anything but one boolean expression over those columns and the allowed functions.
    """
    if not predicate.strip():
        raise DefinitionError(f"{where}: the condition is empty: write one, or leave the key out.")
    with _lock:
        tree = _parse(predicate, where)
        for node in _nodes(tree):
            _check_node(node, columns, where)
        return _check_type(predicate, columns, where)


def columns_used(predicate: str, where: str) -> frozenset[str]:
    """The columns that a predicate reads, as it names them."""
    with _lock:
        nodes = _nodes(_parse(predicate, where))
        return frozenset(
            ".".join(node["column_names"]) for node in nodes if node["class"] == "COLUMN_REF"
        )


def _database() -> duckdb.DuckDBPyConnection:
    global _connection
    if _connection is None:
        _connection = duckdb.connect(config={"enable_external_access": False})
        for statement in functions("duckdb"):
            _connection.execute(statement)
    return _connection


def _parse(predicate: str, where: str) -> Node:
    statement = f"SELECT ({predicate}\n)"
    row = _database().execute("SELECT json_serialize_sql($sql)", {"sql": statement}).fetchone()
    tree: Node = json.loads(row[0]) if row else {"error": True}
    if tree["error"]:
        reason = " ".join(str(tree.get("error_message", "")).split()).split("LINE 1")[0]
        raise DefinitionError(f"{where}: '{predicate}' is not a condition in SQL: {reason}")
    selected = tree["statements"][0]["node"]
    plain = (
        len(tree["statements"]) == 1
        and selected["type"] == "SELECT_NODE"
        and selected["from_table"]["type"] == "EMPTY"
        and selected["where_clause"] is None
        and len(selected["select_list"]) == 1
    )
    if not plain:
        raise DefinitionError(f"{where}: '{predicate}' is more than one condition: give just one.")
    expression: Node = selected["select_list"][0]
    return expression


def _nodes(tree: object) -> Iterator[Node]:
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for part in tree.values():
            yield from _nodes(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)


def _check_node(node: Node, columns: Mapping[str, str], where: str) -> None:
    kind = node["class"]
    if kind not in _ALLOWED_NODES:
        raise DefinitionError(
            f"{where}: a {str(kind).lower().replace('_', ' ')} is not allowed in a condition: "
            "use columns, constants, comparisons, AND, OR, NOT, IN, BETWEEN and CASE."
        )
    if kind == "COLUMN_REF":
        name = ".".join(node["column_names"])
        if name not in columns:
            known = ", ".join(sorted(columns))
            raise DefinitionError(f"{where}: there is no column '{name}'. Known are: {known}.")
    if kind == "FUNCTION" and node["function_name"] not in ALLOWED_FUNCTIONS:
        raise DefinitionError(
            f"{where}: the function '{node['function_name']}' is not allowed. Allowed are: "
            f"{', '.join(sorted(name for name in ALLOWED_FUNCTIONS if name.isidentifier()))}."
        )
    if kind == "FUNCTION":
        _check_meaning(node, where)
    if kind == "TYPE":
        _check_cast(node, where)


def _check_cast(node: Node, where: str) -> None:
    """Engines round differently to whole numbers, and take a bare DECIMAL differently."""
    name = str(node["type_name"]).upper()
    if name not in _ALLOWED_TYPES:
        raise DefinitionError(
            f"{where}: a cast to {node['type_name']} is not allowed. Whole numbers need no cast to "
            f"be compared. Allowed are: {', '.join(sorted(_ALLOWED_TYPES))}."
        )
    if name == "DECIMAL" and len(node["children"]) != 2:
        raise DefinitionError(
            f"{where}: what a cast to DECIMAL keeps depends on the engine. Say how many "
            "digits, as in DECIMAL(18, 4)."
        )


def _check_meaning(node: Node, where: str) -> None:
    """Refuse operators where engines differ: nought below the line, and a backslash in LIKE."""
    name = node["function_name"]
    last = node["arguments"][-1]["expression"] if node["arguments"] else {}
    if name in ("/", "%") and not _never_nought(last):
        raise DefinitionError(
            f"{where}: what comes of '{name}' by nought depends on the engine: write "
            f"x {name} NULLIF(y, 0), or a number that is not 0."
        )
    if name in ("~~", "!~~") and "\\" in last.get("literal", {"text": "\\"})["text"]:
        raise DefinitionError(
            f"{where}: the pattern of LIKE must be a text without a backslash, which engines read "
            "differently: use matches(column, 'expression') for more."
        )


def _never_nought(node: Node) -> bool:
    """Whether an expression is a number other than 0, or `NULLIF(…, 0)`."""
    if node["class"] == "FUNCTION" and node["function_name"] == "nullif":
        return _number(node["arguments"][-1]["expression"]) == 0
    return _number(node) not in (None, 0)


def _number(node: Node) -> Decimal | None:
    """The number that a constant is; None for anything else."""
    literal = node.get("literal", {})
    return Decimal(literal["text"]) if literal.get("kind") in ("INTEGER", "NUMERIC") else None


def _check_type(predicate: str, columns: Mapping[str, str], where: str) -> str:
    tables: dict[str, list[str]] = {}
    for name, sql_type in columns.items():
        table, _, column = name.rpartition(".")
        tables.setdefault(table or "this", []).append(f"CAST(NULL AS {sql_type}) AS {column}")
    sources = ", ".join(
        f"(SELECT {', '.join(parts)}) AS {table}" for table, parts in tables.items()
    )
    try:
        described = _database().execute(f"DESCRIBE SELECT ({predicate}\n) FROM {sources}")
        found = described.fetchall()[0][1]
    except duckdb.Error as error:
        reason = " ".join(str(error).split()).split("LINE 1")[0]
        raise DefinitionError(f"{where}: '{predicate}' cannot be evaluated: {reason}") from None
    if found != "BOOLEAN":
        raise DefinitionError(f"{where}: '{predicate}' gives {found}, not true or false.")
    return predicate
