"""The eleven gates that UnitingCare taught (UC-1 to UC-11): open, closed or waived."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from levelfield.commissioning.before_signature.register import GateEntry, GateId, Register
from levelfield.core.money import format_pounds, pence

Check = Literal["met", "not met", "cannot tell"]
"""What the facts say of a gate; the parties' word is another matter."""

EARLY_DAYS, EARLY_SHARE = 90, Decimal("0.10")
"""UC-10: requests in so many days above this share of year 1 open a formal review [ours]."""

RULES: Mapping[GateId, str] = {
    "UC-1": "No cost clarification is unresolved.",
    "UC-2": "A bid below a ceiling on which others sit has had a bottom-up review of its cost.",
    "UC-3": "Every assumption of the bid is listed, priced and owned.",
    "UC-4": "The legal form was tested for VAT and other tax.",
    "UC-5": "A parent's or member's guarantee is in place, or its absence accepted by name.",
    "UC-6": "The data gaps are listed with the pounds that hang on each.",
    "UC-7": "The savings were stressed by shortfalls of 25% and 50%.",
    "UC-8": "Readiness to go live is settled, with a named power to pause.",
    "UC-9": "One owner answers for the risk of the whole system.",
    "UC-10": "No request for more money is large enough, early enough, to ask for a formal review.",
    "UC-11": "Set-up and exit costs are budgeted and tracked.",
}
"""What each gate asks for (commissioning rules, section 6)."""


@dataclass(frozen=True)
class Gate:
    """One gate: its rule, where it stands, what the facts say and by whose word it is closed.

    A gate whose facts say `not met` stays open, whatever the register says, unless it is waived.
    """

    id: GateId
    rule: str
    status: Literal["open", "closed", "waived"]
    check: Check
    facts: str
    by: str
    dated: date | None
    reason: str


def judge_gates(register: Register, year_one: int, gaps_priced: bool) -> tuple[Gate, ...]:
    """Every gate. `year_one` is the contract's value of its first year in pence; `gaps_priced` says
    whether the report could price the data gaps."""
    made = []
    for name in get_args(GateId):
        check, facts = _CHECKS.get(name, _on_their_word)(register, year_one, gaps_priced)
        entry = register.gates.get(name, GateEntry(status="open"))
        contradicted = entry.status == "closed" and check == "not met"
        made.append(
            Gate(
                id=name,
                rule=RULES[name],
                status="open" if contradicted else entry.status,
                check=check,
                facts=facts,
                by=entry.by,
                dated=entry.dated,
                reason="closed in the register, against the facts"
                if contradicted
                else entry.reason,
            )
        )
    return tuple(made)


def _on_their_word(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    return "cannot tell", "rests on the word of whoever closes it"


def _clarifications(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    left = [
        one.id
        for one in register.open_items
        if one.kind == "cost clarification" and one.resolved is None
    ]
    if left:
        return "not met", f"unresolved: {', '.join(left)}"
    return "met", "no cost clarification in the register is unresolved"


def _bid(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    bids = register.bids
    if bids is None:
        return "cannot tell", "no bids in the register"
    under = (bids.ceiling - bids.bid) / bids.ceiling if bids.ceiling else Decimal(0)
    facts = (
        f"bid {format_pounds(pence(bids.bid))}, ceiling {format_pounds(pence(bids.ceiling))}: "
        f"{under:.2%} under"
    )
    matched = any(other >= bids.ceiling for other in bids.others)
    if bids.bid >= bids.ceiling or not matched:
        return "met", f"{facts}; {'others' if matched else 'no others'} sit on the ceiling"
    if bids.bottom_up_review:
        return "met", f"{facts}; reviewed: {bids.bottom_up_review}"
    return "not met", f"{facts}, while others sit on it, and no bottom-up review is named"


def _assumptions(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    if not register.assumptions:
        return "not met", "the register lists no assumption"
    bare = [one.id for one in register.assumptions if one.pounds is None or not one.owner]
    if bare:
        return "not met", f"without pounds or owner: {', '.join(bare)}"
    return "met", f"{len(register.assumptions)} assumptions, each with pounds and owner"


def _gaps(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    if gaps_priced:
        return "met", "the gaps are listed in this report with the pounds that hang on each"
    return "not met", "the data hold no activity by month to price the gaps by"


def _savings(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    if not register.savings:
        return "met", "the proposal counts on no savings"
    return "met", "this report has them under both shortfalls; somebody must have looked"


def _requests(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    if register.begins is None:
        return "met", "the contract has not begun"
    end = register.begins + timedelta(days=EARLY_DAYS)
    early = sum(pence(one.pounds) for one in register.requests if one.dated < end)
    facts = f"{format_pounds(early)} asked for in the first {EARLY_DAYS} days"
    if not year_one:
        return "cannot tell", f"{facts}; the value of year 1 is not known"
    facts += f", {Decimal(early) / year_one:.1%} of {format_pounds(year_one)}"
    return ("not met" if early > EARLY_SHARE * year_one else "met"), facts


def _budgets(register: Register, year_one: int, gaps_priced: bool) -> tuple[Check, str]:
    told = []
    for name, budget in (("set-up", register.set_up), ("exit", register.exit)):
        if budget is None:
            return "not met", f"no budget for {name} in the register"
        spent, planned = format_pounds(pence(budget.spent)), format_pounds(pence(budget.budget))
        told.append(f"{name} {spent} of {planned} spent")
        if budget.spent > budget.budget:
            return "not met", f"{name} is over its budget: {told[-1]}"
    return "met", "; ".join(told)


_CHECKS: dict[GateId, Callable[[Register, int, bool], tuple[Check, str]]] = {
    "UC-1": _clarifications,
    "UC-2": _bid,
    "UC-3": _assumptions,
    "UC-6": _gaps,
    "UC-7": _savings,
    "UC-10": _requests,
    "UC-11": _budgets,
}
