"""A scheme to be looked through: its codes with this home's units, its classes, its examples."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa

from levelfield.core.values import ALL
from levelfield.currencies import (
    PALLIATIVE_REFERENCE,
    PassedOver,
    Scheme,
    Why,
    Worked,
    coverage,
    read_by,
    stability,
)
from levelfield.disclosure import default_rule, public_count
from levelfield.explain import currency_key
from levelfield.publish import charts
from levelfield.publish.cells import public_cell
from levelfield.publish.pages.scheme_tables import (
    CURRENCIES,
    condition_words,
    outcome_words,
    scheme_path,
    tables_page,
    tables_path,
    when_words,
)
from levelfield.publish.parts import Cell, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import counted, listed, whole
from levelfield.tariff import CostReturnList

_FEW = 3
"""Rows passed over for one reason are named one by one up to this number."""

_NO_KEY = "These count what the definitions hold, which needs no key."


def scheme_pages(data: SiteData) -> Iterator[Page]:
    """Two pages a scheme: what it is, and its decision tables."""
    for scheme in data.schemes:
        yield _page(data, scheme)
        yield tables_page(scheme)


def schemes_table(data: SiteData) -> Table:
    """The schemes, for the page that leads to them."""
    rows: list[Row] = [
        (
            Cell(one.title, href=scheme_path(one.id), note=one.status),
            one.record.unit,
            whole(len(one.currencies)),
            Cell(whole(len(one.rules)), href=tables_path(one.id)),
        )
        for one in data.schemes
    ]
    head = columns("Scheme", "What is grouped", "Currencies #", "Rows #")
    return Table("Currency schemes", head, tuple(rows), note=_NO_KEY)


def _page(data: SiteData, scheme: Scheme) -> Page:
    counts = data.counts_of(scheme)
    figures = tuple(_classes_figure(data, scheme, counts))
    return Page(
        path=scheme_path(scheme.id),
        kind="scheme",
        title=scheme.title,
        lead=f"Every {scheme.record.unit} gets one of "
        f"{counted(len(scheme.currencies), 'currency', 'currencies')}, or one of "
        f"{counted(len(scheme.classes), 'named reason')} why it has none. {scheme.status}",
        section=CURRENCIES[1],
        trail=(CURRENCIES,),
        content={
            "scheme": scheme,
            "tables_path": tables_path(scheme.id),
            "judged": _judged(data, scheme, counts)
            if figures and counts is not None
            else [_nothing(scheme, counts)],
            "classes": _classes(scheme),
            "examples": [
                {
                    "title": one.example.title,
                    "under": [f"{k} is {v}" for k, v in one.example.parameters.items()],
                    "records": _example(scheme, one),
                }
                for one in data.worked.get(scheme.id, ())
            ],
            "parameters": _parameters(scheme),
            "conditions": _conditions(scheme),
            "codes": _codes(data, scheme, _units(scheme, counts) if figures else None),
        },
        figures=figures,
    )


# Units of this home


def _classes_figure(data: SiteData, scheme: Scheme, counts: pa.Table | None) -> Iterator[Figure]:
    """Units by kind of currency and by error class; none where there are too few to show."""
    if counts is None:
        return
    found = coverage(scheme, counts).classes
    titles = {"direct": "Direct currency", "nearest": "Nearest currency"}
    titles |= {name: one.title for name, one in scheme.classes.items()}
    public = {name: public_count(units) for name, units in found.items() if units}
    shown = {name: units for name, units in public.items() if units is not None}
    total = sum(shown.values())
    if not total:
        return
    errors = [name for name in shown if name in scheme.classes]
    errors.sort(key=lambda name: -shown[name])
    with_one = total - sum(shown[name] for name in errors)
    sentence = (
        f"{with_one / total:.0%} of {whole(total)} units have a currency, each unit a "
        f"{scheme.record.unit}."
    )
    if errors:
        worst = scheme.classes[errors[0]].title
        sentence += (
            f" The commonest reason for none is “{worst}”, {shown[errors[0]] / total:.1%} of all."
        )
    order = [name for name in ("direct", "nearest") if name in shown] + errors
    bars: list[charts.Row] = [
        {
            "name": titles[name],
            "value": shown[name] / total,
            "lower": None,
            "upper": None,
            "label": f"{shown[name] / total:.1%}",
        }
        for name in order
    ]
    hidden = [name for name in public if name not in shown]
    rows: list[Row] = [
        (
            Cell(titles[name]),
            public_cell(found[name]),
            f"{shown[name] / total:.1%}" if name in shown else "suppressed",
            _key(data, scheme, name if name in scheme.classes else ALL),
        )
        for name in [*order, *hidden]
    ]
    yield Figure(
        f"scheme-{scheme.id}-classes",
        sentence,
        f"Bar chart of the shares of {counted(len(bars), 'class', 'classes')}. {sentence}",
        charts.bars(bars, unit="percent", value_title="Share of units", lines=[]),
        Table(
            "Units by class, all providers",
            columns("Class", "Units #", "Share #", "Key"),
            tuple(rows),
            note="The key of the two kinds of currency is that of all units together.",
        ),
        (
            f"Counts are rounded to {default_rule().rounding}, and shares come from the rounded "
            "counts.",
        ),
    )


def _key(data: SiteData, scheme: Scheme, name: str) -> Cell:
    return Cell(currency_key(scheme.id, name, data.snapshot), kind="key")


def _units(scheme: Scheme, counts: pa.Table | None) -> Counter[str]:
    """Units by code, those of the codes below included."""
    units: Counter[str] = Counter()
    for row in counts.to_pylist() if counts is not None else []:
        if row["currency"]:
            for code in (row["currency"], *(one.code for one in scheme.parents(row["currency"]))):
                units[code] += row["units"]
    return units


def _judged(data: SiteData, scheme: Scheme, counts: pa.Table) -> list[str]:
    """How good the classes are: how alike between months and providers, and the cost explained."""
    said = []
    for found, places in (
        (stability(counts, "period"), "months"),
        (stability(counts, "provider"), "providers"),
    ):
        if found.association is None:
            said.append(
                f"Between {places} nothing can be compared: there are not two of them here."
            )
        else:
            said.append(
                f"Between {places} the mix of classes has an association of "
                f"{found.association:.2f} (Cramér's V, corrected for chance): 0 is the same mix "
                "everywhere, 1 a mix of its own in each."
            )
    return [*said, *_explained(data, scheme)]


def _explained(data: SiteData, scheme: Scheme) -> list[str]:
    """The variance of cost that the classes explain, by each list that is made from returns."""
    said = [
        f"By the cost returns of the list {made.file.id}: {made.explained.words}"
        for made in data.price_lists
        if isinstance(made, CostReturnList) and made.file.scheme == scheme.id
    ]
    low, high = PALLIATIVE_REFERENCE
    return said or [
        "How much of the variance of cost the classes explain cannot be said: no list here is made "
        "from cost returns by these classes, and a submission holds no cost. With such returns "
        f"levelfield tariff says it. Published classes of palliative care explain {low:.0%} to "
        f"{high:.0%}."
    ]


def _nothing(scheme: Scheme, counts: pa.Table | None) -> str:
    """Why the page of a scheme has no units."""
    if counts is not None and counts.num_rows:
        return "There are too few units to show any."
    return (
        f"No units are at hand: this home holds no {scheme.record.unit}. They are grouped from "
        f"{listed(list(read_by(scheme)))}: load submissions or returns that hold them, build, and "
        "publish again."
    )


# The scheme itself


def _codes(data: SiteData, scheme: Scheme, units: Counter[str] | None) -> Table:
    gives = Counter(rule.outcome for rule in scheme.rules)
    rows: list[Row] = []
    for code in scheme.code_list.values():
        path = " › ".join(one.title for one in reversed(scheme.parents(code.code)))
        row: Row = (Cell(code.code), Cell(code.title, note=path), whole(gives[code.code]))
        if units is not None:
            is_currency = code.code in scheme.currencies
            key = _key(data, scheme, code.code) if is_currency and units[code.code] else ""
            row = (*row, public_cell(units[code.code]), key)
        rows.append(row)
    counts = () if units is None else ("Units #", "Key")
    head = columns("Code", "Title and what it lies below", "Rows that give it #", *counts)
    note = "The units of a code hold those of the codes below it, which have the keys."
    caption = f"{counted(len(rows), 'code')} of the scheme"
    return Table(caption, head, tuple(rows), note=_NO_KEY if units is None else note)


def _classes(scheme: Scheme) -> Table:
    rows: list[Row] = [
        (
            Cell(one.title, note=name),
            one.meaning,
            one.remedy,
            "nothing" if one.estimate == "nothing" else "the mean price",
        )
        for name, one in scheme.classes.items()
    ]
    head = columns("Reason", "Meaning", "What helps", "May be worth")
    return Table("Reasons for no currency", head, tuple(rows))


def _parameters(scheme: Scheme) -> Table:
    rows: list[Row] = [
        (Cell(name), str(scheme.choices[name]), one.allowed, one.meaning)
        for name, one in scheme.parameters.items()
    ]
    return Table("Choices", columns("Parameter", "In force", "May be", "Meaning"), tuple(rows))


def _conditions(scheme: Scheme) -> Table:
    rows: list[Row] = []
    for name, one in scheme.conditions.items():
        if one.flags:
            how = f"any of: {', '.join(one.flags)}"
        elif one.words:
            how = "; ".join(f"{word}: {', '.join(codes)}" for word, codes in one.words.items())
        elif one.bands:
            how = "; ".join(f"{word}: {_up_to(scheme, end)}" for word, end in one.bands.items())
        else:
            how = "codes of the field"
        rest = one.fallback(scheme.choices) if one.otherwise else ""
        rows.append((Cell(name.replace("_", " ").capitalize()), one.field, how, rest))
    head = columns("Column", "Field", "Read as", "Otherwise")
    return Table("What the columns of the tables ask", head, tuple(rows))


def _up_to(scheme: Scheme, end: int | str | None) -> str:
    return "above" if end is None else f"up to {scheme.choices.get(str(end), end)}"


# Examples


def _example(scheme: Scheme, worked: Worked) -> list[dict[str, object]]:
    """Each record of an example: what it gets and why, and why earlier rows did not fire."""
    return [
        {
            "sentence": f"{one.record_id} of {one.provider}, {one.period}: "
            f"{outcome_words(scheme, one.fired)}.",
            "fired": f"Row {one.fired.id} fired: {when_words(scheme, one.fired)}.",
            "summary": f"Why no earlier row fired for {one.record_id}: "
            f"{counted(len(one.passed_over), 'row')}",
            "passed": _passed(scheme, one),
        }
        for one in worked.whys
    ]


def _passed(scheme: Scheme, why: Why) -> list[str]:
    """The rows before, in their order; many that failed for one reason are told together."""
    said: list[str] = []
    for (name, holds), group in groupby(why.passed_over, key=_reason):
        rows = list(group)
        held = condition_words(scheme, name, holds.split(", "))
        if len(rows) <= _FEW:
            for row in rows:
                asked = condition_words(scheme, name, row.asks)
                said.append(f"{row.rule.id} did not: {held}, and it asks that {asked}.")
        else:
            said.append(
                f"{len(rows)} rows from {rows[0].rule.id} to {rows[-1].rule.id} did not: {held}, "
                "and each asks something else."
            )
    return said


def _reason(one: PassedOver) -> tuple[str, str]:
    return one.condition, one.holds
