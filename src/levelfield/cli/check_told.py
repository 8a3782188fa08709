"""How a check is told on the terminal: what matters first, and no more than a screen or two."""

import shutil
import textwrap

from levelfield.publish import CheckData, CostedFinding, check_plan, check_words
from levelfield.publish.changes import Comparison

SHOWN = 6
"""Findings that the terminal tells; the report has all of them."""

NARROW, WIDE = 40, 100


def tell_check(data: CheckData) -> None:
    """Print a check, as wide as the terminal up to a width that reads well."""
    width = max(NARROW, min(shutil.get_terminal_size().columns, WIDE))
    report = data.report
    who = f"{report.provider} {report.period} {report.window}".strip() or data.name
    what = f"{who}: {check_words.outcome(data)}"
    _say(what if what.endswith("?") else f"{what}.", width)
    for look in report.looks:
        _say(f"Look: {look}", width)
    _say(check_words.records_words(report), width)
    _say(check_words.stake_words(data.stake) if data.stake else data.stake_note, width)
    _say(data.days_left, width)
    _say(data.becomes, width)
    for sentence in (*data.settings, *data.declared):
        _say(sentence, width)
    if data.review is not None:
        print()
        _say(check_plan.review_words(data.review), width)
        faults = check_plan.told(data.review)
        for item in faults[:SHOWN]:
            _say(check_plan.progress_words(item), width, "  ")
        _more(len(faults) - SHOWN, "fault of the plan", width)
    _compared(data.comparison, width)
    for place, one in enumerate(data.causes[:SHOWN], start=1):
        _finding(place, one, width)
    _more(len(data.causes) - SHOWN, "kind of finding", width)
    if data.consequences:
        fell = sum(one.finding.count for one in data.consequences)
        print()
        others = "have no fault of their own and fell with others."
        alone = "1 record has no fault of its own and fell with another."
        _say(f"{fell:,} records {others}" if fell > 1 else alone, width)


def _compared(found: Comparison, width: int) -> None:
    """What differs from earlier submissions, or that nothing does, and from published figures."""
    print()
    _say(found.outcome, width)
    for line in found.breaks:
        _say(line, width)
    for line in found.told:
        _say(line, width, "  ")
    _more(found.untold, "change", width)
    if found.published:
        print()
    for sentence in found.published_words:
        _say(sentence, width)


def _finding(place: int, one: CostedFinding, width: int) -> None:
    finding = one.finding
    print()
    _say(f"{place}. {check_words.heading(one)}", width, "", "   ")
    _say(check_words.harm(one), width, "   ")
    _say(check_words.first_records(one), width, "   ")
    if sent := check_words.commonest(finding):
        _say(f"Sent most often: {sent}.", width, "   ")
    if finding.remedy:
        _say(f"To do: {finding.remedy}", width, "   ")
    where = ".".join(part for part in (finding.table, finding.field) if part)
    grade = finding.severity.replace("_", " ")
    _say(" ".join(filter(None, (f"({grade}, {finding.rule})", where))), width, "   ")


def _more(left: int, what: str, width: int) -> None:
    if left > 0:
        first, of, rest = what.partition(" of ")
        plural = f"{first}s{of}{rest}"
        print()
        _say(f"and {left:,} more {plural if left > 1 else what}: --out FOLDER tells all.", width)


def _say(text: str, width: int, indent: str = "", then: str | None = None) -> None:
    """Print a paragraph, its first line indented by `indent` and the others by `then`."""
    if text:
        later = indent if then is None else then
        print(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=later))
