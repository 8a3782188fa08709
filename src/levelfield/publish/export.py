"""An export: the public values of a home for other people's programs, complete or not at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from levelfield.disclosure import Effect
from levelfield.publish.fhir import Resource, measure_report, measure_resource
from levelfield.publish.folder import new_folder
from levelfield.publish.publication import write_publication
from levelfield.publish.results import MeasureResults, results
from levelfield.publish.site_data import SiteData


@dataclass(frozen=True)
class Exported:
    """What was written, and what disclosure control did."""

    files: tuple[Path, ...]
    measures: int
    values: int
    effect: Effect


def export(data: SiteData, out: Path) -> Exported:
    """Write the public values of every measure to the folder `out`, replacing an export there.

    `values.csv` and `values.parquet` are tidy, a row a value in the columns of VALUE_SCHEMA;
    `measures.xlsx` is the publication workbook; `fhir` has a Bundle a measure, of its definition
    and the reports of every organisation in the period that the site compares; `disclosure.txt`
    says what was done. Raises UsageError when `out` holds something else than an export; whatever
    happens, an old export stays until the new one is complete.
    """
    found, effect = results(data)
    table = pa.concat_tables([one.public for one in found.values()]) if found else data.values
    with new_folder(out, "export") as folder:
        csv.write_csv(table, folder / "values.csv")
        parquet.write_table(table, folder / "values.parquet")
        (folder / "disclosure.txt").write_text(f"{effect.words}\n", encoding="utf-8")
        if found:
            write_publication(folder / "measures.xlsx", data, found)
        for name, one in found.items():
            file = folder / "fhir" / f"{name}.json"
            file.parent.mkdir(exist_ok=True)
            text = json.dumps(bundle(data, one), indent=1, ensure_ascii=False)
            file.write_text(f"{text}\n", encoding="utf-8")
        inside = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return Exported(tuple(out / path for path in inside), len(found), table.num_rows, effect)


def bundle(data: SiteData, one: MeasureResults) -> Resource:
    """A measure and the report of each organisation in the period compared, as a FHIR Bundle."""
    resources = [measure_resource(one.measure)]
    own = pc.equal(one.public["measure"], one.measure.id)
    held = one.public.filter(pc.and_(own, pc.equal(one.public["period"], one.period)))
    for level, code in _organisations(held):
        rows = held.filter(
            pc.and_(pc.equal(held["org_level"], level), pc.equal(held["org_code"], code))
        )
        resources.append(measure_report(one.measure, rows, data.names, data.generated_at))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
    }


def _organisations(held: pa.Table) -> list[tuple[str, str]]:
    """Level and code of those with a value that is not broken down."""
    rows: list[Mapping[str, str]] = held.filter(pc.equal(held["stratifier"], "all")).to_pylist()
    return [(row["org_level"], row["org_code"]) for row in rows]
