"""The demonstration: from nothing to a site, through every room."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from levelfield import intake, payment, publish, simulate
from levelfield.core.errors import UsageError
from levelfield.core.money import format_pounds
from levelfield.core.processes import PROCESSES
from levelfield.core.progress import Progress
from levelfield.engine import open_engine
from levelfield.home import Home
from levelfield.pipeline.build import build
from levelfield.pipeline.demo_money import (
    LOOKED_AT,
    PLANNED,
    ask,
    keep_what_was_made,
    write_plan,
)
from levelfield.pipeline.load import load
from levelfield.pipeline.returns import load_returns
from levelfield.pipeline.site import refuse_inside, site_data
from levelfield.pipeline.statements import (
    find_contract,
    keep_plan,
    keep_shadow,
    keep_statement,
    planned_statement,
)
from levelfield.warehouse import Warehouse, total

SEED = 1
CONTRACTS = ("za1-2025-26", "za4-2025-26")
"""The examples that the demonstration pays: those whose terms need no whole year of months."""

Step = Callable[[Progress | None], str]
"""One step of the demonstration; returns a sentence that says what it made."""


@dataclass
class Demo:
    """Simulate, load, build, pay and publish, one step after the other.

    `home` must be new or empty: a demonstration never touches a home that holds anything. The
    simulated files stay in `home/../<home>-submissions`, so that they can be looked at and checked.
    """

    home: Path
    out: Path
    providers: int = 12
    months: int = 12
    totals: dict[str, int] = field(default_factory=dict)
    index: Path = Path()

    def steps(self) -> Iterator[tuple[str, Step]]:
        """The steps in order, each with its title."""
        if self.home.exists() and (not self.home.is_dir() or any(self.home.iterdir())):
            raise UsageError(
                f"{self.home}: the demonstration needs a new or empty folder for its home. "
                "Name another with --home, or delete this one."
            )
        if self.submissions.exists():
            raise UsageError(
                f"{self.submissions}: an earlier demonstration left its files here. Delete them, "
                "or name another place with --home."
            )
        publish.refuse_other(self.out)
        yield "Simulate submissions", self._simulate
        yield "Check and load them", self._load
        yield "Check and load returns beside them", self._returns
        yield "Build facts, measures and units", self._build
        yield "Pay two contracts", self._pay
        yield "Publish the site", self._publish

    @property
    def submissions(self) -> Path:
        """Where the simulated files are."""
        return self.home.with_name(f"{self.home.name}-submissions")

    @property
    def period(self) -> str:
        """The month that is paid for: the last one held."""
        return max(submission.period for submission in Home.open(self.home).active())

    def next_commands(self) -> list[str]:
        """Three commands that work on what the demonstration made, without the program's name."""
        one = sorted((self.submissions / "submissions").glob("*/*"))[0]
        home = shlex.quote(str(self.home))
        values = Home.open(self.home).values("dna_rate", org_level="national", stratifier="all")
        key = values["lineage"][-1]
        return [
            f"check {shlex.quote(str(one))}",
            f"benchmark dna_rate --home {home}",
            f"explain {key} --home {home}",
        ]

    def _simulate(self, progress: Progress | None) -> str:
        made = simulate.simulate(
            self.submissions,
            providers=self.providers,
            months=self.months,
            seed=SEED,
            processes=PROCESSES,
            progress=progress,
        )
        return (
            f"{made.submissions} submissions, {sum(made.rows.values()):,} rows, "
            f"{made.rows.get('CYP201CareContact', 0):,} contacts, {made.defects:,} planted defects."
        )

    def _load(self, progress: Progress | None) -> str:
        loaded = load(
            intake.find_submissions(self.submissions / "submissions"),
            self.home,
            lookups=self.submissions / "lookups",
            key=intake.PseudonymKey.of(None),
            processes=PROCESSES,
            progress=progress,
        )
        records = total(c for x in loaded if x.report for c in x.report.tables.values())
        return (
            f"{sum(x.outcome == 'committed' for x in loaded)} committed, "
            f"{records.read:,} records read, "
            f"{records.rejected:,} rejected, "
            f"{records.duplicate:,} duplicate, "
            f"{records.warned:,} with a warning."
        )

    def _returns(self, progress: Progress | None) -> str:
        files = sorted((self.submissions / "returns").glob("*.csv"))
        kept = load_returns(files, Home.open(self.home))
        rows = sum(one.read.rows.num_rows for one in kept)
        refused = [one.read.file.name for one in kept if one.outcome == "refused"]
        said = f"{len(kept)} kinds of counts that are not in the data set, {rows:,} rows."
        return f"{said} Refused: {', '.join(refused)}." if refused else said

    def _build(self, progress: Progress | None) -> str:
        warehouse = Warehouse.open(self.home)
        with closing(open_engine(spill=warehouse.spill())) as engine:
            built = build(warehouse, engine, progress)
        return f"{built.values:,} values of measures, {built.units:,} units of care."

    def _pay(self, progress: Progress | None) -> str:
        home, period = Home.open(self.home), self.period
        said = []
        for file in map(find_contract, CONTRACTS):
            contract = payment.load_contract(file)
            if contract.provider not in {s.provider for s in home.active()}:
                continue
            made = home.statement(contract, period)
            keep_statement(home, file, made)
            if contract.id == PLANNED:
                plan = self.submissions / "plan.csv"
                write_plan(home, contract, plan)
                keep_plan(home, plan, planned_statement(home, contract, period, plan))
            keep_shadow(home, home.shadow(contract))
            self.totals[contract.id] = made.total_pence
            said.append(f"{contract.id} {format_pounds(made.total_pence)}")
            if contract.id == LOOKED_AT:
                said += ask(home, contract, file, self.submissions)
        return f"{period}: {', '.join(said)}."

    def _publish(self, progress: Progress | None) -> str:
        home = Home.open(self.home)
        refuse_inside(home, self.out)
        data = site_data(home)
        made = publish.publish(data, self.out, progress)
        keep_what_was_made(home, data, find_contract(LOOKED_AT), self.submissions)
        self.index = made.index
        return f"{made.pages} pages, {made.charts} charts. {made.effect.words}"
