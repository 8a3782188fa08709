"""The page of measures: each in words, with its examples, and how measures are counted."""

from chapters import markdown, specs
from levelfield.measures import Example, Measure, in_words, load_measures

INTRODUCTION = """
A measure is one YAML file in `src/levelfield/definitions/measures/`. This page says what each file
says. None of them is an official statistic. The rows of the examples are counted by the tests as
the facts are, on DuckDB and on Spark.
"""


def page() -> str:
    library = load_measures()
    index = markdown.table(
        ["measure", "title", "domain", "statistic"],
        [(f"[`{m.id}`](#{m.id})", m.title, m.domain, m.statistic) for m in library.values()],
    )
    counted = ["## How measures are counted"]
    for module in specs.modules("measure_"):
        if module.specs:
            counted += [f"### {module.title}", *(specs.render(s, level=4) for s in module.specs)]
    return markdown.page(
        "Measures", INTRODUCTION, index, *(_measure(m) for m in library.values()), *counted
    )


def _measure(measure: Measure) -> str:
    words = in_words(measure)
    companion = f"[`{measure.companion}`](#{measure.companion})" if measure.companion else ""
    rows = [
        ("Who counts", words.who_counts),
        ("Who does not", " ".join(words.who_does_not)),
        ("What is counted", words.what_is_counted),
        ("How it is shown", words.how_it_is_shown),
        ("Better", words.polarity),
        ("Standard", " ".join(words.standards) or "Nobody has set one."),
        ("Clock", _clock(measure)),
        ("Services", measure.services),
        ("Areas", ", ".join(measure.areas)),
        ("Compared by", measure.comparison),
        ("Adjusted", _adjustment(measure)),
        ("Broken down by", ", ".join(measure.stratifiers)),
        ("Companion", companion),
        ("Source", measure.source),
        ("Version", measure.version),
        ("Written by", measure.authored_by),
        ("Reviewed", f"{measure.reviewed_on}, next {measure.next_review}"),
    ]
    parts = [
        f"## {measure.id}",
        f"**{measure.title}.** {measure.purpose} {measure.why_it_matters}",
        markdown.table(["", ""], [row for row in rows if row[1]]),
        "Notes and caveats:",
        markdown.bullets([*words.notes, *measure.caveats]),
        "What is known:\n\n" + markdown.bullets(measure.evidence) if measure.evidence else "",
        _conditions(measure),
        *(_example(example) for example in measure.examples),
    ]
    return "\n\n".join(filter(None, parts))


def _clock(measure: Measure) -> str:
    if measure.clock is None:
        return ""
    clock = measure.clock
    parts = [("starts", clock.start), ("stops", clock.stop), ("is held", clock.pause)]
    said = [f"{verb}: {event}" for verb, event in parts if event]
    return "; ".join([*said, *([f"limit: {clock.limit}"] if clock.limit else [])])


def _adjustment(measure: Measure) -> str:
    one = measure.adjustment
    return f"{one.method}, by {', '.join(one.by)}: {one.why}" if one else ""


def _conditions(measure: Measure) -> str:
    rows = [(key, f"`{condition}`") for key, condition in measure.conditions]
    if measure.observation:
        rows.append(("observation.value", f"`{measure.observation.value}`"))
    return f"Conditions over the fact `{measure.fact}`:\n\n" + markdown.table(["key", "SQL"], rows)


def _example(example: Example) -> str:
    counts = [("numerator", example.numerator), ("denominator", example.denominator)]
    outcome = [f"{name} {count}" for name, count in counts if count is not None]
    if example.value is not None:
        outcome.append(f"value {example.value}")
    return (
        f"### {example.title}\n\n{markdown.drawn(example.given)}\n\nExpected: {', '.join(outcome)}."
    )
