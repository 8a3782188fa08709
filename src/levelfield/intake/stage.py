"""From a checked submission to files that the warehouse can commit: identity goes here."""

from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from operator import call
from pathlib import Path
from typing import Any

from levelfield.core.errors import SubmissionError
from levelfield.core.threads import together
from levelfield.datasets.windows import window_of
from levelfield.intake.checking.derive import PERSON
from levelfield.intake.checking.extract_checks import take_given
from levelfield.intake.doubts import doubts
from levelfield.intake.findings import FIRST_ROWS, findings_with_rows
from levelfield.intake.lookups import Lookups
from levelfield.intake.parquet import write_table
from levelfield.intake.pseudonym import PseudonymKey
from levelfield.intake.pseudonymise import name_people
from levelfield.intake.quality import quality_table
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.records import write_findings
from levelfield.intake.report import counts_json, table_counts
from levelfield.intake.rules.catalogue import contract_rules, field_grades
from levelfield.intake.rules.rule import load_rules, rule_texts
from levelfield.intake.submission import Examined
from levelfield.intake.writing import write_accepted, write_rejected
from levelfield.warehouse import StagedSubmission

_NOT_KEPT = ("message", "remedy", "commonest")
"""What a receipt leaves out of a finding: words that the rules have, and anything that was sent."""


def stage(
    examined: Examined,
    folder: Path,
    *,
    lookups: Lookups,
    key: PseudonymKey,
    received: datetime | None = None,
) -> StagedSubmission:
    """Write the accepted and the rejected records of a submission into `folder`.

    `received` is the time of receipt (default: when the file was created, as when history is
    loaded, and now where that is yet to come). NHS numbers, birth dates and postcodes are dropped;
    where one stands in another text field a pseudonym is kept in its place, and rejected records
    keep it nowhere. Raises SubmissionError for a submission that was refused, or when the
    demonstration's key meets people who may be real.
    """
    header = examined.header
    if header is None or not examined.accepted:
        raise SubmissionError(f"{examined.raw.source.path}: a refused submission is not kept.")
    submission = examined.raw.digest[:16]
    received = header.received(received)
    accepted, quarantine = folder / "accepted", folder / "quarantine"
    accepted.mkdir(parents=True)
    person = examined.tables[PERSON]
    known = examined.identifiers
    areas, commissioners = lookups.residences(person.columns["postcode"])
    person.columns["lsoa"] = areas
    person.columns["residence_commissioner"] = commissioners
    if "CYP002GP" in examined.tables:
        gp = examined.tables["CYP002GP"].columns
        gp["gp_commissioner"] = lookups.practice_commissioners(gp["org_id_gp"], header.period.last)
    take_given(examined.tables, examined.raw)
    # The largest tables first, so that the last to finish is a small one.
    by_size = sorted(examined.tables.values(), key=lambda checked: -len(checked.status))
    name_people(examined, header.provider, key)
    counted = quality_table(submission, {n: c.quality for n, c in examined.tables.items()})
    together(
        call,
        [
            *(partial(write_accepted, c, submission, accepted, known, key) for c in by_size),
            partial(write_findings, examined, accepted / "findings.parquet"),
            *(partial(write_rejected, c, quarantine, known) for c in by_size),
            partial(write_table, counted, accepted / "field_quality.parquet"),
        ],
        rows=len(by_size[0].status),
    )
    return StagedSubmission(
        id=submission,
        provider=header.provider,
        period=str(header.period),
        version=header.version,
        window=window_of(header.period, received.date()),
        received_at=received,
        folder=accepted,
        quarantine=quarantine,
        counts=table_counts(examined),
        receipt=receipt(examined, received, key),
    )


def receipt(examined: Examined, received: datetime, key: PseudonymKey) -> dict[str, Any]:
    """What is kept of the check for ever: what was read, found and settled, and by which rules."""
    header = examined.header
    assert header is not None
    return {
        "submission": examined.raw.digest[:16],
        "digest": examined.raw.digest,
        "provider": header.provider,
        "submitter": header.submitter,
        "system": examined.system,
        "period": str(header.period),
        "version": header.version,
        "window": window_of(header.period, received.date()),
        "created_at": header.created.isoformat(),
        "received_at": received.isoformat(),
        "files": examined.raw.files,
        "tables": {name: counts_json(c) for name, c in table_counts(examined).items()},
        "findings": [
            {k: v for k, v in finding.to_json().items() if k not in _NOT_KEPT}
            for finding, _ in findings_with_rows(examined)
        ],
        "doubts": doubts(examined, datetime.now()),
        "settings": {
            "pseudonym_key": key.fingerprint,
            "first_rows": FIRST_ROWS,
            "rules": examined.settings.in_force(rule_texts(CURRENT)),
        },
        **_extract(examined),
        "rules": {"count": len(examined.rules), "digest": rules_digest()},
    }


def _extract(examined: Examined) -> dict[str, Any]:
    """What the receipt says of the mapping through which an extract was read."""
    extract = examined.raw.source.extract
    if extract is None:
        return {}
    said = {"id": extract.id, "version": extract.version, "illustrative": extract.illustrative}
    fields = {"absent": list(extract.absent), "renamed": list(extract.renamed)}
    return {"extract": {**said, **fields}}


@cache
def rules_digest() -> str:
    """Eight hexadecimal digits that stand for exactly these rules, word for word.

    What a local file changes about them stands in the receipt's settings.
    """
    rules = (contract_rules(CURRENT), field_grades(CURRENT), load_rules(CURRENT))
    return sha256(repr(rules).encode()).hexdigest()[:8]
