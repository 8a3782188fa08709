"""The look-ups that go with the submissions, and the truth that nobody else would know."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from levelfield.simulate.assumptions import contact_costs, rows_of
from levelfield.simulate.economy import ProviderRun, Settings
from levelfield.simulate.places import load_places
from levelfield.simulate.planting.work import Planted
from levelfield.simulate.providers import GROUPS, Provider, make_providers

Place = tuple[str, int, str]
"""Where a check finds what: table, row and rule; row 0 stands for the file as a whole."""

TRUTH = ("defects", "consequences", "gaps")
"""Why a check finds something: it was planted, it follows from that, or it is left out by habit."""


def write_lookups(folder: Path, settings: Settings, runs: Sequence[ProviderRun]) -> None:
    """Postcodes, practices, commissioners, providers and what each team's contacts cost them."""
    folder.mkdir(parents=True)
    places = load_places()
    providers = make_providers(settings.providers)
    regions = {row["code"]: row["region"] for row in rows_of("commissioners.csv")}
    _write(folder / "postcodes.csv", ("postcode", "lsoa11", "commissioner"), places.postcode_rows())
    _write(
        folder / "practices.csv",
        ("practice_code", "name", "commissioner", "valid_from", "valid_to"),
        places.practice_rows(),
    )
    _write(folder / "commissioners.csv", ("code", "name"), places.commissioners.items())
    _write(
        folder / "providers.csv",
        ("code", "name", "kind", "mff", "commissioner", "region"),
        (
            (p.code, p.name, p.kind, f"{p.mff:.4f}", p.commissioner, regions[p.commissioner])
            for p in providers
        ),
    )
    _write(
        folder / "costs.csv",
        ("provider", "team_type", "contacts", "unit_cost_pence", "cost_pence"),
        (row for p, run in zip(providers, runs, strict=True) for row in _costs(p, run)),
    )


def write_truth(folder: Path, settings: Settings, runs: Sequence[ProviderRun]) -> None:
    """All that a check must find, each provider's true parameters, and a summary.

    `defects.csv` has the planted defects row by row, `consequences.csv` what else is found because
    of them (the records under a rejected one, the other of two that clash), `gaps.csv` what the
    provider leaves out by habit. There is nothing else to be found.
    """
    folder.mkdir(parents=True)
    _write(folder / "defects.csv", (*_WHICH, *_DEFECT), _planted(runs, _defects))
    _write(folder / "consequences.csv", (*_WHICH, *_CONSEQUENCE), _planted(runs, _consequences))
    _write(folder / "gaps.csv", (*_WHICH, *_GAP), _planted(runs, _gaps))
    _write(
        folder / "providers.csv", _PARAMETERS, map(_parameters, make_providers(settings.providers))
    )
    rows: Counter[str] = sum((run.rows for run in runs), Counter())
    refresh_rows: Counter[str] = sum((run.refresh_rows for run in runs), Counter())
    summary = {
        **settings.__dict__,
        "data_set": "1.6",
        "submissions": sum(run.submissions for run in runs),
        "refreshes": sum(run.refreshes for run in runs),
        "rows": dict(rows),
        "refresh_rows": dict(refresh_rows),
        "planted_defects": sum(run.defects for run in runs),
    }
    text = json.dumps(summary, indent=2) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")


def read_truth(out: Path) -> dict[str, dict[str, set[Place]]]:
    """What must be found in a simulation's submissions, by each one's place below `submissions`
    ("ZA1/2026-03-primary") and by why (TRUTH)."""
    known: dict[str, dict[str, set[Place]]] = defaultdict(lambda: {why: set() for why in TRUTH})
    for why in TRUTH:
        with (out / "truth" / f"{why}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                submission = f"{row['provider']}/{row['period']}-{row['window']}"
                known[submission][why].add((row["table"], int(row["row"]), row["rule"]))
    return known


_WHICH = ("provider", "period", "window")
_DEFECT = ("table", "row", "field", "rule", "what")
_CONSEQUENCE = ("table", "row", "rule", "cause_table", "cause_row")
_GAP = ("table", "row", "field", "rule")


def _planted(
    runs: Sequence[ProviderRun], rows_of: Callable[[Planted], Iterable[tuple[object, ...]]]
) -> Iterable[tuple[object, ...]]:
    """The rows that `rows_of` has for each submission, with the submission before them."""
    for run in runs:
        for which, planted in run.planted.items():
            for row in rows_of(planted):
                yield run.provider, *which, *row


def _defects(planted: Planted) -> Iterable[tuple[object, ...]]:
    return ((d.table, d.row, d.field, d.rule, d.what) for d in planted.defects)


def _consequences(planted: Planted) -> Iterable[tuple[object, ...]]:
    return ((c.table, c.row, c.rule, c.cause_table, c.cause_row) for c in planted.consequences)


def _gaps(planted: Planted) -> Iterable[tuple[object, ...]]:
    return ((g.table, row, g.field, g.rule) for g in planted.gaps for row in g.rows.tolist())


_PARAMETERS = (
    "code", "name", "kind", "mff", "commissioner", "size", *GROUPS, "dna_odds", "dna_gradient",
    "two_hour_share", "wait_factor", "attendance_missing", "ethnicity_missing", "clock_untimed",
    "team_missing", "cost_index", "change", "change_month",
)  # fmt: skip


def _parameters(provider: Provider) -> list[object]:
    values = provider.__dict__ | dict(provider.offers)
    return [values[name] for name in _PARAMETERS]


def _costs(provider: Provider, run: ProviderRun) -> Iterable[tuple[object, ...]]:
    """The national average of each team's currencies at this provider's level of cost."""
    national = contact_costs()
    for team, contacts in sorted(run.contacts_by_team.items()):
        pence = round(national[team] * provider.cost_index * provider.mff)
        yield provider.code, team, contacts, pence, pence * contacts


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
