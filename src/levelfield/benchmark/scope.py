"""Scope: services that an organisation began or gave up since the period before."""

from collections.abc import Mapping

import pyarrow as pa

from levelfield.benchmark.tables import select
from levelfield.core.periods import FinancialYear, parse_period
from levelfield.core.values import INCOMPLETE

FEWEST_IN_SCOPE = 10
SHARE_IN_SCOPE = 0.01
"""A service that holds less of an organisation's denominator comes and goes by chance."""


def services_that_changed(
    values: pa.Table, measure: str, period: str, org_level: str
) -> dict[str, str]:
    """By organisation, the services of some size that came or went since the period before.

    A period before of which not all is held says nothing.
    """
    before = _before(period)
    then, now = (_services(values, measure, one, org_level) for one in (before, period))
    found = {}
    for code in sorted(set(then) & set(now)):
        came = sorted(_large(now[code]) - set(then[code]))
        went = sorted(_large(then[code]) - set(now[code]))
        said = [f"new {', '.join(came)}"] * bool(came) + [f"gone {', '.join(went)}"] * bool(went)
        if said:
            found[code] = f"services (team types) unlike {before}: {'; '.join(said)}"
    return found


def _before(period: str) -> str:
    shown = parse_period(period)
    if isinstance(shown, FinancialYear):
        return str(FinancialYear(shown.start - 1))
    return str(shown.plus(-1))


def _services(
    values: pa.Table, measure: str, period: str, org_level: str
) -> dict[str, dict[str, float]]:
    rows = select(
        values,
        measure=measure,
        period=period,
        org_level=org_level,
        stratifier="service",
        stratum=None,
    )
    found: dict[str, dict[str, float]] = {}
    for row in rows.to_pylist():
        whole = INCOMPLETE not in str(row["flags"] or "").split(";")
        if whole and row["denominator"] and row["stratum"].lower() != "not known":
            found.setdefault(row["org_code"], {})[row["stratum"]] = row["denominator"]
    return found


def _large(services: Mapping[str, float]) -> set[str]:
    least = max(FEWEST_IN_SCOPE, SHARE_IN_SCOPE * sum(services.values()))
    return {name for name, count in services.items() if count >= least}
