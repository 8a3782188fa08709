"""The simulated health economy: its settings, and the run of one of its providers."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.datasets.windows import WindowKind
from levelfield.simulate.assumptions import load_assumptions
from levelfield.simulate.calendar import Calendar
from levelfield.simulate.delivered import Delivered, count_delivered
from levelfield.simulate.draws import Bools, Rng
from levelfield.simulate.habits import complete, without_habits
from levelfield.simulate.history import History, live
from levelfield.simulate.places import load_places
from levelfield.simulate.planting.choices import all_rules
from levelfield.simulate.planting.plant import plant
from levelfield.simulate.planting.spoil_file import spoil_file
from levelfield.simulate.planting.work import Planted
from levelfield.simulate.providers import Provider, make_providers
from levelfield.simulate.submission import created_at, submission_tables
from levelfield.simulate.volumes import (
    contact_mix,
    contacts_per_referral,
    monthly_contacts,
    provider_shares,
)
from levelfield.simulate.write import write_submission


@dataclass(frozen=True)
class Settings:
    """What somebody asks for. Everything else follows from the assumptions and the seed."""

    providers: int
    months: int
    seed: int
    defects: float
    scale: float
    first_month: str
    file_faults: int

    @property
    def calendar(self) -> Calendar:
        return Calendar.of(Month.parse(self.first_month), self.months)

    @property
    def spoilt_files(self) -> dict[tuple[int, int], int]:
        """Provider and month of the primary files with a fault of the file, numbered."""
        rng = np.random.default_rng([self.seed, self.providers, self.months])
        chosen = rng.permutation(self.providers * self.months)[: self.file_faults]
        return {(int(n) // self.months, int(n) % self.months): k for k, n in enumerate(chosen)}


@dataclass
class ProviderRun:
    """What one provider's submissions hold: rows by table, of each month once and of refreshes."""

    provider: str
    rows: Counter[str] = field(default_factory=Counter)
    refresh_rows: Counter[str] = field(default_factory=Counter)
    submissions: int = 0
    refreshes: int = 0
    planted: dict[tuple[str, str], Planted] = field(default_factory=dict)
    """By period and window."""
    contacts_by_team: Counter[str] = field(default_factory=Counter)
    delivered: Delivered = field(default_factory=Counter)

    @property
    def defects(self) -> int:
        return sum(len(planted.defects) for planted in self.planted.values())


def provider_history(settings: Settings, number: int) -> History:
    """The history of the provider at that position; the same for the same settings, always."""
    assumptions, places = load_assumptions(), load_places()
    providers = make_providers(settings.providers)
    if settings.defects == 0:
        assumptions = without_habits(assumptions)
        providers = [complete(provider) for provider in providers]
    mix = contact_mix(assumptions)
    volume = monthly_contacts(assumptions, settings.providers, settings.scale)
    return live(
        _random(settings, number, 0),
        assumptions,
        places,
        providers[number],
        settings.calendar,
        contacts=mix * provider_shares(assumptions, providers)[number][:, None] * volume,
        per_referral=contacts_per_referral(assumptions, mix),
        numbering=(number, settings.providers),
    )


def run_provider(settings: Settings, number: int, folder: Path) -> ProviderRun:
    """Write all submissions of one provider below `folder`."""
    history = provider_history(settings, number)
    run = ProviderRun(history.provider.code)
    held = history.contacts
    teams = np.array(history.assumptions.pathways.teams)[held.pathway[held.attended]]
    run.contacts_by_team.update(dict(zip(*np.unique(teams, return_counts=True), strict=True)))
    run.delivered = count_delivered(history)
    owed = all_rules()
    refreshed = refreshed_months(_random(settings, number, 1), history.provider, settings.months)
    for month in range(settings.months):
        kinds: tuple[WindowKind, ...] = ("primary", "refresh") if refreshed[month] else ("primary",)
        for window in kinds:
            _send(settings, number, history, month, window, window == kinds[-1], folder, run, owed)
    return run


def refreshed_months(rng: Rng, provider: Provider, months: int) -> Bools:
    """Which months come twice: at least one, and never the last."""
    chosen = np.zeros(months, dtype=np.bool_)
    count = max(1, round(provider.refreshes * months / 12))
    chosen[rng.permutation(max(months - 1, 0))[:count]] = True
    return chosen


def _send(
    settings: Settings,
    number: int,
    history: History,
    month: int,
    window: WindowKind,
    complete: bool,
    folder: Path,
    run: ProviderRun,
    owed: set[str],
) -> None:
    data_set = load_dataset()
    rng = _random(settings, number, 2 + 2 * month + (window == "refresh"))
    created = created_at(rng, history, month, window)
    tables = submission_tables(data_set, history, month, window, created, complete)
    tables, planted = plant(rng, data_set, tables, settings.defects, owed)
    period = str(history.calendar.months[month])
    target = folder / history.provider.code / f"{period}-{window}"
    spoilt = settings.spoilt_files.get((number, month)) if window == "primary" else None
    run.planted[period, window] = planted
    counts = run.rows if window == "primary" else run.refresh_rows
    counts.update({name: table.num_rows for name, table in tables.items()})
    run.submissions += 1
    run.refreshes += window == "refresh"
    write_submission(target, data_set, tables)
    if spoilt is not None:
        planted.defects.append(spoil_file(spoilt, target))


def _random(settings: Settings, number: int, purpose: int) -> Rng:
    """A stream of its own for each provider and purpose: processes cannot change the outcome."""
    return np.random.default_rng([settings.seed, number, purpose])
