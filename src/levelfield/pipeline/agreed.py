"""What a provider has agreed and declared, held against a file that is checked."""

from collections.abc import Iterator

import pyarrow as pa

from levelfield import intake, quality
from levelfield.datasets import load_dataset
from levelfield.home import Home
from levelfield.intake import Examined, Report


def review(examined: Examined, report: Report, home: Home | None) -> quality.Review | None:
    """The improvement plan that the home keeps of the provider, held against the file.

    None without a home, without a plan, and for a file that could not be read as a whole. Raises
    DefinitionError for a plan that makes no sense.
    """
    if home is None or examined.header is None or not examined.tables:
        return None
    plan = quality.kept_plan(home.path, report.provider)
    if plan is None:
        return None
    changed = examined.settings.in_force(intake.rule_texts(load_dataset().version))
    said = {**report.to_json(), "settings": {"rules": changed}}
    if (extract := examined.raw.source.extract) is not None:
        said["extract"] = {"absent": extract.absent, "renamed": extract.renamed}
    return quality.hold(plan, quality.month_found(report.period, said))


def contradictions(examined: Examined, fields: pa.Table, home: Home | None) -> Iterator[str]:
    """A sentence on each field that is declared not collected or not shared, and was sent.

    `fields` are the counts by field (`intake.FIELD_QUALITY_SCHEMA`). Raises DefinitionError for
    declarations that make no sense.
    """
    if home is None or examined.header is None:
        return
    provider, month = examined.header.provider, examined.header.period
    declared = quality.load_declared(home.path)
    for row in fields.to_pylist():
        sent = row["records"] - row["missing"]
        item = declared.of(provider, row["table"], row["field"], month)
        said = declared.said(provider, row["table"], row["field"], month, sent=sent > 0)
        if item is not None and said == quality.CONTRADICTED:
            yield (
                f"{row['table']}.{row['field']} is declared {item.status} since {item.since}, and "
                f"{sent:,} of {row['records']:,} records hold a value. They count as sent: correct "
                "the declaration, or the file."
            )
