"""Nobody can work out a count from 1 to 4 from what the public sees.

The reader of these tests is an attacker who tries every set of counts that would look the same.
"""

from itertools import product

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.core.values import VALUE_SCHEMA
from levelfield.disclosure import default_rule, disclose, public_count

COUNTS = st.integers(min_value=0, max_value=12)


def row(denominator: int, stratifier: str, stratum: str, org: str = "ZX1") -> dict[str, object]:
    return {
        "measure": "people",
        "version": "1",
        "period": "2026-03",
        "org_level": "national" if org in ("ENG", "ALL") else "provider",
        "org_code": org,
        "stratifier": stratifier,
        "stratum": stratum,
        "numerator": float(denominator),
        "denominator": float(denominator),
        "value": 1.0,
        "method": "wilson 95%",
        "flags": "",
        "lineage": "V-1",
    }


def shown_counts(rows: list[dict[str, object]]) -> list[int | None]:
    table = disclose(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), "public")[0]
    return [None if n is None else int(n) for n in table["denominator"].to_pylist()]


def could_be(shown: int | None, exact: bool) -> list[int]:
    """Every count behind a cell, to an attacker who sees the table."""
    if shown is not None:
        return [shown] if exact else [n for n in range(shown + 3) if public_count(n) == shown]
    return list(range(1, 40))


def worlds(
    parts: list[int], total_shown: int | None, shown: list[int | None], exact: bool
) -> list[tuple[int, ...]]:
    """Every set of parts that adds up to a total that would look the same."""
    totals = set(could_be(total_shown, exact))
    choices = [could_be(cell, False) for cell in shown]
    return [world for world in product(*choices) if sum(world) in totals]


def assert_not_given_away(parts: list[int], found: list[tuple[int, ...]]) -> None:
    for place, part in enumerate(parts):
        if 0 < part < 5:
            possible = {world[place] for world in found}
            assert len(possible) >= default_rule().possible_counts


@settings(max_examples=150, deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=3))
def test_strata_of_an_organisation(parts: list[int]) -> None:
    rows = [row(sum(parts), "all", "all")]
    rows += [row(part, "sex", f"stratum {n}") for n, part in enumerate(parts)]
    total, *shown = shown_counts(rows)
    assert all(cell is None or cell == 0 or cell >= 5 for cell in [total, *shown])
    assert_not_given_away(parts, worlds(parts, total, shown, exact=False))


@settings(max_examples=150, deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=3))
def test_organisations_under_an_exact_figure_of_england(parts: list[int]) -> None:
    rows = [row(sum(parts), "all", "all", "ENG")]
    rows += [row(part, "all", "all", f"ZX{n}") for n, part in enumerate(parts)]
    total, *shown = shown_counts(rows)
    assert_not_given_away(parts, worlds(parts, total, shown, exact=True))


@settings(max_examples=150, deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=3))
def test_organisations_under_the_total_of_their_home(parts: list[int]) -> None:
    rows = [row(sum(parts), "all", "all", "ALL")]
    rows += [row(part, "all", "all", f"ZX{n}") for n, part in enumerate(parts)]
    total, *shown = shown_counts(rows)
    assert total is None or total % 5 == 0
    assert_not_given_away(parts, worlds(parts, total, shown, exact=False))


def test_the_parts_that_are_not_in_the_count_stay_unknown_too() -> None:
    """From a rate of rounded counts nobody can tell how many were *not* counted, if 1 to 4."""
    for size in range(5, 60):
        for left_out in range(1, 5):
            number = size - left_out
            if number < 5:
                continue
            looks = (public_count(number), public_count(size))
            alike = {
                other - n
                for other in range(5, 70)
                for n in range(5, other + 1)
                if (public_count(n), public_count(other)) == looks
            }
            assert len(alike) > 2
