"""What a sum that is worked out rests on: care, registered people, and lines of other terms."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from levelfield.core.money import format_pounds
from levelfield.explain.asked import Asked
from levelfield.explain.care_behind import activity, person_years
from levelfield.explain.contracts import Line
from levelfield.explain.explanation import Check, Records
from levelfield.explain.rests import Rests
from levelfield.explain.source import Ground
from levelfield.payment import Draft, Term, line_key
from levelfield.payment.registered import RegisteredList
from levelfield.payment.terms import CapitationTerm


def rests_on(
    ground: Ground, work: Asked, term: Term, line: Line, draft: Draft, kept: frozenset[str]
) -> Iterator[Rests]:
    """Everything that the numbers of a line rest on, as far as its term asked for it.

    `kept` are the keys of the lines of the same statement: those can be explained in turn.
    """
    numbers = {one.name: one.value for one in draft.workings}
    if "activity" in numbers:
        yield from activity(ground, work, numbers["activity"])
    if draft.part in work.people:
        yield person_years(ground, work, term, draft)
    if isinstance(term, CapitationTerm):
        yield from (_registered(term, people, numbers) for people in work.lists.values())
    if work.amounts:
        yield _other_lines(work, line, numbers, kept)


def _registered(term: CapitationTerm, people: RegisteredList, numbers: dict[str, Decimal]) -> Rests:
    """The groups of a registered list with their weights."""
    rows, total = [], Fraction(0)
    for row in term.weights:
        weighted = people.people[row.group] * Fraction(row.weight)
        total += weighted
        cells = (row.age_band, row.sex, row.need, f"{people.people[row.group]:,}")
        rows.append((*cells, str(row.weight), f"{float(weighted):,.4f}"))
    agrees = Decimal(total.numerator) / Decimal(total.denominator) == numbers["weighted_people"]
    verdict = "agrees" if agrees else "DIFFERS from the formula's"
    columns = ("age", "sex", "need", "people", "weight", "weighted")
    title = f"Registered list '{term.registered_list}' of {people.year}"
    return Rests(
        checks=(Check(f"Weighted people added up: {float(total):,.4f}; {verdict}.", agrees),),
        records=(Records(title, len(rows), columns, tuple(rows)),),
    )


def _other_lines(
    work: Asked, line: Line, numbers: dict[str, Decimal], kept: frozenset[str]
) -> Rests:
    """The lines of other terms that this one is worked out from."""
    contract, rows = work.contract, []
    for name, month in work.amounts:
        for draft in work.drafts(work.term(name), month):
            key = line_key(
                contract.id,
                contract.version,
                str(month),
                name,
                draft.part,
                draft.service,
                draft.currency,
                line["snapshot"],
            )
            amount = format_pounds(draft.amount_pence)
            cells = (str(month), name, draft.description, amount)
            rows.append((*cells, key if key in kept else "in another statement"))
    columns = ("month", "term", "line", "amount", "key")
    found = Records("Lines of other terms that it rests on", len(rows), columns, tuple(rows))
    return Rests(checks=tuple(_of_base(work, line, numbers)), records=(found,))


def _of_base(work: Asked, line: Line, numbers: dict[str, Decimal]) -> Iterator[Check]:
    """A base of the month is the sum of what other terms pay for it, not below zero."""
    if "base" not in numbers:
        return
    of_month = [pence for (_, month), pence in work.amounts.items() if str(month) == line["period"]]
    base = max(sum(of_month), 0)
    agrees = base == max(numbers["base"] * 100, Decimal(0))
    verdict = "agrees" if agrees else "DIFFERS from the formula's"
    yield Check(f"Base added up from those lines: {format_pounds(base)}; {verdict}.", agrees)
