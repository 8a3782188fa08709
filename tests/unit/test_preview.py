"""The preview of one submission: what its contacts are worth, and what a fault costs."""

from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest

from handmade import CONTACT, PERSON, REFERRAL, STAFF, TEAM, write
from levelfield import intake, tariff
from levelfield.core.periods import FinancialYear
from levelfield.currencies import load_scheme
from levelfield.datasets import load_dataset
from levelfield.home import SCHEME, Home
from levelfield.intake import Examined
from levelfield.intake.reach import Reach
from levelfield.pipeline.harm import cost
from levelfield.pipeline.preview import METHOD, preview
from levelfield.publish.check_data import CostedFinding, Stake

CONTACTS = "CYP201CareContact"
PRICES = tariff.load_price_list(SCHEME)
YEAR = FinancialYear.parse("2025-26")


def examined(folder: Path, **changed: str | None) -> Examined:
    # A midwife's contacts have no currency of their own; of a nursery nurse the team decides.
    write(folder, **{"CYP901StaffDetails": STAFF.replace("N01", "C04"), **changed})
    return intake.examine(intake.find_submissions(folder)[0])


def costed(folder: Path, **changed: str | None) -> tuple[tuple[CostedFinding, ...], Stake]:
    found = examined(folder, **changed)
    findings, stake = cost(found, preview(found, PRICES))
    assert stake is not None
    return findings, stake


def one(findings: tuple[CostedFinding, ...], rule: str, table: str) -> CostedFinding:
    [found] = [f for f in findings if (f.finding.rule, f.finding.table) == (rule, table)]
    return found


def test_the_method_says_why_a_home_gives_another_sum() -> None:
    assert "market forces factor" in METHOD


def test_a_contact_is_worth_its_price_and_a_missed_one_nothing(tmp_path: Path) -> None:
    worth = preview(examined(tmp_path), PRICES).worth
    nurse = PRICES.price("N02AF", "ZA1", YEAR).pence
    assert worth[0] == nurse
    assert worth[1] == 0
    assert worth[2] > 0


def test_worth_agrees_with_the_units_of_a_home(small_home: Home) -> None:
    """The other way to the same sum: loaded, built, grouped, counted and priced."""
    submission = small_home.active()[0]
    path = small_home.path.parent / "simulated" / "submissions" / submission.provider
    found = examined_as(path, submission.id)
    counts = small_home.counts()
    chosen = counts.filter(
        pc.and_(
            pc.equal(counts["provider"], submission.provider),
            pc.equal(counts["period"], submission.period),
        )
    )
    scheme = load_scheme(SCHEME)
    prices = small_home.lookups.price_list(SCHEME)
    worth = tariff.Worth(scheme, chosen, prices)
    expected = sum(row["units"] * float(worth.of(row)) for row in chosen.to_pylist())
    alive = found.tables[CONTACTS].alive
    assert preview(found, prices).worth[alive].sum() == pytest.approx(expected)


def examined_as(folder: Path, submission: str) -> Examined:
    for source in intake.find_submissions(folder):
        found = intake.examine(source)
        if found.raw.digest.startswith(submission):
            return found
    raise AssertionError("the submission of the home is not among its files")


def test_missing_attendance_puts_the_mean_price_at_stake(tmp_path: Path) -> None:
    blank = CONTACT.replace("| 20                   | 02            | 6", "| 20 | 02 | ")
    findings, stake = costed(tmp_path, CYP201CareContact=blank)
    told = one(findings, "W-BLANK-KEY", CONTACTS)
    assert told.contacts == 1
    # Nobody else of its team was seen, so the mean of the provider stands in.
    assert told.pence == PRICES.price("N02AF", "ZA1", YEAR).pence
    assert [m.id for m in told.measures][:2] == ["dna_rate", "dna_gap"]
    assert told.title == "Contacts without attendance status"
    assert told.records == ((3, "C3"),)
    assert stake.uncertain_pence == told.pence
    assert stake.lost_pence == 0


def test_a_rejected_referral_loses_its_contacts_and_they_follow(tmp_path: Path) -> None:
    wrong = REFERRAL.replace("2026-02-10", "2026-02-30")
    findings, stake = costed(tmp_path, CYP101Referral=wrong)
    cause = one(findings, "R-FORMAT", "CYP101Referral")
    assert cause.falls[CONTACTS] == 2
    assert cause.falls["CYP202CareActivity"] == 1
    assert cause.contacts == 2
    assert cause.pence == stake.lost_pence > 0
    consequences = [f for f in findings if f.finding.follows]
    assert {f.finding.table for f in consequences} >= {CONTACTS, "CYP202CareActivity"}
    assert findings[-len(consequences) :] == tuple(consequences)
    assert findings.index(cause) < findings.index(consequences[0])


