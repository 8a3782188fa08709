"""Impact assessments: one set of definitions held against another. For the parties alone."""

from collections import defaultdict
from collections.abc import Iterator

from levelfield.core.dates import period_words
from levelfield.core.money import format_pounds
from levelfield.currencies import load_scheme
from levelfield.payment.scenarios import Impact
from levelfield.publish.pages.scenarios import (
    SHARED_OUT,
    SUMS,
    about,
    change_words,
    effects_download,
    effects_table,
    interval_words,
    limits_words,
    why_words,
)
from levelfield.publish.pages.statement_index import HOME, impact_path
from levelfield.publish.pages.statements import total_row
from levelfield.publish.parts import Cell, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.waterfall import bridge_figure
from levelfield.publish.words import counted, pounds_about, whole

_MOST = 15
"""Kinds of units that the table of movements shows; the workbook has all."""

_CLASSES = 3
"""Error classes that the table of providers shows apart."""


def impact_pages(data: SiteData) -> Iterator[Page]:
    """A page an assessment; the list of statements names them."""
    for name, made in data.impacts:
        csv = f"for-the-party/impact-{name}.csv"
        compared, after = made.comparison, made.after
        yield Page(
            path=impact_path(name),
            kind="impact",
            title=compared.title,
            lead=f"{period_words(compared.period)}: {_lead(data, made)}",
            audience="party",
            section="statements/index.html",
            trail=(HOME,),
            content={
                "sentence": _reconciled(made) + limits_words(compared.total(after)),
                "differences": _differences(made),
                "rests_on": _rests_on(made),
                "kept": _kept(data, made),
                "tables": [
                    effects_table(data, compared, after, "provider", SUMS),
                    effects_table(data, compared, after, "commissioner", SUMS),
                ],
                "services": effects_table(data, compared, after, "service", SHARED_OUT),
                "moved": _moved(made),
                "providers_moved": _providers_moved(data, made),
                "intervals": interval_words(compared),
                "csv": csv,
            },
            figures=tuple(_figures(data, made, name)),
            downloads=(effects_download(compared, csv),),
        )


def _lead(data: SiteData, made: Impact) -> str:
    compared = made.comparison
    effects = compared.effects(made.after, "provider")
    gain = [one for one in effects if one.effect_pence > 0]
    lose = [one for one in effects if one.effect_pence < 0]
    said = [f"“{made.after.title}” would pay {change_words(compared, made.after)}"]
    said.append(f"{counted(len(gain), 'provider')} would gain and {len(lose)} lose.")
    if gain:
        said.append(f"{data.name(gain[0].code)} gains most, {about(gain[0])}.")
    if lose:
        said.append(f"{data.name(lose[-1].code)} loses most, {about(lose[-1])}.")
    kept = made.kept()
    if kept and not lose:
        least = kept[-1]
        said.append(
            f"Were the same spent in all, {data.name(least.provider)} would lose most, "
            f"{pounds_about(-least.effect_pence)}."
        )
    return " ".join(said)


def _reconciled(made: Impact) -> str:
    base, after = made.comparison.base, made.after
    return (
        f"{format_pounds(base.total_pence)} before, {format_pounds(after.total_pence)} after: a "
        f"difference of {format_pounds(after.total_pence - base.total_pence)}, to which the "
        "effects by provider, by commissioner and by service each sum. "
        f"{why_words(made.comparison, after)}"
    )


def _differences(made: Impact) -> Table:
    rows: list[Row] = [
        (Cell(one.what, note=one.meaning), one.before, one.after) for one in made.differences
    ]
    head = columns("Definition", "Before", "After")
    return Table("What differs between the two sets of definitions", head, tuple(rows))


def _rests_on(made: Impact) -> Table:
    rows: list[Row] = [
        (Cell(f"{one.what} {one.id}", note=one.source), one.used, one.version, one.status)
        for one in made.rests_on
    ]
    head = columns("Definition", "Used", "Version", "Status")
    return Table("The schemes and price lists of both sets", head, tuple(rows))


