"""The look-ups of a home, as far as they are there."""

from decimal import Decimal
from pathlib import Path

import pytest

from levelfield.home.lookups import HomeLookups


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        (None, {}),
        ("code,name\nZA1,One\n", {}),
        ("code,name,mff\nZA1,One,1.05\nZA2,Two,none\n", {"ZA1": Decimal("1.05")}),
    ],
)
def test_factors_are_optional(
    tmp_path: Path, providers: str | None, expected: dict[str, Decimal]
) -> None:
    if providers is not None:
        (tmp_path / "providers.csv").write_text(providers, encoding="utf-8")
    assert HomeLookups(tmp_path).factors == expected
