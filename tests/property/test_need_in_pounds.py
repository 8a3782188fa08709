"""More need never pays less: in pounds of a year of care, at prices of random cost returns."""

import tempfile
from itertools import product
from pathlib import Path

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from levelfield.core.definitions import validate
from levelfield.currencies import COUNT_SCHEMA, load_scheme
from levelfield.payment import Contract, PaymentInputs, statement
from levelfield.tariff import PriceList, load_price_list
from oracles.schemes import SchemeOracle
from property.cases import cases
from spec.tariff_spec import write_list

SCHEME = load_scheme("year-of-care")
STEPS = "- {step: level, method: mean}\n- {step: monotone}"
CONTRACT = validate(
    {
        "id": "need",
        "version": "1",
        "title": "A year of care for each",
        "provider": "ZA1",
        "commissioner": "ZC001",
        "year": "2024-25",
        "scheme": SCHEME.id,
        "price_list": "example",
        "source": "Invented.",
        "terms": [{"id": "care", "kind": "year_of_care", "services": "others"}],
    },
    Contract,
    "need",
)
NEEDS = tuple(product((0, 1, 3), (None, 2, 4, 6, 8), (1, 10, 40), (1, 2, 3)))
"""Long-term conditions, frailty, costed contacts and services of a person."""


def tier(age: int, need: tuple[int, int | None, int, int]) -> str:
    fields = ("conditions", "frailty", "costed_contacts", "services")
    person = {"age_years": age, **dict(zip(fields, need, strict=True))}
    return str(SchemeOracle(SCHEME.id).outcome(person)["currency"])


def more(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    """Whether one needs at least as much of everything, and not the same."""
    return one != other and all((x or 0) >= (y or 0) for x, y in zip(one, other, strict=True))


PAIRS = {
    (tier_of[one], tier_of[other])
    for tier_of in ({need: tier(age, need) for need in NEEDS} for age in (5, 80))
    for one in NEEDS
    for other in NEEDS
    if more(one, other)
}
"""The tiers of two people of whom the first needs more, of over 6,000 such pairs."""


def listed(costs: list[int], units: list[int]) -> PriceList:
    """A list from returns of two providers, whose costs may fall where need rises."""
    rows = ["provider | currency | units | cost"]
    tiers = [code for code in SCHEME.currencies for _ in range(2)]
    for place, code in enumerate(tiers):
        number = units[place]
        rows.append(f"P{place % 2} | {code} | {number} | {costs[place] * number}")
    with tempfile.TemporaryDirectory() as folder:
        file = write_list(Path(folder), STEPS, returns="\n".join(rows))
        text = file.read_text(encoding="utf-8").replace("ncc-2024-25", SCHEME.id)
        file.write_text(text, encoding="utf-8")
        return load_price_list(file)


def paid(prices: PriceList) -> dict[str, int]:
    """Pence for one person in each tier, who is in it all year."""
    common = {"provider": "ZA1", "commissioner": "ZC001", "period": "2024-25", "basis": "direct"}
    people = [common | {"currency": code, "units": 1, "size": 12.0} for code in SCHEME.currencies]
    counts = pa.Table.from_pylist(people, schema=COUNT_SCHEMA)
    inputs = PaymentInputs({SCHEME.id: counts}, {"example": prices}, "drawn")
    lines = statement(CONTRACT, "2024-25", inputs).lines
    return {line.part: line.amount_pence for line in lines}


@given(
    st.lists(st.integers(100, 9000), min_size=14, max_size=14),
    st.lists(st.integers(1, 500), min_size=14, max_size=14),
)
@cases()
def test_more_need_never_pays_less(costs: list[int], units: list[int]) -> None:
    """A case is a price list, and holds for each pair of people of whom one needs more."""
    prices = listed(costs, units)
    pence = paid(prices)
    year = prices.year
    assert pence == {code: prices.price(code, "", year).pence for code in SCHEME.currencies}
    for one, other in PAIRS:
        assert pence[one] >= pence[other], (one, other)
