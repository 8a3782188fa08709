"""Of which provider-months a fact can say something, and which data it was made from."""

from dataclasses import dataclass

import pyarrow as pa

from levelfield.core.periods import Month
from levelfield.engine import Engine
from levelfield.facts.catalogue import OF_RETURN, load_fact
from levelfield.warehouse import snapshot_of

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Held:
    """`coverage` has the provider-months (`provider`, `period`, `submission_window` and, for facts
    of submissions, all that the coverage fact has); `snapshot` stands for the data they are of."""

    coverage: pa.Table
    snapshot: str


def held(engine: Engine, fact: str) -> Held:
    """What is held for a fact; the engine has the fact, and the coverage fact.

    A fact of submissions has the months for which a submission is held. That of a return has the
    months that its returns are about: all three of a quarter, all twelve of a year. A return is
    never provisional, since no window stays open for it.
    """
    known = load_fact(fact)
    if not known.every:
        coverage = engine.query("SELECT * FROM coverage")
        return Held(coverage, snapshot_of(coverage["submission_id"].to_pylist()))
    rows = engine.query(f"SELECT DISTINCT provider, period, {OF_RETURN} FROM {fact}").to_pylist()
    parts = sorted({(row["provider"], row["period"]) for row in rows})
    months = sorted(
        {
            (provider, str(Month.parse(period).plus(-earlier)))
            for provider, period in parts
            for earlier in range(_MONTHS[known.every])
        }
    )
    coverage = pa.table(
        {
            "provider": pa.array([provider for provider, _ in months], pa.string()),
            "period": pa.array([period for _, period in months], pa.string()),
            "submission_window": pa.array(["refresh"] * len(months), pa.string()),
        }
    )
    return Held(coverage, snapshot_of({row[OF_RETURN] for row in rows}))
