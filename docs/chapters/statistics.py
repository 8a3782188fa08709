"""The page of the statistics: which method is used where, and every function with its example."""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from chapters import markdown
from levelfield import statistics

INTRODUCTION = """
`levelfield.statistics` holds every method as a function over numpy arrays. It stands alone:
`from levelfield.statistics import wilson_interval`. What the results were checked against is in
`tests/backtest/golden`, how fast they are in `benchmarks/statistics`, and whether they mean what
they say in `benchmarks/calibration`.
"""

# The functions of each row are links; a name that no longer exists stops the page.
USES = [
    ("a proportion", "Wilson's score interval", ["wilson_interval"]),
    ("a count or a rate over an exposure", "exact below ten events, Byar's from ten",
     ["poisson_interval", "rate_interval"]),
    ("a mean", "Student's t over the persons or rows behind it",
     ["mean_interval", "mean_interval_of_sums"]),
    ("a median or other quantile", "order statistics", ["quantile", "quantile_interval"]),
    ("a gap between two proportions", "Newcombe's hybrid score", ["difference_interval"]),
    ("a gap between two means", "Welch's interval", ["mean_difference_interval"]),
    ("a ratio of two counts", "Wilson's score interval on the odds", ["count_ratio_interval"]),
    ("areas whose people differ in age or sex", "direct standardisation, Dobson's interval",
     ["directly_standardised_rate", "repeated_events"]),
    ("the same with few events in a band", "indirect standardisation",
     ["indirectly_standardised_ratio", "indirectly_standardised_rate"]),
    ("organisations beside each other", "funnel, widened for overdispersion",
     ["funnel_limits", "funnel_signal", "overdispersion", "between_variance"]),
    ("one organisation over time", "XmR chart with four rules",
     ["xmr", "variation", "assurance"]),
    ("groups from the most to the least deprived", "slope and relative index of inequality",
     ["slope_index_of_inequality", "relative_index_of_inequality", "assign_quantiles"]),
    ("organisations with few cases", "Bühlmann and Straub's credibility", ["buhlmann_straub"]),
    ("a place in an order", "rank with its interval, chance of the worst quarter",
     ["rank_intervals", "normal_draws", "proportion_draws", "rate_draws"]),
    ("a page of many measures by many organisations", "control of false discoveries",
     ["adjusted_p_values", "two_sided_p_values"]),
]  # fmt: skip

ORDER = ["proportions", "poisson", "rates", "means", "quantiles", "standardisation", "funnel"]
ORDER += ["dispersion", "control_chart", "icons", "inequality", "quantile_groups", "credibility"]
ORDER += ["ranks", "discoveries"]


def page() -> str:
    functions = _functions()
    return markdown.page(
        "Statistics",
        INTRODUCTION,
        (inspect.getdoc(statistics) or "").split("\n\n", 1)[1],
        "## Which method where",
        markdown.table(
            ["of", "method", "functions"],
            [(of, method, _links(names, functions)) for of, method, names in USES],
        ),
        *_families(functions),
    )


def _functions() -> dict[str, Callable[..., Any]]:
    named = {name: getattr(statistics, name) for name in statistics.__all__}
    return {name: value for name, value in named.items() if inspect.isfunction(value)}


def _links(names: list[str], functions: dict[str, Callable[..., Any]]) -> str:
    return ", ".join(f"[`{functions[name].__name__}`](#{name})" for name in names)


def _families(functions: dict[str, Callable[..., Any]]) -> Iterator[str]:
    """Each module that has public functions: those named in ORDER first, then any other."""
    modules = {function.__module__.rpartition(".")[2] for function in functions.values()}
    for name in [*ORDER, *sorted(modules - {*ORDER})]:
        module = importlib.import_module(f"levelfield.statistics.{name}")
        title, _, rest = (inspect.getdoc(module) or "").partition("\n")
        yield f"## {title.rstrip('.')}"
        yield rest
        for function in vars(module).values():
            if function in functions.values() and function.__module__ == module.__name__:
                yield _entry(function)


def _entry(function: Callable[..., Any]) -> str:
    """A function: how it is called, its words, and its example."""
    words, _, example = (inspect.getdoc(function) or "").partition("\n\n>>> ")
    signature = inspect.signature(function)
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    call = signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)
    # What stands after "Source:" is a line of its own in the manual.
    words = re.sub(r"\n(Raises|Source)", r"\n\n\1", words)
    return "\n\n".join(
        [
            f"### {function.__name__}",
            markdown.code(f"{function.__name__}{call}"),
            words,
            markdown.code(f">>> {example}", "pycon"),
        ]
    )
