title = "What was sent in each field, and what became of each table"


def test_field_quality(spec):
    """The five counts come as intake made them; a field is expected when every record should
    fill it: it is mandatory, or the checks warn when it is blank."""
    spec(
        fact="field_quality",
        given={
            "sent_field": """
                table            | field                | records | valid | other | default | invalid | missing
                CYP001MPI        | EthnicCategory       | 100     | 70    | 10    | 12      | 3       | 5
                CYP001MPI        | DateOfDeath          | 100     | 2     | 0     | 0       | 0       | 98
                CYP201CareContact | Contact_Date        | 400     | 399   | 0     | 0       | 1       | 0
            """,
        },
        expect="""
            provider | period  | table_name        | field_name     | expected | records | valid | other | defaulted | invalid | missing
            ZA1      | 2026-04 | CYP001MPI         | EthnicCategory | true     | 100     | 70    | 10    | 12        | 3       | 5
            ZA1      | 2026-04 | CYP001MPI         | DateOfDeath    | false    | 100     | 2     | 0     | 0         | 0       | 98
            ZA1      | 2026-04 | CYP201CareContact | Contact_Date   | true     | 400     | 399   | 0     | 0         | 1       | 0
        """,
    )


def test_inconsistent(spec):
    """A record with two cross-field findings is inconsistent once; a finding of the contract (a
    format, a code, a key) says nothing about how fields go together."""
    spec(
        fact="table_quality",
        given={
            "table_count": """
                table_name        | records_read | records_accepted | records_rejected | records_duplicate | records_warned
                CYP201CareContact | 100          | 95               | 3                | 2                 | 5
                CYP101Referral    | 50           | 50               | 0                | 0                 | 0
            """,
            "finding": """
                rule                     | table             | row_number
                X-CONTACT-AFTER-DEATH    | CYP201CareContact | 7
                X-CONTACT-LONG           | CYP201CareContact | 7
                X-CONTACT-LONG           | CYP201CareContact | 8
                R-FORMAT                 | CYP201CareContact | 9
                G-KEY-DUP                | CYP201CareContact | 10
                G-KEY-DUP                | CYP201CareContact | 11
            """,
        },
        expect="""
            table_name        | records_read | records_single | repeated_keys | repeated | inconsistent
            CYP201CareContact | 100          | 98             | 2             | 4        | 2
            CYP101Referral    | 50           | 50             | 0             | 0        | 0
        """,
    )


def test_findings_not_kept(spec):
    """A submission that was committed before findings were kept row by row: what is not known is
    empty, never zero."""
    spec(
        fact="table_quality",
        given={
            "submission": """
                submission_id | findings_kept
                S1            | false
            """,
            "table_count": """
                table_name     | records_read | records_accepted | records_rejected | records_duplicate | records_warned
                CYP101Referral | 50           | 48               | 0                | 2                 | 0
            """,
        },
        expect="""
            table_name     | records_read | records_duplicate | repeated_keys | repeated | inconsistent
            CYP101Referral | 50           | 2                 |               |          |
        """,
    )
