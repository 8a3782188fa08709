"""How fast statements are made: 200 providers, 12 months, five terms each.

Run it with `python -m benchmarks.money.statements`.
"""

import argparse
import sys
import time

import numpy as np
import pyarrow as pa

from levelfield.core.definitions import validate
from levelfield.core.periods import FinancialYear
from levelfield.core.values import VALUE_SCHEMA
from levelfield.currencies import COUNT_SCHEMA
from levelfield.payment import Contract, PaymentInputs, statement
from levelfield.payment.checks import check_contract
from levelfield.tariff import load_price_list

BUDGET, PROVIDERS = 30.0, 200
YEAR = FinancialYear.parse("2025-26")
SERVICES = ["12", "16", "20", "23", "26", "27", "33", "40", "45", "51", "53", "58"]
COMMISSIONERS = ["ZC001", "ZC002", "ZC003", "ZC004"]
MEASURES = ["dna_rate", "ucr_2h", "ethnicity_known"]


def goal(measure: str, target: float) -> dict[str, object]:
    goal = {"measure": measure, "method": "linear", "floor": 0.2, "target": target}
    return goal | {"lower_is_better": target < 0.2}


def contract(provider: str) -> Contract:
    """Cost and volume, activity, a quality payment, outcomes and a data penalty."""
    indicator = {"id": "i", "title": "t", "points": 10, "goal": goal("ucr_2h", 0.9)}
    outcome = {"id": "o", "title": "t", "points": 10, "indicators": [indicator]}
    domain = {"id": "d", "title": "t", "points": 10, "outcomes": [outcome]}
    quality = {"id": "q", "title": "t", "share": 1, "goal": goal("dna_rate", 0.05)}
    rule = {"id": "r", "title": "t", "percent": 1, "goal": goal("ethnicity_known", 0.95)}
    tiers = [{"percent": 3, "rate": 0.7}]
    terms = [
        {"id": "nursing", "kind": "cost_and_volume", "services": ["12", "40", "45"]}
        | {"fixed": 4_000_000, "plan": 4_000_000, "above": tiers, "below": tiers},
        {"id": "rest", "kind": "activity", "services": "others"},
        {"id": "quality", "kind": "quality", "of": ["nursing", "rest"]}
        | {"groups": [{"id": "local", "percent": 2.5, "goals": [quality]}]},
        {"id": "outcomes", "kind": "outcomes", "first_year": "2024-25", "points": 10}
        | {"at_risk_percent": [0, 10], "values": {str(YEAR): 8_000_000}, "domains": [domain]},
        {"id": "data", "kind": "penalty", "of": ["rest"], "cap_percent": 2, "rules": [rule]},
    ]
    text = dict.fromkeys(("version", "title", "source"), "invented")
    parties = {"id": "c", "provider": provider, "commissioner": "ZC001", "year": str(YEAR)}
    lists = {"scheme": "ncc-2024-25", "price_list": "ncc-2024-25"}
    made = validate({**text, **parties, **lists, "terms": terms}, Contract, "contract")
    check_contract(made, "contract")
    return made


def inputs(providers: list[str], rows: int) -> PaymentInputs:
    """Counted units, `rows` of each provider and month, and three measures."""
    prices = load_price_list("ncc-2024-25", {})
    priced = [code for code, cost in prices.costs.items() if cost.unit_cost is not None]
    random = np.random.default_rng(1)
    months = [str(month) for month in YEAR.months]
    number = len(providers) * len(months) * rows
    counts = {
        "provider": np.repeat(providers, len(months) * rows),
        "commissioner": random.choice(COMMISSIONERS, number),
        "period": np.tile(np.repeat(months, rows), len(providers)),
        "team_type": random.choice(SERVICES, number),
        "currency": random.choice(priced, number),
        "basis": np.repeat("direct", number),
        "units": random.integers(1, 400, number),
    }
    empty = {name: pa.nulls(number, COUNT_SCHEMA.field(name).type) for name in COUNT_SCHEMA.names}
    table = pa.table({**empty, **counts}, schema=COUNT_SCHEMA)
    values = [
        {"measure": measure, "version": "1", "period": month, "org_level": "provider"}
        | {"org_code": provider, "stratifier": "all", "stratum": "all", "lineage": "V"}
        | {"numerator": float(top), "denominator": 1000.0, "value": top / 1000}
        for provider in providers
        for measure in MEASURES
        for month, top in zip(months, random.integers(0, 1001, len(months)), strict=True)
    ]
    return PaymentInputs(
        {"ncc-2024-25": table},
        {"ncc-2024-25": prices},
        "benchmark",
        pa.Table.from_pylist(values, schema=VALUE_SCHEMA),
    )


def main() -> int:
    """Print what it took; 1 when the budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=PROVIDERS)
    parser.add_argument("--rows", type=int, default=200, help="counts of a provider and month")
    chosen = parser.parse_args()
    providers = [f"X{n:03d}" for n in range(chosen.providers)]
    given = inputs(providers, chosen.rows)
    contracts = [contract(provider) for provider in providers]
    began, worked = time.perf_counter(), time.process_time()
    made = [statement(one, str(month), given) for one in contracts for month in YEAR.months]
    elapsed, processor = time.perf_counter() - began, time.process_time() - worked
    lines = sum(len(one.lines) for one in made)
    rows = given.counts["ncc-2024-25"].num_rows
    print(f"{len(made):,} statements, {lines:,} lines, from {rows:,} rows of counts")
    print(f"elapsed {elapsed:.1f} s, processor {processor:.1f} s; budget {BUDGET:.0f} s")
    return 0 if processor <= BUDGET * chosen.providers / PROVIDERS else 1


if __name__ == "__main__":
    sys.exit(main())
