"""The pseudonym that takes a person's place, and the key that makes it."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.errors import SubmissionError, UsageError

DEMONSTRATION_KEY = b"levelfield demonstration key: for simulated people only"
MIN_KEY_BYTES, MAX_KEY_BYTES = 16, 4096
MIN_DIFFERENT = 8
"""So many different characters a key has at least; one that is drawn by chance has more."""
_MAKE_ONE = "Make one with: openssl rand -hex 32 > key"
_TEST_RANGE = "999"
_AT_ONCE = 50_000


@dataclass(frozen=True)
class PseudonymKey:
    """The secret of one project; persons have the same pseudonym only under the same key."""

    secret: bytes = field(repr=False)
    demonstration: bool = False

    @classmethod
    def of(cls, secret: bytes | None) -> "PseudonymKey":
        """A key of your own, or the fixed one of the demonstration when there is none.

        Raises UsageError for a key of fewer than 16 bytes, and for one that anybody might guess: of
        few different characters, or a pattern that is repeated.
        """
        if secret is None:
            return cls(DEMONSTRATION_KEY, demonstration=True)
        if len(secret) < MIN_KEY_BYTES:
            raise UsageError(
                f"The pseudonym key has {len(secret)} bytes and needs at least {MIN_KEY_BYTES}. "
                + _MAKE_ONE
            )
        # A text that is found in its own double before the end is a shorter one, repeated.
        repeated = (secret + secret).find(secret, 1) < len(secret)
        if len(set(secret)) < MIN_DIFFERENT or repeated:
            raise UsageError(
                "The pseudonym key is a few characters over and over, which anybody may guess, and "
                f"would tell who the people are. {_MAKE_ONE}"
            )
        return cls(secret)

    @classmethod
    def from_file(cls, file: Path | None, home: Path) -> "PseudonymKey":
        """The key that a file holds, white space around it left out; without a file that of the
        demonstration.

        Raises UsageError for a file that cannot be read, is too long for a key, or lies inside
        the home: whoever has a copy of the home must not have the key with it.
        """
        if file is None:
            return cls.of(None)
        if file.resolve().is_relative_to(home.resolve()):
            raise UsageError(
                f"{file}: the key lies inside the home {home}, and a copy of the home would carry "
                "it along. Keep it elsewhere, and name it there with --key-file."
            )
        try:
            with file.open("rb") as stream:
                secret = stream.read(MAX_KEY_BYTES + 1)
        except OSError:
            raise UsageError(f"{file}: this key cannot be read. Check path and rights.") from None
        if len(secret) > MAX_KEY_BYTES:
            raise UsageError(
                f"{file}: this is longer than {MAX_KEY_BYTES:,} bytes and hardly a key. "
                "Name the key's own file with --key-file."
            )
        return cls.of(secret.strip())

    @property
    def fingerprint(self) -> str:
        """What a receipt may say of the key: the same for the same key, and no way back to it."""
        if self.demonstration:
            return "demonstration"
        return hmac.digest(self.secret, b"levelfield fingerprint", "sha256").hex()[:8]

    def pseudonym(self, identity: str) -> str:
        """HMAC-SHA-256 truncated to 128 bits, as 32 hexadecimal digits."""
        [pseudonym] = self.pseudonyms([identity])
        return pseudonym

    def pseudonyms(self, identities: Iterable[str]) -> list[str]:
        """The pseudonym of each identity, in their order."""
        return [
            hmac.digest(self.secret, identity.encode(), "sha256")[:16].hex()
            for identity in identities
        ]


def person_ids(
    key: PseudonymKey,
    provider: str,
    local_ids: pa.Array,
    numbers: pa.Array,
    valid: NDArray[np.bool_],
    given: pa.Array | None = None,
) -> pa.Array:
    """A pseudonym for each person: of a valid NHS number, else of provider and local id.

    `given` are the pseudonyms that an extract has instead; each is keyed again, and a blank one
    stands for provider and local id. Raises SubmissionError when the demonstration's key meets a
    person who may be real.
    """
    refuse_real_people(key, provider, numbers, valid, given)
    # The kinds are told apart, so that no local id can pose as an NHS number.
    kind, own, has = "nhs", numbers, pa.array(valid)
    if given is not None:
        kind, own, has = "extract", given, pc.fill_null(pc.not_equal(given, ""), False)
    local = pc.binary_join_element_wise(f"local|{provider}", local_ids.cast(pa.string()), "|")
    identities = pc.if_else(
        has, pc.binary_join_element_wise(kind, own.cast(pa.string()), "|"), local
    )
    # As Python objects a part at a time, since those are large.
    parts = [
        pa.array(key.pseudonyms(identities.slice(start, _AT_ONCE).to_pylist()), pa.string())
        for start in range(0, len(identities), _AT_ONCE)
    ]
    return pa.concat_arrays([pa.array([], pa.string()), *parts])


def refuse_real_people(
    key: PseudonymKey,
    provider: str,
    numbers: pa.Array,
    valid: NDArray[np.bool_],
    given: pa.Array | None = None,
) -> None:
    """Raise SubmissionError when the demonstration's key meets a person who may be real."""
    if not key.demonstration:
        return
    if given is not None:
        raise SubmissionError(
            f"The extract of {provider} does not show that its people are made up, and the "
            "demonstration's key is for no others. Give a key of your own with --key-file."
        )
    known = numbers.filter(pa.array(valid)).cast(pa.string())
    if not len(known) or not pc.all(pc.starts_with(known, _TEST_RANGE)).as_py():
        raise SubmissionError(
            f"The submission of {provider} holds people who are not from the test range of NHS "
            "numbers (999), and the demonstration's key is not for them. Give a key of your "
            "own with --key-file."
        )
