"""A statement line walked back: contract, term, price step by step, and the units behind it."""

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
from levelfield.payment import STATEMENT_SCHEMA, BlockTerm, Contract, load_contract, service_name
from levelfield.payment.contract import NO_TEAM
from levelfield.payment.statement import line_key
from levelfield.tariff import PriceList

Line = Mapping[str, str]
Prices = Callable[[str], PriceList]


def explain_line(ground: Ground, key: str, prices: Prices) -> Explanation | None:
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
                return _explain(ground, key, line, contract, file, prices)
    return None


def _explain(
    ground: Ground, key: str, line: Line, contract: Contract, file: Path, prices: Prices
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
    parts_of_key = [line[k] for k in ("period", "term", "service", "currency", "snapshot")]
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
    if line["kind"] == "block":
        return _block(common, contract, line)
    return _activity(ground, common, contract, scheme, line, prices)


def _block(common: Explanation, contract: Contract, line: Line) -> Explanation:
    months = [str(month) for month in contract.financial_year.months]
    terms = [t for t in contract.terms if isinstance(t, BlockTerm) and t.id == line["term"]]
    notes = ("No records stand behind this line: a block is paid whatever is done.",)
    if not terms or line["period"] not in months:
        missing = Check("The contract that is kept has no such block: it DIFFERS.", False)
        return replace(common, checks=(*common.checks, missing), notes=notes)
    place = months.index(line["period"]) + 1
    again = terms[0].month_pence(place)
    agrees = again == int(line["amount_pence"])
    verdict = "agrees" if agrees else "DIFFERS from the amount"
    return replace(
        common,
        rule=(
            f"A block: {format_pounds(pence(terms[0].annual))} for {contract.year}, whatever is "
            "done. A month is paid a twelfth in whole pence, and the last month takes what is left "
            f"over. This is month {place} of 12.",
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
    prices: Prices,
) -> Explanation:
    engine = open_units(ground, scheme, "contact")
    wanted = {name: line[name] for name in ("provider", "commissioner", "period", "currency")}
    team = None if line["service"] == NO_TEAM else line["service"]
    units = find_units(engine, {**wanted, "team_type": team})
    steps, priced = _price(contract, line, prices)
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


def _price(contract: Contract, line: Line, prices: Prices) -> tuple[tuple[str, ...], Check]:
    """The price in sentences, and whether it comes out as on the line."""
    stated = int(line["price_pence"])
    currency = line["currency"]
    if currency in contract.local_prices:
        again = pence(contract.local_prices[currency])
        steps = [f"Price: {format_pounds(again)}, agreed between the parties in the contract."]
    else:
        try:
            price = prices(contract.price_list).price(
                currency, contract.provider, contract.financial_year
            )
        except ContractError as error:
            return (), Check(f"The price cannot be worked out again: {error}", False)
        again = price.pence
        steps = [f"Price list: {contract.price_list}."]
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
        named = term.services
        services = "all that no other term names" if named == "others" else ", ".join(named)
    return parts(
        [
            ("Contract", f"{contract.id}, version {contract.version}"),
            ("Contract source", contract.source),
            ("Term", f"{term_id}, {term.kind}" if term else term_id),
            ("Services", services),
            ("Price list", contract.price_list),
        ]
    )


def _currency(scheme: Scheme, code: str) -> str:
    return f"{code}, {scheme.currencies.get(code, 'which the scheme does not have now')}"
