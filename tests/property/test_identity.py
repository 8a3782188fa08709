"""NHS numbers and pseudonyms, held against a check that is written another way."""

import time
from datetime import date
from pathlib import Path

import nhs_number
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from levelfield.core.errors import UsageError
from levelfield.datasets import load_dataset
from levelfield.intake.identity import (
    Identifiers,
    without_identifiers,
)
from levelfield.intake.nhs_number import PLACEHOLDERS, valid_nhs_numbers
from levelfield.intake.pseudonym import PseudonymKey, person_ids
from levelfield.simulate.identity import test_nhs_numbers as numbers_of_nobody

KEY, OTHER_KEY = PseudonymKey(b"a key for tests alone"), PseudonymKey(b"another key for tests")


def passes(text: str) -> bool:
    """Modulus 11 as the Data Dictionary tells it, one digit at a time."""
    if len(text) != 10 or any(character not in "0123456789" for character in text):
        return False
    total = 0
    for place, character in enumerate(text[:9]):
        total += (10 - place) * "0123456789".index(character)
    expected = 11 - total % 11
    if expected == 10:
        return False
    return int(text[9]) == (0 if expected == 11 else expected)


def with_check_digit(nine: str) -> list[str]:
    return [number for digit in range(10) if passes(number := f"{nine}{digit}")]


ANY_TEXT = st.one_of(
    st.from_regex(r"[0-9]{10}", fullmatch=True),
    st.from_regex(r"[0-9]{9}", fullmatch=True).map(lambda nine: "".join(with_check_digit(nine))),
    st.sampled_from([f"{number:010}" for number in sorted(PLACEHOLDERS)]),
    st.text(max_size=12),
    st.text(alphabet="0123456789９٣ \0", min_size=9, max_size=11),
    st.none(),
)


@settings(deadline=None)
@given(st.lists(ANY_TEXT, max_size=40), st.integers(0, 3))
@example(["٠٠٠٠٠٠٠٠٠٠", "９９９００００１８", "9990000018", None, ""], 1)
def test_the_check_agrees_with_one_written_by_hand(texts: list[str | None], start: int) -> None:
    column = pa.array(texts, pa.string())
    expected = [
        text is not None and passes(text) and int(text) not in PLACEHOLDERS for text in texts
    ]
    assert valid_nhs_numbers(column).tolist() == expected
    assert valid_nhs_numbers(column.dictionary_encode()).tolist() == expected
    assert valid_nhs_numbers(column.slice(start)).tolist() == expected[start:]


def test_the_check_agrees_with_the_library_on_every_region_it_knows() -> None:
    for region in (nhs_number.REGION_ENGLAND, nhs_number.REGION_SYNTHETIC):
        made = nhs_number.generate(for_region=region, quantity=500)
        assert valid_nhs_numbers(pa.array(made)).all()


def test_placeholders_pass_the_check_digit_and_are_refused_all_the_same() -> None:
    texts = [f"{number:010}" for number in sorted(PLACEHOLDERS)]
    assert all(passes(text) for text in texts)
    assert not valid_nhs_numbers(pa.array(texts)).any()
    assert {"0000000000", "9999999999", "0123456789", "1234567881"} <= set(texts)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.from_regex(r"([A-Za-z][A-Za-z /]{0,4})?", fullmatch=True),
            st.sampled_from(numbers_of_nobody()[:1000].tolist()),
            st.sampled_from(["{}{}{}", "{} {} {}", "{}-{}-{}", "{}.{}.{}"]),
            st.from_regex(r"([A-Za-z/][A-Za-z]{0,4})?", fullmatch=True),
        ),
        max_size=20,
    )
)
def test_a_number_is_found_wherever_it_stands_by_itself(
    made: list[tuple[str, int, str, str]],
) -> None:
    texts = [
        before + layout.format(str(number)[:3], str(number)[3:6], str(number)[6:]) + after
        for before, number, layout, after in made
    ]
    assert Identifiers().within(pa.array(texts, pa.string())).all()
    # One more digit on either side, and it is another number.
    assert not Identifiers().within(pa.array([f"1{number}" for _, number, _, _ in made])).any()


def people(number: str = "", born: str = "", postcode: str = "", mother: str = "") -> pa.Table:
    return pa.table(
        {
            "NHSNumber": [number],
            "NHSNumber_Mother": [mother],
            "DateOfBirth": [born],
            "Postcode": [postcode],
        }
    )


def test_the_sent_persons_identifiers_are_found_however_they_are_spelled() -> None:
    known = Identifiers.of(people("9990000019", "1893-07-19", "zz9 8qx", "999 000 0018"))
    found = {
        "9990000019": True,  # no valid number, and yet this person's
        "C/999 000 0019": True,
        "99900000190001": True,  # glued to a sequence
        "C20260499900000182": True,
        "99900000260001": False,  # nobody's here: half of such runs hold ten digits that pass
        "1893-07-19": True,
        "19/07/1893": True,
        "SMITH18930719": True,
        "x19071893y": True,
        "ZZ98QX": True,
        "ZZ9 8QX": True,
        "9990000017": False,
        "1893-07-18": False,
        "118930719": False,
        "ZZ9 8QY": False,
        "ZZ9 8Q": False,
        "P1": False,
        "": False,
    }
    assert known.within(pa.array(list(found))).tolist() == list(found.values())
    assert known.within(pa.array([*found, None]).dictionary_encode()).tolist() == [
        *found.values(),
        False,
    ]


