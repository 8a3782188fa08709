"""An attacker who puts all public sums together works out no small count.

The attacker shares no code with the rule: an integer programme per count and direction, over every
sum of the table, with each shown count within its rounding, each suppressed one from 1 upwards, and
each that is not given at all from 0 upwards. Numerators and denominators are attacked each by
themselves; a numerator may be what a few people had, such as the contacts of one.
"""

import os

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from levelfield.core.values import VALUE_SCHEMA
from levelfield.disclosure import Kind, default_rule, disclose

CASES = int(os.environ.get("DISCLOSURE_CASES", "40"))
YEAR = "2025-26"
MONTHS = ("2025-04", "2025-05", "2025-06")
DRAWN = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 17, 23)
HAD = (1, 2, 3, 9, 40, 371)
"""Contacts of one person."""
MOST = 100_000


class Tables:
    """A table of counts by organisation, period and stratum, and its sums as lists of rows."""

    def __init__(self, providers: np.ndarray, commissioners: np.ndarray) -> None:
        """Numerators and denominators, along the last axis, by organisation, month and stratum;
        both kinds of organisation have the same sum."""
        self.rows: list[dict[str, object]] = []
        self.sums: list[tuple[int, list[int]]] = []
        self.place: dict[tuple[str, str, str], int] = {}
        levels = {"provider": providers, "commissioner": commissioners}
        orgs = {"ALL": providers.sum(axis=0)}
        for level, table in levels.items():
            orgs |= {f"{level[0].upper()}{n}": one for n, one in enumerate(table)}
        for org, table in orgs.items():
            self._organisation(org, table)
        _, months, strata, _ = providers.shape
        for period in (YEAR, *MONTHS[:months]):
            for stratum in ("all", *(f"s{n}" for n in range(strata))):
                total = self.place["ALL", period, stratum]
                for level, table in levels.items():
                    names = [f"{level[0].upper()}{n}" for n in range(len(table))]
                    if names:
                        parts = [self.place[name, period, stratum] for name in names]
                        self.sums.append((total, parts))

    def _organisation(self, org: str, table: np.ndarray) -> None:
        strata = {"all": table.sum(axis=1)}
        strata |= {f"s{n}": table[:, n] for n in range(table.shape[1])}
        for stratum, months in strata.items():
            periods = {YEAR: months.sum(axis=0), **dict(zip(MONTHS, months, strict=False))}
            for period, counts in periods.items():
                self.place[org, period, stratum] = len(self.rows)
                self.rows.append(_row(org, period, stratum, *map(float, counts)))
            parts = [self.place[org, month, stratum] for month in MONTHS[: len(months)]]
            self.sums.append((self.place[org, YEAR, stratum], parts))
        for period in (YEAR, *MONTHS[: len(table)]):
            parts = [self.place[org, period, name] for name in strata if name != "all"]
            self.sums.append((self.place[org, period, "all"], parts))


def _row(org: str, period: str, stratum: str, number: float, size: float) -> dict[str, object]:
    level = {"A": "national", "P": "provider", "C": "commissioner"}[org[0]]
    return {
        "measure": "m",
        "version": "1",
        "period": period,
        "org_level": level,
        "org_code": org,
        "stratifier": "all" if stratum == "all" else "sex",
        "stratum": stratum,
        "numerator": number,
        "denominator": size,
        "value": number / size if size else None,
        "method": "as counted",
        "flags": "",
        "lineage": "V-1",
    }


def seen(tables: Tables, column: str, kind: Kind) -> tuple[list[float | None], list[bool]]:
    """What is shown of each row, and whether the row is given at all: as suppressed or shown."""
    table = pa.Table.from_pylist(tables.rows, schema=VALUE_SCHEMA)
    key = ("org_code", "period", "stratum")
    given = {
        tuple(row[name] for name in key): row[column]
        for row in disclose(table, "public", kinds={"m": kind})[0].to_pylist()
    }
    keys = [tuple(row[name] for name in key) for row in tables.rows]
    return [given.get(one) for one in keys], [one in given for one in keys]


