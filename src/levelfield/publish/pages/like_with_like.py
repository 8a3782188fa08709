"""Crude and adjusted side by side, and the model behind them, as the public may see them."""

from dataclasses import dataclass, replace

import pyarrow as pa

from levelfield.benchmark import Adjusted, Funnel, Model, NotComparable, method_words
from levelfield.disclosure import Rule, load_rules
from levelfield.publish.cells import key_cell, number, records, value_cell
from levelfield.publish.comparisons import funnel_figure
from levelfield.publish.parts import Cell, Figure, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, figure, headed, whole

_TERMS = "Terms of the model: odds or rate ratios against the level with most people"
_CALIBRATION = "Calibration by tenths of predicted risk"

_SCALE = (
    "The scale across says how little chance may move a provider: as little as it moves the count "
    "of that many events that come one by one. The more certain each event is beforehand, as where "
    "nearly everybody meets the standard, the less it varies, so that this number may be several "
    "times the expected events of the table."
)


@dataclass(frozen=True)
class LikeWithLike:
    """What a page shows: the finding, both values of each provider, how, and the model's tables."""

    sentence: str
    table: Table
    method: str
    figures: tuple[Figure, ...] = ()
    no_funnel: str = ""
    why: str = ""
    model: tuple[Table, ...] = ()


def like_with_like(data: SiteData, one: MeasureResults) -> LikeWithLike | NotComparable | None:
    """The adjustment that the measure asks for, or that of its service mix; None for what is not
    broken down by service and asks for none."""
    found = one.public_adjusted
    if not isinstance(found, Adjusted):
        return found
    by = str(found.parameters["adjusted for"])
    asked = one.measure.adjustment if one.mix is not None else None
    rule = load_rules()[one.measure.small_numbers]
    funnel = one.public_adjusted_funnel
    return LikeWithLike(
        sentence=found.sentence,
        table=_table(data, one, found.points, by),
        method=method_words(found.method, found.parameters),
        figures=(_figure(one, funnel, by),) if isinstance(funnel, Funnel) else (),
        no_funnel="" if not isinstance(funnel, NotComparable) else funnel.reason,
        why=asked.why if asked else "",
        model=tuple(_model(found.model, rule)) if found.model else (),
    )


def _figure(one: MeasureResults, found: Funnel, by: str) -> Figure:
    """The adjusted funnel; its table is the one that stands below it on the page."""
    plain = replace(one.reading, statistic="ratio", unit="rate", standard=None, per="")
    said = f"Adjusted for {by}, counted over expected events: {found.sentence}"
    drawn = replace(found, points=_drawn_points(found.points), sentence=said)
    figure = funnel_figure(
        f"{one.measure.id}-adjusted-funnel",
        drawn,
        plain,
        one.names,
        value_title=f"Counted over expected, adjusted for {by}",
        size_title="Size, in events that would vary as much by chance alone",
    )
    return replace(figure, notes=(_SCALE, *figure.notes))


def _drawn_points(points: pa.Table) -> pa.Table:
    """A funnel draws `value` by `denominator`: here the ratio by the information behind it."""
    for name, drawn in (("value", "ratio"), ("denominator", "information")):
        points = points.set_column(points.column_names.index(name), name, points[drawn])
    return points


def _table(data: SiteData, one: MeasureResults, points: pa.Table, by: str) -> Table:
    unit = one.reading.unit
    values = (headed(name, unit, one.per) for name in ("Crude", "Adjusted"))
    head = columns(
        "Provider",
        *("Counted #", "Expected #"),
        *(f"{name} #" for name in values),
        *("95% interval #", "Key"),
    )
    body: list[Row] = []
    for row in records(points):
        lower, upper = (number(row[f"adjusted_{end}"]) for end in ("lower", "upper"))
        there = lower is not None and upper is not None
        body.append(
            (
                Cell(data.name(str(row["org_code"]))),
                whole(number(row["observed"])),
                whole(number(row["expected"])),
                value_cell(row, unit),
                figure(number(row["adjusted"]), unit),
                f"{figure(lower, unit)} to {figure(upper, unit)}" if there else MISSING,
                key_cell(row),
            )
        )
    caption = f"{one.measure.title}, crude and adjusted for {by}"
    note = (
        "Expected: the events that everybody's figures would give for a provider with its mix. "
        "Adjusted: counted over expected, times everybody's value. The key is of the crude figure."
    )
    return Table(caption, head, tuple(body), note=note)


def _model(model: Model, rule: Rule) -> list[Table]:
    terms = tuple(
        (
            Cell(str(row["term"]).replace("_", " ")),
            str(row["level"] or MISSING),
            "1, what the others are held against"
            if row["lower"] is None
            else f"{row['effect']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})",
        )
        for row in model.coefficients.to_pylist()
        if row["term"] != "everybody"
    )
    performance = tuple(
        (Cell(str(row["what"])), f"{row['value']:.2f}", f"{row['ideal']:g}", str(row["words"]))
        for row in model.performance.to_pylist()
    )
    tenths: tuple[Row, ...] = tuple(
        (
            Cell(f"{row['tenth']}"),
            *(
                whole(rule.shown(round(row[name])))
                for name in ("denominator", "observed", "expected")
            ),
        )
        for row in model.calibration.to_pylist()
    )
    whom = "providers it had not seen" if model.held_out else "the providers it was fitted to"
    return [
        Table(_TERMS, columns("Term", "Level", "Ratio, 95% interval #"), terms),
        Table(
            f"How well the model does, for {whom}",
            columns("What", "Value #", "Ideally #", "In words"),
            performance,
        ),
        Table(
            _CALIBRATION,
            columns("Tenth #", "People #", "Observed #", "Expected #"),
            tenths,
            note=f"{MISSING} stands for a count too small to be shown.",
        ),
    ]
