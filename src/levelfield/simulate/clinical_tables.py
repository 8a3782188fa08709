"""Diagnoses, assessments, measurements and group sessions in one month's submission."""

import numpy as np

from levelfield.simulate.columns import Columns, codes, constant, dates, decimals, ids, integers
from levelfield.simulate.draws import Ints
from levelfield.simulate.view import MonthView

ICD_10 = "02"


def clinical_tables(view: MonthView) -> dict[str, Columns]:
    """The tables that hold what was found, by table name."""
    records, findings, sent = view.history.records, view.history.findings, view.activities
    diagnoses = view.current(records.diagnosis, view.referrals)
    assessed = view.of_this_month(records.assessment, view.referrals)
    feeding = view.of_this_month(findings.feeding, sent)
    scores = view.of_this_month(findings.score, sent)
    measured = np.flatnonzero(np.isin(findings.measured, sent))
    return {
        "CYP301GroupSession": _sessions(view),
        "CYP607PrimDiag": {
            "ServiceRequestID": ids("R", diagnoses.owner),
            "Diagnosis_Scheme": constant(ICD_10, len(diagnoses.owner)),
            "PrimaryDiagnosis": codes(diagnoses.codes, diagnoses.code),
            "PrimaryDiagnosis_Date": dates(diagnoses.day),
        },
        "CYP609CodedAssessmentReferral": {
            "ServiceRequestID": ids("R", assessed.owner),
            "SNOMED_ID": codes(assessed.codes, assessed.code),
            "Score": integers(assessed.value),
            "AssessmentCompletion_Date": dates(assessed.day),
        },
        "CYP610BreastfeedingStatus": {
            "CareActivityID": ids("A", feeding.owner),
            "BreastFeedingStatus": codes(feeding.codes, feeding.code),
        },
        "CYP611Obs": {
            "CareActivityID": ids("A", findings.measured[measured]),
            "Weight": decimals(findings.weight[measured], 3),
            "Height": decimals(findings.height[measured], 2),
            "Length": decimals(findings.length[measured], 1),
        },
        "CYP612CodedAssessmentContact": {
            "CareActivityID": ids("A", scores.owner),
            "SNOMED_ID": codes(scores.codes, scores.code),
            "Score": integers(scores.value),
        },
    }


def _sessions(view: MonthView) -> Columns:
    history = view.history
    sessions, provider = history.sessions, history.provider
    low, high = np.searchsorted(sessions.day, [view.first_day, view.last_day + 1])
    sent: Ints = np.arange(low, high)
    return {
        "GroupSessionID": ids("G", sent),
        "GroupSession_Date": dates(sessions.day[sent]),
        "OrgID_Commissioner": constant(provider.commissioner, len(sent)),
        "GroupSession_Duration": integers(sessions.minutes[sent]),
        "GroupSession_Type": codes(history.assumptions.mixes["session"].codes, sessions.kind[sent]),
        "NumberOfParticipants": integers(sessions.people[sent]),
        "Treatment_OrgSiteID": constant(f"{provider.code}01", len(sent)),
    }
