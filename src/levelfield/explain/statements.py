"""A statement line walked back: contract, term, price step by step, and the units behind it."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from levelfield.core.definitions import read_csv
from levelfield.core.errors import ContractError
from levelfield.core.money import format_pounds, pence
from levelfield.currencies import Scheme, group, load_scheme
from levelfield.engine import Engine, compose
from levelfield.explain.currencies import check_units, scheme_parts, sources
from levelfield.explain.explanation import Assumption, Check, Explanation, Part, parts
from levelfield.explain.source import Ground
from levelfield.explain.units import (
    assumptions,
    find_units,
    open_units,
    rule_counts,
    rule_sentences,
)
from levelfield.explain.words import SAID
from levelfield.payment import (
    STATEMENT_SCHEMA,
    Contract,
    PaymentInputs,
    Reckoning,
    line_key,
    load_contract,
    service_name,
)
from levelfield.payment.cover import NO_TEAM, care_in_words

Line = Mapping[str, str]
Inputs = Callable[[Contract], PaymentInputs]
"""What a contract is paid from in the home that is explained."""


def explain_line(ground: Ground, key: str, inputs: Inputs) -> Explanation | None:
    """The line with this key in a statement that the home keeps; None when no statement has it.

    Only the parties to the contract may see it.
    """
    folder = ground.warehouse.home / "statements"
    for file in sorted(folder.glob("*/*.csv")):
        if file.stem.startswith("shadow-"):
            continue
        for line in read_csv(file, STATEMENT_SCHEMA.names):
            if line["lineage"] == key:
                contract = load_contract(file.with_suffix(".yaml"))
                return _explain(ground, key, line, contract, file, inputs)
    return None


def _explain(
    ground: Ground, key: str, line: Line, contract: Contract, file: Path, inputs: Inputs
) -> Explanation:
    scheme = load_scheme(contract.scheme)
    price, units = int(line["price_pence"]), int(line["units"])
    product = units * price == int(line["amount_pence"])
    multiplied = Check(
        f"{units:,} × {format_pounds(price)} = {format_pounds(units * price)}; "
        f"{'agrees' if product else 'DIFFERS from the amount'}.",
        product,
    )
    service = service_name(line["service"]) if line["service"] else "all services of the term"
    named = ("period", "term", "part", "service", "currency", "snapshot")
    parts_of_key = [line[name] for name in named]
    kept = line_key(contract.id, contract.version, *parts_of_key) == key
    same = Check(
        f"The contract kept beside the statement (version {contract.version}) "
        f"{'is' if kept else 'IS NOT'} the one that the line was paid by.",
        kept,
    )
    common = Explanation(
        key=key,
        kind="statement line",
        title=f"{contract.title}, line {line['line']} of {line['period']}",
        audience="party",
        figure=parts(
            [
                ("Amount", format_pounds(int(line["amount_pence"]))),
                ("Units", f"{units:,}"),
                ("Price", format_pounds(price)),
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
        checks=(same, multiplied),
    )
    if not line["currency"]:
        return _worked_out(common, contract, line, inputs)
    return _activity(ground, common, contract, scheme, line, inputs)


def _worked_out(common: Explanation, contract: Contract, line: Line, inputs: Inputs) -> Explanation:
    """A line that is a sum by a formula: the formula, its numbers, and the sum made again."""
    notes: tuple[str, ...] = (
        "No records stand behind this line alone: it is worked out by its formula.",
    )
    term = next((term for term in contract.terms if term.id == line["term"]), None)
    months = [m for m in contract.financial_year.months if str(m) == line["period"]]
    drafts = (
        Reckoning(contract, inputs(contract)).drafts(term, months[0]) if term and months else ()
    )
    found = [draft for draft in drafts if draft.part == line["part"] and draft.currency is None]
    if term is None or not found:
        missing = Check("The contract that is kept has no such line: it DIFFERS.", False)
        return replace(common, checks=(*common.checks, missing), notes=notes)
    again = found[0].amount_pence
    agrees = again == int(line["amount_pence"])
    verdict = "agrees" if agrees else "DIFFERS from the amount"
    numbers = "; ".join(f"{one.name} is {one.value:,}" for one in found[0].workings)
    if found[0].evidence:
        keys = ", ".join(found[0].evidence)
        notes = (
            *notes,
            f"Values of measures that decided, each to be explained by its key: {keys}.",
        )
    return replace(
        common,
        rule=(
            f"{found[0].description}. {' '.join((inspect.getdoc(term) or '').split())}",
            f"Pounds: {found[0].formula}{f', where {numbers}' if numbers else ''}.",
        ),
        checks=(
            *common.checks,
            Check(
                f"Worked out again from the contract: {format_pounds(again)}; {verdict}.", agrees
            ),
        ),
        notes=notes,
    )


def _activity(
    ground: Ground,
    common: Explanation,
    contract: Contract,
    scheme: Scheme,
    line: Line,
    inputs: Inputs,
) -> Explanation:
    engine = open_units(ground, scheme, "contact")
    wanted = {name: line[name] for name in ("provider", "commissioner", "period", "currency")}
    team = None if line["service"] == NO_TEAM else line["service"]
    units = find_units(engine, {**wanted, "team_type": team})
    steps, priced = _price(contract, line, inputs)
    as_issued = line["snapshot"] == ground.snapshot
    counted = check_units(units, int(line["units"]))
    return replace(
        common,
        rule=(*steps, *rule_sentences(scheme, units)),
        assumptions=(
            *assumptions(units, int(line["price_pence"])),
            *_missing_attendance(engine, scheme, {**wanted, "team_type": team}, line, units.units),
        ),
        query=units.queries,
        parameters=tuple(Part(n, f"'{v}'") for n, v in {**wanted, "team_type": team}.items() if v),
        submissions=sources(ground, units),
        counts=rule_counts(units),
        checks=(*common.checks, priced, *([counted] if as_issued else [])),
        records=units.records,
        notes=(*ground.notes, *(() if as_issued else (_since(ground, line, units.units),))),
    )


def _since(ground: Ground, line: Line, units: int) -> str:
    """What must be said of a line whose data are no longer those of the build."""
    issued = int(line["units"])
    now = f"the same {units:,}" if units == issued else f"{units:,}, not {issued:,}"
    return (
        f"The data have changed since the statement was issued: it was made from snapshot "
        f"{line['snapshot']}, and the present build is of {ground.snapshot}. The line stands as it "
        f"was issued. Units counted today: {now}; what is shown of rules, submissions and records "
        "is of today."
    )


def _price(contract: Contract, line: Line, inputs: Inputs) -> tuple[tuple[str, ...], Check]:
    """The price in sentences, and whether it comes out as on the line."""
    stated = int(line["price_pence"])
    currency = line["currency"]
    if currency in contract.local_prices:
        again = pence(contract.local_prices[currency])
        steps = [f"Price: {format_pounds(again)}, agreed between the parties in the contract."]
    else:
        term = next((term for term in contract.terms if term.id == line["term"]), None)
        name = contract.price_list_of(term)
        try:
            price = (
                inputs(contract)
                .price_lists[name]
                .price(currency, contract.provider, contract.financial_year)
            )
        except ContractError as error:
            return (), Check(f"The price cannot be worked out again: {error}", False)
        again = price.pence
        steps = [f"Price list: {name}."]
        for step in price.steps:
            sign = "÷" if step.divides else "×"
            factor = f" ({sign} {step.factor:.6f})" if step.factor is not None else ""
            steps.append(f"{step.name}{factor}: £{step.pounds:,.4f}; {step.note}.")
        steps += [price.interval_note, *price.cautions]
    agrees = again == stated
    verdict = "agrees" if agrees else f"DIFFERS from the line's {format_pounds(stated)}"
    return tuple(steps), Check(f"Priced again: {format_pounds(again)}; {verdict}.", agrees)


def _missing_attendance(
    engine: Engine, scheme: Scheme, wanted: Mapping[str, str | None], line: Line, units: int
) -> Iterator[Assumption]:
    """What the line would be if contacts without an attendance code counted the other way."""
    now = str(scheme.choices["missing_attendance"])
    other = "attended" if now == "left_out" else "left_out"
    own = [name for name in wanted if name != "currency" and wanted[name] is not None]
    where = " AND ".join([f"{name} = ${name}" for name in own] or ["TRUE"])
    where += " AND team_type IS NULL" if wanted["team_type"] is None else ""
    engine.create(
        "line_contact", f"SELECT * FROM contact WHERE {where}", {name: wanted[name] for name in own}
    )
    queries = group(scheme.with_parameters(missing_attendance=other), source="line_contact")
    final = "SELECT COUNT(*) AS units FROM unit WHERE currency = $currency"
    # The chain's own `unit` hides the units of the build.
    found = engine.query(compose(queries, final), {"currency": wanted["currency"]}).to_pylist()
    engine.drop("line_contact")
    change = found[0]["units"] - units
    worth = format_pounds(change * int(line["price_pence"]))
    yield Assumption(
        f"A contact without an attendance code is {SAID[now]}.",
        f"Were it {SAID[other]}, the line would have {change:+,} units, worth "
        f"{'+' if change > 0 else ''}{worth}.",
    )


def contract_parts(contract: Contract, term_id: str) -> tuple[Part, ...]:
    terms = {term.id: term for term in contract.terms}
    term = terms.get(term_id)
    services = ""
    if term is not None:
        services = care_in_words(contract.covers, term)
    return parts(
        [
            ("Contract", f"{contract.id}, version {contract.version}"),
            ("Contract source", contract.source),
            ("Term", f"{term_id}, {term.kind}" if term else term_id),
            ("Services", services),
            ("Price list", contract.price_list_of(term)),
        ]
    )


def _currency(scheme: Scheme, code: str) -> str:
    return f"{code}, {scheme.currencies.get(code, 'which the scheme does not have now')}"
