"""Eighteen kinds of fault of a contact: each change breaks one of the compared checks alone."""

from benchmarks.intake.faults import Edit

DUPLICATE, SAME_KEY = "duplicate", "same_key"
"""Kinds that take from the row before: all of it, or its key."""


def _codes(**wrong: str) -> list[Edit]:
    return [
        Edit("invalid_code", {name: code}, "W-CODE", needs="seen") for name, code in wrong.items()
    ]


EDITS = (
    Edit("blank", {"CareContactID": ""}, "R-BLANK", fallen=True),
    Edit("blank", {"ServiceRequestID": ""}, "R-BLANK", fallen=True),
    Edit("blank", {"Contact_Date": ""}, "R-BLANK", needs="seen", fallen=True),
    Edit("wanted_blank", {"AttendanceStatus": ""}, "W-BLANK-KEY", needs="seen"),
    Edit("wanted_blank", {"ConsMechanism": ""}, "W-BLANK-KEY"),
    Edit("bad_text", {"CareContactID": "C{row:024d}"}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"CareContactID": "X{row:09d} "}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"TeamID_Local": " T01"}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"OrgID_Commissioner": "ZC"}, "R-FORMAT", fallen=True),
    Edit("bad_text", {"Treatment_OrgSiteID": "ZA10000001"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"Contact_Date": "2026-03-32"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"Contact_Date": "2026-3-5"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ReasonableOffer_Date": "05/03/2026"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ClinicallyAppropriate_Date": "2026-02-29"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"Contact_CancellationDate": "2026 03 05"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ReplacementAppointment_OfferedDate": "20260305"}, "R-FORMAT", fallen=True),
    Edit("bad_date", {"ReplacementAppointment_BookedDate": "2026-00-10"}, "R-FORMAT", fallen=True),
    Edit("bad_time", {"Contact_Time": "9:30"}, "R-FORMAT", fallen=True),
    Edit("bad_time", {"Contact_Time": "25:00:00"}, "R-FORMAT", fallen=True),
    Edit("bad_number", {"CareContact_Duration": "20 m"}, "R-FORMAT", needs="missed", fallen=True),
    Edit("bad_number", {"CareContact_Duration": "12345"}, "R-FORMAT", needs="missed", fallen=True),
    Edit("bad_code_layout", {"ConsMechanism": "1"}, "R-FORMAT", fallen=True),
    Edit("bad_code_layout", {"Activity_LocationType": "A1"}, "R-FORMAT", fallen=True),
    *_codes(
        AdminCategory="ZZ",
        Consultation_Type="77",
        CareContact_Subject="88",
        ConsMechanism="66",
        Activity_LocationType="Z99",
        GroupTherapyIndicator="X",
        AttendanceStatus="9",
    ),
    Edit("invalid_code", {"Contact_CancellationReason": "ZZ"}, "W-CODE", needs="cancelled"),
    Edit("leading_zero", {"AttendanceStatus": "05"}, "W-LEADING-ZERO", needs="seen"),
    Edit(
        "outside_period",
        {"Contact_Date": "2026-02-28"},
        "R-BEFORE-START",
        needs="seen",
        fallen=True,
    ),
    Edit(
        "outside_period", {"Contact_Date": "2026-04-01"}, "R-AFTER-END", needs="seen", fallen=True
    ),
    Edit(DUPLICATE, {}, "DUPLICATE", "", fallen=True),
    Edit(SAME_KEY, {}, "G-KEY-DUP", "CareContactID", fallen=True),
    Edit(
        "cancellation_clash",
        {"Contact_CancellationDate": "2026-03-01"},
        "X-CONTACT-CANCELLATION-CLASH",
        "AttendanceStatus",
        needs="seen",
    ),
    Edit(
        "cancellation_clash",
        {"Contact_CancellationReason": "01"},
        "X-CONTACT-CANCELLATION-CLASH",
        "AttendanceStatus",
        needs="seen",
    ),
    Edit(
        "cancelled_late",
        {"Contact_CancellationDate": "2026-03-31"},
        "X-CONTACT-CANCELLED-LATE",
        needs="cancelled",
    ),
    Edit(
        "cancelled_with_duration",
        {"CareContact_Duration": "30"},
        "X-CONTACT-CANCELLED-WITH-DURATION",
        needs="cancelled",
    ),
    Edit(
        "attended_without_duration",
        {"CareContact_Duration": ""},
        "X-CONTACT-ATTENDED-WITHOUT-DURATION",
        needs="seen",
    ),
    Edit(
        "attended_without_duration",
        {"CareContact_Duration": "0"},
        "X-CONTACT-ATTENDED-WITHOUT-DURATION",
        needs="seen",
    ),
    Edit(
        "group_by_message",
        {"GroupTherapyIndicator": "Y", "ConsMechanism": "02"},
        "X-CONTACT-GROUP-BY-MESSAGE",
        needs="seen",
    ),
    Edit("long_contact", {"CareContact_Duration": "1500"}, "X-CONTACT-LONG", needs="seen"),
)
