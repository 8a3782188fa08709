"""What a site is made from: results as they are, with nothing left to compute from records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import pyarrow as pa

from levelfield.benchmark import Organisation
from levelfield.commissioning.block_review import Review
from levelfield.core.periods import FinancialYear, Month
from levelfield.core.successions import Succession
from levelfield.currencies import Scheme, Worked
from levelfield.measures import Composite, Measure, usual_period
from levelfield.payment import Shadow, Statement
from levelfield.payment.scenarios import (
    Comparison,
    Impact,
    PlannedStatement,
    Reconciliation,
    Sweep,
)
from levelfield.quality import Break
from levelfield.tariff import ErrorEstimate, PriceList


@dataclass(frozen=True)
class Finding:
    """How often a provider's submissions of a month broke a rule.

    `severity` is file, group, record or warning; `words` say what is wrong, for the submitter.
    """

    provider: str
    period: str
    rule: str
    severity: str
    table: str
    field: str
    words: str
    count: int


@dataclass(frozen=True)
class Changed:
    """What lies between two statements: `before` and `after` say what each is, in words.

    `name` tells it from others in the site.
    """

    name: str
    before: str
    after: str
    made: Reconciliation


@dataclass(frozen=True)
class SiteData:
    """All that the pages show, exact: disclosure control happens on the way out.

    `title` names the system the data come from, `simulated` whether people made it up, `year` the
    financial year of the last month held. `names`
    holds the names of providers and commissioners by code. `values` are the home's own, in
    VALUE_SCHEMA; `measures` the definitions behind them, in the order of the pages, `composites`
    those of the means of several; `mixes` has the cells of case mix of those that adjust for it
    (`benchmark.count_mix`), in the period that their pages compare. `coverage` is
    the coverage fact, `matrix` every provider and month (`quality.coverage_matrix`), `quality` the
    values of data quality, `field_quality` the fact, `breaks` the breaks in series, `successions`
    who went into whom, `organisations` their type and region. `counts` are units of care in
    `currencies.COUNT_SCHEMA` under `scheme`, that of the build, and `other_counts` those under the
    others, by the scheme's id. `published` holds the values of published data sets by id.
    `statements_left_out` are the files of statements that stand as they were issued, while the
    present data give other lines. `planned` are statements
    beside their plans, `scenarios` and `impacts` what is held against what, by id, `reviews` blocks
    that were taken apart, `changes` what lies between two statements, and `left_out` the files of
    those that cannot be shown. `snapshot` names the data that all was built from. `schemes` are
    those that may be looked through, with their examples `worked` out by the scheme's id, and
    `price_lists` those that may be read by all. Parts that a home does not have are left empty, and
    their pages say what to do.
    """

    title: str
    simulated: bool
    year: FinancialYear
    generated_at: datetime
    snapshot: str
    names: Mapping[str, str]
    values: pa.Table
    measures: tuple[Measure, ...]
    coverage: pa.Table
    composites: tuple[Composite, ...] = ()
    mixes: Mapping[str, pa.Table] = field(default_factory=dict)
    matrix: pa.Table | None = None
    quality: pa.Table | None = None
    field_quality: pa.Table | None = None
    breaks: tuple[Break, ...] = ()
    successions: tuple[Succession, ...] = ()
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    counts: pa.Table | None = None
    scheme: Scheme | None = None
    other_counts: Mapping[str, pa.Table] = field(default_factory=dict)
    schemes: tuple[Scheme, ...] = ()
    worked: Mapping[str, tuple[Worked, ...]] = field(default_factory=dict)
    price_lists: tuple[PriceList, ...] = ()
    estimates: tuple[ErrorEstimate, ...] = ()
    statements: tuple[Statement, ...] = ()
    statements_left_out: tuple[str, ...] = ()
    shadows: tuple[Shadow, ...] = ()
    planned: tuple[PlannedStatement, ...] = ()
    scenarios: tuple[tuple[str, Comparison, Sweep | None], ...] = ()
    impacts: tuple[tuple[str, Impact], ...] = ()
    reviews: tuple[Review, ...] = ()
    changes: tuple[Changed, ...] = ()
    left_out: tuple[str, ...] = ()
    published: Mapping[str, pa.Table] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """An organisation's name, or its code where nobody has named it."""
        return self.names.get(code, code)

    def counts_of(self, scheme: Scheme) -> pa.Table | None:
        """The counted units under a scheme; None where nobody has counted them."""
        if self.scheme is not None and scheme.id == self.scheme.id:
            return self.counts
        return self.other_counts.get(scheme.id)

    @cached_property
    def months(self) -> list[Month]:
        """The months that are held of any provider, in order; of a home without facts those of
        `year`."""
        held = {Month.parse(period) for period in self.coverage["period"].to_pylist()}
        return sorted(held) or self.year.months

    @property
    def period(self) -> str:
        """The period that measures are compared in unless they have none such."""
        return usual_period(self.months)

    @property
    def providers(self) -> list[str]:
        """Codes of the providers with data, in the order of their names."""
        held = set(self.coverage["provider"].to_pylist())
        return sorted(held, key=lambda code: (self.name(code), code))
