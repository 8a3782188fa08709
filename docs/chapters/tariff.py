"""The page of price lists: the steps from cost returns to a price, with worked examples."""

import inspect
from typing import get_args

from chapters import markdown, specs
from levelfield.tariff.cost_returns import COLUMNS, REMEDIES
from levelfield.tariff.steps import ORDER, StepModel
from levelfield.tariff.verdict import Limits, Verdicts

INTRODUCTION = """
A price list is a YAML file. One of the kind `unit-costs` carries national unit costs to the year of
the activity and the place of the provider. One of the kind `cost-returns` is made from what each
provider's units cost, by named steps in this order; each leaves a row of the trace for every figure
that it changed. How to make one: [make a price list](../how-to/make-a-price-list.md).
"""

SPENT = {
    "lost": "share of the provider's units that its submissions lack, from 0 to below 1",
    "unclassified": "share of its care that has no currency",
    "without_attendance": "share of its contacts that have no attendance",
}


def page() -> str:
    parts = ["## The steps"]
    known = {_name(model): model for model in get_args(get_args(StepModel)[0])}
    for number, name in enumerate(ORDER, start=1):
        model = known[name]
        parts += [
            f"### {number}. `{name}`: {model.title.lower()}",
            inspect.cleandoc(model.__doc__ or ""),
            markdown.table(
                ["parameter", "default"],
                [
                    (f"`{key}`", "has to be given" if field.is_required() else f"`{field.default}`")
                    for key, field in model.model_fields.items()
                    if key != "step"
                ],
            )
            if len(model.model_fields) > 1
            else "It has no parameter.",
        ]
    parts += [
        f"### {len(ORDER) + 1}. Rounding",
        "The price at the provider's place is rounded to pence once, half away from zero.",
        "## Rows that are set aside",
        f"A file of cost returns has the columns {_named(COLUMNS)}, costs in pounds. A row "
        "with one of these is set aside, with its number and what it holds, or refused when the "
        "list says `bad_rows: refuse`. A year without a usable row is a hole in time and refused.",
        markdown.table(["reason", "remedy"], [(f, r) for f, r in REMEDIES.items()]),
        "## Quality of the base",
        markdown.table(["column", "meaning"], [(f"`{n}`", m) for n, m in SPENT.items()]),
        "## Verdict",
        inspect.cleandoc(Limits.__doc__ or ""),
        inspect.cleandoc(Verdicts.__doc__ or "").splitlines()[-1],
        markdown.table(
            ["limit", "caution", "do not price"],
            [
                (f"`{name}`", _limit(getattr(Verdicts().caution, name)),
                 _limit(getattr(Verdicts().do_not_price, name)))
                for name in Limits.model_fields
            ],
        ),
        "## Worked examples",
    ]  # fmt: skip
    for module in specs.modules("tariff_"):
        parts += [specs.render(spec) for spec in module.specs]
    return markdown.page("Price lists", INTRODUCTION, *parts)


def _name(model: type) -> str:
    (name,) = get_args(model.model_fields["step"].annotation)
    return str(name)


def _named(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


def _limit(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) or value >= 1 else f"{value:.0%}"