def _figures(data: SiteData, made: Impact, name: str) -> Iterator[Figure]:
    by = made.comparison.bridge_of(made.after, "provider", data.name)
    sentence = "What each provider gains or loses, from the total before to the total after."
    yield bridge_figure(f"impact-{name}-who", by, sentence)


def _kept(data: SiteData, made: Impact) -> Table | None:
    """Who gains and loses when no more and no less is spent."""
    if made.kept_total is None:
        return None
    rows: list[Row] = []
    for one in made.kept():
        share = f"{one.effect_pence / one.base_pence:+.1%}" if one.base_pence else ""
        amounts = (one.base_pence, one.pence, one.effect_pence)
        rows.append((Cell(data.name(one.provider)), *map(format_pounds, amounts), share))
    total = format_pounds(made.comparison.base.total_pence)
    last = total_row("Total", total, total, format_pounds(0), "")
    head = columns("Provider", "Before #", "After, same total #", "Effect #", "Share #")
    note = (
        "What each would be paid if the total of before were shared out by the amounts of after, "
        "as when prices are scaled so that the same is spent."
    )
    return Table("If the total were kept", head, (*rows, last), note=note)


def _titles(made: Impact) -> dict[tuple[str, str], str]:
    """Titles of currencies and error classes by kind and code."""
    names = {
        scheme
        for outcome in (made.comparison.base, made.after)
        for side in outcome.sides
        for scheme in side.contract.schemes
    }
    found: dict[tuple[str, str], str] = {}
    for scheme in map(load_scheme, sorted(names)):
        found |= {("currency", code): title for code, title in scheme.currencies.items()}
        found |= {("error class", code): one.title for code, one in scheme.classes.items()}
    return found


def _moved(made: Impact) -> Table:
    titles = _titles(made)
    moved = made.moved_in_all()
    rows: list[Row] = [
        (
            Cell(titles.get((one.kind, one.code), one.code), note=f"{one.kind} {one.code}"),
            whole(one.before),
            whole(one.after),
            f"{one.units:+,}",
        )
        for one in moved[:_MOST]
    ]
    left = len(moved) - len(rows)
    note = f"And {counted(left, 'more kind')} of units, in the workbook." if left > 0 else ""
    head = columns("Units of", "Before #", "After #", "Moved #")
    return Table("Which units are counted otherwise", head, tuple(rows), note=note)


def _providers_moved(data: SiteData, made: Impact) -> Table:
    """How many units each provider gains with a currency, and of which error classes they were."""
    gained: defaultdict[str, int] = defaultdict(int)
    lost: defaultdict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in made.moved:
        if one.kind == "currency":
            gained[one.provider] += one.units
        else:
            lost[one.provider][one.code] += one.units
    titles = _titles(made)
    sizes: defaultdict[str, int] = defaultdict(int)
    for of in lost.values():
        for code, units in of.items():
            sizes[code] += abs(units)
    codes = sorted(sizes, key=lambda code: -sizes[code])
    codes, others = codes[:_CLASSES], codes[_CLASSES:]
    order = [one.code for one in made.comparison.effects(made.after, "provider")]
    rows: list[Row] = [
        (
            Cell(data.name(provider)),
            _moves(gained[provider]),
            *(_moves(lost[provider][code]) for code in codes),
            *([_moves(sum(lost[provider][code] for code in others))] if others else []),
        )
        for provider in order
    ]
    heads = [f"{titles.get(('error class', code), code)} #" for code in codes]
    rest = ["Other error classes #"] if others else []
    head = columns("Provider", "With a currency #", *heads, *rest)
    return Table("Why: units that move, by provider", head, tuple(rows))


def _moves(units: int) -> str:
    return f"{units:+,}" if units else "0"
