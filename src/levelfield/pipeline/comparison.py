"""A submission beside the provider's earlier ones, and beside what was published of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from textwrap import shorten
from typing import Any

from levelfield import facts, published
from levelfield.core.periods import Month
from levelfield.core.values import ALL
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.engine import Engine, open_engine
from levelfield.facts import pipelines
from levelfield.facts.sources import register_submissions
from levelfield.home import Home
from levelfield.intake import Examined
from levelfield.intake.checking.header import TABLE as HEADER
from levelfield.intake.identity import IDENTITY_FIELDS
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.report import table_counts
from levelfield.intake.rules.catalogue import field_grades
from levelfield.pipeline.changes import Profile, changes
from levelfield.pipeline.preview import MIX_COLUMNS, Preview
from levelfield.pipeline.worth import CONTACT
from levelfield.publish.check_data import Comparison
from levelfield.publish.check_words import field_words, nouns, percent
from levelfield.publish.words import month_words
from levelfield.warehouse import Submission

MONTHS = 24
"""Earlier months that are looked at, at most."""

LABEL = 45
"""Characters of a code's label in a sentence."""

_PUBLISHED = {
    "csds_activity_2025-03": {
        "published_care_contacts": CONTACT,
        "published_care_activities": "CYP202CareActivity",
    },
    "csds_submission_tracker_2022-23": {"published_people_submitted": "CYP001MPI"},
}
"""Published figures of a provider's volume, and the table that holds the like."""

Mix = Iterable[tuple[str | None, str | None, str | None, int]]
"""Contacts by team type, mechanism and attendance."""


def compare(examined: Examined, preview: Preview | None, home: Home | None) -> Comparison:
    """What differs from the provider's earlier submissions and published figures, in sentences."""
    header = examined.header
    if header is None or not examined.tables:
        return Comparison("Nothing is compared: the file could not be read as a whole.")
    return replace(
        _with_earlier(examined, header.provider, header.period, preview, home),
        published=tuple(_with_published(examined, header.provider, header.period)),
    )


def _with_earlier(
    examined: Examined, provider: str, period: Month, preview: Preview | None, home: Home | None
) -> Comparison:
    if home is None:
        return Comparison(
            "Not compared with earlier submissions. Name the home that holds them with --home."
        )
    first = period.plus(-MONTHS)
    active = {Month.parse(s.period): s for s in home.active() if s.provider == provider}
    months = {month: s for month, s in active.items() if first <= month < period}
    others = [
        s
        for s in home.warehouse.submissions()
        if (s.provider, s.period, s.state()) == (provider, str(period), "held")
        and s.id != examined.raw.digest[:16]
    ]
    if not months and not others:
        return Comparison(f"The home holds no earlier submission of {provider} to compare with.")
    with closing(open_engine(spill=False)) as engine:
        profiles = _profiles(engine, [*months.values(), *others[-1:]], with_mix=preview is not None)
    return changes(
        _profile_of_file(examined, preview),
        {month: profiles[s.id] for month, s in months.items()},
        profiles[others[-1].id] if others else None,
        period,
    )


def _profile_of_file(examined: Examined, preview: Preview | None) -> Profile:
    sent = {name: counts.read for name, counts in table_counts(examined).items()}
    filled: dict[tuple[str, str], tuple[int, int]] = {}
    for table, field in _key_fields():
        checked = examined.tables.get(table)
        if checked is None or not checked.alive.any():
            continue
        column = checked.columns[checked.table.field(field).column]
        empty = column.is_null().to_numpy(zero_copy_only=False)[checked.alive]
        filled[table, field] = (len(empty) - int(empty.sum()), len(empty))
    rows: Mix = () if preview is None else (tuple(r.values()) for r in preview.mix.to_pylist())
    return _profile(sent, filled, rows)


