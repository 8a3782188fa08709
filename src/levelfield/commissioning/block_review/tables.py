"""A review as rows: what its CSV files, its JSON and its workbook hold."""

from collections.abc import Mapping
from typing import Any

from levelfield.commissioning.block_review.record import GROUPS
from levelfield.commissioning.block_review.review import Review
from levelfield.commissioning.block_review.steps import STEPS
from levelfield.commissioning.block_review.words import PARTY
from levelfield.commissioning.sheets import Rows
from levelfield.payment import service_name


def tables(review: Review) -> Mapping[str, Rows]:
    """`findings`, their `parts`, the `bridge` by line, and the `records` field by field.

    Money in whole pence; an empty cell is not known.
    """
    return {
        "findings": finding_rows(review),
        "parts": part_rows(review),
        "bridge": bridge_rows(review),
        "records": record_rows(review),
    }


def finding_rows(review: Review) -> Rows:
    """One row a finding, with the cell for the provider's reply."""
    return [
        {
            "rule": one.rule,
            "title": one.title,
            "question": one.question,
            "bound": one.bound,
            "pence": one.pence,
            "lower_pence": one.lower,
            "upper_pence": one.upper,
            "interval": one.interval_note,
            "evidence": " ".join(one.evidence),
            "examples": "; ".join(one.examples),
            "confidence": one.confidence,
            "confidence_why": one.confidence_why,
            "data_quality": one.grade,
            "action": one.action,
            "reply": one.reply,
        }
        for one in review.findings
    ]


def part_rows(review: Review) -> Rows:
    """What each line brings to a finding."""
    return [
        {
            "rule": one.rule,
            "line": part.line,
            "pence": part.pence,
            "lower_pence": part.lower,
            "upper_pence": part.upper,
            "evidence": part.evidence,
        }
        for one in review.findings
        for part in one.parts
    ]


def bridge_rows(review: Review) -> Rows:
    """One row a line: what it was given, each step that is taken off, and its priced activity."""
    return [
        {
            "line": line.line,
            "service": service_name(line.line),
            "allocated_pence": line.start,
            **{f"{name}_pence": line.steps.get(name, 0) for name in STEPS},
            "priced_pence": line.end,
        }
        for line in review.steps.lines
    ]


def record_rows(review: Review) -> Rows:
    """One row a field of a service line's record."""
    return [
        {
            "line": record.line,
            "group": group,
            "field": field,
            "value": record.entries[field].value,
            "status": record.entries[field].status,
            "note": record.entries[field].note,
        }
        for record in review.records
        for group, fields in GROUPS.items()
        for field in fields
    ]


def as_json(review: Review) -> dict[str, Any]:
    """The whole review for machines; money in whole pence."""
    contract, steps = review.contract, review.steps
    return {
        "contract": contract.id,
        "version": contract.version,
        "provider": contract.provider,
        "commissioner": contract.commissioner,
        "months": [str(month) for month in review.scope.months],
        "left_out": [str(month) for month in review.scope.left_out],
        "data_quality": review.standing.words,
        "note": PARTY,
        "block_pence": steps.start,
        "priced_pence": steps.end,
        "steps_pence": steps.steps,
        "priced_interval_pence": review.priced_interval,
        "lost_contacts": round(review.lost.contacts),
        "lost_share": review.lost.share,
        "lost_at_most_pence": review.most_lost,
        "overlap_pence": steps.overlap,
        "duplicated_within_pence": steps.duplicated,
        **tables(review),
    }
