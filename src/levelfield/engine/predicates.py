"""Predicates in definitions: parsed when loaded, so that a definition that loads, works.

A predicate is one scalar boolean SQL expression over known columns. DuckDB's own parser gives the
tree; everything that is not on the lists below is refused, so a definition can neither read a file
nor run a statement.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from levelfield.core.errors import DefinitionError
from levelfield.engine.compared import Node, check_compared
from levelfield.engine.sql import functions
from levelfield.engine.stopped import was_stopped

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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

_lock = threading.Lock()
_connection: "DuckDBPyConnection | None" = None


class Condition(NamedTuple):
    """A predicate, the SQL type of each column it may read, and the file and key it stands in.

    A column's name may carry the table it comes from (`person.age_years`).
    """

    predicate: str
    columns: Mapping[str, str]
    where: str


def check(predicate: str, columns: Mapping[str, str], where: str) -> str:
    """The predicate itself, once it is known to be one; see `check_all`."""
    check_all([Condition(predicate, columns, where)])
    return predicate


def check_all(conditions: Sequence[Condition]) -> None:
    """Check many predicates at once, which costs little more than one.

    Raises DefinitionError, which begins with `where`, for anything but one boolean expression
    over known columns and the allowed functions that compares like with like.
    """
    for condition in conditions:
        if not condition.predicate.strip():
            raise DefinitionError(
                f"{condition.where}: the condition is empty: write one, or leave the key out."
            )
    if not conditions:
        return
    with _lock:
        trees = _parse_all(conditions)
        used = []
        for condition, tree in zip(conditions, trees, strict=True):
            nodes = list(_nodes(tree))
            for node in nodes:
                _check_node(node, condition.columns, condition.where)
            for node in nodes:
                check_compared(node, condition.columns, condition.where)
            used.append(_columns_read(nodes))
        _check_types(conditions, used)


@cache
def columns_used(predicate: str, where: str) -> frozenset[str]:
    """The columns that a predicate reads, as it names them."""
    with _lock:
        (tree,) = _parse_all([Condition(predicate, {}, where)])
        return _columns_read(_nodes(tree))


def texts_compared(predicate: str, where: str) -> list[tuple[str, str]]:
    """Each text that the predicate holds a column against by =, <> or IN, with that column."""
    with _lock:
        (tree,) = _parse_all([Condition(predicate, {}, where)])
    found = []
    for node in _nodes(tree):
        if node["type"] in ("COMPARE_EQUAL", "COMPARE_NOTEQUAL"):
            sides = [node["left"], node["right"]]
        elif node["type"] in ("COMPARE_IN", "COMPARE_NOT_IN"):
            sides = node["children"]
        else:
            continue
        columns = [".".join(one["column_names"]) for one in sides if one["class"] == "COLUMN_REF"]
        texts = [one["literal"]["text"] for one in sides if _is_text(one)]
        found += [(column, text) for column in columns for text in texts]
    return found


def _is_text(node: Node) -> bool:
    return bool(node["class"] == "CONSTANT" and node["literal"].get("kind") == "STRING")


def _columns_read(nodes: Iterable[Node]) -> frozenset[str]:
    return frozenset(
        ".".join(node["column_names"]) for node in nodes if node["class"] == "COLUMN_REF"
    )


def _database() -> "DuckDBPyConnection":
    global _connection
    if _connection is None:
        # Imported here, as in `open_engine`.
        from duckdb import connect

        # It parses and never reads a row, so one thread will do, and is there sooner.
        _connection = connect(config={"enable_external_access": False, "threads": 1})
        for statement in functions("duckdb"):
            _connection.execute(statement)
    return _connection


def _rows(statement: str, values: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
    """What DuckDB answers; Ctrl-C is raised as itself and not as a fault of the statement."""
    try:
        return _database().execute(statement, values).fetchall()
    except Exception as error:
        if was_stopped(error):
            raise KeyboardInterrupt from None
        raise


def _parse_all(conditions: Sequence[Condition]) -> list[Node]:
    statements = [f"SELECT ({condition.predicate}\n)" for condition in conditions]
    rows = _rows(
        "SELECT unnest(list_transform($sql, lambda text: json_serialize_sql(text)))",
        {"sql": statements},
    )
    trees = (json.loads(row[0]) for row in rows)
    return [_expression(tree, c) for tree, c in zip(trees, conditions, strict=True)]


def _expression(tree: Node, condition: Condition) -> Node:
    """The one expression that a statement selects."""
    predicate, where = condition.predicate, condition.where
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


def _check_types(conditions: Sequence[Condition], used: Sequence[frozenset[str]]) -> None:
    """Whether each predicate gives true or false; `used` are the columns that it reads.

    Nearly all agree on the types of the columns they share, and are asked about in one statement.
    """
    batches: list[tuple[dict[str, str], list[Condition]]] = [({}, [])]
    for condition, names in zip(conditions, used, strict=True):
        own = {name: condition.columns[name] for name in names}
        columns, members = batches[0]
        if any("." in name or columns.get(name, kind) != kind for name, kind in own.items()):
            batches.append((own, [condition]))
        else:
            columns.update(own)
            members.append(condition)
    for columns, members in batches:
        if members:
            _check_batch(columns, members)


def _check_batch(columns: Mapping[str, str], conditions: Sequence[Condition]) -> None:
    from duckdb import Error

    selected = ", ".join(f"({condition.predicate}\n)" for condition in conditions)
    try:
        described = _rows(f"DESCRIBE SELECT {selected} {_sources(columns)}")
    except Error as error:
        if len(conditions) > 1:
            # Which of them it is, is told by asking one by one.
            for condition in conditions:
                _check_batch(columns, [condition])
        reason = " ".join(str(error).split()).split("LINE 1")[0]
        raise DefinitionError(
            f"{conditions[0].where}: '{conditions[0].predicate}' cannot be evaluated: {reason}"
        ) from None
    for condition, row in zip(conditions, described, strict=True):
        if row[1] != "BOOLEAN":
            raise DefinitionError(
                f"{condition.where}: '{condition.predicate}' gives {row[1]}, not true or false."
            )


def _sources(columns: Mapping[str, str]) -> str:
    """A FROM clause in which the columns are there, with their types and without a value."""
    tables: dict[str, list[str]] = {}
    for name, kind in sorted(columns.items()):
        table, _, column = name.rpartition(".")
        tables.setdefault(table or "this", []).append(f"CAST(NULL AS {kind}) AS {column}")
    sources = [f"(SELECT {', '.join(parts)}) AS {table}" for table, parts in tables.items()]
    return f"FROM {', '.join(sources)}" if sources else ""
