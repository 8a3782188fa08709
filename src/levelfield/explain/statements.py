"""A statement line walked back: its contract and term, and what its amount was made from."""

from collections.abc import Iterator
from pathlib import Path

from levelfield.core.definitions import read_csv
from levelfield.core.money import format_pounds
from levelfield.currencies import Scheme, load_scheme
from levelfield.explain.contracts import Inputs, Line, contract_parts, term_of
from levelfield.explain.currencies import scheme_parts
from levelfield.explain.explanation import Check, Explanation, parts
from levelfield.explain.source import Ground
from levelfield.explain.unit_lines import explain_units
from levelfield.explain.worked_out import explain_worked_out
from levelfield.payment import (
    STATEMENT_SCHEMA,
    Contract,
    line_key,
    load_contract,
    service_name,
)


def explain_line(ground: Ground, key: str, inputs: Inputs) -> Explanation | None:
    """The line with this key in a statement that the home keeps; None when no statement has it.

    Only the parties to the contract may see it.
    """
    folder = ground.warehouse.home / "statements"
    for file in sorted(folder.glob("*/*.csv")):
        if file.stem.startswith("shadow-"):
            continue
        lines = read_csv(file, STATEMENT_SCHEMA.names)
        for line in lines:
            if line["lineage"] == key:
                contract = load_contract(file.with_suffix(".yaml"))
                common = _common(contract, line, file)
                given = inputs(contract)
                if line["currency"]:
                    return explain_units(ground, common, contract, line, given)
                kept = frozenset(one["lineage"] for one in lines)
                return explain_worked_out(ground, common, contract, line, given, kept)
    return None


def _common(contract: Contract, line: Line, file: Path) -> Explanation:
    """What can be said of every line."""
    scheme = load_scheme(contract.scheme_of(term_of(contract, line["term"])))
    service = service_name(line["service"]) if line["service"] else "all services of the term"
    return Explanation(
        key=line["lineage"],
        kind="statement line",
        title=f"{contract.title}, line {line['line']} of {line['period']}",
        audience="party",
        figure=parts(
            [
                ("Amount", format_pounds(int(line["amount_pence"]))),
                ("Units", f"{int(line['units']):,}"),
                ("Price", format_pounds(int(line["price_pence"]))),
                ("Service", f"{service} ({line['service']})" if line["service"] else service),
                ("Currency", line["currency"] and _currency(scheme, line["currency"])),
                ("Provider", line["provider"]),
                ("Commissioner", line["commissioner"]),
                ("Statement", f"statements/{file.parent.name}/{file.name}"),
                ("Data", f"snapshot {line['snapshot']}"),
            ]
        ),
        definition=(*contract_parts(contract, line["term"]), *scheme_parts(scheme)),
        rule=(),
        checks=tuple(_checks(contract, line)),
    )


def _checks(contract: Contract, line: Line) -> Iterator[Check]:
    named = ("period", "term", "part", "service", "currency", "snapshot")
    key = line_key(contract.id, contract.version, *(line[name] for name in named))
    kept = key == line["lineage"]
    yield Check(
        f"The contract kept beside the statement (version {contract.version}) "
        f"{'is' if kept else 'IS NOT'} the one that the line was paid by.",
        kept,
    )
    price, units = int(line["price_pence"]), int(line["units"])
    product = units * price == int(line["amount_pence"])
    yield Check(
        f"{units:,} × {format_pounds(price)} = {format_pounds(units * price)}; "
        f"{'agrees' if product else 'DIFFERS from the amount'}.",
        product,
    )


def _currency(scheme: Scheme, code: str) -> str:
    return f"{code}, {scheme.currencies.get(code, 'which the scheme does not have now')}"
