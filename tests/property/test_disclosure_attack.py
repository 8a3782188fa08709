"""An attacker who puts all public sums together works out no small count.

The attacker shares no code with the rule: an integer programme per count and direction, over every
sum of the table, with each shown count within its rounding, each suppressed one from 1 upwards, and
each that is not given at all from 0 upwards.
"""

import os

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from levelfield.core.values import VALUE_SCHEMA
from levelfield.disclosure import default_rule, disclose

CASES = int(os.environ.get("DISCLOSURE_CASES", "40"))
YEAR = "2025-26"
MONTHS = ("2025-04", "2025-05", "2025-06")
DRAWN = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 17, 23)
MOST = 500


class Tables:
    """A table of counts by organisation, period and stratum, and its sums as lists of rows."""

    def __init__(self, counts: np.ndarray, commissioners: np.ndarray) -> None:
        """`counts` by provider, month and stratum; `commissioners` likewise, with the same sum."""
        self.rows: list[dict[str, object]] = []
        self.sums: list[tuple[int, list[int]]] = []
        self.place: dict[tuple[str, str, str], int] = {}
        levels = {"provider": counts, "commissioner": commissioners}
        orgs = {"ALL": counts.sum(axis=0)}
        for level, table in levels.items():
            orgs |= {f"{level[0].upper()}{n}": one for n, one in enumerate(table)}
        for org, table in orgs.items():
            self._organisation(org, table)
        for period in (YEAR, *MONTHS[: counts.shape[1]]):
            for stratum in ("all", *(f"s{n}" for n in range(counts.shape[2]))):
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
            periods = {YEAR: months.sum(), **dict(zip(MONTHS, months, strict=False))}
            for period, count in periods.items():
                self.place[org, period, stratum] = len(self.rows)
                self.rows.append(_row(org, period, stratum, float(count)))
            parts = [self.place[org, month, stratum] for month in MONTHS[: len(months)]]
            self.sums.append((self.place[org, YEAR, stratum], parts))
        for period in (YEAR, *MONTHS[: len(table)]):
            parts = [self.place[org, period, name] for name in strata if name != "all"]
            self.sums.append((self.place[org, period, "all"], parts))


def _row(org: str, period: str, stratum: str, count: float) -> dict[str, object]:
    level = {"A": "national", "P": "provider", "C": "commissioner"}[org[0]]
    return {
        "measure": "m",
        "version": "1",
        "period": period,
        "org_level": level,
        "org_code": org,
        "stratifier": "all" if stratum == "all" else "sex",
        "stratum": stratum,
        "numerator": count,
        "denominator": 10_000.0,
        "value": count / 10_000,
        "method": "as counted",
        "flags": "",
        "lineage": "V-1",
    }


def seen(tables: Tables) -> tuple[list[float | None], list[bool]]:
    """What is shown of each row, and whether the row is given at all: as suppressed or shown."""
    table = pa.Table.from_pylist(tables.rows, schema=VALUE_SCHEMA)
    key = ("org_code", "period", "stratum")
    given = {
        tuple(row[name] for name in key): row["numerator"]
        for row in disclose(table, "public")[0].to_pylist()
    }
    keys = [tuple(row[name] for name in key) for row in tables.rows]
    return [given.get(one) for one in keys], [one in given for one in keys]


def possible(
    tables: Tables,
    shown: list[float | None],
    given: list[bool],
    place: int,
    knower: str | None,
) -> float:
    """How many counts `place` could have, to somebody who knows the rows of `knower`."""
    rule = default_rule()
    least, greatest = np.zeros(len(shown)), np.zeros(len(shown))
    for n, (row, count) in enumerate(zip(tables.rows, shown, strict=True)):
        true = float(str(row["numerator"]))
        if row["org_code"] == knower:
            least[n] = greatest[n] = true
        elif count is None:
            least[n], greatest[n] = min(true, 1) if given[n] else 0, MOST
        else:
            alike = [c for c in range(int(count) + 3) if rule.shown(c) == count]
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


def drawn(seed: int) -> Tables:
    rng = np.random.default_rng(seed)
    providers, months, strata = rng.integers(2, 4), rng.integers(1, 4), rng.integers(2, 4)
    counts = rng.choice(DRAWN, size=(providers, months, strata))
    if rng.random() < 0.5:
        return Tables(counts, np.empty((0, months, strata), dtype=int))
    first = rng.binomial(counts.sum(axis=0), 0.4)
    return Tables(counts, np.stack([first, counts.sum(axis=0) - first]))


@pytest.mark.parametrize("seed", range(CASES))
def test_nobody_works_out_a_small_count(seed: int) -> None:
    tables = drawn(seed)
    rule = default_rule()
    shown, given = seen(tables)
    rng = np.random.default_rng(seed)
    small = [
        n for n, row in enumerate(tables.rows) if rule.is_small(int(str(row["numerator"])[:-2]))
    ]
    for place in rng.permutation(small)[:6]:
        own = tables.rows[place]["org_code"]
        others = sorted({str(row["org_code"]) for row in tables.rows} - {own, "ALL"})
        assert shown[place] is None
        knowers = [None] if own == "ALL" else [None, *others]
        for knower in knowers:
            assert possible(tables, shown, given, int(place), knower) >= rule.possible_counts
