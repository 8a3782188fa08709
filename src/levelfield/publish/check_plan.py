"""An improvement plan held against a file, as its submitter reads it."""

from levelfield.core.dates import long_date, period_words
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.words import counted, listed, percent
from levelfield.quality import Progress, Review

HEADINGS = ("Fault", "Status", "Before", "This file", "Agreed", "Due", "Owner")


def review_words(review: Review) -> str:
    """How a plan stands, in a sentence or two."""
    plan = review.plan
    faults = counted(len(plan.items), "fault")
    begin = f"The improvement plan of {long_date(plan.made_on)} names {faults}"
    if reason := _unmeasured(review):
        return f"{begin}. None is measured: {reason}."
    stand = [f"{number} {status}" for status, number in review.statuses.items()]
    return f"{begin}; in this file: {listed(stand)}." if stand else f"{begin}."


def told(review: Review) -> list[Progress]:
    """The faults of a plan that need words of their own, those that need somebody first. Where
    none is measured for one reason, `review_words` has said it of all."""
    return [] if _unmeasured(review) else review.worst_first


def _unmeasured(review: Review) -> str:
    """The reason for which no fault is measured, where it is the same for all."""
    why = {one.why for one in review.progress}
    return why.pop() if len(why) == 1 else ""


def progress_words(one: Progress) -> str:
    """One fault of a plan, in a sentence: `Missed: contacts without …, 12% of records …`."""
    item = one.item
    status = f"{one.status[:1].upper()}{one.status[1:]}"
    agreed = f"at most {percent(item.target)} agreed by {period_words(item.due)}"
    if one.share is None:
        return f"{status}: {item.fault}, since {one.why} ({agreed})."
    owner = f"; {item.owner}" if item.owner else ""
    return (
        f"{status}: {item.fault}, {percent(one.share)} of the records, "
        f"{percent(item.baseline.share)} before ({agreed}{owner})."
    )


def review_table(review: Review) -> Table:
    """Every fault of a plan with its shares before, in this file and agreed."""
    head = columns(*(f"{name} #" if name in _SHARES else name for name in HEADINGS))
    rows: tuple[Row, ...] = tuple(
        (
            Cell(one.item.fault, note=one.why),
            one.status,
            percent(one.item.baseline.share),
            "" if one.share is None else percent(one.share),
            percent(one.item.target),
            period_words(one.item.due),
            one.item.owner,
        )
        for one in review.progress
    )
    return Table("Faults of the plan", head, rows)


_SHARES = ("Before", "This file", "Agreed")
