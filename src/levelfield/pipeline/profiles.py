"""A submission in numbers: what it counts, and how full it is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from levelfield import facts
from levelfield.core.dates import month_words
from levelfield.core.periods import Month
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.engine import Engine
from levelfield.facts import pipelines
from levelfield.intake import Examined
from levelfield.intake.checking.header import TABLE as HEADER
from levelfield.intake.identity import IDENTITY_FIELDS
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.report import table_counts
from levelfield.intake.rules.catalogue import field_grades
from levelfield.pipeline.preview import MIX_COLUMNS, Preview
from levelfield.publish.check_words import field_words, nouns
from levelfield.publish.words import listed
from levelfield.quality import Break
from levelfield.warehouse import Submission

_CONTACT = "CYP201CareContact"

LABEL = 45
"""Characters of a code's label in a sentence."""

_FACT_COLUMNS = {"cons_mechanism": "consultation_mechanism"}
"""Columns that facts know by another name."""

Mix = Iterable[tuple[str | None, str | None, str | None, int]]
"""Contacts by team type, mechanism and attendance."""

Filled = Mapping[tuple[str, str], tuple[int, int]]
"""By table and field: how many records have it, and how many there are."""


@dataclass(frozen=True)
class Item:
    """Something of a submission that is counted, or a share from 0 to 1, in words.

    `column` is the column of facts that it reads, `team_types` are those that it counts, and
    `retired` the month from which on they are out of use. `fault`: a fall of it is good, and
    `rise` is what to ask when it grows.
    """

    words: str
    share: bool = False
    column: str = ""
    team_types: tuple[str, ...] = ()
    retired: str = ""
    fault: bool = False
    rise: str = ""

    def touched(self, one: Break) -> bool:
        """Whether it means something else from a break on. Team types that only change places
        among themselves are one count before it and after."""
        if len(one.team_types) > 1 and set(one.team_types) <= set(self.team_types):
            return False
        columns = frozenset({self.column} - {""})
        return any(one.touches(columns, "service", team) for team in self.team_types or ("",))

    @property
    def lapse(self) -> str:
        """What to ask where it falls because it is out of use; empty where it is not."""
        if not self.retired:
            return ""
        return f"it was retired in {self.retired}: is its work under another team type now?"


Profile = Mapping[Item, float]
"""A submission in numbers. A count that is not there is nought, a share not known."""


def profile_of_file(examined: Examined, preview: Preview | None) -> Profile:
    """The profile of a submission that has just been checked; its mix from the preview."""
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


def rejected_of_file(preview: Preview | None) -> Profile:
    """How many contacts of each team type the check has rejected."""
    found: Counter[Item] = Counter()
    for team, count in preview.rejected.items() if preview else ():
        found[_team(team)] += count
    return found


def profiles(engine: Engine, submissions: Sequence[Submission], with_mix: bool) -> list[Profile]:
    """The profiles of committed submissions that an engine has been given."""
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
    return [
        _profile(
            {name: counts.read for name, counts in s.counts.items()}, filled[s.id], mixes[s.id]
        )
        for s in submissions
    ]


def joined(found: Sequence[Profile], breaks: Sequence[Break]) -> list[Profile]:
    """The profiles with team types counted together that took each other's place.

    That is done where one that has been retired is still found: its contacts may lawfully move to
    those that follow it in any month. `breaks` are those up to the month in question.
    """
    codes = load_dataset().codes[TEAM_TYPES]
    held = {team for one in found for item, n in one.items() if n for team in item.team_types}
    gone = {team for team in held if team in codes and codes[team].retired}
    groups: list[set[str]] = []
    for one in breaks:
        types = set(one.team_types)
        if len(types) > 1 and types & gone:
            apart = [group for group in groups if not group & types]
            groups = [*apart, types.union(*(group for group in groups if group & types))]
    return [_joined(one, groups) for one in found]


def _joined(found: Profile, groups: Sequence[set[str]]) -> Profile:
    together: Counter[Item] = Counter()
    for item, value in found.items():
        group = next((g for g in groups if g & set(item.team_types)), None)
        if group is not None:
            types = tuple(sorted(group))
            item = Item(f"contacts of team types {listed(list(types))} together", team_types=types)
        together[item] += value  # type: ignore[assignment]  # a share, which is in no group
    return dict(together)


def _profile(sent: Mapping[str, int], filled: Filled, mix: Mix) -> Profile:
    dataset = load_dataset()
    contact = dataset.table(_CONTACT)
    mechanisms = dataset.codes.get(contact.field("ConsMechanism").code_list or "", {})
    attendances = dataset.codes.get(contact.field("AttendanceStatus").code_list or "", {})
    volumes = Counter({Item(nouns(name)): count for name, count in sent.items() if name != HEADER})
    ways: Counter[Item] = Counter()
    total = 0
    for team, mechanism, attendance, count in mix:
        total += count
        volumes[_team(team)] += count
        for codes, code, said, column in (
            (mechanisms, mechanism, "contacts by", "consultation_mechanism"),
            (attendances, attendance, "contacts with attendance", "attendance_status"),
        ):
            if code in codes:
                words = f"{said} {code} ({_short(codes[code].label)})"
                ways[Item(words, share=True, column=column)] += count
    shares = {item: count / total for item, count in ways.items()}
    for (table, field), (full, rows) in filled.items():
        known = dataset.table(table)
        words = f"{nouns(table)} with {field_words(known, field)}"
        column = known.field(field).column
        item = Item(words, share=True, column=_FACT_COLUMNS.get(column, column))
        shares[item] = full / rows
    return {**volumes, **shares}


_NO_TEAM_TYPE = Item(
    "contacts of a team type that is not a national code", fault=True, rise="is a code mistyped?"
)


def _team(team: str | None) -> Item:
    if not team:
        return Item("contacts without a team", fault=True, rise="have teams been left out?")
    known = load_dataset().codes[TEAM_TYPES].get(team)
    if known is None:
        return _NO_TEAM_TYPE
    retired = month_words(Month.of(known.retired_on)) if known.retired_on else ""
    words = f"contacts of team type {team} ({_short(known.label)})"
    return Item(words, team_types=(team,), retired=retired)


def _short(label: str) -> str:
    return shorten(label, LABEL, placeholder="…")


def _key_fields() -> list[tuple[str, str]]:
    """The fields that figures rest on and that are kept, by table."""
    grades = field_grades(CURRENT).items()
    return [place for place, grade in grades if grade.wanted and place[1] not in IDENTITY_FIELDS]
