"""A published value walked back to the file it was read from."""

import pyarrow.compute as pc

from levelfield.benchmark import reading_of_series
from levelfield.core.errors import UsageError
from levelfield.core.values import ALL
from levelfield.disclosure import Audience
from levelfield.explain.explanation import Explanation, parts
from levelfield.explain.words import count, figure, interval
from levelfield.published import load_published, organisation_names, published_datasets


def explain_published(key: str, audience: Audience) -> Explanation:
    """The published value with this key, which is the same in every home.

    Raises UsageError when no data set that the package ships has it.
    """
    for dataset in published_datasets().values():
        table = load_published(dataset.id)
        found = table.filter(pc.equal(table["lineage"], key)).to_pylist()
        if not found:
            continue
        row = found[0]
        series = dataset.find_series(row["measure"])
        unit = reading_of_series(series, row["period"]).unit
        who = organisation_names(dataset.id).get(row["org_code"], row["org_code"])
        stratum = "" if row["stratifier"] == ALL else f", {row['stratum']}"
        value = figure(row["value"], unit) if row["value"] is not None else "not published"
        return Explanation(
            key=key,
            kind="published value",
            title=f"{series.title}: {who}{stratum}, {row['period']}",
            audience=audience,
            figure=parts(
                [
                    ("Value", value),
                    ("Interval", interval(row["lower"], row["upper"], unit)),
                    ("Numerator", count(row["numerator"])),
                    ("Denominator", count(row["denominator"])),
                    ("Organisation", f"{who} ({row['org_code']}, {row['org_level']})"),
                    ("Method", row["method"]),
                    ("Flags", row["flags"].replace(";", "; ")),
                ]
            ),
            definition=parts(
                [
                    ("Data set", f"{dataset.title} ({dataset.id})"),
                    ("Publisher", dataset.publisher),
                    ("Publication", dataset.publication),
                    ("Status", dataset.status),
                    ("Covers", dataset.covers),
                    ("As published", dataset.as_published),
                    ("Rounding", dataset.rounding),
                    ("Licence", dataset.licence),
                    ("Copied from", dataset.obtained_from),
                    ("File", f"definitions/published/{dataset.file}"),
                ]
            ),
            rule=(_how(series.value, series.numerator, series.denominator, series.where),),
            notes=(
                "Counted by its publisher and not by levelfield: no records stand behind it here.",
                *dataset.caveats,
                *(
                    f"It cannot bear {refusal.what}: {refusal.why}."
                    for refusal in dataset.cannot_draw
                ),
            ),
        )
    raise UsageError(
        f"{key} is not a value of any published data set in this version of levelfield. There are: "
        f"{', '.join(published_datasets())}."
    )


def _how(
    value: str | None, numerator: str | None, denominator: str | None, where: dict[str, str]
) -> str:
    rows = " and ".join(f"{column} is '{wanted}'" for column, wanted in where.items())
    of = f" of the row where {rows}" if rows else ""
    if value:
        return f"Read from the column '{value}'{of}."
    return f"The column '{numerator}' divided by the column '{denominator}'{of}."
