"""The site of a home: everything that has been built, gathered for the pages."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from levelfield import benchmark, currencies, intake, publish, published, tariff
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.core.progress import Progress
from levelfield.datasets import load_dataset
from levelfield.engine import open_engine
from levelfield.home import SCHEME, Home
from levelfield.intake.findings import FALLS_WITH
from levelfield.intake.rules.catalogue import RuleText
from levelfield.measures import load_composites, load_measures, period_compared
from levelfield.pipeline.commissioning import kept_reviews
from levelfield.pipeline.reconciling import kept_reconciliations
from levelfield.pipeline.scenarios import kept_impacts, kept_scenarios
from levelfield.pipeline.statements import kept_statements

SIMULATED_KEY = "demonstration"
"""The fingerprint that receipts give the demonstration's key: its people are simulated."""


def publish_site(
    home: Home, out: Path, progress: Progress | None = None, *, png: bool = False
) -> publish.PublishResult:
    """Write the static site of a home to `out`, replacing a site that is there; `png` as for
    `publish`."""
    publish.refuse_other(out)
    refuse_inside(home, out)
    return publish.publish(site_data(home), out, progress, png=png)


def export_values(home: Home, out: Path) -> publish.Exported:
    """Write the public values of a home for other programs to `out`, replacing an export there."""
    publish.refuse_other(out, "export")
    refuse_inside(home, out)
    return publish.export(value_data(home), out)


def refuse_inside(home: Home, out: Path) -> None:
    """Raise UsageError for a place in the home, which holds nothing for readers of a site."""
    if home.path in (out.resolve(), *out.resolve().parents):
        raise UsageError(f"{out} lies in the home. Choose a place outside {home.path}.")


def site_data(home: Home) -> publish.SiteData:
    """Everything that the pages of a home show, exact: disclosure control comes on the way out."""
    data = value_data(home)
    counts, scheme = home.counts(), currencies.load_scheme(SCHEME)
    schemes = tuple(map(currencies.load_scheme, currencies.schemes()))
    kept = kept_statements(home)
    contracts = {one.contract.id: one.contract for one in kept}
    reviews, reviews_left = kept_reviews(home)
    changes, changes_left = kept_reconciliations(home)
    return replace(
        data,
        matrix=home.coverage_matrix(),
        quality=home.data_quality(),
        field_quality=home.fact("field_quality"),
        findings=tuple(_findings(_receipts(home))),
        counts=counts,
        scheme=scheme,
        # The build counts one scheme; the others take the time of a page, not that of a build.
        other_counts={one.id: home.group(one) for one in schemes if one.id != SCHEME},
        schemes=schemes,
        worked=worked_examples(),
        price_lists=tuple(map(tariff.load_price_list, tariff.price_lists())),
        estimates=tuple(tariff.estimate_errors(scheme, counts, home.lookups.price_list(SCHEME))),
        statements=tuple(one.statement for one in kept if one.statement),
        statements_left_out=tuple(
            one.file.relative_to(home.path).as_posix() for one in kept if not one.statement
        ),
        shadows=tuple(home.shadow(contract) for contract in contracts.values()),
        planned=tuple(one.planned for one in kept if one.planned),
        scenarios=tuple(kept_scenarios(home)),
        impacts=tuple(kept_impacts(home)),
        reviews=tuple(reviews),
        changes=tuple(changes),
        left_out=(*reviews_left, *changes_left),
        published={name: published.load_published(name) for name in published.published_datasets()},
    )


def value_data(home: Home) -> publish.SiteData:
    """The part of `site_data` that is about measures and composites: all that an export holds."""
    home.require_current()
    simulated = all(r["settings"]["pseudonym_key"] == SIMULATED_KEY for r in _receipts(home))
    last = max((Month.parse(one.period) for one in home.active()), default=Month(2026, 3))
    values = home.values()
    return publish.SiteData(
        title="A simulated system" if simulated else f"Submissions in {home.path.name}",
        simulated=simulated,
        year=last.financial_year,
        generated_at=datetime.now().replace(microsecond=0),
        snapshot=home.warehouse.snapshot(),
        names=home.lookups.names,
        values=values,
        measures=tuple(load_measures().values()),
        coverage=home.coverage(),
        composites=tuple(load_composites().values()),
        mixes=_mixes(home, values),
        breaks=home.breaks(),
        successions=home.lookups.successions,
        organisations=home.lookups.organisations,
    )


def _receipts(home: Home) -> list[dict[str, Any]]:
    return [home.warehouse.receipt(submission) for submission in home.active()]


@cache
def worked_examples() -> Mapping[str, tuple[currencies.Worked, ...]]:
    """The examples of every scheme that ships, each record with the rows that it came past."""
    found: dict[str, tuple[currencies.Worked, ...]] = {}
    for name in currencies.schemes():
        scheme = currencies.load_scheme(name)
        with closing(open_engine("duckdb", threads=1)) as engine:
            found[name] = tuple(
                currencies.explain_example(engine, scheme, one) for one in scheme.worked
            )
    return found


def _mixes(home: Home, values: pa.Table) -> dict[str, pa.Table]:
    """The cells of case mix of the measures that adjust for it and have values."""
    held = set(values["measure"].to_pylist())
    asked = [one for one in load_measures().values() if one.adjustment and one.id in held]
    with closing(home.engine(read={one.fact for one in asked})) as engine:
        return {
            one.id: benchmark.count_mix(engine, one, period_compared(one, values, home.months))
            for one in asked
        }


def _findings(receipts: list[dict[str, Any]]) -> list[publish.Finding]:
    """The findings of the active submissions, in the words of the rules."""
    texts = intake.rule_texts(load_dataset().version)
    return [
        publish.Finding(
            provider=receipt["provider"],
            period=receipt["period"],
            rule=found["rule"],
            severity=found["severity"].removeprefix("reject_"),
            table=found["table"],
            field=found["field"],
            words=_words(found, texts),
            count=found["count"],
        )
        for receipt in receipts
        for found in receipt["findings"]
    ]


def _words(found: Mapping[str, Any], texts: Mapping[str, RuleText]) -> str:
    """What a rule says; of records that merely fell with their parent, that they did."""
    if found.get("follows"):
        return FALLS_WITH
    return texts[found["rule"]].message if found["rule"] in texts else str(found["rule"])
