"""Crude and adjusted side by side, and the model behind them, as the public may see them.

What is expected of a provider comes from all its counts and is rounded like any count; what is
observed is the public figure. A provider whose figure is suppressed has no adjusted one either.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from levelfield.benchmark import Adjusted, Model, NotComparable, adjust, method_words, select
from levelfield.benchmark.adjusted import Expected, beside_crude, sentence
from levelfield.benchmark.tables import numbers
from levelfield.core.values import NATIONAL
from levelfield.disclosure import Rule, load_rules
from levelfield.publish.cells import key_cell, number, records, value_cell
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, figure, whole

_TERMS = "Terms of the model: odds or rate ratios against the level with most people"
_CALIBRATION = "Calibration by tenths of predicted risk"


@dataclass(frozen=True)
class LikeWithLike:
    """What a page shows: the finding, both values of each provider, how, and the model's tables."""

    sentence: str
    table: Table
    method: str
    why: str = ""
    model: tuple[Table, ...] = ()


def like_with_like(data: SiteData, one: MeasureResults) -> LikeWithLike | NotComparable | None:
    """The adjustment that the measure asks for, or that of its service mix; None for what is not
    broken down by service and asks for none."""
    mix = data.mixes.get(one.measure.id)
    if mix is None and "service" not in one.measure.stratifiers:
        return None
    rows = select(one.exact, measure=one.measure.id, period=one.period, org_level="provider")
    if not rows.num_rows:
        return None
    found = adjust(one.measure, rows, one.exact, mix, one.reading, data.names)
    if isinstance(found, NotComparable):
        return found
    public = _for_the_public(one, found)
    if public is None:
        return NotComparable("No adjustment: too few figures are left for the public.")
    by = str(found.parameters["adjusted for"])
    words = sentence(public.points, one.reading, by, data.names)
    if found.model is not None:
        words = f"{words} {found.model.sentence}"
    asked = one.measure.adjustment if mix is not None else None
    return LikeWithLike(
        sentence=words,
        table=_table(data, one, public.points, by),
        method=method_words(public.method, public.parameters),
        why=asked.why if asked else "",
        model=tuple(_model(found.model, load_rules()[one.measure.small_numbers]))
        if found.model
        else (),
    )


def _for_the_public(one: MeasureResults, found: Adjusted) -> Adjusted | None:
    """The same with public numerators over rounded expected events, round everybody's public
    value; None where fewer than two are left."""
    national = one.row(one.public, NATIONAL)
    overall = number(national["value"]) if national else None
    held = {row["org_code"]: row for row in records(one.held)}
    points = [row for row in found.points.to_pylist() if row["org_code"] in held]
    public = pa.Table.from_pylist([held[row["org_code"]] for row in points], one.held.schema)
    if overall is None or not points:
        return None
    rule = load_rules()[one.measure.small_numbers]
    expected = np.array(
        [
            np.nan if (shown := rule.shown(round(row["expected"] or 0))) is None else float(shown)
            for row in points
        ]
    )
    observed, size = (numbers(public, name) for name in ("numerator", "denominator"))
    known = (expected > 0) & ~np.isnan(observed)
    # Nobody asks how much chance the rounded counts carry, so that no variance is given.
    unknown = np.full(len(points), np.nan)
    given = Expected(*(np.where(known, p, np.nan) for p in (observed, size, expected, unknown)))
    adjusted, _ = beside_crude(public, given, one.reading, overall)
    if known.sum() < 2:
        return None
    parameters = {name: value for name, value in found.parameters.items() if name != "cut to 100%"}
    parameters |= {"reference": overall, "expected events": "rounded like any count"}
    return replace(found, points=adjusted, overall=overall, parameters=parameters)


def _table(data: SiteData, one: MeasureResults, points: pa.Table, by: str) -> Table:
    unit = one.reading.unit
    head = columns(
        "Provider", "Counted #", "Expected #", "Crude #", "Adjusted #", "95% interval #", "Key"
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
                whole(rule.rounded(round(row[name])))
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
        Table(_CALIBRATION, columns("Tenth #", "People #", "Observed #", "Expected #"), tenths),
    ]
