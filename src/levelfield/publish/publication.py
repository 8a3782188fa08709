"""The publication workbook: public values, a sheet a measure, as government guidance asks for.

Made with gptables: a cover, contents, notes, one table a sheet with headings, and shorthand in
place of empty cells ([c] confidential, [z] not applicable, [x] not available). Guidance: Releasing
statistics in spreadsheets, Government Analysis Function.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from levelfield.core.dates import long_date, period_words
from levelfield.core.values import ALL, NATIONAL
from levelfield.measures import in_words
from levelfield.publish.headlines import headlines
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import UNITS, moment

if TYPE_CHECKING:
    import pandas as pd
    from gptables import GPTable

CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE = "[c]", "[z]", "[x]"
_SHORTHAND = (
    f"{CONFIDENTIAL} suppressed, so that nobody can be recognised; {NOT_APPLICABLE} not applicable "
    f"to this measure; {NOT_AVAILABLE} not available: nobody was counted."
)
_LEVELS = {"national": "All", "commissioner": "Commissioner", "provider": "Provider"}
_COLUMNS = [
    "Level",
    "Code",
    "Name",
    "Breakdown",
    "Group",
    "Numerator",
    "Denominator",
    "Value",
    "Lower limit",
    "Upper limit",
    "Flags",
    "Key",
]
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
}


def write_publication(
    path: Path, data: SiteData, found: Mapping[str, MeasureResults]
) -> dict[str, str]:
    """Write the workbook of every measure's public values in the period that the site compares.

    A sheet has every organisation's value, and the breakdowns of everybody's; the breakdowns of one
    organisation are in the tidy files. Percentages are given as shares of 100.
    Returns each measure's sheet by its id.
    """
    # Imported here: it brings pandas along, which no other part of a site needs.
    import gptables
    import pandas as pd

    labels = _labels(list(found))
    sheets = {labels[name]: _sheet(data, one) for name, one in found.items()}
    gptables.write_workbook(
        filename=str(path),
        sheets=sheets,
        cover=gptables.Cover(
            title=f"{data.title}: measures, {period_words(str(data.year))}",
            intro=[_official(data), "Each measure has a sheet; the contents name them all."],
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
    return labels


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

    words = in_words(one.measure)
    return gptables.GPTable(
        table=_table(data, one),
        table_name=f"table_{one.measure.id}",
        title=f"{one.measure.title}, {period_words(one.period)}",
        subtitles=[
            one.measure.purpose,
            *headlines(one),
            f"{words.who_counts} {words.what_is_counted} {words.how_it_is_shown}",
            f"Written by {one.measure.authored_by}; reviewed on "
            f"{long_date(one.measure.reviewed_on)}.",
        ],
        instructions=_SHORTHAND,
        units={"Value": _unit(one.reading.unit)},
        table_notes={"Flags": "$$flags$$", "Key": "$$key$$", "Lower limit": "$$limits$$"},
        scope=one.measure.services,
        source=one.measure.source,
        index_columns={},
    )


def _unit(unit: str) -> str:
    return UNITS.get(unit) or "as the subtitle says"


def _table(data: SiteData, one: MeasureResults) -> "pd.DataFrame":
    import pandas as pd

    public = one.public.to_pylist()
    rows = [row for row in public if row["period"] == one.period]
    rows = [row for row in rows if row["measure"] == one.measure.id]
    rows = [row for row in rows if row["stratifier"] == ALL or row["org_level"] == "national"]
    rows.sort(key=lambda row: (list(_LEVELS).index(row["org_level"]), data.name(row["org_code"])))
    scale = 100 if one.reading.unit in ("percent", "points") else 1
    return pd.DataFrame([_row(data, row, scale) for row in rows], columns=_COLUMNS)


def _row(data: SiteData, row: Mapping[str, Any], scale: int) -> list[str | float]:
    flags = str(row["flags"] or "").split(";")
    hidden = "suppressed" in flags
    nobody = CONFIDENTIAL if hidden else NOT_AVAILABLE
    counted = row["value"] is not None
    code = row["org_code"]
    figures = [
        row["numerator"],
        row["denominator"],
        *(None if row[name] is None else row[name] * scale for name in ("value", "lower", "upper")),
    ]
    missing = NOT_APPLICABLE if counted else nobody
    return [
        _LEVELS[row["org_level"]],
        code,
        "Everybody" if code == NATIONAL else data.name(code),
        "None" if row["stratifier"] == ALL else row["stratifier"].replace("_", " "),
        "All" if row["stratum"] == ALL else row["stratum"],
        *(missing if figure is None else round(figure, 4) for figure in figures),
        ", ".join(filter(None, flags)) or "none",
        row["lineage"],
    ]
