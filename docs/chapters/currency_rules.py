"""The page of currency rules: the decision tables of each scheme, and worked examples."""

from chapters import markdown, specs
from levelfield.core import definitions
from levelfield.currencies import Scheme, load_scheme, schemes

INTRODUCTION = """
A currency scheme sorts every record (a contact, a referral from receipt to closure, a procedure, a
person's year, a stretch of a person's time) into exactly one currency, or into a named error class
with the reason. A scheme is a folder in `src/levelfield/definitions/currencies/`. A record is held
against the rows below from the top to the bottom, and the first row whose every condition fits
decides. The reason for each row stands in the column `note` of its file. `levelfield group SCHEME`
groups and counts; with `--record ID` it says of one record which row fired, and which condition of
each row before it failed.
"""

SHOWN = 60
"""Rows of a table that the manual prints; the file has them all."""


def page() -> str:
    parts = [_scheme(load_scheme(scheme)) for scheme in schemes()]
    examples = ["## Worked examples of ncc-2024-25"]
    for module in specs.modules("currency_ncc"):
        examples += [f"### {module.title}", *(specs.render(s, level=4) for s in module.specs)]
    return markdown.page("Currency rules", INTRODUCTION, *parts, *examples)


def _scheme(scheme: Scheme) -> str:
    classes = [
        (f"`{c.error_class}`", c.title, c.meaning, c.remedy, c.estimate.replace("_", " "))
        for c in scheme.classes.values()
    ]
    parameters = [
        (f"`{name}`", f"`{p.value}`", p.allowed, p.meaning) for name, p in scheme.parameters.items()
    ]
    left_out = [f"Source row {row.source_row}: {row.reason}" for row in scheme.left_out]
    lists = [
        (f"`{name}`", ", ".join(f"{code} {title}" for code, title in codes.items()))
        for name, codes in scheme.lists.items()
    ]
    return "\n\n".join(
        [
            f"## {scheme.id}",
            f"**{scheme.title}**, version {scheme.version}. {scheme.status}",
            f"A unit is a {scheme.record.unit}, a row of `{scheme.record.table}`.",
            f"Source: {scheme.source}",
            "### What the conditions ask",
            markdown.table(["condition", "word", "when"], _asked(scheme)),
            *_part("Lists", ["list", "codes"], lists),
            *_part("Parameters", ["parameter", "default", "may be", "meaning"], parameters),
            "### Error classes",
            markdown.table(["class", "title", "meaning", "remedy", "estimated by"], classes),
            *(_table(scheme, name) for name in scheme.tables),
            *_examples(scheme),
            *(["### Rows of the source that are left out"] if left_out else []),
            *([markdown.bullets(left_out)] if left_out else []),
        ]
    )


def _part(title: str, header: list[str], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"### {title}", markdown.table(header, rows)] if rows else []


def _asked(scheme: Scheme) -> list[tuple[str, str, str]]:
    rows = []
    for name, condition in scheme.conditions.items():
        said = f"`{name}`"
        if condition.flags:
            rows.append((said, "the flag", ", ".join(f"`{flag}`" for flag in condition.flags)))
        if condition.codes:
            rows.append((said, "the code", f"`{condition.field}`; `none` when it is empty"))
        for word, when in condition.instead.items():
            rows.append((said, word, f"`{when}`"))
        for word, codes in condition.words.items():
            rows.append(
                (said, word.replace("_", " "), f"`{condition.field}` is {', '.join(codes)}")
            )
        for word, bound in condition.bands.items():
            upto = "more" if bound is None else f"up to `{bound}`"
            rows.append((said, word.replace("_", " "), f"`{condition.field}`: {upto}"))
        if isinstance(condition.otherwise, str) and condition.otherwise:
            rows.append((said, condition.otherwise.replace("_", " "), "anything else"))
        elif condition.otherwise:
            ((parameter, words),) = condition.otherwise.items()
            for choice, word in words.items():
                when = f"anything else, where `{parameter}` is `{choice}`"
                rows.append((said, word.replace("_", " "), when))
    return rows


def _table(scheme: Scheme, name: str) -> str:
    file = definitions.path(f"currencies/{scheme.id}/{name}")
    rules = [rule for rule in scheme.rules if rule.where.startswith(f"{file},")]
    shown = rules if scheme.schedule else rules[:SHOWN]
    rows = []
    for rule in shown:
        conditions = "; ".join(
            f"{column} {' or '.join(sorted(values))}" for column, values in rule.conditions.items()
        )
        title = scheme.currencies.get(rule.outcome, "")
        outcome = f"`{rule.outcome}`"
        rows.append((rule.number, rule.id, conditions or "any", outcome, title, rule.basis))
    header = ["row", "rule", "conditions", "outcome", "currency", "basis"]
    more = f"\n\nAnd {len(rules) - SHOWN} rows more." if len(shown) < len(rules) else ""
    return f"### {name}\n\n{markdown.table(header, rows)}{more}"


def _examples(scheme: Scheme) -> list[str]:
    parts = ["### Examples"]
    for example in scheme.worked:
        said = "".join(f", `{k}` {v}" for k, v in example.parameters.items())
        given = "\n\n".join(f"{fact}\n{text.strip()}" for fact, text in example.given.items())
        parts += [
            f"**{example.title}**{said}",
            f"```\n{given}\n```",
            f"gives\n\n```\n{example.expect.strip()}\n```",
        ]
    return parts