def possible(
    tables: Tables,
    shown: list[float | None],
    given: list[bool],
    place: int,
    knower: str | None,
    column: str,
) -> float:
    """How many counts `place` could have, to somebody who knows the rows of `knower`."""
    rule = default_rule()
    least, greatest = np.zeros(len(shown)), np.zeros(len(shown))
    for n, (row, count) in enumerate(zip(tables.rows, shown, strict=True)):
        true = float(str(row[column]))
        if row["org_code"] == knower:
            least[n] = greatest[n] = true
        elif count is None:
            least[n], greatest[n] = min(true, 1) if given[n] else 0, MOST
        else:
            alike = [
                c for c in range(max(int(count) - 3, 0), int(count) + 3) if rule.shown(c) == count
            ]
            least[n], greatest[n] = alike[0], alike[-1]
    matrix = np.zeros((len(tables.sums), len(shown)))
    for n, (total, parts) in enumerate(tables.sums):
        matrix[n, parts] = 1
        matrix[n, total] = -1
    aim = np.zeros(len(shown))
    aim[place] = 1
    ends = [
        milp(
            sign * aim,
            constraints=LinearConstraint(matrix, 0, 0),
            integrality=np.ones(len(shown)),
            bounds=Bounds(least, greatest),
        ).fun
        * sign
        for sign in (1, -1)
    ]
    return ends[1] - ends[0] + 1


def drawn(seed: int, had: bool = False) -> Tables:
    """A table drawn at random: small counts of 10,000 each, or what as few people `had`."""
    rng = np.random.default_rng(seed)
    providers, months, strata = rng.integers(2, 4), rng.integers(1, 4), rng.integers(2, 4)
    people = rng.choice(DRAWN, size=(providers, months, strata))
    numbers = people
    if had:
        chances = [0.4, 0.25, 0.15, 0.1, 0.05, 0.05]
        numbers = np.vectorize(lambda n: rng.choice(HAD, size=n, p=chances).sum())(people)
    counts = np.stack([numbers, people if had else np.full_like(people, 10_000)], axis=-1)
    if rng.random() < 0.5:
        return Tables(counts, np.empty((0, *counts.shape[1:]), dtype=int))
    first = rng.binomial(counts.sum(axis=0), 0.4)
    return Tables(counts, np.stack([first, counts.sum(axis=0) - first]))


def knowers(tables: Tables, own: object) -> list[str | None]:
    """Who looks for a figure of `own`: somebody without rows, and each other organisation."""
    others = sorted({str(row["org_code"]) for row in tables.rows} - {str(own), "ALL"})
    return [None] if own == "ALL" else [None, *others]


@pytest.mark.parametrize("had", [False, True])
@pytest.mark.parametrize("seed", range(CASES))
def test_nobody_works_out_a_small_count(seed: int, had: bool) -> None:
    tables = drawn(seed, had)
    rule, rng = default_rule(), np.random.default_rng(seed)
    for column in ("numerator", "denominator"):
        shown, given = seen(tables, column, Kind("quotient") if had else Kind("share"))
        small = [
            n for n, row in enumerate(tables.rows) if rule.is_small(round(float(str(row[column]))))
        ]
        for place in rng.permutation(small)[:6]:
            assert shown[place] is None
            for knower in knowers(tables, tables.rows[place]["org_code"]):
                found = possible(tables, shown, given, int(place), knower, column)
                assert found >= rule.possible_counts


@pytest.mark.parametrize("seed", range(CASES))
def test_nobody_works_out_what_a_few_people_had(seed: int) -> None:
    tables = drawn(seed, had=True)
    rule, rng = default_rule(), np.random.default_rng(seed)
    shown, given = seen(tables, "numerator", Kind("quotient"))
    of_few = [
        n
        for n, row in enumerate(tables.rows)
        if given[n] and rule.is_small(int(row["denominator"])) and row["numerator"] >= 5
    ]
    for place in rng.permutation(of_few)[:6]:
        assert shown[place] is None
        for knower in knowers(tables, tables.rows[place]["org_code"]):
            found = possible(tables, shown, given, int(place), knower, "numerator")
            assert found > rule.open_part_of_a_sum * tables.rows[place]["numerator"]
