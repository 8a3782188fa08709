"""What the facts say of a block's service lines, read by the named queries of `sql`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from levelfield.commissioning.block_review.needs import DuplicatedCare
from levelfield.commissioning.block_review.scope import Scope
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.engine.sql import literal

SQL = Path(__file__).with_name("sql")

FACTS = (
    "contact",
    "referral_month",
    "service_lines",
    "costs",
    "friends_and_family",
    "table_quality",
)
"""The facts that a review reads."""

MOST_EXAMPLES = 3
"""Local record ids that are given for each line."""

_ACTIVITY = "line, COALESCE(attendance_status, ''), COALESCE(activity_location_type, '')"
_SOURCE = "line, referrals DESC, COALESCE(source_of_referral, '')"

Row = dict[str, Any]


@dataclass(frozen=True)
class Counted:
    """Rows of the queries, as their files say; all of one provider, and exact."""

    activity: list[Row]
    sources: list[Row]
    people: dict[str, Row]
    examples: list[Row]
    repeated: list[Row]
    reach: list[Row]
    pairs: list[Row]
    pair_examples: list[Row]
    money: dict[str, Row]
    pools: list[Row]
    peers: list[Row]
    full_costs: dict[str, Row]
    feedback: dict[str, Row]
    lost: Row


def shared(care: DuplicatedCare) -> dict[str, list[NamedQuery]]:
    """Pipelines of what several queries of a review read, in the order in which they are made."""
    places = [literal(place) for place in care.places]
    contacts = load_pipeline(SQL / "contacts.sql", places=places)
    return {
        **{query.name: [query] for query in contacts},
        "beside": load_pipeline(SQL / "repeated.sql", window=care.window_days),
    }


def queries() -> dict[str, list[NamedQuery]]:
    """The pipelines of a review by the name of the query that is asked of each."""
    counts = load_pipeline(SQL / "repeated_counts.sql")
    money = load_pipeline(SQL / "money.sql")
    return {
        "activity": load_pipeline(SQL / "activity.sql"),
        "source": load_pipeline(SQL / "sources.sql"),
        "people": load_pipeline(SQL / "people.sql"),
        "lost": load_pipeline(SQL / "lost.sql"),
        "examples": load_pipeline(SQL / "examples.sql", most=MOST_EXAMPLES),
        **{query.name: counts for query in counts},
        **{query.name: [query] for query in money},
    }


def count(engine: Engine, scope: Scope, care: DuplicatedCare) -> Counted:
    """All that a review counts, on an engine that has FACTS under their names."""
    _register(engine, scope, care)
    wanted = {"provider": scope.provider, "commissioner": scope.commissioner}

    def used(text: str) -> dict[str, str]:
        return {key: value for key, value in wanted.items() if f"${key}" in text}

    for name, pipeline in shared(care).items():
        text = compose(pipeline)
        engine.create(name, text, used(text))
    asked = queries()

    def rows(name: str, final: str | None = None) -> list[Row]:
        text = compose(asked[name], final)
        found: list[Row] = engine.query(text, used(text)).to_pylist()
        return found

    def by_line(name: str) -> dict[str, Row]:
        return {row["line"]: row for row in rows(name, f"SELECT * FROM {name} ORDER BY line")}

    some = f"SELECT * FROM pair_example WHERE place <= {MOST_EXAMPLES} ORDER BY 1, 2, place"
    return Counted(
        activity=rows("activity", f"SELECT * FROM activity ORDER BY {_ACTIVITY}"),
        sources=rows("source", f"SELECT * FROM source ORDER BY {_SOURCE}"),
        people=by_line("people"),
        examples=rows("examples", "SELECT * FROM examples ORDER BY 1, 2, 3"),
        repeated=rows("repeated", "SELECT * FROM repeated ORDER BY 1, 2, 3, 4"),
        reach=rows("in_reach", "SELECT * FROM in_reach ORDER BY 1, 2"),
        pairs=rows("pair", "SELECT * FROM pair ORDER BY contacts DESC, 1, 2"),
        pair_examples=rows("pair_example", some),
        money=by_line("line_money"),
        pools=rows("pool", "SELECT * FROM pool ORDER BY 1"),
        peers=rows("peer", "SELECT * FROM peer ORDER BY 1"),
        full_costs=by_line("full_cost"),
        feedback=by_line("feedback"),
        lost=rows("lost", "SELECT * FROM lost")[0],
    )


def _register(engine: Engine, scope: Scope, care: DuplicatedCare) -> None:
    """Make what the queries read beside the facts readable."""
    engine.view("review_month", pa.table({"period": [str(month) for month in scope.months]}))
    lines = scope.line_of
    columns = {"team_type": list(lines), "line": list(lines.values())}
    engine.view("review_line", pa.table(columns))
    needs = [(team, need) for need, teams in care.needs.items() for team in teams]
    names = {"team_type": [team for team, _ in needs], "need": [need for _, need in needs]}
    engine.view("need_of", pa.table(names))
    engine.view("shift", pa.table({"days": pa.array(care.shifts, pa.int64())}))
