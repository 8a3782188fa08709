"""A line that is a sum by a formula: its numbers, and what each of them rests on."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from levelfield.core.errors import ContractError, UsageError
from levelfield.core.money import format_pounds
from levelfield.explain.asked import Asked
from levelfield.explain.contracts import Line, term_in_words, term_of
from levelfield.explain.evidence import follow, goal_of
from levelfield.explain.explanation import Check, Explanation
from levelfield.explain.formula import reckon
from levelfield.explain.rests import Rests
from levelfield.explain.rests_on import rests_on
from levelfield.explain.source import Ground
from levelfield.payment import Contract, Draft, PaymentInputs, Term
from levelfield.payment.terms.amounts import whole


def explain_worked_out(
    ground: Ground,
    common: Explanation,
    contract: Contract,
    line: Line,
    given: PaymentInputs,
    kept: frozenset[str],
) -> Explanation:
    """The formula with its numbers as they stand on the line, reckoned again; then the term worked
    out again, with the measures, units, people and other lines that it rests on.

    `kept` are the keys of the lines of the same statement.
    """
    term = term_of(contract, line["term"])
    said = "; ".join(f"{name} is {value}" for name, value in _numbers(line))
    formula = line["formula"]
    common = replace(
        common,
        rule=(
            f"{line['description']}.",
            *(term_in_words(term) if term else ()),
            f"Pounds: {formula}{f', where {said}' if said else ''}.",
        ),
        checks=(*common.checks, _by_formula(line)),
    )
    if line["snapshot"] != ground.snapshot:
        return replace(common, notes=(_since(ground, line),))
    work = Asked(contract, given)
    try:
        draft = _draft(work, contract, term, line)
    except (ContractError, UsageError) as error:
        failed = Check(f"The line cannot be worked out again: {error}", False)
        return replace(common, checks=(*common.checks, failed), notes=ground.notes)
    if draft is None:
        missing = Check("The contract that is kept has no such line: it DIFFERS.", False)
        return replace(common, checks=(*common.checks, missing), notes=ground.notes)
    assert term is not None
    found = [
        _again(line, draft),
        *goal_of(term, draft.part),
        *follow(ground, draft.evidence),
        *rests_on(ground, work, term, line, draft, kept),
    ]
    return _with(common, found, ground)


def _with(common: Explanation, found: list[Rests], ground: Ground) -> Explanation:
    notes = ground.notes
    if not any(rests.submissions for rests in found):
        notes += ("No records stand behind this line: it is worked out by its formula alone.",)
    return replace(
        common,
        rule=(*common.rule, *(words for rests in found for words in rests.rule)),
        assumptions=tuple(one for rests in found for one in rests.assumptions),
        submissions=tuple(dict.fromkeys(one for rests in found for one in rests.submissions)),
        counts=tuple(one for rests in found for one in rests.counts),
        checks=(*common.checks, *(check for rests in found for check in rests.checks)),
        query=tuple(one for rests in found for one in rests.query),
        parameters=tuple(one for rests in found for one in rests.parameters),
        records=tuple(one for rests in found for one in rests.records),
        notes=notes,
    )


def _draft(work: Asked, contract: Contract, term: Term | None, line: Line) -> Draft | None:
    """The line as the kept contract gives it now; None where it gives none."""
    months = [month for month in contract.financial_year.months if str(month) == line["period"]]
    if term is None or not months:
        return None
    found = [draft for draft in work.lines(term, months[0]) if draft.currency is None]
    return next((draft for draft in found if draft.part == line["part"]), None)


def _again(line: Line, draft: Draft) -> Rests:
    agrees = draft.amount_pence == int(line["amount_pence"])
    verdict = "agrees" if agrees else "DIFFERS from the amount"
    words = f"Worked out again from the contract: {format_pounds(draft.amount_pence)}; {verdict}."
    return Rests(checks=(Check(words, agrees),))


def _by_formula(line: Line) -> Check:
    numbers = {name: Fraction(value) for name, value in _numbers(line)}
    try:
        pence = reckon(line["formula"], numbers) * 100
    except ValueError as error:
        return Check(f"The formula gives nothing: {error}.", False)
    agrees = pence == int(line["amount_pence"])
    verdict = "agrees" if agrees else "DIFFERS from the amount"
    return Check(f"By its formula and numbers: {format_pounds(whole(pence))}; {verdict}.", agrees)


def _numbers(line: Line) -> Iterator[tuple[str, str]]:
    """The names and numbers of a line's workings, as it was kept."""
    for one in filter(None, line["workings"].split("; ")):
        name, _, value = one.partition("=")
        yield name, value


def _since(ground: Ground, line: Line) -> str:
    return (
        "The data have changed since the statement was issued: it was made from snapshot "
        f"{line['snapshot']}, and the present build is of {ground.snapshot}. The line stands as it "
        "was issued, with the numbers that its formula had then; values and units behind them are "
        "no longer those of the build, and are not shown."
    )
