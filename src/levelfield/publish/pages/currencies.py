"""The currency mix: how much of the care could be classed, and what the rest may be worth."""

from collections import Counter, defaultdict

from levelfield.currencies import Scheme, coverage
from levelfield.disclosure import public_count
from levelfield.explain import currency_key
from levelfield.publish import charts
from levelfield.publish.pages.quality import public_cell
from levelfield.publish.parts import Cell, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, period_words, pounds_about, short_name, whole

DIRECT, NEAREST, NONE = "Direct", "Nearest", "No currency"


def currency_page(data: SiteData) -> Page:
    """One page for the scheme; without units it says what to do."""
    content: dict[str, object] = {
        "scheme": data.scheme,
        "period": period_words(str(data.year)),
        "empty": "No units are at hand. Run levelfield group ncc-2024-25, then publish again.",
    }
    figures: tuple[Figure, ...] = ()
    if data.scheme is not None and data.counts is not None and data.counts.num_rows:
        content |= {"classes": _classes(data, data.scheme), "top": _currencies(data, data.scheme)}
        figures = (_mix(data),)
    return Page(
        path="currencies/index.html",
        kind="currencies",
        title="Currency mix",
        lead="Each care contact gets one currency of the National Cost Collection, or a named "
        "reason why it has none.",
        section="currencies/index.html",
        content=content,
        figures=figures,
    )


def _by_provider(data: SiteData) -> dict[str, Counter[str]]:
    names = {"direct": DIRECT, "nearest": NEAREST}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in data.counts.to_pylist() if data.counts is not None else []:
        found[row["provider"]][names.get(row["basis"], NONE)] += row["units"]
    return found


def _mix(data: SiteData) -> Figure:
    parts = (DIRECT, NEAREST, NONE)
    mix = _by_provider(data)
    shown = {code: {p: public_count(mix[code][p]) for p in parts} for code in mix}
    totals = {code: sum(n or 0 for n in counts.values()) for code, counts in shown.items()}
    drawn = [code for code in shown if totals[code]]
    drawn.sort(key=lambda code: (shown[code][NONE] or 0) / totals[code])
    bars: list[charts.Row] = []
    for code in drawn:
        for part in parts:
            share = (shown[code][part] or 0) / totals[code]
            label = f"{share:.0%}" if share >= 0.06 else ""
            name = short_name(data.name(code))
            bars.append({"name": name, "part": part, "value": share, "label": label})
    rows: list[Row] = [
        (
            Cell(data.name(code)),
            *(public_cell(mix[code][part]) for part in parts),
            f"{(shown[code][NONE] or 0) / totals[code]:.1%}" if totals[code] else MISSING,
        )
        for code in [*drawn, *(code for code in shown if not totals[code])]
    ]
    everybody = sum(mix.values(), Counter())
    sentence = (
        f"{everybody[DIRECT] / everybody.total():.0%} of {whole(everybody.total())} contacts have "
        f"a direct currency, {everybody[NEAREST] / everybody.total():.0%} the nearest one and "
        f"{everybody[NONE] / everybody.total():.0%} none."
    )
    if drawn:
        sentence += (
            f" The share without one runs from {data.name(drawn[0])} (least) to "
            f"{data.name(drawn[-1])} (most)."
        )
    drawing = charts.stacks(bars, parts, unit="percent", value_title="Share of contacts")
    head = columns("Provider", *(f"{part} #" for part in parts), "No currency, share #")
    return Figure(
        "currency-mix",
        sentence,
        f"Stacked bar chart of {len(drawn)} providers by kind of currency. {sentence}",
        drawing,
        Table("Contacts by kind of currency and provider", head, tuple(rows)),
        ("Counts are rounded to the nearest 5, and shares come from the rounded counts.",),
    )


def _classes(data: SiteData, scheme: Scheme) -> Table:
    """Error classes over all providers, with what they may be worth."""
    units = coverage(scheme, data.counts).classes
    pence: Counter[str] = Counter()
    for estimate in data.estimates:
        pence[estimate.error_class] += estimate.pence
    head = columns("Reason", "What helps", "Contacts #", "May be worth #", "Key")
    held = [(name, one) for name, one in scheme.classes.items() if units[name]]
    held.sort(key=lambda pair: -units[pair[0]])
    rows: list[Row] = [
        (
            Cell(one.title, note=one.meaning),
            one.remedy,
            whole(units[name]),
            pounds_about(pence[name]) if one.estimate != "nothing" else "nothing",
            Cell(currency_key(scheme.id, name, data.snapshot), kind="key"),
        )
        for name, one in held
    ]
    return Table("Contacts without a currency, all providers", head, tuple(rows))


def _currencies(data: SiteData, scheme: Scheme, most: int = 20) -> Table:
    counts: Counter[str] = Counter()
    for row in data.counts.to_pylist() if data.counts is not None else []:
        if row["currency"]:
            counts[row["currency"]] += row["units"]
    head = columns("Currency", "Name", "Contacts #", "Key")
    rows: list[Row] = [
        (
            Cell(code),
            scheme.currencies.get(code, ""),
            whole(number),
            Cell(currency_key(scheme.id, code, data.snapshot), kind="key"),
        )
        for code, number in counts.most_common(most)
    ]
    return Table(f"The {len(rows)} commonest currencies, all providers", head, tuple(rows))
