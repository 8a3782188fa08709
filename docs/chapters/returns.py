"""The page of returns: every kind with its columns, rules and examples."""

from chapters import markdown
from levelfield.measures import load_measures
from levelfield.returns import COMMON, Layout, guide_rows, load_layouts
from levelfield.returns.layouts import Rule

INTRODUCTION = """
A return is a small file that a provider sends beside CSDS, of what CSDS does not hold: answers of
patients and staff, incidents, posts, beds, pounds. How to send one is told in
[the guide](../how-to/send-a-return.md). Each layout is a file in
`src/levelfield/definitions/returns/`; this page says what they say. The layouts are our own, drawn
after national collections where there are any, and illustrative: no national body has agreed them.
The rows of the examples are judged by the tests.

A return is CSV or Parquet, one file of one kind, with any number of providers and periods. It is
taken whole or refused whole. It holds counts, or names of episodes that the provider has made for
this purpose: nothing in it tells who somebody is, so nothing is dropped on entry, and a name of ten
digits is refused, since it may be an NHS number.
"""

EVERY = {
    "month": "every month",
    "quarter": "every quarter, named by its last month",
    "year": "every financial year, named by its last month",
}


def page() -> str:
    layouts = load_layouts().values()
    index = markdown.table(
        ["kind", "title", "sent", "measures"],
        [
            (f"[`{one.id}`](#{one.id})", one.title, EVERY[one.every], ", ".join(_measures(one)))
            for one in layouts
        ],
    )
    common = "## The columns that every return has\n\n" + _columns(
        guide_rows(_any())[: len(COMMON)]
    )
    return markdown.page("Returns", INTRODUCTION, index, common, *map(_layout, layouts))


def _any() -> Layout:
    return next(iter(load_layouts().values()))


def _measures(layout: Layout) -> list[str]:
    return [
        f"[`{one.id}`](measures.md#{one.id})"
        for one in load_measures().values()
        if one.fact == layout.id
    ]


def _layout(layout: Layout) -> str:
    about = [
        ("A row is", layout.row),
        ("Sent", EVERY[layout.every]),
        ("Who has it", layout.keeper),
        ("Source", layout.source),
        ("Measures", ", ".join(_measures(layout))),
        ("Version", layout.version),
        ("Written by", layout.authored_by),
        ("Reviewed", f"{layout.reviewed_on}, next {layout.next_review}"),
    ]
    parts = [
        f"## {layout.id}",
        f"**{layout.title}.** {layout.about}",
        markdown.table(["", ""], about),
        _columns(guide_rows(layout)[len(COMMON) :]),
    ]
    if layout.rules:
        parts += ["A row is refused where:", markdown.bullets(map(_rule, layout.rules))]
    for example in layout.examples:
        parts += [f"### {example.title}", markdown.drawn(example.given)]
    return "\n\n".join(parts)


def _rule(rule: Rule) -> str:
    return f"{rule.words}. {rule.remedy} The condition: `{rule.when}`."


def _columns(rows: list[dict[str, str]]) -> str:
    shown = [(f"`{one['column']}`", one["holds"], one["needed"], one["meaning"]) for one in rows]
    return markdown.table(["column", "holds", "needed", "meaning"], shown)
