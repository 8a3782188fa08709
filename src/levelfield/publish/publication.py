"""The publication workbook: public values, a sheet a measure, as government guidance asks for.

Made with gptables: a cover, contents, notes, one table a sheet with headings, and shorthand in
place of empty cells ([c] confidential, [z] not applicable, [x] not available). Guidance: Releasing
statistics in spreadsheets, Government Analysis Function.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from levelfield.benchmark import Adjusted, method_words
from levelfield.core.dates import long_date, period_words
from levelfield.measures import in_words
from levelfield.publish.composed import CompositeResults
from levelfield.publish.headlines import headlines
from levelfield.publish.publication_tables import (
    CONFIDENTIAL,
    CRUDE,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    beside_crude,
    values_table,
)
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import listed, moment, unit_words

if TYPE_CHECKING:
    from gptables import GPTable

_SHORTHAND = (
    f"{CONFIDENTIAL} suppressed, so that nobody can be recognised; {NOT_APPLICABLE} not applicable "
    f"to this measure; {NOT_AVAILABLE} not available: nobody was counted, or rounded counts cannot "
    "tell."
)
_NOTES = {
    "flags": (
        "Flags: provisional, a submission came in the primary window and may be replaced; "
        "incomplete, a provider and month are not held; rounded, the value comes from rounded "
        "counts; suppressed, it could tell of a person; small number, the denominator is below the "
        "measure's least; not official, this is no official statistic; break in series, not "
        "comparable with earlier periods."
    ),
    "limits": "Limits of the 95% interval, by the method that the measure names.",
    "key": "levelfield explain KEY tells where a figure comes from.",
    "adjusted": (
        "Adjusted value: the crude numerator over the events expected of a provider with its mix, "
        "times everybody's value. Expected events are rounded like any count. Only providers are "
        "adjusted, and not their breakdowns. The key is of the crude value."
    ),
}


def write_publication(
    path: Path,
    data: SiteData,
    found: Mapping[str, MeasureResults],
    composites: Mapping[str, CompositeResults],
) -> dict[str, str]:
    """Write the workbook of the public values of every measure and composite in the period that
    the site compares.

    A sheet has every organisation's value, and the breakdowns of everybody's; the breakdowns of one
    organisation are in the tidy files. Where a measure is adjusted, the adjusted value stands
    beside the crude one. Percentages are given as shares of 100. Left out: a measure or composite
    without a row in its period, such as a composite of which one part is suppressed throughout.
    Returns the sheet of each by its id.
    """
    # Imported here: it brings pandas along, which no other part of a site needs.
    import gptables
    import pandas as pd

    labels = _labels([*found, *composites])
    sheets = {labels[name]: _sheet(data, one) for name, one in found.items()}
    sheets |= {labels[name]: _composite_sheet(data, made) for name, made in composites.items()}
    sheets = {label: sheet for label, sheet in sheets.items() if len(sheet.table)}
    gptables.write_workbook(
        filename=str(path),
        sheets=sheets,
        cover=gptables.Cover(
            title=f"{data.title}: measures, {period_words(data.period)}",
            intro=[
                _official(data),
                "Each measure and composite has a sheet; the contents name them all.",
            ],
            about=[
                _SHORTHAND,
                f"Made {moment(data.generated_at)} from the data {data.snapshot}.",
            ],
            contact=["Whoever made this workbook; levelfield is open software."],
        ),
        notes_table=pd.DataFrame(
            {"Note reference": list(_NOTES), "Note text": list(_NOTES.values())}
        ),
        contentsheet="Contents",
    )
    return {name: label for name, label in labels.items() if label in sheets}


def _official(data: SiteData) -> str:
    simulated = " They come from simulated submissions: nobody in them exists."
    return f"These are not official statistics.{simulated if data.simulated else ''}"


def _labels(measures: list[str]) -> dict[str, str]:
    """A sheet's label is its measure's id, shortened to what a workbook bears."""
    labels: dict[str, str] = {}
    for name in measures:
        label = name[:31]
        while label in labels.values():
            label = f"{label[:29]}_{len(labels) % 10}"
        labels[name] = label
    return labels


def _sheet(data: SiteData, one: MeasureResults) -> "GPTable":
    import gptables

    words, found = in_words(one.measure), one.public_adjusted
    adjusted = found if isinstance(found, Adjusted) else None
    said = []
    if adjusted:
        said = [adjusted.sentence, method_words(adjusted.method, adjusted.parameters)]
    table = values_table(data, one.public, one.measure.id, one.period, one.reading)
    unit = unit_words(one.reading.unit, one.per) or "%"
    crude = CRUDE if adjusted else {name: name for name in CRUDE}
    notes = {"Flags": "$$flags$$", "Key": "$$key$$", crude["Lower limit"]: "$$limits$$"}
    units = {crude["Value"]: unit}
    if adjusted:
        table = beside_crude(table, adjusted, one.reading)
        notes["Expected"] = "$$adjusted$$"
        units["Adjusted value"] = unit
    return gptables.GPTable(
        table=table,
        table_name=f"table_{one.measure.id}",
        title=f"{one.measure.title}, {period_words(one.period)}",
        subtitles=[
            one.measure.purpose,
            *headlines(one),
            *said,
            f"{words.who_counts} {words.what_is_counted} {words.how_it_is_shown}",
            f"Written by {one.measure.authored_by}; reviewed on "
            f"{long_date(one.measure.reviewed_on)}.",
        ],
        instructions=_SHORTHAND,
        units=units,
        table_notes=notes,
        scope=one.measure.services,
        source=one.measure.source,
        index_columns={},
    )


def _composite_sheet(data: SiteData, made: CompositeResults) -> "GPTable":
    import gptables

    one = made.composite
    parts = [f"{part.measure.title} ({one.weights[part.measure.id]:.0%})" for part in made.parts]
    return gptables.GPTable(
        table=values_table(data, made.public, one.id, made.period, made.reading),
        table_name=f"table_{one.id}",
        title=f"{made.title}, {period_words(made.period)}",
        subtitles=[
            one.purpose,
            made.bars.sentence,
            f"Composite: the mean, by weight, of {listed(parts)}. Read the parts before the whole.",
            f"Written by {one.authored_by}; reviewed on {long_date(one.reviewed_on)}.",
        ],
        instructions=_SHORTHAND,
        units={"Value": "%"},
        table_notes={"Flags": "$$flags$$", "Key": "$$key$$", "Lower limit": "$$limits$$"},
        scope=one.services,
        source=one.source,
        index_columns={},
    )