def test_a_placeholder_in_a_longer_run_is_nobodys_number() -> None:
    known = Identifiers.of(people("0000000000", mother="9990000018"))
    texts = pa.array(["00000000000123", "19990000018"])
    assert known.within(texts).tolist() == [False, True]


@settings(deadline=None)
@given(st.dates(date(1880, 1, 1), date(2030, 12, 31)))
def test_any_birth_date_is_found_in_any_layout(born: date) -> None:
    sent = (f"{born:%Y-%m-%d}", f"{born:%d/%m/%Y}")
    spelled = [*sent, f"{born:%Y%m%d}", f"{born:%d%m%Y}", f"{born:%d.%m.%Y}", f"{born:%Y/%m/%d}"]
    for told in sent:
        assert Identifiers.of(people(born=told)).within(pa.array(spelled)).all()


def test_what_belonged_together_still_does_and_keys_stay_keys() -> None:
    contact = load_dataset().table("CYP201CareContact")
    known = Identifiers.of(people("9990000018"))
    sent = pa.array(["9990000018", "999 000 0018", "9990000018/1", "C1", None, "9990000018"])
    field = contact.field("CareContactID")
    [kept] = without_identifiers([sent], [field], known, KEY)
    [plain, grouped, longer, other, none, again] = kept.to_pylist()
    assert len({plain, grouped, longer}) == 3
    assert (plain, other, none) == (again, "C1", None)
    [person] = person_ids(
        KEY, "ZA1", pa.array(["P1"]), pa.array(["9990000018"]), np.array([True])
    ).to_pylist()
    assert plain == person


def test_a_clinical_code_is_hidden_only_when_it_is_a_persons_number() -> None:
    """One code in eleven of ten digits would pass for an NHS number."""
    field = load_dataset().table("CYP607PrimDiag").field("PrimaryDiagnosis")
    left = ["9990000026", "19500615", "199900000181000", "XaBVJ"]
    guilty = ["9990000018", "999 000 0018", "x9990000018", "1950-06-15", "15/06/1950", "ZZ5 2DF"]
    known = Identifiers.of(people("9990000018", "1950-06-15", "ZZ52DF"))
    [kept] = without_identifiers([pa.array([*left, *guilty])], [field], known, KEY)
    assert kept.to_pylist()[: len(left)] == left
    assert not set(kept.to_pylist()[len(left) :]) & set(guilty)


def test_columns_are_looked_through_together_as_each_is_alone() -> None:
    known = Identifiers.of(people("9990000018", "1950-06-15"))
    long = pa.array([f"C{number}" for number in range(60_000)] + ["15/06/1950", None])
    coded = pa.array(["a", "9990000018", None, "a"]).dictionary_encode()
    none = pa.array([], pa.string())
    each = known.within_each([coded, long, none, long.slice(59_999)])
    assert each[0].tolist() == [False, True]
    assert np.flatnonzero(each[1]).tolist() == [60_000]
    assert each[2].tolist() == []
    assert each[3].tolist() == [False, True, False]


@settings(deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=20), st.text(max_size=3))
def test_under_two_keys_nobody_has_a_common_pseudonym(local: list[str], provider: str) -> None:
    numbers = pa.array([f"{number}" for number in numbers_of_nobody()[: len(local)]])
    for valid in (np.ones(len(local), bool), np.zeros(len(local), bool)):
        made = [
            set(person_ids(key, provider, pa.array(local), numbers, valid).to_pylist())
            for key in (KEY, OTHER_KEY)
        ]
        assert made[0].isdisjoint(made[1])


def test_the_key_is_in_no_text_about_it() -> None:
    key = PseudonymKey(b"a secret that is told to nobody")
    assert "secret that" not in repr(key) + str(key) + key.fingerprint


def test_a_key_inside_the_home_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    inside = home / "keys" / "key"
    inside.write_bytes(b"a key for tests alone")
    beside = tmp_path / "key"
    beside.symlink_to(inside)
    for file in (inside, beside, home / ".." / "home" / "keys" / "key"):
        with pytest.raises(UsageError, match="inside the home"):
            PseudonymKey.from_file(file, home)
    outside = tmp_path / "outside"
    outside.write_bytes(b"a key for tests alone" + b"\n")
    assert PseudonymKey.from_file(outside, home).secret == b"a key for tests alone"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"short", "at least 16"), (b"", "0 bytes"), (b"x" * 5000, "hardly a")],
)
def test_what_is_no_key(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=says):
        PseudonymKey.from_file(file, tmp_path / "home")


def test_a_hundred_thousand_people_take_no_time() -> None:
    """Measured at 0.02 and 0.25 seconds; the bounds leave room for a busy machine."""
    numbers = pa.array([f"{number}" for number in numbers_of_nobody()[:100_000]])
    began = time.process_time()
    valid = valid_nhs_numbers(numbers)
    checked = time.process_time()
    person_ids(KEY, "ZA1", pa.array([""] * 100_000), numbers, valid)
    named = time.process_time()
    assert valid.all()
    assert checked - began < 0.25
    assert named - checked < 1.5
