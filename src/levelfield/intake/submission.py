"""One submission examined: read, checked by contract and rules, ready to report or to stage."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import pyarrow as pa

from levelfield.core.threads import THREADS
from levelfield.datasets import DataSet, load_dataset
from levelfield.engine import Engine, open_engine
from levelfield.intake.checking.derive import PERSON, derive
from levelfield.intake.checking.extract_checks import (
    leave_uncounted,
    rules_that_apply,
    take_given,
    without_absent,
)
from levelfield.intake.checking.fields import field_checks
from levelfield.intake.checking.flatten import flattened
from levelfield.intake.checking.header import TABLE as HEADER
from levelfield.intake.checking.header import Header, read_header
from levelfield.intake.checking.table_checks import CheckedTable, check_parents_again, check_table
from levelfield.intake.faults import ALL_FAILED, NOT_TAKEN_UP, STRUCTURE, Fault, Rows
from levelfield.intake.identity import Identifiers, hidden
from levelfield.intake.reading.read import RawSubmission, read
from levelfield.intake.reading.source import Source
from levelfield.intake.rules.catalogue import RuleText
from levelfield.intake.rules.evaluate import evaluate, view_name
from levelfield.intake.rules.rule import RuleSet, load_rules, rule_texts
from levelfield.intake.rules.settings import Settings

_ALL_FAILED_FROM = {PERSON: 1, "CYP101Referral": 10, "CYP201CareContact": 10}
"""A table that has lost all its records refuses the file, from so many records on: such a month
would take the place of a sound one, and not one contact of it would count."""

_EMPTY_FAULTS = {PERSON: "F-PERSON-EMPTY", "CYP002GP": "F-GP-EMPTY"}


@dataclass(frozen=True)
class Examined:
    """A submission with the state of every row. `file_faults` are those of the file as a whole.

    `rules` are those in force: as the catalogue has them, but for what `settings` changed.
    """

    raw: RawSubmission
    header: Header | None
    tables: Mapping[str, CheckedTable]
    file_faults: tuple[Fault, ...]
    rules: Mapping[str, RuleText]
    settings: Settings = field(default_factory=Settings)

    @property
    def accepted(self) -> bool:
        return not _refused(self.faults, self.rules)

    @cached_property
    def identifiers(self) -> Identifiers:
        """What the submission itself says of who its people are."""
        return Identifiers.of(self.tables[PERSON].raw) if PERSON in self.tables else Identifiers()

    def in_file(self, rule: str, table: str, rows: Rows) -> Rows:
        """Rows of a fault by their numbers in the file, of which the table may be a part."""
        raw = self.raw.tables.get(table)
        if raw is None or raw.numbers is None or rule in NOT_TAKEN_UP:
            return rows
        found: Rows = raw.numbers[rows - 1]
        return found

    @property
    def system(self) -> str:
        """The system that the header names, as it may be told: never an identifier."""
        named = self.header.system if self.header else ""
        told: str = hidden(pa.array([named]), self.identifiers)[0].as_py()
        return told

    @property
    def faults(self) -> list[Fault]:
        found = [fault for checked in self.tables.values() for fault in checked.faults]
        return [*self.file_faults, *found]


def examine(
    source: Source,
    engine: Engine | None = None,
    settings: Settings | None = None,
    processes: int = 1,
) -> Examined:
    """Read a submission and check all of it; a long XML file is read by so many processes.

    A fault of the file's structure or header ends the check there, since what follows would rest
    on it. Raises SubmissionError for what cannot be read at all.
    """
    dataset, settings = load_dataset(), settings or Settings()
    with ThreadPoolExecutor(1) as pool:
        # Rules are read by Python, and files mostly outside it: so both go on at the same time.
        rules = pool.submit(rule_texts, dataset.version)
        if engine is None:
            pool.submit(_own_engine)
        raw = read(source, dataset, processes)
        texts = settings.apply(rules.result())
    # Reading takes more memory for a moment than what was read, and would keep it.
    pa.default_memory_pool().release_unused()
    header, file_faults = None, list(raw.faults)
    broken = {fault.table for fault in raw.faults if fault.rule == STRUCTURE}
    if HEADER in raw.tables and HEADER not in broken:
        header, found = read_header(
            raw.tables[HEADER].rows, dataset, by_mapping=source.extract is not None
        )
        file_faults += found
    file_faults += [
        Fault.of_file(name, "", rule)
        for name, rule in _EMPTY_FAULTS.items()
        if rule in texts and name in raw.tables and raw.tables[name].rows.num_rows == 0
    ]
    if header is None or _refused(file_faults, texts):
        return Examined(raw, header, {}, tuple(file_faults), texts, settings)
    tables = _by_contract(raw, dataset, header, texts)
    derive(tables, dataset, header.period)
    catalogue = load_rules(dataset.version).only(texts)
    if source.extract is not None:
        take_given(tables, raw)
        leave_uncounted(tables, source.extract)
        catalogue = rules_that_apply(catalogue, source.extract)
    _by_rules(tables, dataset, header, catalogue, engine or _own_engine())
    for name in tables:
        check_parents_again(tables[name], tables)
    if ALL_FAILED in texts:
        file_faults += _all_failed(tables)
    return Examined(raw, header, tables, tuple(file_faults), texts, settings)


def _all_failed(tables: Mapping[str, CheckedTable]) -> list[Fault]:
    """That not one record is left: of the outermost such table, with which the others fell."""
    for name, fewest in _ALL_FAILED_FROM.items():
        if name in tables and len(tables[name].alive) >= fewest and not tables[name].alive.any():
            count = len(tables[name].alive)
            text = f"Not one of the {count:,} records of {name} is left after the other checks."
            return [Fault.of_file(name, text, ALL_FAILED)]
    return []


def _refused(faults: Sequence[Fault], texts: Mapping[str, RuleText]) -> bool:
    return any(texts[fault.rule].severity == "reject_file" for fault in faults)


@cache
def _own_engine() -> Engine:
    """One engine for all the submissions of this process; opening one costs as much as a check.

    It sees the people before their identity is dropped, so none of it may reach the disk.
    """
    return open_engine("duckdb", threads=THREADS, spill=False)


def _by_contract(
    raw: RawSubmission, dataset: DataSet, header: Header, texts: Mapping[str, RuleText]
) -> dict[str, CheckedTable]:
    checks = field_checks(dataset, header.period)
    if (extract := raw.source.extract) is not None:
        checks = without_absent(checks, extract.absent, extract.renamed)
    done: dict[str, CheckedTable] = {}
    for table in dataset.tables.values():
        if table.name in raw.tables:
            rows = raw.tables[table.name].rows.combine_chunks()
            done[table.name] = check_table(table, rows, checks[table.name], done, texts)
    # What the keys took is free again, now that all parents have been found.
    for checked in done.values():
        checked.key = None
    pa.default_memory_pool().release_unused()
    return done


def _by_rules(
    tables: Mapping[str, CheckedTable],
    dataset: DataSet,
    header: Header,
    catalogue: RuleSet,
    engine: Engine,
) -> None:
    """Run the rules of every table on its rows, repeats apart.

    A rule that reads a value which is not written as it must be is not judged there: to the rule it
    is blank, and it has been told of already.
    """
    largest = max(len(checked.status) for checked in tables.values())
    try:
        for name in catalogue.tables:
            seen = flattened(name, tables, dataset, header.period, catalogue)
            engine.view(view_name(name), seen)
        fired = {
            name: evaluate(engine, rules, largest)
            for name, checked in tables.items()
            if (rules := catalogue.of(name)) and len(checked.status)
        }
    finally:
        # The engine would hold the people until the next submission.
        for name in catalogue.tables:
            engine.drop(view_name(name))
    for name, by_rule in fired.items():
        checked = tables[name]
        unreadable = checked.unreadable
        for rule in catalogue.of(name):
            places = by_rule[rule.id]
            for one in rule.reads(checked.table) & unreadable.keys():
                places = np.setdiff1d(places, unreadable[one])
            checked.add_at(rule.id, rule.fields[0], places)
