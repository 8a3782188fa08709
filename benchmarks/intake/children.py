"""What hangs on people, referrals and contacts: activities, staff, clocks, notes and findings."""

import numpy as np
import pyarrow as pa
from benchmarks.intake.columns import (
    NEVER,
    Ints,
    codes,
    constant,
    dates,
    day,
    ids,
    whole,
)
from benchmarks.intake.contacts import COMMISSIONERS, PROVIDER, SITE, Seen
from benchmarks.intake.parents import CHILDREN, received

ACTIVITIES_AT_MOST = 4
SECOND_ACTIVITY = 0.35
"""Share of attended contacts with one activity more; with the attended ones about 1.3 a contact."""

CONTACTS_PER_STAFF = 55
PROCEDURE, OBSERVATION, DIAGNOSIS, ASSESSMENT = (
    "1019999999106",
    "1579999999106",
    "I501",
    "1789999999100",
)
"""Illustrative codes: the three long ones are no concepts, but have a valid check digit."""

Columns = dict[str, pa.Array]


def activities(seed: int, seen: Seen, staff: int) -> Columns:
    """One activity, or two, for every attended contact; their minutes add up to the contact's."""
    first = int(seen.number[0])
    rng = np.random.default_rng([seed, 202, first])
    held = np.where(seen.attended, 1 + (rng.random(len(seen.number)) < SECOND_ACTIVITY), 0)
    row = np.repeat(np.arange(len(held)), held)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(held) - held, held)
    contact, n = seen.number[row], len(row)
    procedure, observed = rng.random(n) < 0.2, rng.random(n) < 0.08
    return {
        "CareActivityID": ids("A", contact * ACTIVITIES_AT_MOST + turn),
        "CareContactID": ids("C", contact),
        "Activity_Type": codes(("01", "02", "03", "04"), rng.choice(4, n, p=[0.1, 0.3, 0.4, 0.2])),
        "CareProfessionalID_Local": ids("S", rng.integers(0, staff, n)),
        "CareActivity_Duration": whole(np.maximum(1, seen.minutes[row] // held[row])),
        "Procedure_Scheme": codes(("06",), np.where(procedure, 0, NEVER)),
        "CodedProcedure": codes((PROCEDURE,), np.where(procedure, 0, NEVER)),
        "Observation_Scheme": codes(("03",), np.where(observed, 0, NEVER)),
        "CodedObservation": codes((OBSERVATION,), np.where(observed, 0, NEVER)),
        "ObservationValue": whole(np.where(observed, rng.integers(40, 90, n), NEVER)),
        "UC_UnitOfMeasurement": codes(("mmol/mol",), np.where(observed, 0, NEVER)),
    }


def of_referrals(rng: np.random.Generator, n: int, people: int) -> dict[str, Columns]:
    """Tables of the referrals, with the shares that the simulator assumes."""
    other, clocked = _every(n, 12), _every(n, 5)
    onward, diagnosed, assessed = _every(n, 50), _every(n, 8), _every(n, 20)
    start = received(clocked, people)
    stopped = clocked % 2 == 0
    return {
        "CYP103OtherReasonReferral": {
            "ServiceRequestID": ids("R", other),
            "ReferralReason_Other": codes(("049", "010"), other % 2),
        },
        "CYP104RTT": {
            "ServiceRequestID": ids("R", clocked),
            "WaitingTime_MeasurementType": codes(("01", "02"), clocked % 2),
            "RTT_StartDate": dates(start),
            "RTT_EndDate": dates(np.where(stopped, day("2026-03-01"), NEVER)),
            "RTT_Status": codes(("20", "30"), stopped.astype(int)),
        },
        "CYP105OnwardReferral": {
            "ServiceRequestID": ids("R", onward),
            "Onward_ReferralDate": constant("2026-03-20", len(onward)),
            "Onward_ReferralReason": codes(("01", "02", "04"), onward % 3),
        },
        "CYP607PrimDiag": {
            "ServiceRequestID": ids("R", diagnosed),
            "Diagnosis_Scheme": constant("02", len(diagnosed)),
            "PrimaryDiagnosis": constant(DIAGNOSIS, len(diagnosed)),
            "PrimaryDiagnosis_Date": dates(received(diagnosed, people)),
        },
        "CYP609CodedAssessmentReferral": {
            "ServiceRequestID": ids("R", assessed),
            "SNOMED_ID": constant(ASSESSMENT, len(assessed)),
            "Score": whole(rng.integers(1, 20, len(assessed))),
            "AssessmentCompletion_Date": constant("2026-03-10", len(assessed)),
        },
    }


def of_people(n: int) -> dict[str, Columns]:
    """Tables of the people: those of children for every eighth, those of adults for the others."""
    everyone = np.arange(n)
    pupils, adults = everyone[::CHILDREN], everyone[everyone % CHILDREN != 0]

    def noted(
        person: Ints, code_field: str, values: tuple[str, ...], date_field: str = ""
    ) -> Columns:
        columns = {
            "LocalPatientID": ids("P", person),
            code_field: codes(values, person % len(values)),
        }
        if date_field:
            columns[date_field] = constant("2026-01-15", len(person))
        return columns

    planned = adults[::16]
    plans = noted(planned, "Plan_Type", ("03",), "Plan_CreatedDate")
    return {
        "CYP003AccommType": noted(
            adults[::7], "AccommStatus", ("MA01", "MA04"), "AccommStatus_Date"
        ),
        "CYP004CarePlanType": {"PlanID": ids("L", planned), **plans},
        "CYP005CarePlanAgreement": {
            "PlanID": ids("L", planned),
            "Plan_AgreedBy": constant("10", len(planned)),
            "Plan_AgreedDate": constant("2026-02-01", len(planned)),
        },
        "CYP007EmpStatus": noted(
            adults[::20], "EmploymentStatus", ("01", "02"), "EmploymentStatus_RecordedDate"
        ),
        "CYP401SpEdNeedId": noted(pupils[::25], "EducationNeed_Type", ("02", "03", "04")),
        "CYP402SVF": noted(pupils[::33], "SafeguardingFactors_Type", ("02", "03", "08")),
        "CYP403CPP": noted(pupils[::160], "CPP_Reason", ("01", "03"), "CPP_StartDate"),
        "CYP502Imm": {
            "LocalPatientID": ids("P", pupils[::20]),
            "ChildhoodImmunisation_Type": constant("170", len(pupils[::20])),
            "Immunisation_Date": constant("2026-03-12", len(pupils[::20])),
            "OrgID_ImmunisationResponsible": constant(PROVIDER, len(pupils[::20])),
        },
        "CYP602DisabilityType": noted(adults[::25], "Disability", ("02", "04", "05")),
    }


def of_activities(rng: np.random.Generator, seen: Seen) -> dict[str, Columns]:
    """Weights and scores for some first activities of attended contacts; enough at any size."""
    contact = seen.number[seen.attended & ~seen.fallen]
    weighed, scored = contact[::25] * ACTIVITIES_AT_MOST, contact[::70] * ACTIVITIES_AT_MOST
    return {
        "CYP611Obs": {
            "CareActivityID": ids("A", weighed),
            "Weight": codes(
                [f"{kg}.5" for kg in range(50, 100)], rng.integers(0, 50, len(weighed))
            ),
            "Height": codes([f"1.{cm}" for cm in range(50, 90)], rng.integers(0, 40, len(weighed))),
        },
        "CYP612CodedAssessmentContact": {
            "CareActivityID": ids("A", scored),
            "SNOMED_ID": constant(ASSESSMENT, len(scored)),
            "Score": whole(rng.integers(1, 20, len(scored))),
        },
    }


def sessions(rng: np.random.Generator, contacts: int) -> Columns:
    session = np.arange(max(contacts * 3 // 1000, 1))
    n = len(session)
    return {
        "GroupSessionID": ids("G", session),
        "GroupSession_Date": dates(day("2026-03-01") + session % 31),
        "OrgID_Commissioner": codes(COMMISSIONERS, session % len(COMMISSIONERS)),
        "GroupSession_Duration": whole(rng.integers(6, 18, n) * 5),
        "GroupSession_Type": codes(("01", "02", "03"), session % 3),
        "NumberOfParticipants": whole(rng.integers(4, 15, n)),
        "Treatment_OrgSiteID": constant(SITE, n),
    }


def staff_size(contacts: int) -> int:
    return max(contacts // CONTACTS_PER_STAFF, 2)


def staff(contacts: int) -> Columns:
    number = np.arange(staff_size(contacts))
    return {
        "CareProfessionalID_Local": ids("S", number),
        "RegistrationBody": constant("09", len(number)),
        "RegistrationEntryID": ids("REG", number),
        "StaffGroup": codes(("N02", "N32", "A08", "A06"), number % 4),
        "JobRoleCode": constant("03015", len(number)),
    }


def _every(n: int, step: int) -> Ints:
    return np.arange(0, n, step)
