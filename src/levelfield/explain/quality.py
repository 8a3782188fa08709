"""What was received, from a provider or from all, walked back to the receipts of submissions."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from levelfield.core.periods import Month
from levelfield.core.values import NATIONAL
from levelfield.disclosure import Audience
from levelfield.engine import NamedQuery
from levelfield.explain.explanation import (
    MOST_RECORDS,
    Check,
    Count,
    Explanation,
    Part,
    Records,
    parts,
    quality_key,
)
from levelfield.explain.source import Ground
from levelfield.explain.words import count_for
from levelfield.intake import rule_texts
from levelfield.intake.reading.versions import CURRENT
from levelfield.warehouse import Submission

COLUMNS = (
    ("records_read", "read"),
    ("records_accepted", "accepted"),
    ("records_rejected", "rejected"),
    ("records_duplicate", "duplicate"),
    ("records_warned", "accepted with a warning"),
    ("contacts", "care contacts accepted"),
)
"""The columns of the coverage fact that are added up, and what they are called."""

_SELECT = "SELECT provider, period, submission_id, " + ", ".join(name for name, _ in COLUMNS)

_OF_ONE = NamedQuery(
    "coverage_of_provider",
    f"{_SELECT}\nFROM coverage\nWHERE provider = $provider\nORDER BY period",
)
_OF_ALL = NamedQuery("coverage_of_all", f"{_SELECT}\nFROM coverage\nORDER BY provider, period")

Row = dict[str, Any]


def explain_quality(ground: Ground, key: str, audience: Audience) -> Explanation:
    """The records of a provider, or of the whole home, in all submissions in use.

    Raises UsageError for another key.
    """
    providers = sorted(set(ground.coverage["provider"].to_pylist()))
    found = [one for one in (NATIONAL, *providers) if quality_key(one, ground.snapshot) == key]
    if not found or not providers:
        ground.refuse(key)
    whole = found[0] == NATIONAL
    query = _OF_ALL if whole else _OF_ONE
    asked = {} if whole else {"provider": found[0]}
    rows = ground.engine("coverage").query(query.sql, asked).to_pylist()
    totals = _totals(rows)
    used = {row["submission_id"] for row in rows}
    submissions = [s for s in ground.warehouse.submissions() if s.id in used]
    rules = _findings(ground, submissions, whole)
    periods = sorted({row["period"] for row in rows})
    who = "all providers of this home" if whole else found[0]
    figure: list[tuple[str, object]] = [
        *(_of_home(ground, rows) if whole else [("Months held", len(rows))]),
        *((words.capitalize(), count_for(audience, totals[name])) for name, words in COLUMNS),
    ]
    if whole and audience == "public":
        for one in rules:
            rule, said = one.label.split(" ", 1)
            figure.append((rule, f"{count_for(audience, one.number)} {said}"))
    explanation = Explanation(
        key=key,
        kind="data quality",
        title=f"Records of {who}, {periods[0]} to {periods[-1]}",
        audience=audience,
        figure=parts(figure),
        definition=parts(
            [
                ("Data set", f"Community Services Data Set, version {_versions(submissions)}"),
                ("Rules", "definitions/csds/1.6: the contract's fields and the files under rules"),
            ]
        ),
        rule=(
            "Every record read is accepted, rejected or a duplicate of another.",
            *((_ADDED,) if whole else ()),
        ),
        query=(query,),
        parameters=tuple(Part(name, f"'{value}'") for name, value in asked.items()),
        submissions=ground.submissions(
            {row["provider"] for row in rows}, [Month.parse(period) for period in periods]
        ),
        counts=rules,
        checks=(_check(submissions, totals),),
        records=(_by_provider(rows),) if whole else (),
        notes=(*ground.notes, "Rejected records stay in quarantine, for the submitter alone."),
    )
    return explanation if audience == "party" else explanation.without_details()


_ADDED = (
    "Each figure is added up over the providers, from the coverage table, which has one line for "
    "each submission in use. Statements are the files under statements in the home, counted now. "
    "How often a rule was broken is added up from the receipts."
)


def _totals(rows: Sequence[Row]) -> dict[str, int]:
    return {name: sum(row[name] or 0 for row in rows) for name, _ in COLUMNS}


def _of_home(ground: Ground, rows: Sequence[Row]) -> list[tuple[str, object]]:
    statements = (ground.warehouse.home / "statements").glob("*/*.csv")
    return [
        ("Providers", len({row["provider"] for row in rows})),
        ("Monthly submissions in use", len(rows)),
        ("Statements drawn up", sum(not s.stem.startswith("shadow-") for s in statements) or "0"),
    ]


def _by_provider(rows: Sequence[Row]) -> Records:
    """What each provider adds to the sums."""
    providers = sorted({row["provider"] for row in rows})
    shown = []
    for code in providers[:MOST_RECORDS]:
        own = [row for row in rows if row["provider"] == code]
        shown.append((code, *(f"{number:,}" for number in (len(own), *_totals(own).values()))))
    head = ("provider", "submissions", *(words for _, words in COLUMNS))
    return Records("Providers", len(providers), head, tuple(shown))


def _versions(submissions: Sequence[Submission]) -> str:
    return " and ".join(sorted({submission.version for submission in submissions}))


def _findings(ground: Ground, submissions: Sequence[Submission], whole: bool) -> tuple[Count, ...]:
    """How often each rule was broken, by the receipts; the most frequent first.

    Of the whole home it is said how many providers broke it.
    """
    counts: dict[tuple[str, str], int] = defaultdict(int)
    providers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for submission in submissions:
        for finding in ground.warehouse.receipt(submission)["findings"]:
            severity = finding["severity"].replace("_", " ")
            place = f"{finding['table']} {finding['field'] or ''}".rstrip()
            fell = ", fell with its parent" if finding.get("follows") else ""
            broken = finding["rule"], f"{finding['rule']} ({severity}), {place}{fell}"
            counts[broken] += finding["count"]
            providers[broken].add(submission.provider)
    texts = rule_texts(CURRENT)
    found = []
    for broken in sorted(counts, key=lambda broken: -counts[broken]):
        rule, words = broken
        number = len(providers[broken])
        said = f"{words}, {number} provider{'s' if number > 1 else ''}" if whole else words
        label = f"{said}: {texts[rule].message}" if rule in texts else said
        found.append(Count(label, counts[broken]))
    return tuple(found)


def _check(submissions: Sequence[Submission], totals: dict[str, int]) -> Check:
    counts = [table for submission in submissions for table in submission.counts.values()]
    read, accepted = sum(c.read for c in counts), sum(c.accepted for c in counts)
    rejected, duplicate = sum(c.rejected for c in counts), sum(c.duplicate for c in counts)
    agrees = (read, accepted, rejected, duplicate) == tuple(totals[name] for name, _ in COLUMNS[:4])
    verdict = "agrees with the coverage table" if agrees else "DIFFERS from the coverage table"
    return Check(
        f"Added up from the receipts: {read:,} read = {accepted:,} accepted + {rejected:,} "
        f"rejected + {duplicate:,} duplicate; {verdict}.",
        agrees and read == accepted + rejected + duplicate,
    )
