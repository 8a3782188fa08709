"""Commands about what a contract has to answer: review, guards."""

import json
from pathlib import Path
from typing import Annotated

import typer

from levelfield import payment
from levelfield.cli.bridge_shown import show_bridge
from levelfield.cli.console import say, say_poor, show
from levelfield.cli.guards_shown import gate_words, guards_shown
from levelfield.cli.money import ContractArgument
from levelfield.cli.options import (
    DEFAULT_HOME,
    EngineName,
    EngineOption,
    Format,
    HomeOption,
    JsonOption,
    QuietOption,
)
from levelfield.commissioning import before_signature, block_review
from levelfield.core.money import format_pounds
from levelfield.home import Home
from levelfield.pipeline.commissioning import find_register, keep_guards, keep_review
from levelfield.pipeline.statements import find_contract, naming

MOST_PARTS = 5
"""Lines that the terminal shows of a finding, the dearest first; the files have all."""


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command("review")(review_command)
    app.command("guards")(guards_command)


def review_command(
    contract: ContractArgument,
    notes: Annotated[
        Path | None,
        typer.Option(help="A YAML file of conclusions, gaps with reasons and replies."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    engine: EngineOption = EngineName.duckdb,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Take a block contract apart: service lines, four findings with pounds, and a bridge."""
    opened = Home.open(home)
    noted = block_review.load_notes(notes) if notes is not None else None
    file = find_contract(contract)
    agreed = payment.load_contract(file)
    with naming(file):
        made = opened.review(agreed, noted, engine.value)
    written = keep_review(opened, file, made, notes)
    if as_json:
        print(json.dumps(block_review.as_json(made), indent=2, ensure_ascii=False))
        return
    scope = made.scope
    print(f"{made.contract.title}: review of the block, {scope.words}")
    print(f"{block_review.PARTY}")
    print(f"Data quality: {made.standing.words}.")
    say_poor(made.standing, quiet)
    if scope.left_out:
        months = ", ".join(map(str, scope.left_out))
        print(f"Left out, since their quarter is not held whole: {months}.")
    _show_findings(made)
    _show_bridge(made)
    _show_records(made)
    say(f"Written to {written} (CSV, JSON and workbook). For the parties to the contract.", quiet)


def guards_command(
    contract: ContractArgument,
    register: Annotated[
        Path | None,
        typer.Option(help="The register; without it the .register.yaml beside the contract."),
    ] = None,
    costs: Annotated[
        str | None,
        typer.Option(help="A price list with intervals of cost; the contract's own if none."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    engine: EngineOption = EngineName.duckdb,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check a proposed contract before signature. Ends with 1 while a gate is open."""
    opened = Home.open(home)
    file = find_contract(contract)
    proposal = payment.load_contract(file)
    entries = find_register(file, register, proposal.id)
    with naming(file):
        made = opened.guards(proposal, entries, costs, engine.value)
    written = keep_guards(opened, made)
    if as_json:
        print(json.dumps(before_signature.as_json(made), indent=2, ensure_ascii=False))
    else:
        print(f"{proposal.title}: before signature")
        print(before_signature.PARTY)
        print(f"Judged by the activity and data of {made.base}. {made.standing.words}.")
        print(f"It would pay {format_pounds(made.value)} in {proposal.year}.")
        say_poor(made.standing, quiet)
        _show_guards(made)
        say(f"Written to {written} (CSV, JSON and workbook).", quiet)
    if made.open_gates:
        raise typer.Exit(1)


def _show_guards(made: before_signature.Guards) -> None:
    """The parts of the report that have something to say, then the gates."""
    for part, rows in guards_shown(made).items():
        if rows:
            print(f"\n{part}")
            show(rows, list(rows[0]), Format.table)
    print("\nGates")
    for gate in made.gates:
        print(f"{gate.id} {gate.status}: {gate.rule} {gate_words(gate)}")
    print(f"\n{len(made.open_gates)} of {len(made.gates)} gates are open.")


def _show_findings(made: block_review.Review) -> None:
    for one in made.findings:
        print(f"\n{one.rule} {one.title}: {one.told}")
        print(f"  Question: {one.question}")
        for sentence in one.evidence:
            print(f"  {sentence}")
        dearest = sorted(one.parts, key=lambda part: -abs(part.pence or 0))
        for part in [part for part in dearest if part.pence][:MOST_PARTS]:
            name = f"{part.line} {payment.service_name(part.line)}" if part.is_line else part.line
            print(f"    {name}: {format_pounds(part.pence or 0)}; {part.evidence}")
        print(f"  Interval: {one.interval_note}")
        print(f"  Confidence {one.confidence}: {one.confidence_why}. Action: {one.action}.")
        for example in one.examples[:MOST_PARTS]:
            print(f"    e.g. {example}")
        print(f"  Reply of the provider: {one.reply or '(none yet)'}")


def _show_records(made: block_review.Review) -> None:
    """How complete each line's record is, and what is open in it."""
    rows = [
        {
            "line": record.line,
            "service": payment.service_name(record.line),
            "settled": f"{record.settled} of {len(record.entries)}",
            "open": ", ".join(name for name, e in record.entries.items() if not e.settled),
        }
        for record in made.records
    ]
    print()
    show(rows, ["line", "service", "settled", "open"], Format.table)
    closed = sum(record.closed for record in made.records)
    print(f"{closed} of {len(made.records)} records are closed.")


def _show_bridge(made: block_review.Review) -> None:
    print()
    show_bridge(made.steps.bridge())
    for sentence in made.notes:
        print(sentence)
