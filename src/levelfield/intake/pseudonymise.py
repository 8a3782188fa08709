"""Pseudonyms in the place of people, in all tables at once."""

import pyarrow as pa

from levelfield.datasets import load_dataset
from levelfield.intake.checking.derive import PERSON, person_rows
from levelfield.intake.checking.extract_checks import pseudonyms
from levelfield.intake.pseudonym import PseudonymKey, person_ids, refuse_real_people
from levelfield.intake.submission import Examined


def name_people(examined: Examined, provider: str, key: PseudonymKey) -> None:
    """Give every record about a person that person's pseudonym, in place."""
    tables, dataset = examined.tables, load_dataset()
    person = tables[PERSON]
    ids = person_ids(
        key,
        provider,
        person.raw.column("LocalPatientID").chunk(0),
        person.columns["nhs_number"],
        person.columns["nhs_number_valid"].to_numpy(zero_copy_only=False),
        pseudonyms(examined.raw, PERSON),
    )
    for checked in tables.values():
        if checked.table.patient_level:
            rows = person_rows(tables, checked.table, dataset)
            # Each row names its person by place: a pseudonym is long, and a person has many rows.
            place = pa.array(rows, mask=rows < 0)
            checked.columns["person_id"] = pa.DictionaryArray.from_arrays(place, ids)


def require_own_key(examined: Examined, key: PseudonymKey) -> None:
    """Raise SubmissionError when the demonstration's key meets people who may be real; to be asked
    before a home is made for them. The submission is an accepted one."""
    if key.demonstration and examined.header is not None:
        person = examined.tables[PERSON]
        refuse_real_people(
            key,
            examined.header.provider,
            person.columns["nhs_number"],
            person.columns["nhs_number_valid"].to_numpy(zero_copy_only=False),
            pseudonyms(examined.raw, PERSON),
        )
