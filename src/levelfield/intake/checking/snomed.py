"""SNOMED CT identifiers: digits alone, of a concept, with a check digit that fits."""

import pyarrow as pa

CONCEPT_PARTITIONS = ("00", "10")
"""The two digits before the last: a concept of the international edition or of an extension.
Descriptions and relationships have identifiers too, which are no codes for what was found."""

_FEWEST, _MOST = 6, 18

_ORDERS = ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901",
           "2793806415", "7046913258")  # fmt: skip
"""Verhoeff's permutation, applied as often as the digit's place from the right says."""


def is_concept(text: str) -> bool:
    """Whether a text is laid out as the identifier of a SNOMED CT concept.

    Whether there is such a concept is not asked. Source: SNOMED CT Release File Specifications,
    'SCTID' and 'Check-digit' (Verhoeff, 1969).
    """
    if not (text.isascii() and text.isdigit() and _FEWEST <= len(text) <= _MOST):
        return False
    if text[0] == "0" or text[-3:-1] not in CONCEPT_PARTITIONS:
        return False
    turned, flipped = 0, False
    for place, digit in enumerate(reversed(text)):
        # The digits stand for the symmetries of a pentagon: 0 to 4 turn it, 5 to 9 flip it too.
        flip, turn = divmod(int(_ORDERS[place % 8][int(digit)]), 5)
        turned = (turned - turn if flipped else turned + turn) % 5
        flipped ^= bool(flip)
    return turned == 0 and not flipped


def are_concepts(codes: pa.Array) -> pa.Array:
    """`is_concept` of every text of a column; empty where there is none."""
    encoded = codes.dictionary_encode()
    found = pa.array([is_concept(text) for text in encoded.dictionary.to_pylist()], pa.bool_())
    return found.take(encoded.indices)
