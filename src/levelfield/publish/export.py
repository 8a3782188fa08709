"""An export: the public values of a home for other people's programs, complete or not at all."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from levelfield.core.values import ALL
from levelfield.disclosure import Effect
from levelfield.publish.composed import CompositeResults, composed
from levelfield.publish.fhir_measure import Resource, composite_resource, measure_resource
from levelfield.publish.fhir_report import composite_report, measure_report
from levelfield.publish.folder import new_folder
from levelfield.publish.publication import write_publication
from levelfield.publish.results import MeasureResults, results
from levelfield.publish.site_data import SiteData
from levelfield.publish.tidy import adjusted_values, tidy_values


@dataclass(frozen=True)
class Exported:
    """What was written, and what disclosure control did."""

    files: tuple[Path, ...]
    measures: int
    composites: int
    adjusted: int
    """Measures that have adjusted values beside the crude ones."""
    values: int
    effect: Effect


def export(data: SiteData, out: Path) -> Exported:
    """Write the public values of every measure and composite to the folder `out`, replacing an
    export there.

    `values.csv` and `values.parquet` are tidy, a row a value in the columns of TIDY_SCHEMA;
    `adjusted.csv` and `adjusted.parquet` hold crude beside adjusted (ADJUSTED_SCHEMA), where a
    measure bears it; `measures.xlsx` is the publication workbook; `fhir` has a Bundle for each
    measure and composite, of its definition and the reports of every organisation in the period
    that the site compares; `disclosure.txt` says what was done. Raises UsageError when `out` holds
    something else than an export; whatever happens, an old export stays until the new one is
    complete.
    """
    found, effect = results(data)
    composites = composed(data, found)
    tables = {
        "values": tidy_values(found.values(), composites.values()),
        "adjusted": adjusted_values(found.values()),
    }
    with new_folder(out, "export") as folder:
        for name, table in tables.items():
            csv.write_csv(table, folder / f"{name}.csv")
            parquet.write_table(table, folder / f"{name}.parquet")
        (folder / "disclosure.txt").write_text(f"{effect.words}\n", encoding="utf-8")
        if found:
            write_publication(folder / "measures.xlsx", data, found, composites)
            _write_bundles(folder / "fhir", data, found, composites, tables["adjusted"])
        inside = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return Exported(
        files=tuple(out / path for path in inside),
        measures=len(found),
        composites=len(composites),
        adjusted=len(pc.unique(tables["adjusted"]["measure"])),
        values=tables["values"].num_rows,
        effect=effect,
    )


def _write_bundles(
    folder: Path,
    data: SiteData,
    found: Mapping[str, MeasureResults],
    composites: Mapping[str, CompositeResults],
    adjusted: pa.Table,
) -> None:
    folder.mkdir()
    resources: dict[str, list[Resource]] = {}
    for name, one in found.items():
        own = adjusted.filter(pc.equal(adjusted["measure"], name))
        resources[name] = list(_of_measure(data, one, own))
    for name, made in composites.items():
        resources[name] = list(_of_composite(data, made))
    for name, held in resources.items():
        entries = [{"resource": resource} for resource in held]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        text = json.dumps(bundle, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def _of_measure(data: SiteData, one: MeasureResults, adjusted: pa.Table) -> Iterator[Resource]:
    """A measure, and the report of each organisation in the period compared."""
    beside = {row["org_code"]: row for row in adjusted.to_pylist()}
    how = next((f"{row['adjusted_for']} ({row['method']})" for row in beside.values()), "")
    yield measure_resource(one.measure, how)
    own = pc.equal(one.public["measure"], one.measure.id)
    held = one.public.filter(pc.and_(own, pc.equal(one.public["period"], one.period)))
    for level, code in _organisations(held):
        rows = held.filter(
            pc.and_(pc.equal(held["org_level"], level), pc.equal(held["org_code"], code))
        )
        provider = beside.get(code) if level == "provider" else None
        yield measure_report(one.measure, rows, data.names, data.generated_at, provider)


def _of_composite(data: SiteData, made: CompositeResults) -> Iterator[Resource]:
    """A composite, and the report of each organisation in the period compared."""
    yield composite_resource(made.composite)
    now = pc.equal(made.public["period"], made.period)
    whole = pc.equal(made.public["stratifier"], ALL)
    for row in made.public.filter(pc.and_(now, whole)).to_pylist():
        yield composite_report(made.composite, row, data.names, data.generated_at)


def _organisations(held: pa.Table) -> list[tuple[str, str]]:
    """Level and code of those with a value that is not broken down."""
    rows: list[Mapping[str, str]] = held.filter(pc.equal(held["stratifier"], ALL)).to_pylist()
    return [(row["org_level"], row["org_code"]) for row in rows]
