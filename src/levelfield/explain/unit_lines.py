"""A line that is units × price: the price step by step, and the units by rule and record."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from levelfield.core.money import format_pounds
from levelfield.currencies import Scheme, group, load_scheme
from levelfield.engine import Engine, compose
from levelfield.explain.contracts import Line, term_of
from levelfield.explain.currencies import check_number, sources
from levelfield.explain.explanation import Assumption, Explanation, Part
from levelfield.explain.prices import price_again
from levelfield.explain.source import Ground
from levelfield.explain.units import (
    assumptions,
    find_units,
    how_to_follow,
    open_units,
    rule_counts,
    rule_sentences,
)
from levelfield.explain.words import SAID
from levelfield.payment import Contract, PaymentInputs
from levelfield.payment.cover import NO_TEAM

Wanted = Mapping[str, str | None]


def explain_units(
    ground: Ground, common: Explanation, contract: Contract, line: Line, given: PaymentInputs
) -> Explanation:
    """The price made again, and the units counted one by one.

    The days beyond a trim point are those of the episodes that end in the month.
    """
    term = term_of(contract, line["term"])
    scheme = load_scheme(contract.scheme_of(term))
    engine = open_units(ground, scheme, "contact")
    names = ("provider", "commissioner", "period", "currency")
    wanted: Wanted = {
        **{name: line[name] for name in names},
        "team_type": None if line["service"] == NO_TEAM else line["service"],
    }
    units = find_units(engine, scheme, wanted)
    beyond = line["part"] == "beyond"
    number = units.excess if beyond else units.units
    price = price_again(contract, term, line, given)
    as_issued = line["snapshot"] == ground.snapshot
    counted = check_number(number, int(line["units"]))
    worth = None if beyond else int(line["price_pence"])
    return replace(
        common,
        rule=(*price.steps, *rule_sentences(scheme, units), *how_to_follow(scheme, units)),
        assumptions=(
            *assumptions(units, worth),
            *_missing_attendance(engine, scheme, wanted, line, number),
        ),
        query=units.queries,
        parameters=tuple(Part(name, f"'{value}'") for name, value in wanted.items() if value),
        submissions=sources(ground, units),
        counts=rule_counts(units),
        checks=(*common.checks, *price.checks, *([counted] if as_issued else [])),
        records=(*price.records, *units.records),
        notes=(*ground.notes, *(() if as_issued else (_since(ground, line, number),))),
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


def _missing_attendance(
    engine: Engine, scheme: Scheme, wanted: Wanted, line: Line, number: int
) -> Iterator[Assumption]:
    """What the line would be if contacts without an attendance code counted the other way."""
    if "missing_attendance" not in scheme.choices:
        return
    now = str(scheme.choices["missing_attendance"])
    other = "attended" if now == "left_out" else "left_out"
    parameters = {name: value for name, value in wanted.items() if value is not None}
    asked = {name: f"{name} = ${name}" for name in parameters}
    asked |= {name: f"{name} IS NULL" for name in wanted.keys() - parameters.keys()}
    source = None
    if scheme.record.table == "contact":
        # The contacts of the line's cell are enough, since each is grouped by itself.
        source = "line_contact"
        own = [condition for name, condition in asked.items() if name != "currency"]
        engine.create(
            source,
            f"SELECT * FROM contact WHERE {' AND '.join(own)}",
            {name: value for name, value in parameters.items() if name != "currency"},
        )
    queries = group(scheme.with_parameters(missing_attendance=other), source=source)
    what = "excess" if line["part"] == "beyond" else "units"
    # The chain's own `unit` hides the units of the build.
    final = f"SELECT SUM({what}) AS number FROM unit WHERE {' AND '.join(asked.values())}"
    found = engine.query(compose(queries, final), parameters).to_pylist()
    if source:
        engine.drop(source)
    change = round(found[0]["number"] or 0) - number
    worth = format_pounds(change * int(line["price_pence"]))
    yield Assumption(
        f"A contact without an attendance code is {SAID[now]}.",
        f"Were it {SAID[other]}, the line would have {change:+,} units, worth "
        f"{'+' if change > 0 else ''}{worth}.",
    )
