"""Case mix: whom organisations see, as shares of their people, contacts or referrals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from levelfield.benchmark.tables import Floats, numbers, select, texts
from levelfield.core.values import ALL

CASE_MIX = "contacts_per_person"
"""The measure whose denominators say whom providers see: everybody with a contact."""

SIZE = "size"
"""The part of a case mix that is how many there are: the logarithm of the denominator."""


@dataclass(frozen=True)
class CaseMix:
    """Organisations by what they see; rows of every array are `codes`."""

    measure: str
    """Whose denominators it is made of."""
    period: str
    codes: tuple[str, ...]
    parts: Mapping[str, tuple[tuple[str, ...], Floats]]
    """By stratifier: its strata, and the share of each stratum in each organisation. The part
    `size` has one column, the logarithm to base two of the denominator."""
    missing: Mapping[str, str]
    """Organisations that stand outside, with the reason."""

    def table(self) -> pa.Table:
        """A row per organisation, part and stratum: `org_code`, `part`, `stratum`, `share`."""
        rows = [
            {"org_code": code, "part": part, "stratum": stratum, "share": float(shares[n, k])}
            for part, (strata, shares) in self.parts.items()
            for n, code in enumerate(self.codes)
            for k, stratum in enumerate(strata)
        ]
        return pa.Table.from_pylist(rows, schema=_SCHEMA)


_SCHEMA = pa.schema(
    [
        ("org_code", pa.string()),
        ("part", pa.string()),
        ("stratum", pa.string()),
        ("share", pa.float64()),
    ]
)


def case_mix(
    values: pa.Table,
    *,
    measure: str,
    period: str,
    parts: Iterable[str],
    org_level: str = "provider",
) -> CaseMix:
    """The case mix of every organisation, from the denominators of one measure and period.

    A share is a stratum's denominator over the sum of the strata (a person seen by two services
    counts in both). `parts` are stratifiers, or `size`. An organisation without a denominator, or
    without one stratum of a part, stands outside. A stratum that an organisation lacks is a share
    of zero.
    """
    held = select(values, measure=measure, period=period, org_level=org_level)
    size = dict(zip(texts(held, "org_code"), numbers(held, "denominator"), strict=True))
    wanted = list(parts)
    strata = {
        part: _counts(values, measure, period, org_level, part) for part in wanted if part != SIZE
    }
    missing = {code: "nothing in its denominator" for code, n in size.items() if not n > 0}
    for part, counts in strata.items():
        missing |= {
            code: f"no {part.replace('_', ' ')} known"
            for code in size
            if code not in missing and not sum(counts.get(code, {}).values())
        }
    codes = tuple(sorted(set(size) - set(missing)))
    found: dict[str, tuple[tuple[str, ...], Floats]] = {}
    for part in wanted:
        if part == SIZE:
            column = np.log2([size[code] for code in codes])
            found[SIZE] = ((ALL,), np.reshape(column, (-1, 1)))
        else:
            found[part] = _shares(strata[part], codes)
    return CaseMix(measure, period, codes, found, missing)


def _counts(
    values: pa.Table, measure: str, period: str, org_level: str, stratifier: str
) -> dict[str, dict[str, float]]:
    """Denominators by organisation and stratum."""
    rows = select(
        values,
        measure=measure,
        period=period,
        org_level=org_level,
        stratifier=stratifier,
        stratum=None,
    )
    found: dict[str, dict[str, float]] = {}
    columns = (texts(rows, "org_code"), texts(rows, "stratum"), numbers(rows, "denominator"))
    for code, stratum, count in zip(*columns, strict=True):
        if count > 0:
            found.setdefault(code, {})[stratum] = float(count)
    return found


def _shares(
    counts: Mapping[str, Mapping[str, float]], codes: Sequence[str]
) -> tuple[tuple[str, ...], Floats]:
    names = tuple(sorted({stratum for one in counts.values() for stratum in one}))
    table = np.array(
        [[counts[code].get(name, 0.0) for name in names] for code in codes], dtype=np.float64
    ).reshape(len(codes), len(names))
    return names, table / table.sum(axis=1, keepdims=True)
