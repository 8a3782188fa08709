"""Scenarios side by side: what each would pay, to whom, and why. For the parties alone."""

from collections.abc import Iterator, Sequence

from levelfield.core.dates import period_words
from levelfield.core.money import format_pounds
from levelfield.payment import service_name
from levelfield.payment.scenarios import (
    Comparison,
    Dimension,
    Effect,
    Interval,
    Outcome,
    Sweep,
    all_effects,
)
from levelfield.publish.pages.statement_index import HOME, scenario_path
from levelfield.publish.pages.statements import total_row
from levelfield.publish.parts import Cell, Column, Download, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.waterfall import bridge_figure
from levelfield.publish.words import listed, pounds_about

SUMS = "The rows sum to the difference of the totals, to the penny."
SHARED_OUT = (
    "Sums for several services, such as a block, are shared out by what the care that they pay for "
    f"is worth at its prices. {SUMS}"
)


def scenario_pages(data: SiteData) -> Iterator[Page]:
    """A page a scenario file; the list of statements names them."""
    for name, compared, swept in data.scenarios:
        csv = f"for-the-party/scenario-{name}.csv"
        yield Page(
            path=scenario_path(name),
            kind="scenario",
            title=compared.title,
            lead=_lead(data, compared),
            audience="party",
            section="statements/index.html",
            trail=(HOME,),
            content={
                "totals": _totals(compared),
                "others": [_other(data, compared, one, name) for one in compared.others],
                "sweep": _sweep(swept) if swept else None,
                "intervals": interval_words(compared),
                "csv": csv,
            },
            figures=tuple(
                figure for one in compared.others for figure in _figures(data, compared, one, name)
            ),
            downloads=(effects_download(compared, csv),),
        )


def effects_download(compared: Comparison, path: str) -> Download:
    """Every effect as CSV."""
    return Download(path, all_effects(compared))


def _lead(data: SiteData, compared: Comparison) -> str:
    return " ".join(
        f"{one.title}: {change_words(compared, one)}{_who(data, compared, one)}"
        for one in compared.others
    )


def change_words(compared: Comparison, other: Outcome) -> str:
    """What an outcome pays in all, against the base, in a sentence without its beginning."""
    effect = other.total_pence - compared.base.total_pence
    total = format_pounds(other.total_pence)
    if not effect:
        return f"{total}, the same as {_in_a_sentence(compared.base.title)}."
    share = f" ({abs(effect) / compared.base.total_pence:.1%})" if compared.base.total_pence else ""
    more = "more" if effect > 0 else "less"
    return (
        f"{total}, which is {format_pounds(abs(effect))}{share} {more} than "
        f"{_in_a_sentence(compared.base.title)}."
    )


def why_words(compared: Comparison, other: Outcome) -> str:
    """The whole effect by cause, in a sentence."""
    causes = compared.why(other).items()
    why = listed([f"{cause} {format_pounds(pence)}" for cause, pence in causes])
    return f"Why: {why or 'nothing'}."


def _in_a_sentence(title: str) -> str:
    return f"“{title}”"


def _who(data: SiteData, compared: Comparison, other: Outcome) -> str:
    effects = compared.effects(other, "provider")
    said = ""
    if len(effects) > 1 and effects[0].effect_pence > 0:
        said += f" {data.name(effects[0].code)} gains most, {about(effects[0])}."
    if len(effects) > 1 and effects[-1].effect_pence < 0:
        said += f" {data.name(effects[-1].code)} loses most, {about(effects[-1])}."
    return said


def about(one: Effect) -> str:
    """The size of an effect, with its share of what there was."""
    share = f" ({abs(one.share):.1%})" if one.share is not None else ""
    return f"{pounds_about(abs(one.effect_pence))}{share}"


def _totals(compared: Comparison) -> Table:
    base = compared.base
    rows: list[Row] = [(Cell(base.title), format_pounds(base.total_pence), "", "")]
    for one in compared.others:
        effect = one.total_pence - base.total_pence
        share = f"{effect / base.total_pence:+.1%}" if base.total_pence else ""
        rows.append((Cell(one.title), format_pounds(one.total_pence), format_pounds(effect), share))
    head = columns("Scenario", "Paid #", "Effect #", "Share #")
    return Table(f"What each would pay, {period_words(compared.period)}", head, tuple(rows))


