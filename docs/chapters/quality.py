"""The page of data quality: dimensions and index in words, breaks, and worked examples."""

from chapters import markdown, specs
from levelfield.core import definitions
from levelfield.quality import (
    Dimension,
    load_consistent,
    load_dimensions,
    load_grades,
    load_index,
)

INTRODUCTION = """
What is counted of the data themselves: how complete, valid, consistent, unique, timely and covered
they are, and one index of maturity. The definitions are files in
`src/levelfield/definitions/quality/`; this page says what they say. None of the figures is an
official statistic. How to use them: [Improve data quality](../how-to/improve-data-quality.md).
"""

FIELDS = """
Intake counts what stood in each field of each table; the facts `field_quality` and
`table_quality` hold it ([facts](facts.md)). Every record read, repeats of a record apart, is one of
the five, so they add up; rows that could not be read at all are in none.

- **valid**: a national code that names an answer, or a value of the right layout;
- **other**: a national code that says 'other';
- **default**: a code for no answer: not known, not stated, does not apply;
- **invalid**: sent, but not in the code list (or retired) or not in the layout; kept or rejected;
- **missing**: blank.

Which codes say 'other' or stand for no answer is in `definitions/csds/1.6/code_meanings.csv`,
beside the default codes of `codes.csv`.
"""

BREAKS = """
Breaks in series that concern everybody. A home adds those of its providers: recorded in its
`breaks.yaml`, or suspected where the system or the version in the header of a provider changes from
one month held to the next.
"""


def page() -> str:
    parts = ["## What stands in a field", FIELDS]
    parts += [_dimension(dimension) for dimension in load_dimensions().values()]
    parts += [_index(), _consistent(), "## Breaks in series", BREAKS, _breaks()]
    parts.append("## Worked examples")
    for module in specs.modules("quality_"):
        parts += [f"### {module.title}", *(specs.render(s, level=4) for s in module.specs)]
    return markdown.page("Data quality", INTRODUCTION, *parts)


def _dimension(one: Dimension) -> str:
    rows = [
        ("Formula", one.formula),
        ("Counted over", f"the fact `{one.fact}`, rows where `{one.when}`"),
        ("Numerator", f"sum of `{one.numerator}`"),
        ("Denominator", f"sum of `{one.denominator}`"),
        ("Broken down by", ", ".join(one.by) or "nothing"),
        ("Source", one.source),
        ("Version", str(one.version)),
        ("Written by", one.authored_by),
        ("Reviewed", f"{one.reviewed_on}, next {one.next_review}"),
    ]
    example = [
        f"{e.title}: {e.numerator} of {e.denominator}.\n\n{markdown.drawn(e.given)}"
        for e in one.examples
    ]
    head = f"## {one.title}\n\n`{one.id}`. {one.question}"
    table = markdown.table(["", ""], rows)
    return "\n\n".join([head, table, markdown.bullets(list(one.caveats)), *example])


def _index() -> str:
    one, grades = load_index(), load_grades()
    rows = [(f"`{i.table}`", f"`{i.field}`", f"{i.threshold_percent:g}%") for i in one.items]
    letters = ", ".join(f"{g.grade} from {g.at_least:g}" for g in grades.grades)
    return "\n\n".join(
        [
            f"## {one.title}",
            f"`{one.id}`, version {one.version}. {one.formula[0].upper()}{one.formula[1:]}.",
            f"Source: {one.source}.",
            f"Grades: {letters}. {grades.source}.",
            markdown.bullets(list(one.caveats)),
            markdown.table(["table", "field", "defaults allowed"], rows),
        ]
    )


def _consistent() -> str:
    one = load_consistent()
    return f"## {one.title}\n\n{one.words[0].upper()}{one.words[1:]}. Source: {one.source}."


def _breaks() -> str:
    rows = definitions.read_csv(definitions.path("csds/breaks.csv"))
    return markdown.table(["from", "what changes"], [(r["period"], r["what"]) for r in rows])