def test_an_absent_parent_is_a_cause_and_not_a_consequence(tmp_path: Path) -> None:
    findings, _ = costed(tmp_path, CYP201CareContact=CONTACT.replace("| R2 ", "| R9 "))
    orphan = one(findings, "G-NO-PARENT", CONTACTS)
    assert not orphan.finding.follows
    assert orphan.title == "Contacts whose referral is not in the file"


def test_a_contact_that_two_findings_touch_counts_once_in_the_total(tmp_path: Path) -> None:
    blank = CONTACT.replace("| 20                   | 02            | 6", "| 20 | | ")
    findings, stake = costed(tmp_path, CYP201CareContact=blank)
    both = [f for f in findings if f.finding.rule == "W-BLANK-KEY" and f.pence]
    assert len(both) == 2
    assert stake.uncertain_contacts == 1
    assert sum(f.pence or 0 for f in both) == 2 * stake.uncertain_pence


def test_no_pounds_rest_on_what_no_price_asks_for(tmp_path: Path) -> None:
    unknown = PERSON.replace("| 2      | A", "| 2 | ")
    findings, stake = costed(tmp_path, CYP001MPI=unknown)
    told = one(findings, "W-BLANK-KEY", "CYP001MPI")
    assert told.pence is None
    assert [m.id for m in told.measures] == ["ethnicity_known"]
    assert stake.at_stake_pence == 0


def test_a_leading_zero_that_is_read_all_the_same_costs_nothing(tmp_path: Path) -> None:
    zero = CONTACT.replace("| 5\n", "| 05\n")
    assert zero != CONTACT
    findings, stake = costed(tmp_path, CYP201CareContact=zero)
    assert one(findings, "W-LEADING-ZERO", CONTACTS).measures == ()
    assert stake.at_stake_pence == 0


def test_an_id_that_is_an_nhs_number_is_hidden(tmp_path: Path) -> None:
    number = "9990000018"
    changed = {
        "CYP001MPI": PERSON.replace("P1             ", f"{number}     ").replace("| A\n", "| \n"),
        "CYP101Referral": REFERRAL.replace("| P1 ", f"| {number} "),
    }
    findings, _ = costed(tmp_path, **changed)
    told = [f for f in findings if f.finding.table == "CYP001MPI" and f.records]
    assert told
    assert all(number not in name for f in findings for _, name in f.records)
    assert any(name.startswith("hidden") for f in told for _, name in f.records)


def test_without_a_preview_the_findings_are_told_without_pounds(tmp_path: Path) -> None:
    found = examined(tmp_path, CYP201CareContact=CONTACT.replace("| 6", "|  "))
    findings, stake = cost(found, None)
    assert stake is None
    assert all(f.pence is None and f.contacts is None for f in findings)


def test_a_submission_without_contacts_has_nothing_to_be_worth(tmp_path: Path) -> None:
    found = examined(tmp_path, CYP201CareContact=None, CYP202CareActivity=None)
    assert preview(found, PRICES).worth.size == 0


def test_reach_goes_down_by_parents_and_across_by_the_nearest(tmp_path: Path) -> None:
    clock = """
        ServiceRequestID | WaitingTime_MeasurementType | RTT_StartDate
        R1               | 05                          | 2026-03-02
        R2               | 05                          | 2026-03-03
    """
    found = examined(tmp_path, CYP104RTT=clock)
    reach = Reach(found.tables, load_dataset())
    second = np.array([False, True])
    assert reach.below("CYP101Referral", second, CONTACTS).tolist() == [False, False, True]
    assert reach.below(CONTACTS, np.array([True, False, False]), "CYP104RTT").tolist() == [
        False,
        False,
    ]
    last = np.array([False, False, True])
    assert reach.related(CONTACTS, last, "CYP104RTT").tolist() == [False, True]
    assert reach.related("CYP104RTT", second, CONTACTS).tolist() == [False, False, True]


def test_teams_of_one_name_and_two_types_do_not_multiply_contacts(tmp_path: Path) -> None:
    several = TEAM + "    R1               | T1           | 26\n"
    found = examined(tmp_path, CYP102ServiceTypeReferredTo=several)
    assert preview(found, PRICES).mix["contacts"].to_pylist().count(1) >= 1
    assert sum(preview(found, PRICES).mix["contacts"].to_pylist()) == 3


def test_rejected_contacts_are_counted_by_the_team_they_were_of(tmp_path: Path) -> None:
    first = CONTACT.index("2026-")
    late = CONTACT[:first] + "no-date   " + CONTACT[first + 10 :]
    found = preview(examined(tmp_path, CYP201CareContact=late), PRICES)
    assert sum(found.rejected.values()) == 1
    assert set(found.rejected) == {"12"}
    assert sum(found.mix["contacts"].to_pylist()) == 2
