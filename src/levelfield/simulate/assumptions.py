"""The simulator's assumptions, read from `definitions/simulation`: what it does not know itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError
from levelfield.simulate.draws import Bools, Floats, Ints, Mix

AGE_GROUPS = ("0-18", "19-64", "65+")


@dataclass(frozen=True)
class Pathways:
    """One row per pathway: a way through one kind of team. All arrays run in the file's order.

    `contacts_child` and `contacts_adult` are the national contacts of a year, `older_share` the
    part of the adult ones at 65 and over before it is fitted to the published ages.
    """

    ids: tuple[str, ...]
    teams: tuple[str, ...]
    groups: tuple[str, ...]
    contacts_child: Floats
    contacts_adult: Floats
    older_share: Floats
    child_low: Ints
    child_high: Ints
    older_mean: Floats
    contacts_per_referral: Floats
    weeks: Floats
    wait_days: Floats
    urgent_share: Floats
    dna: Floats
    face_to_face: Floats
    group_share: Floats
    minutes: Floats
    seven_days: Bools
    clocks: tuple[str, ...]
    staff: Mix
    activities: Mix
    reasons: Mix
    sources: Mix
    locations: Mix

    def index(self, pathway: str) -> int:
        return self.ids.index(pathway)

    def among(self, *pathways: str) -> Bools:
        """Which rows are one of the named pathways."""
        return np.array([name in pathways for name in self.ids])


@dataclass(frozen=True)
class ClinicalCode:
    """A clinical code of simulated records: illustrative, or an ICD-10 code for a diagnosis."""

    kind: str
    code: str
    scheme: str
    unit: str
    low: int
    high: int
    pathways: Mapping[str, float]


@dataclass(frozen=True)
class Assumptions:
    """Everything that the simulator takes as given."""

    pathways: Pathways
    rates: Mapping[str, float]
    mixes: Mapping[str, Mix]
    clinical_codes: tuple[ClinicalCode, ...]
    targets: Mapping[str, Floats]
    """Published figures of one month by measure, in the order of AGE_GROUPS."""

    def codes_of(self, kind: str) -> tuple[ClinicalCode, ...]:
        return tuple(code for code in self.clinical_codes if code.kind == kind)


def by_age(assumptions: Assumptions, rate: str) -> Floats:
    """A rate that differs by age group, in the order of AGE_GROUPS."""
    return np.array([assumptions.rates[f"{rate}_{age}"] for age in ("child", "adult", "older")])


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one file of assumptions, as text."""
    return definitions.read_csv(definitions.path("simulation") / name)


@cache
def load_assumptions() -> Assumptions:
    """All assumptions; raises DefinitionError when one cannot be read as what it must be."""
    targets = rows_of("age_targets.csv")
    return Assumptions(
        pathways=_pathways(rows_of("pathways.csv")),
        rates={row["name"]: float(row["value"]) for row in rows_of("rates.csv")},
        mixes=_mixes(rows_of("mixes.csv")),
        clinical_codes=tuple(_clinical(row) for row in rows_of("clinical_codes.csv")),
        targets={
            measure: np.array([float(row[measure]) for row in targets])
            for measure in targets[0]
            if measure != "age_group"
        },
    )


@cache
def contact_costs() -> dict[str, float]:
    """The national average cost of an attended contact in pence, by team type.

    The mean of the unit costs of the currencies that a team's pathways stand for, weighted by
    activity. Source: National Cost Collection 2024/25.
    """
    prices = {
        row["currency_code"]: (float(row["activity"]), float(row["cost"]))
        for row in definitions.read_csv(definitions.path("prices/ncc_2024-25_community.csv"))
        if row["activity"]
    }
    totals: dict[str, tuple[float, float]] = {}
    for row in rows_of("pathways.csv"):
        found = [prices[code] for code in row["ncc_codes"].split(";") if code in prices]
        activity, cost = totals.get(row["team_type"], (0.0, 0.0))
        totals[row["team_type"]] = (
            activity + sum(pair[0] for pair in found),
            cost + sum(pair[1] for pair in found),
        )
    return {team: 100.0 * cost / activity for team, (activity, cost) in totals.items()}


def _pathways(rows: list[dict[str, str]]) -> Pathways:
    def floats(name: str) -> Floats:
        return np.array([float(row[name]) for row in rows])

    def ints(name: str) -> Ints:
        return np.array([int(row[name]) for row in rows], dtype=np.int64)

    def mix(name: str) -> Mix:
        return _mix([weights(row[name]) for row in rows])

    return Pathways(
        ids=tuple(row["pathway"] for row in rows),
        teams=tuple(row["team_type"] for row in rows),
        groups=tuple(row["group"] for row in rows),
        contacts_child=floats("contacts_child"),
        contacts_adult=floats("contacts_adult"),
        older_share=floats("older_share"),
        child_low=ints("child_low"),
        child_high=ints("child_high"),
        older_mean=floats("older_mean"),
        contacts_per_referral=floats("contacts_per_referral"),
        weeks=floats("weeks"),
        wait_days=floats("wait_days"),
        urgent_share=floats("urgent_share"),
        dna=floats("dna"),
        face_to_face=floats("face_to_face"),
        group_share=floats("group_share"),
        minutes=floats("minutes"),
        seven_days=ints("seven_days").astype(np.bool_),
        clocks=tuple(row["clock"] for row in rows),
        staff=mix("staff"),
        activities=mix("activities"),
        reasons=mix("reasons"),
        sources=mix("sources"),
        locations=mix("locations"),
    )


def weights(text: str) -> dict[str, float]:
    """`'01:60 02:40'` as codes with their weights."""
    try:
        return {code: float(weight) for code, weight in (w.split(":") for w in text.split())}
    except ValueError:
        where = Path("definitions/simulation")
        raise DefinitionError(f"{where}: '{text}' is not a list such as '01:60 02:40'.") from None


def _mix(sets: list[dict[str, float]]) -> Mix:
    codes = sorted({code for row in sets for code in row})
    return Mix.of(codes, np.array([[row.get(code, 0.0) for code in codes] for row in sets]))


def _mixes(rows: list[dict[str, str]]) -> dict[str, Mix]:
    """Mixes by name. Rows are those of AGE_GROUPS, or `all` for a single set."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in rows:
        sets = found.setdefault(row["mix"], {})
        sets.setdefault(row["row"], {})[row["code"]] = float(row["weight"])
    return {
        name: _mix([sets["all"]] if "all" in sets else [sets[group] for group in AGE_GROUPS])
        for name, sets in found.items()
    }


def _clinical(row: dict[str, str]) -> ClinicalCode:
    return ClinicalCode(
        kind=row["kind"],
        code=row["code"],
        scheme=row["scheme"],
        unit=row["unit"],
        low=int(row["low"] or 0),
        high=int(row["high"] or 0),
        pathways=weights(row["pathways"]),
    )
