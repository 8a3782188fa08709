"""What tells who a person is: NHS number, birth date, postcode; in their fields and elsewhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.datasets import Field
from levelfield.intake.checking.encoded import by_row, distinct_values
from levelfield.intake.checking.fields import Mask
from levelfield.intake.joined import JoinedTexts, as_number
from levelfield.intake.nhs_number import PLACEHOLDERS, checks, valid_nhs_numbers
from levelfield.intake.pseudonym import PseudonymKey

IDENTITY_FIELDS = frozenset({"NHSNumber", "NHSNumber_Mother", "DateOfBirth", "Postcode"})
"""Fields that only intake sees. Nothing that is kept, reported or logged holds their values."""

HIDDEN = "hidden: may identify a person"
"""What stands in place of a sent value that holds an identifier, or words that fit no field."""

_NUMBERS = ((10,), (3, 3, 4))
_DATES = ((8,), (4, 2, 2), (2, 2, 4))
"""Ways to write them, as groups of digits with one separator between."""
_ROWS_AT_ONCE = 50_000
_CODED = re.compile("SNOMED|CODED|TERMINOLOGY")


@dataclass(frozen=True, repr=False)
class Identifiers:
    """What one submission says of who its people are: numbers, birth dates, postcodes.

    `numbers` as whole numbers, valid or not, and `births` as CCYYMMDD and as DDMMCCYY, both in
    order; `postcodes` in capitals without spaces. An empty one still knows an NHS number by its
    check digit.
    """

    numbers: NDArray[np.int64] = field(default_factory=lambda: np.array([], np.int64))
    births: NDArray[np.int64] = field(default_factory=lambda: np.array([], np.int64))
    postcodes: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))

    @classmethod
    def of(cls, people: pa.Table) -> Self:
        """Those in a person table as it was sent, field names and all."""
        numbers = pa.chunked_array(
            [_distinct(people, "NHSNumber"), _distinct(people, "NHSNumber_Mother")]
        )
        births = JoinedTexts(_distinct(people, "DateOfBirth")).numbers(_DATES)
        day_first = (births % 100 * 100 + births // 100 % 100) * 10_000 + births // 10_000
        year_first = (births % 10_000 * 100 + births // 10_000 % 100) * 100 + births // 1_000_000
        postcodes = _bare(_distinct(people, "Postcode"))
        return cls(
            np.unique(JoinedTexts(numbers.combine_chunks()).numbers(_NUMBERS)),
            np.unique(np.concatenate([births, day_first, year_first])),
            postcodes.filter(pc.greater_equal(pc.utf8_length(postcodes), 5)),
        )

    def within(self, texts: pa.Array) -> Mask:
        """Which texts hold an identifier: any NHS number, or one of these people.

        A number or date counts wherever it stands by itself in the text, a number of these people
        inside a longer run of digits too, a postcode when it is the whole of it. Texts are plain or
        dictionary-encoded; empty ones hold nothing.
        """
        return by_row(self.within_each([texts])[0], texts)

    def within_each(self, columns: Sequence[pa.Array], *, coded: bool = False) -> list[Mask]:
        """For each column which of its distinct values hold an identifier, as `within` has it.

        Of clinical codes (`coded`) only a number, a date with separators or a postcode of these
        people counts, standing by itself: one code in eleven of ten digits has the check digit of
        an NHS number, and some equal a date or hold a number, by chance.

        Of a column that is not encoded every value counts as distinct. Short columns are looked
        through together, since each look has a price of its own.
        """
        distinct = [distinct_values(column) for column in columns]
        found = [np.zeros(len(values), dtype=bool) for values in distinct]
        # In turn: the steps are so small that two threads would wait for Python's lock.
        for pieces in _batches(distinct):
            mask = self._within(pa.concat_arrays([texts for _, _, texts in pieces]), coded)
            for column, start, texts in pieces:
                found[column][start : start + len(texts)] = mask[: len(texts)]
                mask = mask[len(texts) :]
        return found

    def _within(self, texts: pa.Array, coded: bool) -> Mask:
        joined = JoinedTexts(texts)
        found = np.zeros(len(texts), dtype=bool)
        for groups in _NUMBERS:
            at = joined.at(groups)
            digits = joined.digits(at, groups)
            guilty = _among(as_number(digits), self.numbers)
            if not coded:
                guilty |= checks(digits)
            found[joined.rows(at[guilty])] = True
        if len(self._own) and not coded:
            at = joined.inside(10)
            guilty = _among(as_number(joined.digits(at, (10,))), self._own)
            found[joined.rows(at[guilty])] = True
        if len(self.births):
            for groups in _DATES[1:] if coded else _DATES:
                at = joined.at(groups)
                guilty = _among(as_number(joined.digits(at, groups)), self.births)
                found[joined.rows(at[guilty])] = True
        if len(self.postcodes):
            rows = joined.like_postcodes()
            known = pc.is_in(_bare(texts.take(pa.array(rows))), value_set=self.postcodes)
            found[rows[known.to_numpy(zero_copy_only=False)]] = True
        return found

    @cached_property
    def _own(self) -> NDArray[np.int64]:
        """The numbers of these people that stand for one of them: those that are no placeholder."""
        return self.numbers[~np.isin(self.numbers, np.array(sorted(PLACEHOLDERS)))]


def hidden(texts: pa.Array, known: Identifiers) -> pa.Array:
    """The texts, with a remark in place of each that holds an identifier."""
    return hidden_each([texts], known)[0]


def hidden_each(columns: Sequence[pa.Array], known: Identifiers) -> list[pa.Array]:
    """Several columns of plain texts, each as `hidden` gives it."""
    return [
        pc.if_else(pa.array(found), HIDDEN, texts) if found.any() else texts
        for texts, found in zip(columns, known.within_each(columns), strict=True)
    ]


def without_words(texts: pa.Array, misplaced: Mask) -> pa.Array:
    """The texts; of those that do not fit their field only what holds no word.

    What stands in a field that it does not fit may be the next field's: a name, an address.
    """
    words = pc.match_substring_regex(texts, r"\p{L}\p{L}")
    return pc.if_else(pc.and_(words, pa.array(misplaced)), HIDDEN, texts)


def without_identifiers(
    columns: Sequence[pa.Array], fields: Sequence[Field], known: Identifiers, key: PseudonymKey
) -> list[pa.Array]:
    """The columns of submitted text fields; each value that holds an identifier as a pseudonym.

    The same value has the same pseudonym in every table, and different values have different
    ones, so what belonged together still does and keys stay keys. A value that is an NHS number
    has the pseudonym that its person has.
    """
    coded = [bool(_CODED.search(field.element)) for field in fields]
    closed = [bool(field.code_list_closed and field.code_list) for field in fields]
    found: dict[int, Mask] = {}
    for kind in (False, True):
        places = [n for n in range(len(fields)) if coded[n] == kind and (kind or not closed[n])]
        masks = known.within_each([columns[n] for n in places], coded=kind)
        found |= dict(zip(places, masks, strict=True))
    return [
        _keyed(column, found[place], key) if place in found and found[place].any() else column
        for place, column in enumerate(columns)
    ]


def _keyed(column: pa.Array, guilty: Mask, key: PseudonymKey) -> pa.Array:
    """The column with pseudonyms in place of the guilty ones of its distinct values."""
    values, found = distinct_values(column), pa.array(guilty)
    sent = values.filter(found)
    numbers = valid_nhs_numbers(sent)
    identities = (
        f"nhs|{text}" if number else f"text|{text}"
        for text, number in zip(sent.to_pylist(), numbers, strict=True)
    )
    pseudonyms = pa.array(key.pseudonyms(identities), pa.string())
    named = pc.replace_with_mask(values, found, pseudonyms)
    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(column.indices, named)
    return named


def _batches(columns: Sequence[pa.Array]) -> Iterator[list[tuple[int, int, pa.Array]]]:
    """Pieces of the columns that are about as long together as one look takes in.

    Each with the number of its column and the place at which it begins there.
    """
    batch: list[tuple[int, int, pa.Array]] = []
    room = _ROWS_AT_ONCE
    for number, texts in enumerate(columns):
        for start in range(0, len(texts), _ROWS_AT_ONCE):
            piece = texts.slice(start, _ROWS_AT_ONCE)
            if batch and len(piece) > room:
                yield batch
                batch, room = [], _ROWS_AT_ONCE
            batch.append((number, start, piece))
            room -= len(piece)
    if batch:
        yield batch


def _distinct(people: pa.Table, name: str) -> pa.Array:
    column = people.column(name).combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary
    return pc.unique(column.cast(pa.string()))


def _among(values: NDArray[np.int64], known: NDArray[np.int64]) -> Mask:
    """Which values are known; `known` is in order."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    place = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[place] == values, dtype=bool)


def _bare(postcodes: pa.Array) -> pa.Array:
    return pc.utf8_upper(pc.replace_substring(postcodes, " ", ""))
