"""What the options of `levelfield benchmark` ask for, read from the home."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from levelfield import benchmark, measures, quality
from levelfield.cli.benchmark_peers import Chosen, choose
from levelfield.cli.console import say
from levelfield.core.errors import UsageError
from levelfield.core.values import ALL
from levelfield.home import Home


@dataclass(frozen=True)
class Asked:
    """The values, who is compared, and what stands in the way."""

    home: Home
    measure: measures.Measure
    period: str
    reading: benchmark.Reading
    all_values: pa.Table
    compared: pa.Table
    """All of the measure's values of those compared."""
    rows: pa.Table
    """One row for each of those compared."""
    everybody: pa.Table
    """One row for each provider, compared or not."""
    chosen: Chosen
    guards: pa.Table
    stratum: tuple[str, str]


def ask(
    opened: Home,
    measure: measures.Measure,
    period: str | None,
    service: str | None,
    consistent: bool,
    without: list[str],
    peers: str,
    provider: str | None,
) -> Asked:
    """Read what is asked for, and say who is no consistent submitter.

    Raises UsageError where the last build has nothing of the measure or no provider a value, and as
    `choose` does.
    """
    chosen_period = period or opened.latest_period(measure)
    built = opened.values(measure.id)
    if not built.num_rows:
        raise UsageError(
            f"{measure.id} has no values in the last build. If its file, or what is counted, "
            f"is newer than that, run: levelfield build --home {opened.path}"
        )
    reading = benchmark.reading_of_measure(measure, chosen_period)
    matrix = opened.coverage_matrix()
    values = benchmark.with_predecessors(built, opened.lookups.successions, reading)
    few = quality.inconsistent(quality.submitters(matrix, chosen_period))
    if few:
        named = "; ".join(f"{one.provider} ({one.words})" for one in few)
        treated = "left out of the comparison" if consistent else "compared all the same"
        say(f"Not consistent submitters over {chosen_period}, {treated}: {named}.")
    held = set(_providers(values, measure.id, chosen_period))
    if consistent:
        without = [*without, *(one.provider for one in few if one.provider in held)]
    chosen = choose(opened, values, chosen_period, peers, provider, without)
    compared = chosen.group.select(values)
    stratum = ("service", service) if service else (ALL, ALL)
    rows, everybody = (
        benchmark.select(
            table,
            measure=measure.id,
            period=chosen_period,
            org_level="provider",
            stratifier=stratum[0],
            stratum=stratum[1],
        )
        for table in (compared, values)
    )
    if not pc.any(pc.is_valid(rows["value"])).as_py():
        within = f" in the service '{service}'" if service else ""
        there = _services(values, chosen_period) if service else ""
        raise UsageError(
            f"No provider has a value of {measure.id} for {chosen_period}{within}.{there}"
        )
    guards = benchmark.guards(
        values,
        reading,
        measure=measure.id,
        period=chosen_period,
        matrix=matrix,
        members=chosen.group.members,
        successions=opened.lookups.successions,
    )
    return Asked(
        opened,
        measure,
        chosen_period,
        reading,
        values,
        compared,
        rows,
        everybody,
        chosen,
        guards,
        stratum,
    )


def codes_of(text: str) -> list[str]:
    """Codes joined by commas, one by one."""
    return [code for code in (part.strip() for part in text.split(",")) if code]


def _services(values: pa.Table, period: str) -> str:
    """The codes that `--service` may be given, in a sentence."""
    within = pc.and_(pc.equal(values["stratifier"], "service"), pc.equal(values["period"], period))
    known = sorted(set(values.filter(within)["stratum"].to_pylist()))
    if not known:
        return " It is not broken down by service: leave --service out."
    return f" A service is named by the code of its team type. There are: {', '.join(known)}."


def _providers(values: pa.Table, measure: str, period: str) -> list[str]:
    rows = benchmark.select(values, measure=measure, period=period, org_level="provider")
    return list(rows["org_code"].to_pylist())
