"""Plans, scenarios and an impact assessment over the units of the made-up site."""

from collections.abc import Sequence
from random import Random

import pyarrow as pa

from levelfield.core.periods import FinancialYear
from levelfield.payment import Contract, PaymentInputs
from levelfield.payment.scenarios import (
    Choices,
    Comparison,
    Definitions,
    Draws,
    Impact,
    Plan,
    PlannedStatement,
    Scenario,
    Scenarios,
    Side,
    Sweep,
    all_by_activity,
    assess,
    compare,
    reconcile,
    sweep,
    with_plan,
    with_settings,
)
from levelfield.payment.scenarios.plan import Planned
from levelfield.payment.scenarios.scenario import ScenarioFile
from levelfield.publish import Changed

ALL = {"terms": [{"id": "all", "kind": "activity", "services": "others"}]}


def made_up_plan(contract: Contract, period: str, inputs: PaymentInputs) -> PlannedStatement:
    """Every unit of the contract, planned a little higher or lower than it came."""
    random = Random(2)
    units = {}
    for row in inputs.units_of(contract.scheme, contract.provider).to_pylist():
        service = row["team_type"] or "none"
        own = row["commissioner"] == contract.commissioner
        if own and row["currency"] and contract.term_of(service, row["currency"]):
            planned = Planned(row["period"], service, row["currency"], contract.scheme)
            units[planned] = round(row["units"] * random.uniform(0.9, 1.05))
    return with_plan(contract, period, Plan(units, "made up"), inputs)


def made_up_scenarios(contract: Contract, inputs: PaymentInputs) -> tuple[Comparison, Sweep | None]:
    """A contract as it is, and all of it by activity; with a sweep of its block."""
    now = Scenario("now", "As it is", (contract,), {})
    activity = Scenario(
        "activity", "All by activity", (with_settings(contract, ALL, "made up"),), {}
    )
    dearer = Scenario(
        "dearer",
        "A dearer block",
        (with_settings(contract, {"terms.nursing.annual": 2500000}, "made up"),),
        {},
    )
    file = ScenarioFile.model_validate(
        {
            "id": "made-up",
            "version": "1",
            "title": "Paying Harrowdale by activity",
            "source": "Made up.",
            "period": contract.year,
            "base": "now",
            "scenarios": [
                {"id": one.id, "title": one.title, "contracts": [contract.id]}
                for one in (now, activity, dearer)
            ],
            "sweep": {
                "scenario": "now",
                "parameters": [
                    {
                        "set": "terms.nursing.annual",
                        "title": "Block for nursing",
                        "values": [2000000, 2275000, 2500000],
                    }
                ],
            },
        }
    )
    read = Scenarios(file, now, (activity, dearer))

    def give(contracts: Sequence[Contract], choices: Choices) -> PaymentInputs:
        return inputs

    draws = Draws(replicates=40)
    compared = compare(file.title, now, [activity, dearer], file.period, give, draws)
    return compared, sweep(read, give)


def made_up_change(contract: Contract, inputs: PaymentInputs) -> Changed:
    """The year as it was counted at first, and again after a tenth more care had come in."""
    rows = inputs.counts[contract.scheme].to_pylist()
    fewer = [row | {"units": row["units"] * 9 // 10} for row in rows]
    counted = pa.Table.from_pylist(fewer, schema=inputs.counts[contract.scheme].schema)
    first = PaymentInputs({contract.scheme: counted}, inputs.price_lists, "received earlier")
    dearer = with_settings(contract, {"terms.nursing.annual": 2300000}, "made up")
    found = reconcile(Side(contract, contract.year, first), Side(dearer, contract.year, inputs))
    return Changed("made-up", "the year, as first received", "the year, as it is held now", found)


def made_up_impact(inputs: PaymentInputs, scheme: str, year: FinancialYear) -> Impact:
    """Contacts without attendance counted as attended, over all care at unit price."""
    contracts = all_by_activity(inputs.counts[scheme], year, scheme, "ncc-2024-25")
    attended = _attended(inputs.counts[scheme])

    def give(contracts: Sequence[Contract], choices: Choices) -> PaymentInputs:
        counts = attended if choices else inputs.counts[scheme]
        return PaymentInputs({scheme: counts}, inputs.price_lists, inputs.snapshot)

    return assess(
        "Impact of missing attendance attended",
        contracts,
        str(year),
        Definitions("As it is"),
        Definitions(
            "With missing attendance attended", parameters={"missing_attendance": "attended"}
        ),
        give,
    )


def _attended(counts: pa.Table) -> pa.Table:
    """The made-up units have no contact without attendance: those without a mechanism stand in."""
    rows = []
    for row in counts.to_pylist():
        if row["error_class"] == "MODE_MISSING":
            row |= {"error_class": None, "currency": "N02AF", "basis": "direct"}
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=counts.schema)
