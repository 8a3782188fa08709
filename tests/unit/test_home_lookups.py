"""The look-ups of a home, as far as they are there."""

from decimal import Decimal
from pathlib import Path

import pytest

from levelfield.core.errors import DefinitionError
from levelfield.home.lookups import HomeLookups
from levelfield.tariff import load_price_book
from spec.tariff_spec import write_list


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


def test_a_price_book_names_the_lists_of_a_home_by_id(tmp_path: Path) -> None:
    (tmp_path / "lookups").mkdir()
    returns = "provider | currency | units | cost\nZA1 | N02AF | 100 | 5000.00"
    own = tmp_path / "lookups" / "prices"
    write_list(own, "- {step: level, method: mean}", returns=returns)
    (own / "list.yaml").rename(own / "example.yaml")
    book = tmp_path / "book.yaml"
    book.write_text(
        'id: b\nversion: "1"\ntitle: t\nsource: s\nauthored_by: a\nreviewed_on: 2026-11-22\n'
        "lists: [{price_list: example, holds_from: 2024-04-01, published_on: 2024-03-01}]\n",
        encoding="utf-8",
    )
    found = load_price_book(book, HomeLookups(tmp_path / "lookups").price_list)
    assert found.lists["example"].currencies == ("N02AF",)
    with pytest.raises(DefinitionError) as told:
        load_price_book(book)
    assert str(told.value).startswith(f"{book}: There is no price list 'example'. There is: ")
    assert str(told.value).endswith(
        "A file beside the book is named with its ending, as in example.yaml; a list of a home is "
        "found with --home."
    )
