"""The currency mix: how much of the care could be classed, and what the rest may be worth."""

from collections import Counter, defaultdict

from levelfield.core.dates import period_words
from levelfield.core.values import ALL, NATIONAL
from levelfield.currencies import Scheme, coverage
from levelfield.disclosure import default_rule, public_count
from levelfield.explain import currency_key
from levelfield.publish import charts
from levelfield.publish.breaks import crossed
from levelfield.publish.cells import public_cell
from levelfield.publish.pages.prices import price_lists_table
from levelfield.publish.pages.schemes import schemes_table
from levelfield.publish.parts import Cell, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, pounds_about, short_name, whole

DIRECT, NEAREST, NONE = "Direct", "Nearest", "No currency"


def currency_page(data: SiteData) -> Page:
    """One page for the scheme; without units it says what to do."""
    content: dict[str, object] = {
        "scheme": data.scheme,
        "period": period_words(str(data.year)),
        "schemes": schemes_table(data) if data.schemes else None,
        "price_lists": price_lists_table(data) if data.price_lists else None,
        "empty": "No units are at hand. Run levelfield group ncc-2024-25, then publish again.",
    }
    figures: tuple[Figure, ...] = ()
    if data.scheme is not None and data.counts is not None and data.counts.num_rows:
        content |= {"classes": _classes(data, data.scheme), "top": _currencies(data, data.scheme)}
        figures = _mix(data, data.scheme)
        content["empty"] = "There are too few contacts to show their mix."
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


def _periods(data: SiteData) -> list[str]:
    return data.counts["period"].unique().to_pylist() if data.counts is not None else []


def _mix(data: SiteData, scheme: Scheme) -> tuple[Figure, ...]:
    """The mix of each provider, from rounded counts; none where all are suppressed."""
    parts = (DIRECT, NEAREST, NONE)
    mix = _by_provider(data)
    shown = {code: {p: public_count(mix[code][p]) for p in parts} for code in mix}
    totals = {code: sum(n or 0 for n in counts.values()) for code, counts in shown.items()}
    drawn = [code for code in shown if totals[code]]
    if not drawn:
        return ()
    breaks = crossed(data, _periods(data), drawn)
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
            Cell(data.name(code), note=breaks.note(code)),
            *(public_cell(mix[code][part]) for part in parts),
            _share(shown[code][NONE], totals[code]),
            _mix_key(data, scheme, code),
        )
        for code in [*drawn, *(code for code in shown if not totals[code])]
    ]
    counts = sum(mix.values(), Counter())
    everybody = {part: public_count(counts[part]) for part in parts}
    total = sum(n or 0 for n in everybody.values())
    sentence = (
        f"{_share(everybody[DIRECT], total, 0)} of {whole(total)} contacts have a direct currency, "
        f"{_share(everybody[NEAREST], total, 0)} the nearest one and "
        f"{_share(everybody[NONE], total, 0)} none."
    )
    ranked = [code for code in drawn if shown[code][NONE] is not None]
    if ranked:
        sentence += (
            f" The share without one runs from {data.name(ranked[0])} (least) to "
            f"{data.name(ranked[-1])} (most)."
        )
    drawing = charts.stacks(bars, parts, unit="percent", value_title="Share of contacts")
    head = columns("Provider", *(f"{part} #" for part in parts), "No currency, share #", "Key")
    figure = Figure(
        "currency-mix",
        sentence,
        f"Stacked bar chart of {len(drawn)} providers by kind of currency. {sentence}",
        drawing,
        Table("Contacts by kind of currency and provider", head, tuple(rows)),
        (
            f"Counts are rounded to {default_rule().rounding}, and shares come from the rounded "
            "counts.",
            f"Key of all providers together: {_mix_key(data, scheme, NATIONAL).text}.",
            *breaks.notes,
        ),
    )
    return (figure,)


def _mix_key(data: SiteData, scheme: Scheme, provider: str) -> Cell:
    return Cell(currency_key(scheme.id, ALL, data.snapshot, provider), kind="key")


def _share(count: int | None, total: int, digits: int = 1) -> str:
    """A share of rounded counts; a suppressed count has none."""
    if count is None:
        return "suppressed"
    return f"{count / total:.{digits}%}" if total else MISSING


def _classes(data: SiteData, scheme: Scheme) -> Table:
    """Error classes over all providers, with what they may be worth."""
    units = coverage(scheme, data.counts).classes
    pence: Counter[str] = Counter()
    for estimate in data.estimates:
        pence[estimate.error_class] += estimate.pence
    head = columns("Reason", "What helps", "Contacts #", "May be worth #", "Key")
    held = [(name, one) for name, one in scheme.classes.items() if units[name]]
    held.sort(key=lambda pair: -(public_count(units[pair[0]]) or 0))
    rows: list[Row] = [
        (
            Cell(one.title, note=one.meaning),
            one.remedy,
            public_cell(units[name]),
            _worth(pence[name], units[name]) if one.estimate != "nothing" else "nothing",
            Cell(currency_key(scheme.id, name, data.snapshot), kind="key"),
        )
        for name, one in held
    ]
    return Table("Contacts without a currency, all providers", head, tuple(rows))


def _worth(pence: int, units: int) -> str:
    """What the rounded number of contacts may be worth: the exact sum would tell the exact one."""
    shown = public_count(units)
    return "suppressed" if shown is None else pounds_about(pence * shown // units)


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
            public_cell(counts[code]),
            Cell(currency_key(scheme.id, code, data.snapshot), kind="key"),
        )
        for code in sorted(counts, key=lambda code: (-(public_count(counts[code]) or 0), code))[
            :most
        ]
    ]
    return Table(f"The {len(rows)} commonest currencies, all providers", head, tuple(rows))
