"""A line of the coverage table walked back to the receipts of the submissions."""

from collections import Counter

from levelfield.core.periods import Month
from levelfield.disclosure import Audience
from levelfield.engine import NamedQuery
from levelfield.explain.explanation import Check, Count, Explanation, Part, parts, quality_key
from levelfield.explain.source import Ground
from levelfield.explain.words import count_for
from levelfield.intake import rule_texts
from levelfield.intake.versions import CURRENT
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

_QUERY = NamedQuery(
    "coverage_of_provider",
    "SELECT period, submission_id, "
    + ", ".join(name for name, _ in COLUMNS)
    + "\nFROM coverage\nWHERE provider = $provider\nORDER BY period",
)


def explain_quality(ground: Ground, key: str, audience: Audience) -> Explanation:
    """A provider's records in all its submissions in use; raises UsageError for another key."""
    providers = sorted(set(ground.coverage["provider"].to_pylist()))
    found = [code for code in providers if quality_key(code, ground.snapshot) == key]
    if not found:
        ground.refuse(key)
    provider = found[0]
    engine = ground.engine("coverage")
    rows = engine.query(_QUERY.sql, {"provider": provider}).to_pylist()
    totals = {name: sum(row[name] or 0 for row in rows) for name, _ in COLUMNS}
    used = {row["submission_id"] for row in rows}
    submissions = [s for s in ground.warehouse.submissions() if s.id in used]
    shown = {name: count_for(audience, totals[name]) for name, _ in COLUMNS}
    explanation = Explanation(
        key=key,
        kind="data quality",
        title=f"Records of {provider}, {rows[0]['period']} to {rows[-1]['period']}",
        audience=audience,
        figure=parts(
            [("Months held", len(rows)), *((w.capitalize(), shown[n]) for n, w in COLUMNS)]
        ),
        definition=parts(
            [
                ("Data set", f"Community Services Data Set, version {_versions(submissions)}"),
                ("Rules", "definitions/csds/1.6: the contract's fields and the files under rules"),
            ]
        ),
        rule=("Every record read is accepted, rejected or a duplicate of another.",),
        query=(_QUERY,),
        parameters=(Part("provider", f"'{provider}'"),),
        submissions=ground.submissions([provider], [Month.parse(row["period"]) for row in rows]),
        counts=_findings(ground, submissions),
        checks=(_check(submissions, totals),),
        notes=(*ground.notes, "Rejected records stay in quarantine, for the submitter alone."),
    )
    return explanation if audience == "party" else explanation.without_details()


def _versions(submissions: list[Submission]) -> str:
    return " and ".join(sorted({submission.version for submission in submissions}))


def _findings(ground: Ground, submissions: list[Submission]) -> tuple[Count, ...]:
    """How often each rule was broken, by the receipts; the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for submission in submissions:
        for finding in ground.warehouse.receipt(submission)["findings"]:
            severity = finding["severity"].replace("_", " ")
            place = f"{finding['table']} {finding['field'] or ''}".rstrip()
            counts[finding["rule"], f"{finding['rule']} ({severity}), {place}"] += finding["count"]
    texts = rule_texts(CURRENT)
    return tuple(
        Count(f"{words}: {texts[rule].message}" if rule in texts else words, number)
        for (rule, words), number in counts.most_common()
    )


def _check(submissions: list[Submission], totals: dict[str, int]) -> Check:
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
