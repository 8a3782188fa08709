"""One record for each service line, after the template of South Manchester (rule UN-1)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from levelfield.commissioning.block_review.counted import Counted
from levelfield.commissioning.block_review.figures import LineFigures
from levelfield.commissioning.block_review.notes import LineNotes
from levelfield.commissioning.block_review.scope import Scope
from levelfield.core.errors import DefinitionError
from levelfield.core.money import format_pounds, round_half_away
from levelfield.payment import service_name

Status = Literal["present", "imputed", "not collected", "not shared"]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "identity": ("service", "commissioner", "provider", "contract_line", "period"),
    "activity": ("attendance_rate", "contacts", "contacts_by_location", "referrals_by_source"),
    "cost": ("allocated", "spent", "cost_per_contact", "staffing", "overhead"),
    "benchmark": ("national_price", "local_to_national", "comparator"),
    "feedback": ("patients", "stakeholders", "feedback_source"),
    "conclusion": ("should_achieve", "recommendations", "owner", "decided_on"),
}
"""The fields of a record by group."""

FIELDS = tuple(field for fields in GROUPS.values() for field in fields)

SEEN, MISSED = ("5", "6"), ("3", "7")


@dataclass(frozen=True)
class Entry:
    """One field of a record: its value as text, where it comes from, and in `note` the rule by
    which it was imputed or the reason of a gap. A gap without a reason has an empty note."""

    value: str
    status: Status
    note: str = ""

    @property
    def settled(self) -> bool:
        """Whether the field needs nothing more: it has a value, or a gap with a reason."""
        return bool(self.value) or bool(self.note)

    @property
    def origin(self) -> str:
        """The status with its note."""
        return f"{self.status}: {self.note}" if self.note else self.status

    @property
    def words(self) -> str:
        """The value, or why there is none."""
        if not self.value:
            return self.origin
        return self.value if self.status == "present" else f"{self.value} ({self.origin})"


@dataclass(frozen=True)
class LineRecord:
    """A service line and its fields."""

    line: str
    entries: Mapping[str, Entry]

    @property
    def settled(self) -> int:
        return sum(entry.settled for entry in self.entries.values())

    @property
    def closed(self) -> bool:
        """Whether every field is there or has a reasoned gap."""
        return self.settled == len(self.entries)


def make_records(
    scope: Scope,
    lines: Sequence[LineFigures],
    counted: Counted,
    terms: Mapping[str, str],
    price_list: str,
    notes: Mapping[str, LineNotes],
) -> tuple[LineRecord, ...]:
    """The record of every line. `terms` is the contract's term by line; `notes` are by line.

    Raises DefinitionError for notes about a line or a field that the review does not have.
    """
    for line, about in notes.items():
        if line not in scope.lines:
            raise DefinitionError(
                f"The notes are about the line '{line}', which the block does not pay for. It pays "
                f"for: {', '.join(scope.lines)}."
            )
        for field in about.gaps:
            if field not in FIELDS:
                raise DefinitionError(
                    f"The notes give a gap for '{field}' of line {line}, which is not a field of a "
                    f"record. There are: {', '.join(FIELDS)}."
                )
    return tuple(
        _record(scope, x, counted, terms[x.line], price_list, notes.get(x.line, LineNotes()))
        for x in lines
    )


def _record(
    scope: Scope,
    line: LineFigures,
    counted: Counted,
    term: str,
    price_list: str,
    notes: LineNotes,
) -> LineRecord:
    codes = [code for code, own in scope.line_of.items() if own == line.line]
    known = {
        "service": _there(f"{service_name(line.line)} ({', '.join(codes)})"),
        "commissioner": _there(scope.commissioner),
        "provider": _there(scope.provider),
        "contract_line": _there(term),
        "period": _there(scope.words),
        **_activity(line, counted),
        **_cost(line),
        **_benchmark(scope, line, price_list),
        **_feedback(line, counted, notes),
        "should_achieve": _there(notes.should_achieve),
        "recommendations": _there(notes.recommendations),
        "owner": _there(notes.owner),
        "decided_on": _there(str(notes.decided_on or "")),
    }
    entries = {}
    for field in FIELDS:
        entry, gap = known[field], notes.gaps.get(field)
        if not entry.value and gap is not None:
            entry = Entry("", gap.status, gap.reason)
        entries[field] = entry
    return LineRecord(line.line, entries)


def _activity(line: LineFigures, counted: Counted) -> dict[str, Entry]:
    of_line = [row for row in counted.activity if row["line"] == line.line]
    by_status: Counter[str] = Counter()
    by_place: Counter[str] = Counter()
    for row in of_line:
        by_status[row["attendance_status"] or ""] += row["contacts"]
        if row["attendance_status"] in SEEN:
            by_place[row["activity_location_type"] or "not known"] += row["contacts"]
    seen = sum(by_status[code] for code in SEEN)
    due = seen + sum(by_status[code] for code in MISSED)
    sources = [row for row in counted.sources if row["line"] == line.line]
    told = "; ".join(f"{r['source_of_referral'] or 'not known'}: {r['referrals']}" for r in sources)
    return {
        "attendance_rate": _there(f"{seen / due:.1%}" if due else ""),
        "contacts": _there(f"{seen:,}"),
        "contacts_by_location": _there(
            "; ".join(f"{place}: {count}" for place, count in by_place.most_common())
        ),
        "referrals_by_source": _there(told),
    }


def _cost(line: LineFigures) -> dict[str, Entry]:
    share = "as stated" if line.paid_stated else "by the contacts put down under it"
    imputed = f"the provider's cost of the team type × the share this commissioner pays, {share}"
    spent = _money(line.spent)
    cost = _money(None if line.unit_cost is None else round_half_away(line.unit_cost))
    if line.spent_imputed:
        spent = Entry(spent.value, "imputed", imputed)
    if cost.value and (line.spent_imputed or not line.paid_stated):
        basis = imputed if line.spent_imputed else "contacts put down under this commissioner"
        cost = Entry(cost.value, "imputed", f"over {basis}")
    if cost.value and line.lost:
        lost = f"{line.lost:.1%}" if line.lost >= 0.001 else "fewer than 0.1%"
        more = f"{lost} more contacts, lost on the way, put back"
        cost = Entry(cost.value, "imputed", "; ".join(filter(None, (cost.note, more))))
    return {
        "allocated": _money(line.allocated),
        "spent": spent,
        "cost_per_contact": cost,
        "staffing": _money(line.staffing),
        "overhead": _money(line.overhead),
    }


def _benchmark(scope: Scope, line: LineFigures, price_list: str) -> dict[str, Entry]:
    mean, cost = line.priced.mean_pence, line.unit_cost
    least, most = line.priced.least_pence, line.priced.most_pence
    ratio = f"{cost / mean:.2f}" if mean and cost is not None else ""
    if ratio and cost is not None and least and most and least < most:
        ratio += f" ({cost / most:.2f} to {cost / least:.2f})"
    return {
        "national_price": _money(None if mean is None else round_half_away(mean)),
        "local_to_national": _there(ratio),
        "comparator": _there(
            f"{price_list}, {scope.year}: mean price of the line's units, so of its own mix; moved "
            "to the year and the provider's place"
        ),
    }


def _feedback(line: LineFigures, counted: Counted, notes: LineNotes) -> dict[str, Entry]:
    answers = counted.feedback.get(line.line)
    patients, source = notes.patients, notes.feedback_source
    if answers and not patients:
        share = answers["positive"] / answers["responses"]
        patients = f"{share:.1%} very good or good, of {answers['responses']:,} answers"
        source = source or "Friends and Family returns of these months, all commissioners"
    return {
        "patients": _there(patients),
        "stakeholders": _there(notes.stakeholders),
        "feedback_source": _there(source),
    }


def _there(value: str) -> Entry:
    return Entry(value, "present" if value else "not collected")


def _money(pence: int | None) -> Entry:
    return _there("" if pence is None else format_pounds(pence))