def _profiles(engine: Engine, submissions: list[Submission], with_mix: bool) -> dict[str, Profile]:
    """The profiles of committed submissions, by id."""
    register_submissions(engine, submissions, {(s.provider, s.period): [s] for s in submissions})
    filled: dict[str, dict[tuple[str, str], tuple[int, int]]] = defaultdict(dict)
    for table in {table for table, _ in _key_fields()}:
        fields = [field for name, field in _key_fields() if name == table]
        known = load_dataset().table(table)
        counts = ", ".join(f"COUNT({known.field(f).column}) AS n{n}" for n, f in enumerate(fields))
        text = f"SELECT submission_id, COUNT(*) AS n, {counts} FROM {table} GROUP BY submission_id"
        for row in engine.query(text).to_pylist():
            for n, field in enumerate(fields):
                filled[row["submission_id"]][table, field] = (row[f"n{n}"], row["n"])
    mixes: dict[str, list[tuple[str | None, str | None, str | None, int]]] = defaultdict(list)
    if with_mix:
        engine.create("referral_teams", pipelines.statement("referral_teams"))
        columns = f"submission_id, {MIX_COLUMNS}"
        final = f"SELECT {columns}, COUNT(*) AS contacts FROM placed GROUP BY {columns}"
        for row in engine.query(facts.placed_contacts(final)).to_pylist():
            submission, team, mechanism, attendance, count = row.values()
            mixes[submission].append((team, mechanism, attendance, count))
    return {
        s.id: _profile(
            {name: counts.read for name, counts in s.counts.items()}, filled[s.id], mixes[s.id]
        )
        for s in submissions
    }


def _profile(
    sent: Mapping[str, int], filled: Mapping[tuple[str, str], tuple[int, int]], mix: Mix
) -> Profile:
    dataset = load_dataset()
    contact = dataset.table(CONTACT)
    mechanisms = dataset.codes.get(contact.field("ConsMechanism").code_list or "", {})
    attendances = dataset.codes.get(contact.field("AttendanceStatus").code_list or "", {})
    counted = {nouns(name): count for name, count in sent.items() if name != HEADER}
    volumes: Counter[str] = Counter(counted)
    ways: Counter[str] = Counter()
    total = 0
    for team, mechanism, attendance, count in mix:
        total += count
        known = dataset.codes[TEAM_TYPES].get(team or "")
        label = f"team type {team} ({_short(known.label)})" if known else f"team type {team}"
        volumes[f"contacts of {label}" if team else "contacts without a team"] += count
        for codes, code, said in (
            (mechanisms, mechanism, "contacts by"),
            (attendances, attendance, "contacts with attendance"),
        ):
            if code in codes:
                ways[f"{said} {code} ({_short(codes[code].label)})"] += count
    shares = {name: count / total for name, count in ways.items()}
    for (table, field), (full, rows) in filled.items():
        known_table = dataset.table(table)
        shares[f"{nouns(table)} with {field_words(known_table, field)}"] = full / rows
    return Profile(dict(volumes), shares)


def _short(label: str) -> str:
    return shorten(label, LABEL, placeholder="…")


def _key_fields() -> list[tuple[str, str]]:
    """The fields that figures rest on and that are kept, by table."""
    grades = field_grades(CURRENT).items()
    return [place for place, grade in grades if grade.wanted and place[1] not in IDENTITY_FIELDS]


def _with_published(examined: Examined, provider: str, period: Month) -> list[str]:
    """The provider's own published volume beside this file's; nothing for one never published."""
    counts = table_counts(examined)
    said = []
    for dataset_id, tables in _PUBLISHED.items():
        if provider not in published.organisation_names(dataset_id):
            continue
        latest: dict[str, dict[str, Any]] = {}
        for row in published.load_published(dataset_id).to_pylist():
            measure = row["measure"]
            ours = row["org_code"] == provider and row["stratifier"] == ALL and measure in tables
            if ours and row["value"] and row["period"] >= latest.get(measure, row)["period"]:
                latest[measure] = row
        for measure, row in latest.items():
            table = tables[measure]
            sent = counts[table].read - counts[table].duplicate if table in counts else 0
            title = published.published_dataset(dataset_id).find_series(measure).title
            change = sent / row["value"] - 1
            way = f"{percent(abs(change))} {'more' if change > 0 else 'fewer'}"
            status = published.published_dataset(dataset_id).status
            said.append(
                f"{title}, published for {month_words(Month.parse(row['period']))}: "
                f"{row['value']:,.0f} ({status}). This file for {month_words(period)} sends "
                f"{sent:,} {nouns(table)}: {way}."
            )
    return said
