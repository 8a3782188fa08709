"""The equity panel of a measure: how it differs between groups of people, and by what else."""

from collections.abc import Iterator, Mapping

from levelfield.benchmark import Equity, equities
from levelfield.core.values import NATIONAL
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.publish.cells import (
    Record,
    interval_text,
    key_cell,
    number,
    records,
    value_cell,
    value_table,
)
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.results import MeasureResults, strata
from levelfield.publish.strips import Scale, strip
from levelfield.publish.words import MISSING, figure, headed, whole

STRATIFIERS: Mapping[str, str] = {
    "service": "service",
    "age_band": "age",
    "sex": "sex",
    "ethnic_group": "ethnic group",
    "deprivation_fifth": "deprivation",
    "staff_group": "staff group",
    "medium": "how the contact took place",
    "source_of_referral": "who referred",
}

_USED = {
    "reference": "the others are held against it",
    "too small": "too few to compare",
    "not known": "not compared",
    "no value": "",
    "compared": "",
}


def equity_panel(one: MeasureResults) -> list[dict[str, object]]:
    """The groups of people, each with the finding in a sentence and its table with marks.

    All of it from what the public may see. Where there is no comparison the sentence says why, and
    the values stand in the table all the same.
    """
    found = equities(
        one.public, one.reading, measure=one.measure.id, period=one.period, org_code=NATIONAL
    )
    panel: list[dict[str, object]] = []
    for stratifier, equity in found.items():
        title = f"By {STRATIFIERS[stratifier]}"
        if isinstance(equity, Equity):
            table = _compared(one, equity, title)
        else:
            table = _plain(one, stratifier, title)
        panel.append(
            {
                "title": title,
                "sentence": equity.sentence,
                "ratio": _ratio(equity) if isinstance(equity, Equity) else "",
                "table": table,
            }
        )
    return panel


def other_groups(one: MeasureResults, shown: list[dict[str, object]]) -> Iterator[Table]:
    """The values by what is no group of people, and so no matter of equity: a table each."""
    there = {str(panel["title"]) for panel in shown}
    for stratifier in one.measure.stratifiers:
        title = f"By {STRATIFIERS[stratifier]}"
        if title not in there and strata(one.public, one.measure.id, one.period, stratifier):
            yield _plain(one, stratifier, title)


def _plain(one: MeasureResults, stratifier: str, title: str) -> Table:
    rows = strata(one.public, one.measure.id, one.period, stratifier)
    labels = [stratum_label(stratifier, str(row["stratum"])) for row in rows]
    return value_table(rows, "Group", labels, one.reading.unit, title, per=one.per)


def _compared(one: MeasureResults, found: Equity, title: str) -> Table:
    unit = one.reading.unit
    rows = records(found.points)
    scale = scale_of(rows)
    reference = next(number(row["value"]) for row in rows if row["used"] == "reference")
    counts = [
        (heading, name)
        for heading, name in (("Counted #", "numerator"), ("Out of #", "denominator"))
        if any(row[name] is not None for row in rows)
    ]
    head = columns(
        "Group",
        *(heading for heading, _ in counts),
        f"{headed('Value', unit, one.per)} #",
        "95% interval #",
        "Value and interval",
        f"{headed('Difference, 95% interval', _apart(unit), one.per)} #",
        "Key",
    )
    body: list[Row] = []
    for row in rows:
        bounds = (number(row[name]) for name in ("value", "lower", "upper"))
        mark = strip(scale, *bounds, reference=reference) if scale else None
        body.append(
            (
                Cell(
                    stratum_label(found.stratifier, str(row["stratum"])),
                    note=_USED[str(row["used"])],
                ),
                *(whole(number(row[name])) for _, name in counts),
                value_cell(row, unit),
                interval_text(row, unit),
                Cell("", html=mark),
                _difference(row, unit),
                key_cell(row),
            )
        )
    return Table(title, head, tuple(body))


def _difference(row: Record, unit: str) -> Cell:
    """How far a group lies from the reference; differences of shares are percentage points."""
    apart = number(row["difference"])
    if apart is None:
        return Cell(MISSING)
    unit = _apart(unit)
    lower, upper = (number(row[f"difference_{end}"]) for end in ("lower", "upper"))
    between = "" if lower is None or upper is None else f"{_signed(lower, unit)} to "
    return Cell(_signed(apart, unit), note=between and f"{between}{_signed(upper, unit)}")


def _apart(unit: str) -> str:
    """The unit of a difference: that of two shares is in percentage points."""
    return "points" if unit in ("percent", "points") else unit


def _signed(value: float | None, unit: str) -> str:
    text = figure(value, unit)
    if unit == "points" or value is None:
        return text
    return f"+{text}" if value > 0 else text.replace("-", "−")


def _ratio(found: Equity) -> str:
    """The relative index of inequality, where a line through the fifths bears one."""
    slope = found.slope
    if slope is None or slope.relative != slope.relative:
        return ""
    return (
        f"Relative index of inequality {slope.relative:.2f} (95% interval "
        f"{slope.relative_lower:.2f} to {slope.relative_upper:.2f}): what the line through the "
        "fifths gives for the least deprived end over the most deprived end; 1 is equality."
    )


def scale_of(rows: list[Record]) -> Scale | None:
    """A scale over some values and, as far as they do not dwarf them, their intervals."""
    values = [v for row in rows if (v := number(row["value"])) is not None]
    if not values:
        return None
    bounds = [v for row in rows for n in ("lower", "upper") if (v := number(row[n])) is not None]
    spread = max(values) - min(values) or abs(values[0]) or 1.0
    return Scale(
        max(min([*values, *bounds]), min(values) - spread),
        min(max([*values, *bounds]), max(values) + spread),
    )


def stratum_label(stratifier: str, stratum: str) -> str:
    """A stratum as a reader knows it: a team type by its name, a fifth by its end."""
    if stratifier == "service":
        if stratum.casefold() == "not known":
            return stratum
        label = load_dataset().label(TEAM_TYPES, stratum)
        return f"{label} ({stratum})" if label != stratum else f"{stratum} (not a code of the list)"
    ends = {"1": "1, most deprived", "5": "5, least deprived"}
    return ends.get(stratum, stratum) if stratifier == "deprivation_fifth" else stratum
