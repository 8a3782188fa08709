"""A measure's definition as its page tells it: clock, standards, code lists, review, examples."""

from collections.abc import Iterator
from datetime import date

from markupsafe import Markup, escape

from levelfield.benchmark import Reading
from levelfield.core import drawn
from levelfield.core.dates import long_date
from levelfield.disclosure import load_rules
from levelfield.measures import Example, Measure, in_words, load_code_lists
from levelfield.measures.examples import BECAUSE
from levelfield.measures.parts import Clock
from levelfield.publish.pages.measure_groups import STRATIFIERS
from levelfield.publish.parts import Cell, Table, columns
from levelfield.publish.words import listed, with_unit

_PERIODS = {"month": "month", "year": "financial year"}


def definition(measure: Measure, reading: Reading, today: date) -> dict[str, object]:
    """What the template of a measure page shows of its definition."""
    return {
        "words": in_words(measure),
        "summary": _summary(measure),
        "clock": clock_parts(measure.clock) if measure.clock else None,
        "code_lists": list(_code_lists(measure)),
        "examples": [_example(example, reading) for example in measure.examples],
        "overdue": _overdue(measure, today),
        "illustrative": illustrative(measure),
    }


def _summary(measure: Measure) -> list[tuple[str, str]]:
    words = in_words(measure)
    groups = listed([STRATIFIERS[name] for name in measure.stratifiers])
    return [
        ("What is counted", f"{'an' if measure.unit[0] in 'aeiou' else 'a'} {measure.unit}"),
        ("Counted from", f"the fact ‘{measure.fact}’"),
        ("The period of a row", f"that of its column ‘{measure.period_column}’"),
        ("Counted by", listed([_PERIODS[name] for name in measure.periods])),
        ("Broken down by", groups or "nothing"),
        ("Small numbers", load_rules()[measure.small_numbers].words),
        ("Standard", " ".join(words.standards) or "Nobody has set one."),
        ("Which way is better", words.polarity),
        ("How it is shown", words.how_it_is_shown),
        ("Domain and theme", f"{measure.domain}; {measure.theme}"),
        ("Kind", f"a measure of {measure.kind} (Donabedian)"),
        ("Services", measure.services),
        ("Service areas", listed(list(measure.areas)) or "none of the first eight in particular"),
        ("Source", measure.source),
        ("Written by", measure.authored_by),
        ("Checked by", measure.checked_by or "nobody yet"),
        ("Reviewed", f"{long_date(measure.reviewed_on)}; next on {long_date(measure.next_review)}"),
        ("Version", f"{measure.id}, version {measure.version}"),
    ]


def _overdue(measure: Measure, today: date) -> str:
    """That a review is overdue, in words; empty while it is not."""
    if measure.next_review >= today:
        return ""
    return f"This definition was due to be looked at again on {long_date(measure.next_review)}."


def illustrative(measure: Measure) -> list[str]:
    """The titles of its code lists that no clinician has checked."""
    lists = load_code_lists()
    return [lists[name].title for name in measure.code_lists if lists[name].illustrative]


def _code_lists(measure: Measure) -> Iterator[dict[str, object]]:
    for name in measure.code_lists:
        one = load_code_lists()[name]
        checked = f"checked by {one.reviewer}"
        if one.reviewed_on:
            checked += f" on {long_date(one.reviewed_on)}"
        rows = tuple((Cell(code), meaning) for code, meaning in one.codes.items())
        yield {
            "title": one.title,
            "illustrative": one.illustrative,
            "source": f"{one.system}, version {one.version} of the list. {one.source}",
            "checked": "" if one.illustrative else checked,
            "table": Table(f"Codes: {one.title}", columns("Code", "Meaning"), rows),
        }


def clock_parts(clock: Clock) -> dict[str, object]:
    """The clock as a drawing with its sentence, and what stands on it in words, in its order."""
    steps = [
        ("Start", clock.start),
        ("Pause", clock.pause),
        ("Limit", clock.limit),
        ("Stop", clock.stop),
    ]
    words = [(name, f"{text[0].upper()}{text[1:]}") for name, text in steps if text]
    # Files say it as a clause or as a noun, so that no sentence can be built round it.
    sentence = " ".join(f"{name}: {text.rstrip('.')}." for name, text in words)
    return {"drawing": _drawing(clock, sentence), "sentence": sentence, "words": words}


def _drawing(clock: Clock, sentence: str) -> Markup:
    """A line from start to stop, dashed while it may pause, with the limit across.

    Whether a clock stops before its limit differs from one to the next: the limit is drawn before
    the stop to show both, and the words say what counts.
    """
    # A file may say that nothing holds the clock, which is no pause.
    pauses = clock.pause is not None and not clock.pause.lower().startswith("nothing")
    parts = ['<path class="lf-clock__line" d="M40 40H260M380 40H560"/>']
    parts.append(
        '<path class="lf-clock__line lf-clock__pause" d="M260 40H380"/>'
        if pauses
        else '<path class="lf-clock__line" d="M260 40H380"/>'
    )
    labels = [(40, "Start"), (560, "Stop")]
    if pauses:
        labels.append((320, "Pause"))
    if clock.limit:
        parts.append('<path class="lf-clock__limit" d="M450 22V58"/>')
        labels.append((450, "Limit"))
    parts.append('<circle class="lf-clock__end" cx="40" cy="40" r="9"/>')
    parts.append('<path class="lf-clock__end" d="M551 31h18v18h-18z"/>')
    parts += [f'<text x="{x}" y="84" text-anchor="middle">{word}</text>' for x, word in labels]
    return Markup(
        '<svg class="lf-clock" viewBox="0 0 600 96" role="img" '
        f'aria-label="Clock. {escape(sentence)}">{"".join(parts)}</svg>'
    )


def _example(example: Example, reading: Reading) -> dict[str, object]:
    """The rows of an example, the reason first: a clinician reads that, and then the codes."""
    rows = drawn.rows(example.given, example.title)
    others = [name for name in rows[0] if name != BECAUSE]
    head = columns("Why", *others)
    body = tuple(
        (Cell(row[BECAUSE]), *(Cell(row[name] or "blank") for name in others)) for row in rows
    )
    if example.value is not None:
        result = with_unit(example.value, reading.unit, reading.per)
    else:
        result = f"{example.numerator:g} of {example.denominator:g}"
    return {"title": example.title, "result": result, "table": Table(example.title, head, body)}
