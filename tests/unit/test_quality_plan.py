"""A data quality improvement plan is made of receipts, and later receipts are held against it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from levelfield.core.errors import DefinitionError, UsageError
from levelfield.publish.check_plan import review_words, told
from levelfield.quality import (
    Plan,
    PlanItem,
    Progress,
    kept_plan,
    make_plan,
    read_plan,
    review_plan,
    write_plan,
)
from levelfield.quality.plan import Baseline
from levelfield.warehouse import Counts, Submission

CONTACT, PERSON = "CYP201CareContact", "CYP001MPI"
BLANK = ("W-BLANK-KEY", CONTACT, "AttendanceStatus", "warning")
ETHNIC = ("W-BLANK-KEY", PERSON, "EthnicCategory", "warning")
PARENT = ("G-NO-PARENT", CONTACT, "ServiceRequestID", "reject_group")
SETTLED = ("W-LEADING-ZERO", CONTACT, "AttendanceStatus", "warning")
HARM = {BLANK: ["dna_rate", "dna_gap"], ETHNIC: ["ethnicity_known"], PARENT: [], SETTLED: []}


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
        fell: int = 0,
        extract: dict[str, list[str]] | None = None,
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
            | {"harm": HARM[k], "follows": False}
            for k, n in found.items()
        ]
        if fell:
            named = dict(zip(("rule", "table", "field", "severity"), PARENT, strict=True))
            findings.append({**named, "count": fell, "harm": [], "follows": True})
        changed = [{"rule": rule, "was": "warning", "now": "off"} for rule in off]
        tables = {t: {"read": c.read, "duplicate": c.duplicate} for t, c in counts.items()}
        said = {"findings": findings, "tables": tables, "settings": {"rules": changed}}
        self.receipts[period] = said | ({"extract": extract} if extract else {})

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


def held_for_four_months() -> Held:
    held = Held()
    for month in ("2025-12", "2026-01", "2026-02", "2026-03"):
        # A month before the last three is no part of the baseline.
        counts = {BLANK: 20, ETHNIC: 10, PARENT: 5, SETTLED: 90}
        held.add(month, counts if month > "2025-12" else {ETHNIC: 50}, fell=60)
    return held


def made(held: Held, **options: Any) -> Plan:
    return make_plan(held, "ZA1", **options)  # type: ignore[arg-type]


def reviewed(held: Held, of: Plan) -> Progress:
    (one,) = review_plan(held, of).progress  # type: ignore[arg-type]
    return one


def test_without_pounds_faults_are_ranked_by_their_records() -> None:
    """What spoils nothing comes last, however often it is found."""
    plan = made(held_for_four_months())
    assert [(i.rule, i.field) for i in plan.items] == [
        ("W-BLANK-KEY", "AttendanceStatus"),
        ("W-BLANK-KEY", "EthnicCategory"),
        ("G-NO-PARENT", "ServiceRequestID"),
        ("W-LEADING-ZERO", "AttendanceStatus"),
    ]
    assert plan.ranked_by == "records"
    blank = plan.items[0]
    assert (blank.baseline.count, blank.baseline.records, blank.baseline.share) == (60, 300, 0.2)
    assert blank.baseline.pounds is None
    assert (blank.target, blank.due, blank.owner) == (0.1, "2026-09", "")
    assert (plan.first, plan.last) == ("2026-01", "2026-03")
    assert [i.field for i in made(held_for_four_months(), most=1).items] == ["AttendanceStatus"]


def test_pounds_at_stake_go_before_records() -> None:
    pence = {PARENT[:3]: 250_049, BLANK[:3]: 99_950}
    plan = made(held_for_four_months(), pence=pence)
    assert [(i.rule, i.baseline.pounds) for i in plan.items[:3]] == [
        ("G-NO-PARENT", 2500),
        ("W-BLANK-KEY", 1000),
        ("W-BLANK-KEY", None),
    ]
    assert plan.ranked_by == "pounds at stake, then records"


def test_what_follows_from_another_fault_is_none_of_its_own() -> None:
    """Sixty contacts a month fell with their referral; five had no referral in the file."""
    (orphans,) = [i for i in made(held_for_four_months()).items if i.rule == "G-NO-PARENT"]
    assert orphans.baseline.count == 15


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
    one = reviewed(held, plan(item()))
    assert (one.status, one.period, one.count, one.records) == (status, period, found, 100)


def test_what_needs_somebody_comes_first() -> None:
    held = Held()
    held.add("2026-03", {BLANK: 20})
    held.add("2026-06", {BLANK: 11})
    of = plan(item(target=0.2), item(due="2026-07"), item(), item(table="CYP104RTT"))
    found = review_plan(held, of)  # type: ignore[arg-type]
    assert [one.status for one in found.worst_first] == [
        "missed",
        "on the way",
        "not measured",
        "met",
    ]
    assert list(found.statuses) == ["met", "on the way", "missed", "not measured"]


def test_what_a_month_does_not_say_is_not_measured() -> None:
    held = Held()
    held.add("2026-03", {BLANK: 20})
    one = reviewed(held, plan(item()))
    assert (one.status, one.why) == ("not measured", "no month after 2026-03 is held")
    held.add("2026-04", {}, off=("W-BLANK-KEY",))
    one = reviewed(held, plan(item()))
    assert (one.status, one.share, one.why) == ("not measured", None, "the rule was switched off")
    held.add("2026-05", {}, contacts=0)
    one = reviewed(held, plan(item()))
    assert (one.status, one.why) == ("not measured", f"{CONTACT} was not sent")


def test_a_month_read_from_an_extract_meets_no_target_of_what_it_cannot_show() -> None:
    """Neither a field that it does not hold, nor a rule that reads one, nor the layout of what
    stands for another."""
    absent = {"absent": ["AttendanceStatus", "NHSNumber"], "renamed": ["LocalPatientID"]}
    held = Held()
    held.add("2026-03", {BLANK: 20})
    held.add("2026-04", {}, extract=absent)
    for one, why in (
        (item(), "does not hold AttendanceStatus"),
        (item(rule="X-PERSON-NHS-NUMBER-CHECK", table=PERSON, field=""), "does not run"),
        (item(rule="R-FORMAT", table=PERSON, field="LocalPatientID"), "not hold LocalPatientID"),
    ):
        progress = reviewed(held, plan(one))
        assert (progress.status, progress.share) == ("not measured", None)
        assert why in progress.why
    other = item(rule="W-BLANK-KEY", table=PERSON, field="LocalPatientID")
    assert reviewed(held, plan(other)).status == "met"


def test_a_month_that_could_not_show_a_fault_is_no_part_of_its_baseline() -> None:
    held = Held()
    held.add("2026-02", {}, extract={"absent": ["AttendanceStatus"], "renamed": []})
    held.add("2026-03", {BLANK: 20})
    (one,) = made(held).items
    assert (one.baseline.count, one.baseline.records, one.baseline.share) == (20, 100, 0.2)


def test_of_the_plans_that_a_home_keeps_the_last_holds(tmp_path: Path) -> None:
    assert kept_plan(tmp_path, "ZA1") is None
    first = plan(item(owner="First"))
    later = first.model_copy(update={"last": "2026-04", "items": (item(owner="Later"),)})
    for name, one in (("a", later), ("b", first), ("c", replace_provider(later))):
        write_plan(one, tmp_path / "plans" / f"{name}.yaml")
    assert kept_plan(tmp_path, "ZA1") == later


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


def test_a_plan_that_nothing_is_measured_of_says_so_once() -> None:
    held = Held()
    held.add("2025-12", {BLANK: 40})
    found = review_plan(held, plan(item()))  # type: ignore[arg-type]
    assert "None is measured: " in review_words(found)
    assert told(found) == []
    held.add("2026-05", {BLANK: 40})
    measured = review_plan(held, plan(item()))  # type: ignore[arg-type]
    assert told(measured) == measured.worst_first
