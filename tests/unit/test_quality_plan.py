"""A data quality improvement plan is made of receipts, and later receipts are held against it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from levelfield.core.errors import DefinitionError, UsageError
from levelfield.quality import Plan, make_plan, read_plan, review_plan, write_plan
from levelfield.quality.plan import Baseline, PlanItem
from levelfield.warehouse import Counts, Submission

CONTACT, PERSON = "CYP201CareContact", "CYP001MPI"
BLANK = ("W-BLANK-KEY", CONTACT, "AttendanceStatus", "warning")
ETHNIC = ("W-BLANK-KEY", PERSON, "EthnicCategory", "warning")
PARENT = ("G-NO-PARENT", CONTACT, "ServiceRequestID", "reject_group")
HARM = {BLANK: ["dna_rate", "dna_gap"], ETHNIC: ["ethnicity_known"], PARENT: []}


@dataclass
class Held:
    """What a plan asks of a warehouse: the active submissions and their receipts."""

    home: Path = Path("a-home")
    kept: list[Submission] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(
        self,
        period: str,
        found: dict[tuple[str, ...], int],
        off: tuple[str, ...] = (),
        contacts: int = 100,
    ) -> None:
        counts = {PERSON: Counts(50, 50, 0, 0, 0)}
        if contacts:
            # Ten repeats are no records of their own.
            counts[CONTACT] = Counts(contacts + 10, contacts, 0, 10, 0)
        moment = datetime.fromisoformat(f"{period}-28T09:00:00")
        self.kept.append(
            Submission(
                id=period,
                provider="ZA1",
                period=period,
                version="1.6",
                window="primary",
                received_at=moment,
                committed_at=moment,
                digest="",
                receipt_digest="",
                pseudonym_key="",
                folder=Path(),
                counts=counts,
            )
        )
        findings = [
            {"rule": k[0], "table": k[1], "field": k[2], "severity": k[3], "count": n}
            | {"harm": HARM[k]}
            for k, n in found.items()
        ]
        changed = [{"rule": rule, "was": "warning", "now": "off"} for rule in off]
        self.receipts[period] = {"findings": findings, "settings": {"rules": changed}}

    def active(self) -> list[Submission]:
        return self.kept

    def receipt(self, submission: Submission) -> dict[str, Any]:
        return self.receipts[submission.id]


def item(**changed: object) -> PlanItem:
    one = PlanItem(
        rule=BLANK[0],
        table=CONTACT,
        field=BLANK[2],
        fault="Blank.",
        baseline=Baseline(count=20, records=100, share=0.2),
        target=0.1,
        due="2026-06",
    )
    return one.model_copy(update=changed)


def plan(*items: PlanItem) -> Plan:
    return Plan(
        provider="ZA1", made_on=date(2026, 4, 1), first="2026-03", last="2026-03", items=items
    )


def test_the_costliest_faults_come_first_with_half_their_share_as_target() -> None:
    held = Held()
    for month in ("2025-12", "2026-01", "2026-02", "2026-03"):
        # A month before the last three is no part of the baseline.
        counts = {BLANK: 20, ETHNIC: 10, PARENT: 5}
        held.add(month, counts if month > "2025-12" else {ETHNIC: 50})
    made = make_plan(held, "ZA1")  # type: ignore[arg-type]
    # 15 rejected records weigh 150; 60 that spoil two measures 120; 30 that spoil one 30.
    assert [(i.rule, i.field) for i in made.items] == [
        ("G-NO-PARENT", "ServiceRequestID"),
        ("W-BLANK-KEY", "AttendanceStatus"),
        ("W-BLANK-KEY", "EthnicCategory"),
    ]
    blank = made.items[1]
    assert (blank.baseline.count, blank.baseline.records, blank.baseline.share) == (60, 300, 0.2)
    assert (blank.target, blank.due, blank.owner) == (0.1, "2026-09", "")
    assert (made.first, made.last) == ("2026-01", "2026-03")
    assert [i.rule for i in make_plan(held, "ZA1", most=1).items] == ["G-NO-PARENT"]  # type: ignore[arg-type]


def test_a_plan_of_nobody_says_who_is_held() -> None:
    held = Held()
    held.add("2026-03", {})
    with pytest.raises(UsageError, match=r"nothing of provider 'ZA9' is held. Held are: ZA1"):
        make_plan(held, "ZA9")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "found", "status"),
    [
        ("2026-04", 10, "met"),
        ("2026-04", 0, "met"),
        ("2026-05", 11, "on the way"),
        ("2026-05", 20, "no better"),
        ("2026-06", 11, "missed"),
        ("2026-07", 25, "missed"),
    ],
)
def test_the_latest_month_decides(period: str, found: int, status: str) -> None:
    held = Held()
    held.add("2026-03", {BLANK: 20})
    held.add(period, {BLANK: found} if found else {})
    (one,) = review_plan(held, plan(item()))  # type: ignore[arg-type]
    assert (one.status, one.period, one.count, one.records) == (status, period, found, 100)


def test_what_a_month_does_not_say_is_not_measured() -> None:
    held = Held()
    held.add("2026-03", {BLANK: 20})
    (one,) = review_plan(held, plan(item()))  # type: ignore[arg-type]
    assert (one.status, one.why) == ("not measured", "no month after 2026-03 is held")
    held.add("2026-04", {}, off=("W-BLANK-KEY",))
    (one,) = review_plan(held, plan(item()))  # type: ignore[arg-type]
    assert (one.status, one.share, one.why) == ("not measured", None, "the rule was switched off")
    held.add("2026-05", {}, contacts=0)
    (one,) = review_plan(held, plan(item()))  # type: ignore[arg-type]
    assert (one.status, one.why) == ("not measured", f"{CONTACT} was not sent")


def test_a_plan_is_read_as_it_was_written_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    written = plan(item(harm=("dna_rate",), owner="A. Name"))
    write_plan(written, file)
    assert read_plan(file) == written
    with pytest.raises(UsageError, match="never overwritten"):
        write_plan(replace_provider(written), file)


def replace_provider(one: Plan) -> Plan:
    return one.model_copy(update={"provider": "ZA2"})


def test_a_mistake_in_a_plan_names_the_key(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    write_plan(plan(item()), file)
    file.write_text(file.read_text().replace("due: 2026-06", "due: June"))
    with pytest.raises(DefinitionError, match=r"items\.0\.due.*'June' is not a month"):
        read_plan(file)
