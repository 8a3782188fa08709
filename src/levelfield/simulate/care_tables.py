"""The tables about referrals, contacts, activities and staff in one month's submission."""

import numpy as np
import pyarrow as pa

from levelfield.simulate.activities import activity_codes
from levelfield.simulate.clocks import clock_kinds
from levelfield.simulate.columns import (
    Columns,
    codes,
    constant,
    dates,
    flags,
    ids,
    integers,
    only,
    times,
)
from levelfield.simulate.contacts import (
    ATTENDANCE,
    PATIENT_CANCELLED,
    PROVIDER_CANCELLED,
    mechanism_codes,
)
from levelfield.simulate.details import closure_codes
from levelfield.simulate.draws import NEVER, Ints
from levelfield.simulate.view import MonthView

REFERRER_GROUPS = ("M03", "N02", "N33")
RUNNING, STOPPED = "20", "30"


SITES = 4
"""So many teams of one kind a provider has at most; only the first of them is usual."""


def team_ids(view: MonthView, referral: Ints, pathway: Ints) -> pa.Array:
    """The local identifiers of the teams to which the referrals go on those pathways; -1 is blank.

    Two pathways may lead to teams of one kind.
    """
    count = len(view.history.assumptions.pathways.ids)
    names = [f"TEAM{site}{n:02d}" for site in range(SITES) for n in range(1, count + 1)]
    site = np.minimum(view.history.site[referral], SITES - 1)
    return codes(names, np.where(pathway < 0, -1, pathway + site * count))


def referral_tables(view: MonthView) -> dict[str, Columns]:
    """The referral table and those that hang on it, by table name."""
    records, sent = view.history.records, view.referrals
    reasons = view.current(records.other_reason, sent)
    reasons = reasons.at(np.flatnonzero(reasons.code != view.history.details.reason[reasons.owner]))
    onward = view.of_this_month(records.onward, sent)
    return {
        "CYP101Referral": _referrals(view),
        "CYP102ServiceTypeReferredTo": _teams(view),
        "CYP103OtherReasonReferral": {
            "ServiceRequestID": ids("R", reasons.owner),
            "ReferralReason_Other": codes(reasons.codes, reasons.code),
        },
        "CYP104RTT": _clocks(view),
        "CYP105OnwardReferral": {
            "ServiceRequestID": ids("R", onward.owner),
            "Onward_ReferralDate": dates(onward.day),
            "Onward_ReferralReason": codes(onward.codes, onward.code),
        },
    }


def _referrals(view: MonthView) -> Columns:
    history, sent = view.history, view.referrals
    referrals, pathways = history.referrals, history.assumptions.pathways
    closed = np.where(referrals.rejected[sent], NEVER, view.known(referrals.closed[sent]))
    source = history.details.source[sent]
    professional = pathways.sources.codes.index("01")
    return {
        "ServiceRequestID": ids("R", sent),
        "LocalPatientID": ids("P", history.person[sent]),
        "OrgID_Commissioner": codes(
            list(history.places.commissioners), history.details.commissioner[sent]
        ),
        "ReferralRequest_ReceivedDate": dates(referrals.received[sent]),
        "ReferralRequest_ReceivedTime": times(referrals.received_second[sent]),
        "SourceOfReferral": codes(pathways.sources.codes, source),
        "OrgID_Referring": codes(
            history.places.practices,
            np.where(source == professional, history.people.practice[history.person[sent]], -1),
        ),
        "Referring_StaffGroup": codes(REFERRER_GROUPS, np.where(source == professional, 0, -1)),
        "Priority_Type": flags(referrals.urgent[sent], "2", "1"),
        "PrimaryReferralReason": codes(pathways.reasons.codes, history.details.reason[sent]),
        "Discharge_Date": dates(closed),
        "Discharge_LetterIssuedDate": dates(
            view.known(np.where((closed != NEVER) & (sent % 2 == 0), closed + 3, NEVER))
        ),
    }


def _teams(view: MonthView) -> Columns:
    """The first team of every referral, then the second of those that have two."""
    history, sent = view.history, view.referrals
    referrals, pathways = history.referrals, history.assumptions.pathways
    both = sent[referrals.second_pathway[sent] >= 0]
    row = np.concatenate([sent, both])
    pathway = np.concatenate([referrals.pathway[sent], referrals.second_pathway[both]])
    closed, rejected = view.known(referrals.closed[row]), referrals.rejected[row]
    ended = closed != NEVER
    mixes = history.assumptions.mixes
    return {
        "ServiceRequestID": ids("R", row),
        "TeamID_Local": team_ids(view, row, pathway),
        "TeamType": codes(pathways.teams, pathway),
        "Referral_ClosureDate": dates(np.where(rejected, NEVER, closed)),
        "Referral_RejectionDate": dates(np.where(rejected, closed, NEVER)),
        "Referral_ClosureReason": codes(
            closure_codes(history.assumptions),
            np.where(ended & ~rejected, history.details.closure_reason[row], -1),
        ),
        "Referral_RejectionReason": codes(
            mixes["rejection"].codes,
            np.where(ended & rejected, history.details.rejection_reason[row], -1),
        ),
    }


