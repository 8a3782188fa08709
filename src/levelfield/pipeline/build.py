"""Facts from the active submissions, then values, data quality and units of care from them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from levelfield import currencies, facts, measures, quality
from levelfield.core.errors import UsageError
from levelfield.core.progress import Progress
from levelfield.core.successions import Succession
from levelfield.core.values import VALUE_SCHEMA
from levelfield.engine import Engine, compose
from levelfield.home import SCHEME, Home
from levelfield.warehouse import (
    Results,
    Warehouse,
    explained,
    settle,
    write_manifest,
    write_result,
)


@dataclass(frozen=True)
class Built:
    """What a build made."""

    facts: facts.BuildResult
    values: int
    units: int
    snapshot: str


def build(warehouse: Warehouse, engine: Engine, progress: Progress | None = None) -> Built:
    """Facts from the active submissions, then measures and units of care from the facts.

    Raises UsageError when the home holds no submission, and WarehouseError when another run holds
    the home or the disk refuses.
    """
    if not warehouse.submissions():
        raise UsageError(
            f"{warehouse.home}: there is no submission here. Load some with: "
            f"levelfield load PATH --home {warehouse.home}"
        )
    settle(warehouse)
    with explained(warehouse.home), warehouse.lock_home("building"):
        made = facts.build(warehouse, engine, progress)
        if not made.submissions + made.reused:
            Results(warehouse.home).clear()
            write_manifest(warehouse)
            return Built(made, values=0, units=0, snapshot=made.snapshot)
        facts.register_facts(warehouse, engine)
        with Results(warehouse.home).replacing() as folder:
            coverage = engine.query("SELECT * FROM coverage")
            values = _values(engine, Home(warehouse).lookups.successions, progress)
            breaks = quality.find_breaks(warehouse.home, coverage)
            values = quality.mark_breaks(values, breaks, measures.columns_read())
            write_result(folder, "values", values)
            write_result(folder, "composites", _composites(values))
            declared = quality.load_declared(warehouse.home)
            counted = quality.evaluate(engine, made.snapshot, coverage, declared)
            write_result(folder, "quality", counted)
            write_result(folder, "coverage_matrix", quality.coverage_matrix(engine, coverage))
            units = _units(engine, folder, progress)
            about = {
                "snapshot": made.snapshot,
                "submissions": _submissions(engine),
                "returns": _returns(engine),
                "built_at": datetime.now().replace(microsecond=0).isoformat(),
                "engine": engine.name,
                "measures": {m.id: m.version for m in measures.load_measures().values()},
                "composites": {c.id: c.version for c in measures.load_composites().values()},
                "quality": {d.id: d.version for d in quality.load_dimensions().values()},
                "scheme": SCHEME,
            }
            text = json.dumps(about, indent=2) + "\n"
            (folder / "about.json").write_text(text, encoding="utf-8")
    write_manifest(warehouse)
    return Built(made, values.num_rows, units, made.snapshot)


def _submissions(engine: Engine) -> list[str]:
    """The submissions whose records the results hold: they go when one of these is destroyed."""
    held = engine.query("SELECT submission_id FROM coverage ORDER BY submission_id")
    return list(held["submission_id"].to_pylist())


def _returns(engine: Engine) -> list[str]:
    """The returns whose rows the results hold."""
    kinds = [fact.name for fact in facts.load_facts().values() if fact.every]
    rows = " UNION ".join(f"SELECT {facts.OF_RETURN} FROM {kind}" for kind in kinds)
    return sorted(engine.query(rows)[facts.OF_RETURN].to_pylist())


def _values(
    engine: Engine, successions: Sequence[Succession], progress: Progress | None
) -> pa.Table:
    """The values of all measures; one over a return that nobody has sent has none."""
    library = measures.load_measures().values()
    tables: list[pa.Table] = []
    for fact in dict.fromkeys(one.fact for one in library):
        if progress is not None:
            progress(f"measures over {fact}", len(tables), len(library))
        ground, own = facts.held(engine, fact), [one for one in library if one.fact == fact]
        if ground.coverage.num_rows:
            counted = measures.evaluate_all(
                engine, own, ground.snapshot, ground.coverage, successions=successions
            )
            tables += [values for _, values in counted]
    return pa.concat_tables(tables).sort_by([(name, "ascending") for name in _ORDER])


def _composites(values: pa.Table) -> pa.Table:
    """The values of all composites, exact: those of the public are made of public parts."""
    library = measures.load_composites().values()
    made = [measures.compose_values(one, values) for one in library]
    return pa.concat_tables([VALUE_SCHEMA.empty_table(), *made])


_ORDER = ("measure", "period", "org_level", "org_code", "stratifier", "stratum")


def _units(engine: Engine, folder: Path, progress: Progress | None) -> int:
    scheme = currencies.load_scheme(SCHEME)
    if progress is not None:
        progress(f"units {scheme.id}", 0, 1)
    engine.create("unit", compose(currencies.group(scheme)))
    engine.write("SELECT * FROM unit", folder / f"units-{scheme.id}")
    counts = engine.query(compose(currencies.unit_counts("unit"), currencies.COUNTS_IN_ORDER))
    write_result(folder, f"counts-{scheme.id}", counts)
    return sum(counts["units"].to_pylist())
