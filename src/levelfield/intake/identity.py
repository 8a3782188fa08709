"""The person behind a record: check of the NHS number, and the pseudonym that takes its place."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.errors import SubmissionError, UsageError

IDENTITY_FIELDS = frozenset({"NHSNumber", "NHSNumber_Mother", "DateOfBirth", "Postcode"})
"""Fields that only intake sees. Nothing that is kept, reported or logged holds their values."""

DEMONSTRATION_KEY = b"levelfield demonstration key: for simulated people only"
MIN_KEY_BYTES = 16
_TEST_RANGE = "999"


@dataclass(frozen=True)
class PseudonymKey:
    """The secret of one project; persons have the same pseudonym only under the same key."""

    secret: bytes
    demonstration: bool = False

    @classmethod
    def of(cls, secret: bytes | None) -> "PseudonymKey":
        """A key of your own, or the fixed one of the demonstration when there is none.

        Raises UsageError for a key of fewer than 16 bytes.
        """
        if secret is None:
            return cls(DEMONSTRATION_KEY, demonstration=True)
        if len(secret) < MIN_KEY_BYTES:
            raise UsageError(
                f"The pseudonym key has {len(secret)} bytes and needs at least {MIN_KEY_BYTES}. "
                "Make one with: head -c 32 /dev/urandom > key"
            )
        return cls(secret)

    @property
    def fingerprint(self) -> str:
        """What a receipt may say of the key: the same for the same key, and no way back to it."""
        if self.demonstration:
            return "demonstration"
        return hmac.digest(self.secret, b"levelfield fingerprint", "sha256").hex()[:8]

    def pseudonym(self, identity: str) -> str:
        """HMAC-SHA-256 truncated to 128 bits, as 32 hexadecimal digits."""
        return hmac.digest(self.secret, identity.encode(), "sha256")[:16].hex()


def valid_nhs_numbers(numbers: pa.Array) -> NDArray[np.bool_]:
    """Which values are NHS numbers: ten ASCII digits with the right check digit.

    Numbers of one repeated digit pass the checksum but are placeholders, and are refused.
    Source: NHS Data Model and Dictionary, NHS number, modulus 11.
    """
    texts = numbers.to_pylist()
    shaped = np.array(
        [bool(t) and len(t) == 10 and t.isascii() and t.isdigit() for t in texts], bool
    )
    valid = np.zeros(len(texts), dtype=bool)
    if not shaped.any():
        return valid
    joined = "".join(text for text, good in zip(texts, shaped, strict=True) if good)
    digits = np.frombuffer(joined.encode(), dtype=np.uint8).reshape(-1, 10).astype(np.int64) - 48
    remainder = 11 - (digits[:, :9] @ np.arange(10, 1, -1)) % 11
    # A remainder of 10 has no check digit: such a number is never issued.
    check = np.where(remainder == 11, 0, remainder)
    repeated = (digits == digits[:, :1]).all(axis=1)
    valid[shaped] = (check == digits[:, 9]) & ~repeated
    return valid


def holds_nhs_number(texts: pa.Array) -> NDArray[np.bool_]:
    """Which texts are a valid NHS number, whether written in one piece or in groups."""
    return valid_nhs_numbers(_in_one_piece(texts))


def without_nhs_numbers(local_ids: pa.Array, key: PseudonymKey) -> pa.Array:
    """Local identifiers in which each valid NHS number has given way to its pseudonym.

    The same number has the same pseudonym in every table, so what belonged together still does.
    """
    found = holds_nhs_number(local_ids)
    if not found.any():
        return local_ids
    numbers = _in_one_piece(local_ids).filter(pa.array(found)).to_pylist()
    pseudonyms = pa.array([key.pseudonym(f"nhs|{number}") for number in numbers], pa.string())
    return pc.replace_with_mask(local_ids, pa.array(found), pseudonyms)


def _in_one_piece(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(texts, "[ -]", "")


def person_ids(
    key: PseudonymKey,
    provider: str,
    local_ids: Sequence[str],
    numbers: Sequence[str | None],
    valid: NDArray[np.bool_],
) -> pa.Array:
    """A pseudonym for each person: of a valid NHS number, else of provider and local id.

    Raises SubmissionError when the demonstration's key meets a person who may be real.
    """
    if key.demonstration:
        known = [number for number, good in zip(numbers, valid, strict=True) if good and number]
        if not known or any(not number.startswith(_TEST_RANGE) for number in known):
            raise SubmissionError(
                f"The submission of {provider} holds people who are not from the test range of NHS "
                "numbers (999), and the demonstration's key is not for them. Give a key of your "
                "own with --key-file."
            )
    return pa.array(
        [
            # The two kinds are told apart, so that no local id can pose as an NHS number.
            key.pseudonym(f"nhs|{number}" if good else f"local|{provider}|{local}")
            for local, number, good in zip(local_ids, numbers, valid, strict=True)
        ],
        type=pa.string(),
    )