def _other(data: SiteData, compared: Comparison, other: Outcome, name: str) -> dict[str, object]:
    return {
        "title": other.title,
        "sentence": (
            f"{change_words(compared, other)}{limits_words(compared.total(other))} "
            f"{why_words(compared, other)}"
        ),
        "figures": list(_figures(data, compared, other, name)),
        "tables": [
            effects_table(data, compared, other, "provider", SUMS),
            effects_table(data, compared, other, "commissioner", SUMS),
        ],
        "services": effects_table(data, compared, other, "service", SHARED_OUT),
    }


def _figures(data: SiteData, compared: Comparison, other: Outcome, name: str) -> Sequence[Figure]:
    stem = f"scenario-{name}-{other.id}"
    why = compared.why(other)
    cause = max(why, key=lambda one: abs(why[one]), default="")
    found = []
    if len(why) > 1:
        sentence = f"Why: most of what changes is {cause}."
        found.append(
            bridge_figure(f"{stem}-why", compared.bridge_of_causes(other), sentence, "by cause")
        )
    if len({place.provider for place in {**compared.base.amounts, **other.amounts}}) > 1:
        by = compared.bridge_of(other, "provider", data.name)
        sentence = f"To whom:{_who(data, compared, other) or ' no provider gains or loses.'}"
        found.append(bridge_figure(f"{stem}-who", by, sentence, "by provider"))
    effects = compared.effects(other, "service")
    most = max(effects, key=lambda one: abs(one.effect_pence))
    sentence = (
        f"For which care: most changes for {_service(most.code)}, "
        f"{format_pounds(most.effect_pence)}."
    )
    by = compared.bridge_of(other, "service", _service)
    found.append(bridge_figure(f"{stem}-care", by, sentence, "by service", (SHARED_OUT,)))
    return found


def _service(code: str) -> str:
    return service_name(code) if code else "Of no one service"


def effects_table(
    data: SiteData, compared: Comparison, other: Outcome, dimension: Dimension, note: str
) -> Table:
    """What an outcome changes for each provider, commissioner or service, with a total."""
    effects = compared.effects(other, dimension)
    shown = compared.draws is not None
    rows: list[Row] = []
    for one in effects:
        name = data.name(one.code)
        if dimension == "service":
            name = _service(one.code)
        cells = [Cell(name), *_pounds(one.base_pence, one.pence)]
        cells.append(Cell("" if one.share is None else f"{one.share:+.1%}"))
        rows.append((*cells, *([limits(one.interval)] if shown else [])))
    base, total = compared.base.total_pence, other.total_pence
    ends = ["", *([limits(compared.total(other))] if shown else [])]
    rows.append(total_row("Total", *(cell.text for cell in _pounds(base, total)), *ends))
    heads = (dimension.capitalize(), f"{compared.base.title} #", f"{other.title} #", "Effect #")
    interval = [Column("Interval", numeric=True)] if shown else []
    head = (*columns(*heads, "Share #"), *interval)
    return Table(f"{other.title}: effect by {dimension}", head, tuple(rows), note=note)


def _pounds(base: int, pence: int) -> list[Cell]:
    return [Cell(format_pounds(one)) for one in (base, pence, pence - base)]


def limits(interval: Interval | None) -> str:
    """Limits in pounds, for a cell."""
    if interval is None:
        return ""
    return f"{format_pounds(interval.lower)} to {format_pounds(interval.upper)}"


def limits_words(interval: Interval | None) -> str:
    return f" Interval of the effect: {limits(interval)}." if interval else ""


def interval_words(compared: Comparison) -> str:
    """How the intervals were made, and who has none, or that there are none."""
    draws = compared.draws
    if draws is None:
        return "No intervals were asked for: the effects are those of the care that was counted."
    what = {"months": "the months of the period", "prices": "prices that have an interval"}
    return (
        f"Intervals: {draws.confidence:.0%} percentile bootstrap, {draws.replicates} replicates, "
        f"seed {draws.seed}, {' and '.join(what[one] for one in draws.of)} drawn anew and every "
        "contract paid again. They say how much an effect owes to single months or prices; they "
        f"foretell nothing. {compared.without_interval}"
    ).strip()


def _sweep(swept: Sweep) -> Table:
    rows: list[Row] = [
        (
            Cell(_value(row.values[0])),
            *map(_value, row.values[1:]),
            format_pounds(row.pence),
            format_pounds(row.pence - swept.base_pence),
        )
        for row in swept.rows
    ]
    first, *others = (one.title for one in swept.of.parameters)
    head = columns(first, *(f"{title} #" for title in others), "Paid #", "Effect #")
    note = "Every row was paid anew by all terms. Effects are against the base."
    return Table(f"Sweep of {swept.title}", head, tuple(rows), note=note)


def _value(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
