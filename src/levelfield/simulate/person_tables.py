"""The tables about people in one month's submission, as text columns."""

import numpy as np

from levelfield.simulate.columns import (
    Columns,
    codes,
    constant,
    dates,
    flags,
    ids,
    integers,
    only,
)
from levelfield.simulate.draws import NEVER, Bools
from levelfield.simulate.people import SEXES, ethnicity_codes
from levelfield.simulate.records import Notes
from levelfield.simulate.view import OF_AGE, MonthView

UNREGISTERED = "V81997"
NUMBER_VERIFIED, NUMBER_NOT_TRACED, NO_NUMBER = "01", "02", "07"


def person_tables(view: MonthView) -> dict[str, Columns]:
    """The person table and those that hang on it, by table name."""
    records, sent = view.history.records, view.people

    def current(notes: Notes) -> Notes:
        return view.of_the_living(view.current(notes, sent))

    return {
        "CYP001MPI": _people(view),
        "CYP002GP": _registrations(view),
        "CYP003AccommType": _noted(
            current(records.accommodation), "AccommStatus", "AccommStatus_Date"
        ),
        "CYP006SocPerCircumstances": _noted(
            current(records.circumstance), "SNOMED_ID", "Circumstance_RecordedDate"
        ),
        "CYP007EmpStatus": _noted(
            current(records.employment),
            "EmploymentStatus",
            "EmploymentStatus_RecordedDate",
        ),
        "CYP008OverseasVisitorChargCat": _noted(
            current(records.overseas), "OvsVisChCat", "OvsVisChCatAppDate"
        ),
        **_plans(view),
        "CYP401SpEdNeedId": _noted(current(records.special_need), "EducationNeed_Type"),
        "CYP402SVF": _noted(
            view.of_minors(current(records.safeguarding)), "SafeguardingFactors_Type"
        ),
        "CYP403CPP": _noted(
            view.of_minors(current(records.protection_plan)), "CPP_Reason", "CPP_StartDate"
        ),
        "CYP502Imm": _vaccinations(view),
        "CYP602DisabilityType": _noted(current(records.disability), "Disability"),
        "CYP603NewbornHearingScreening": _hearing(view),
    }


def _people(view: MonthView) -> Columns:
    sent, people, history = view.people, view.history.people, view.history
    n, number = len(sent), people.nhs_number[sent]
    status = np.where(number == NEVER, 2, (sent % 33 == 0).astype(np.int64))
    death, mother = view.known(people.death[sent]), people.mother_number[sent]
    child = people.age_group[sent] == 0
    grown = view.last_day - people.birth[sent] >= OF_AGE
    preferred_places = history.assumptions.mixes["death_place_preferred"].codes
    dying = _in_palliative_care(view)[sent]
    return {
        "LocalPatientID": ids("P", sent),
        "OrgID_LocalPatientID": constant(history.provider.code, n),
        "NHSNumber": integers(number),
        "NHSNumber_Status": codes((NUMBER_VERIFIED, NUMBER_NOT_TRACED, NO_NUMBER), status),
        "DateOfBirth": dates(np.where(people.birth_known[sent], people.birth[sent], NEVER)),
        "Postcode": codes(history.places.postcodes, people.postcode[sent]),
        "Gender": codes(SEXES, people.sex[sent]),
        "EthnicCategory": codes(ethnicity_codes(history.assumptions), people.ethnicity[sent]),
        "LanguagePreferred": codes(
            history.assumptions.mixes["language"].codes, people.language[sent]
        ),
        "HVFAV_Date": dates(view.known(people.antenatal_visit[sent])),
        "ChildLookedAfter_Indicator": only(flags((sent % 71 == 0) & ~grown), child),
        "Safeguarding_Indicator": only(
            flags(np.isin(sent, history.records.safeguarding.owner)), child
        ),
        "DiscussedPreferredDeathLocation_Indicator": only(flags(sent % 5 != 0), dying),
        "DeathLocationPreferred_Type": only(
            codes(preferred_places, people.preferred_place[sent]), dying & (sent % 5 != 0)
        ),
        "DateOfDeath": dates(death),
        "DeathLocationActual_Type": only(
            codes(preferred_places, people.actual_place[sent]), dying & (death != NEVER)
        ),
        "NHSNumber_Mother": integers(mother),
        "NHSNumberStatus_Mother": only(constant(NUMBER_VERIFIED, n), mother != NEVER),
    }


def _in_palliative_care(view: MonthView) -> Bools:
    history = view.history
    care = history.assumptions.pathways.among("palliative", "end_of_life")
    marked = np.zeros(len(history.people), dtype=np.bool_)
    marked[history.person[view.referrals[care[history.referrals.pathway[view.referrals]]]]] = True
    return marked


def _registrations(view: MonthView) -> Columns:
    """One row per person, and a second one for those who have changed practice by now."""
    people, sent = view.history.people, view.people
    moved = view.known(people.moved[sent])
    changed = np.flatnonzero(moved != NEVER)
    practice = np.concatenate([people.practice[sent], people.moved_practice[sent][changed]])
    last_day = np.where(moved != NEVER, moved - 1, NEVER)
    return {
        "LocalPatientID": ids("P", np.concatenate([sent, sent[changed]])),
        "OrgID_GP": codes((UNREGISTERED, *view.history.places.practices), practice + 1),
        "GPRegistration_StartDate": dates(
            np.concatenate(
                [
                    np.where(people.practice[sent] < 0, NEVER, people.registered[sent]),
                    moved[changed],
                ]
            )
        ),
        "GPRegistration_EndDate": dates(np.concatenate([last_day, np.full(len(changed), NEVER)])),
    }


def _noted(notes: Notes, code_field: str, day_field: str | None = None) -> Columns:
    columns = {"LocalPatientID": ids("P", notes.owner), code_field: codes(notes.codes, notes.code)}
    return columns | ({day_field: dates(notes.day)} if day_field else {})


def _plans(view: MonthView) -> dict[str, Columns]:
    records, death = view.history.records, view.history.people.death
    every = records.care_plan
    ends = np.where(death == NEVER, view.last_day, np.minimum(death, view.last_day))
    sent = np.flatnonzero(np.isin(every.owner, view.people) & (every.day <= ends[every.owner]))
    plans, agreed = every.at(sent), view.current(records.agreed_by, sent)
    last = ends[every.owner[agreed.owner]]
    agreed = agreed.at(np.flatnonzero(agreed.day <= last))
    updated = plans.day + 5
    return {
        "CYP004CarePlanType": {
            "PlanID": ids("L", sent),
            "LocalPatientID": ids("P", plans.owner),
            "Plan_Type": codes(plans.codes, plans.code),
            "Plan_CreatedDate": dates(plans.day),
            "Plan_LastUpdateDate": dates(np.where(updated > ends[plans.owner], NEVER, updated)),
        },
        "CYP005CarePlanAgreement": {
            "PlanID": ids("L", agreed.owner),
            "Plan_AgreedBy": codes(agreed.codes, agreed.code),
            "Plan_AgreedDate": dates(agreed.day),
        },
    }


def _vaccinations(view: MonthView) -> Columns:
    given = view.of_this_month(view.history.records.vaccination, view.people)
    return _noted(given, "ChildhoodImmunisation_Type", "Immunisation_Date") | {
        "OrgID_ImmunisationResponsible": constant(view.history.provider.code, len(given.owner))
    }


def _hearing(view: MonthView) -> Columns:
    held = view.of_this_month(view.history.records.hearing, view.people)
    return _noted(held, "Result_HearingScreening", "Procedure_Date") | {
        "ServiceRequest_Date": dates(held.value)
    }