def _clocks(view: MonthView) -> Columns:
    clocks = view.history.clocks
    sent = np.flatnonzero(np.isin(clocks.referral, view.referrals))
    end = view.known(clocks.end[sent])
    stopped = end != NEVER
    return {
        "ServiceRequestID": ids("R", clocks.referral[sent]),
        "WaitingTime_MeasurementType": codes(
            clock_kinds(view.history.assumptions), clocks.kind[sent]
        ),
        "RTT_StartDate": dates(clocks.start[sent]),
        "RTT_StartTime": times(clocks.start_second[sent]),
        "RTT_EndDate": dates(end),
        "RTT_EndTime": times(np.where(stopped, clocks.end_second[sent], NEVER)),
        "RTT_Status": flags(stopped, STOPPED, RUNNING),
    }


def contact_tables(view: MonthView) -> dict[str, Columns]:
    """Contacts and activities, and the staff who carried them out."""
    return {
        "CYP201CareContact": _contacts(view),
        "CYP202CareActivity": _activities(view),
        "CYP901StaffDetails": _staff(view),
    }


def _contacts(view: MonthView) -> Columns:
    history, sent = view.history, view.contacts
    held, pathways = history.contacts, history.assumptions.pathways
    pathway, attendance, n = held.pathway[sent], held.attendance[sent], len(sent)
    recorded = held.recorded[sent] & (view.complete | ~held.filled_later[sent])
    cancelled = (attendance == PATIENT_CANCELLED) | (attendance == PROVIDER_CANCELLED)
    cancelled &= recorded
    child = history.people.age_group[history.person[held.referral[sent]]] == 0
    day = held.day[sent]
    return {
        "CareContactID": ids("C", sent),
        "ServiceRequestID": ids("R", held.referral[sent]),
        "TeamID_Local": team_ids(
            view, held.referral[sent], np.where(held.team_recorded[sent], pathway, -1)
        ),
        "Contact_Date": dates(day),
        "Contact_Time": times(held.second[sent]),
        "OrgID_Commissioner": codes(
            list(history.places.commissioners), history.details.commissioner[held.referral[sent]]
        ),
        "AdminCategory": flags(sent % 997 == 0, "02", "01"),
        "CareContact_Duration": integers(np.where(held.attended[sent], held.minutes[sent], NEVER)),
        "Consultation_Type": flags(held.rank[sent] == 0, "01", "02"),
        "CareContact_Subject": flags(child & (sent % 11 == 0), "02", "01"),
        "ConsMechanism": codes(
            mechanism_codes(history.assumptions),
            np.where(held.mechanism_recorded[sent], held.mechanism[sent], -1),
        ),
        "Activity_LocationType": codes(pathways.locations.codes, held.location[sent]),
        "Treatment_OrgSiteID": constant(f"{history.provider.code}01", n),
        "GroupTherapyIndicator": flags(held.grouped[sent]),
        "AttendanceStatus": codes(ATTENDANCE, np.where(recorded, attendance, -1)),
        "Contact_CancellationDate": dates(np.where(cancelled, held.cancelled[sent], NEVER)),
        "Contact_CancellationReason": only(flags(sent % 3 == 0, "01", "02"), cancelled),
        "ReplacementAppointment_OfferedDate": dates(
            np.where(cancelled & (attendance == PROVIDER_CANCELLED), held.cancelled[sent], NEVER)
        ),
    }


def _activities(view: MonthView) -> Columns:
    history, sent = view.history, view.activities
    done, assumptions = history.activities, history.assumptions
    observed = done.observation[sent]
    observations = assumptions.codes_of("observation")

    def coded(kind: str, snomed: str, positions: Ints) -> Columns:
        name = kind.capitalize()
        return {
            f"{name}_Scheme": only(constant(snomed, len(sent)), positions >= 0),
            f"Coded{name}": codes([code.code for code in assumptions.codes_of(kind)], positions),
        }

    return {
        "CareActivityID": ids("A", sent),
        "CareContactID": ids("C", done.contact[sent]),
        "Activity_Type": codes(activity_codes(assumptions), done.kind[sent]),
        "CareProfessionalID_Local": ids("S", done.staff[sent]),
        "CareActivity_Duration": integers(done.minutes[sent]),
        **coded("procedure", "06", done.procedure[sent]),
        **coded("finding", "04", done.finding[sent]),
        **coded("observation", "03", observed),
        "ObservationValue": integers(np.where(observed >= 0, done.observed[sent], NEVER)),
        "UC_UnitOfMeasurement": codes([code.unit for code in observations], observed),
    }


def _staff(view: MonthView) -> Columns:
    staff, n = view.history.staff, len(view.staff)
    groups = view.history.assumptions.pathways.staff.codes
    nurses = np.array([code.startswith("N") for code in groups])[staff.group]
    return {
        "CareProfessionalID_Local": ids("S", view.staff),
        "RegistrationBody": only(
            flags(nurses, "09", "08"), np.array([g[0] in "NA" for g in groups])[staff.group]
        ),
        "RegistrationEntryID": only(ids("REG", view.staff), nurses),
        "StaffGroup": codes(groups, np.where(view.staff % 37 == 0, -1, staff.group)),
        "JobRoleCode": only(constant("03015", n), nurses),
    }
