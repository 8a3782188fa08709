"""Keys of records: which rows share theirs, and in which row a key is first."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelfield.intake.checking.keys import Key

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(["", " ", "A", "A ", "A\0", "ä", "C1", "C10"]),
        st.text(max_size=30),
        st.integers(0, 20).map(lambda n: f"C{n:09d}"),
        st.integers(0, 3).map(lambda n: "long" * 30 + str(n)),
    ),
    max_size=40,
)


def coded(texts: list[str], *, as_codes: bool) -> pa.Array:
    plain = pa.array(texts, pa.string())
    return plain.dictionary_encode() if as_codes else plain


@given(TEXTS, st.booleans(), st.data())
def test_a_key_is_found_as_by_looking_at_every_text(
    texts: list[str], as_codes: bool, data: st.DataObject
) -> None:
    key = Key(coded(texts, as_codes=as_codes))
    assert key.shared.tolist() == [n for n, text in enumerate(texts) if texts.count(text) > 1]
    single = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))))
    own = [text for text, counts in zip(texts, single, strict=True) if counts]
    assert key.in_conflict(single.astype(bool)).tolist() == [
        n for n, text in enumerate(texts) if single[n] and text and own.count(text) > 1
    ]
    sought = data.draw(TEXTS)
    assert key.rows_of(pa.array(sought, pa.string())).tolist() == [
        texts.index(text) if text in texts else -1 for text in sought
    ]


def test_a_long_key_in_every_row_is_never_written_out() -> None:
    """Two thousand million bytes, were it."""
    rows = 40_000
    texts = pa.DictionaryArray.from_arrays(np.zeros(rows, dtype=np.int8), ["K" * 65_536])
    usual, counted = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(counted)
    try:
        assert len(Key(texts).in_conflict(np.ones(rows, dtype=bool))) == rows
    finally:
        pa.set_memory_pool(usual)
    assert 0 < counted.max_memory() < 100_000_000


@pytest.mark.parametrize("as_codes", [False, True])
def test_many_keys_and_few_sought_ones(as_codes: bool) -> None:
    texts = [f"C{n % 99_990}" for n in range(100_000)]
    key = Key(coded(texts, as_codes=as_codes))
    assert key.shared.tolist() == [*range(10), *range(99_990, 100_000)]
    assert key.rows_of(pa.array(["C99989", "C3", "none"])).tolist() == [99_989, 3, -1]
