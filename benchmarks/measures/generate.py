"""Contacts as the fact has them, simulated by numpy: a file a month, a provider after the other.

Run it with `python -m benchmarks.measures.generate FOLDER --contacts 10000000`.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from levelfield.core.periods import Month
from levelfield.facts import load_fact

MONTHS = [Month.parse("2025-04").plus(n) for n in range(12)]
PROVIDERS = [f"ZB{n:03d}" for n in range(200)]
COMMISSIONERS = [f"QZ{n:02d}" for n in range(42)]
CONTACTS_PER_PERSON = 8

Random = np.random.Generator
Codes = NDArray[np.int64]

TEAMS = [f"{n:02d}" for n in range(1, 41)]
AGE_BANDS = ["0-4", "5-18", "19-44", "45-64", "65-74", "75-84", "85+"]
AGE_EDGES = [5, 19, 45, 65, 75, 85]
SEXES = ["female", "male", "indeterminate", "not known"]
ETHNIC_GROUPS = ["White", "Mixed", "Asian", "Black", "Other", "Not stated", "Not known"]
FIFTHS = ["1", "2", "3", "4", "5", None]
STAFF = [f"N{n:02d}" for n in range(1, 21)]
MECHANISMS = ["01", "02", "04", "05", "09", "10", "11", "98"]
SOURCES = [f"{n:02d}" for n in range(1, 16)]
ATTENDANCE = ["5", "6", "3", "7", "2", "4", None]


def generate(folder: Path, contacts: int, seed: int = 1) -> list[Path]:
    """The files, one for each month; written only where they are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"contact-{contacts}-{month}.parquet" for month in MONTHS]
    if all(file.exists() for file in files):
        return files
    random = np.random.default_rng(seed)
    people = _People(random, max(contacts // CONTACTS_PER_PERSON, len(PROVIDERS)))
    share = random.lognormal(0, 0.8, len(PROVIDERS))
    sizes = np.floor(share / share.sum() * contacts / len(MONTHS)).astype(int)
    sizes[0] += contacts // len(MONTHS) - sizes.sum()
    for month, file in zip(MONTHS, files, strict=True):
        pq.write_table(_month(random, people, str(month), sizes), file, compression="zstd")
    return files


class _People:
    """Who they are; most are seen by one provider, and live where one commissioner is."""

    def __init__(self, random: Random, number: int) -> None:
        self.number = number
        self.provider = np.sort(random.integers(0, len(PROVIDERS), number))
        self.start = np.searchsorted(self.provider, np.arange(len(PROVIDERS) + 1))
        home = self.provider * len(COMMISSIONERS) // len(PROVIDERS)
        away = random.integers(-2, 3, number)
        moved = np.where(random.random(number) < 0.12, home + away, home)
        self.commissioner = np.clip(moved, 0, len(COMMISSIONERS) - 1)
        self.age = np.clip(random.normal(62, 26, number), 0, 103).astype(int)
        self.sex = _pick(random, number, [56, 42, 1, 1])
        self.ethnic = _pick(random, number, [70, 3, 8, 4, 2, 5, 8])
        self.fifth = _pick(random, number, [24, 22, 20, 17, 14, 3])
        self.id = pa.array([f"{n * 2654435761 % 2**32:032x}" for n in range(number)])


def _month(random: Random, people: _People, month: str, sizes: Codes) -> pa.Table:
    provider = np.repeat(np.arange(len(PROVIDERS)), sizes)
    number = len(provider)
    # Few people have most of the contacts, which a square of an even number brings about.
    place = random.random(number) ** 2
    pool = people.start[provider + 1] - people.start[provider]
    person = people.start[provider] + (place * pool).astype(int)
    elsewhere = random.random(number) < 0.02
    person = np.where(elsewhere, random.integers(0, people.number, number), person)
    person = np.clip(person, 0, people.number - 1)
    # A provider has a dozen kinds of teams, not all of them.
    team = (provider * 7 + np.floor(12 * random.random(number) ** 2).astype(int)) % len(TEAMS)
    age = people.age[person]
    columns = {
        "provider": _text(PROVIDERS, provider),
        "period": _text([month], np.zeros(number, dtype=int)),
        "person_id": people.id.take(pa.array(person)),
        "commissioner": _text(COMMISSIONERS, people.commissioner[person]),
        "age_years": pa.array(age.astype(np.int32)),
        "age_band": _text(AGE_BANDS, np.searchsorted(AGE_EDGES, age, side="right")),
        "sex": _text(SEXES, people.sex[person]),
        "ethnic_group": _text(ETHNIC_GROUPS, people.ethnic[person]),
        "deprivation_fifth": _text(FIFTHS, people.fifth[person]),
        "team_type": _text(TEAMS, team),
        "staff_group": _text(STAFF, (team + _pick(random, number, [6, 3, 1])) % len(STAFF)),
        "attendance_status": _text(ATTENDANCE, _pick(random, number, [80, 2, 5, 1, 5, 4, 3])),
        "consultation_mechanism": _text(
            MECHANISMS, _pick(random, number, [70, 15, 4, 3, 3, 2, 2, 1])
        ),
        "source_of_referral": _text(SOURCES, _pick(random, number, range(15, 0, -1))),
        "consultation_type": _text(["01", "02"], _pick(random, number, [2, 8])),
        "activity_location_type": _text(
            ["A01", "B01", "C01", "E01", "G01"], _pick(random, number, [60, 20, 10, 5, 5])
        ),
        "group_therapy_indicator": _text(["Y", "N", "Z"], _pick(random, number, [4, 94, 2])),
        "activity_type": _text(
            ["01", "02", "03", "04", "08", "12"], _pick(random, number, [20, 20, 40, 10, 5, 5])
        ),
        "care_contact_duration": pa.array(
            (5 * random.poisson(6, number)).astype(np.int32), mask=random.random(number) < 0.05
        ),
        "activities": pa.array((1 + random.poisson(0.3, number)).astype(np.int32)),
        **{
            name: pa.array(random.random(number) < share)
            for name, share in [
                ("immunisation_same_day", 0.03),
                ("antenatal_visit_same_day", 0.01),
                ("hearing_screen_same_day", 0.01),
                ("stroke_diagnosis", 0.02),
                ("crisis_clock", 0.04),
                ("team_valid", 0.98),
                ("after_death", 0.001),
                ("before_referral", 0.01),
                ("long_duration", 0.002),
            ]
        },
    }
    schema = load_fact("contact").arrow_schema()
    return pa.table(
        {
            field.name: columns.get(field.name, pa.nulls(number, field.type)).cast(field.type)
            for field in schema
        },
        schema=schema,
    )


def _pick(random: Random, number: int, shares: object) -> Codes:
    """Codes from 0, each as often as its share says."""
    weights = np.asarray(list(shares), dtype=float)  # type: ignore[call-overload]
    edges = np.cumsum(weights / weights.sum())[:-1]
    return np.searchsorted(edges, random.random(number), side="right")


def _text(values: list[str] | list[str | None], codes: Codes) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contacts", type=int, default=10_000_000)
    options = parser.parse_args()
    for file in generate(options.folder, options.contacts):
        print(file)


if __name__ == "__main__":
    main()
