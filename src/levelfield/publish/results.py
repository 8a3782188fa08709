"""A home's values as the pages read them: exact for a party, disclosed for the public."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark import (
    Adjusted,
    Bars,
    Comparison,
    Funnel,
    NotComparable,
    Reading,
    Trend,
    adjust,
    adjusted_funnel,
    all_peers,
    benchmark,
    funnel,
    ordered_bars,
    reading_of_measure,
    select,
    trend,
)
from levelfield.core.dates import period_words
from levelfield.core.periods import Month, parse_period
from levelfield.core.values import NATIONAL
from levelfield.disclosure import Effect, Rule, disclose, load_rules
from levelfield.measures import Measure, period_compared, value_kinds
from levelfield.publish.adjusted import adjusted_for
from levelfield.publish.cells import number
from levelfield.publish.site_data import SiteData

Record = Mapping[str, object]

NO_INTERVAL = (
    "No interval is given to the public: the exact one would narrow down the exact counts, and it "
    "is not worked out anew from rounded ones{why}. Differences between providers may be chance. A "
    "provider finds the interval of its own figure on its own page."
)
"""What is said where disclosure control leaves a value and takes its interval."""

NO_INTERVAL_OF_FEW = (
    "No interval is given to the public: its bounds would be the own figures of single people, "
    "with too few beyond them. Differences between providers may be chance. A provider finds the "
    "interval of its own figure on its own page."
)
"""What is said where few stand behind a median, and so too few lie beyond its bounds."""

NO_OUTLOOK = (
    "Whether it will meet the standard is not told: counts as small as these are rounded, which "
    "widens the limits."
)
ROUNDING_SHARE = 0.1

_ROWS_VARY = (
    ": it rests on how the rows behind a figure vary (teams and their pounds, wards and their "
    "days, persons and their contacts), and rounded counts do not tell that"
)


@dataclass(frozen=True)
class MeasureResults:
    """One measure of a home: its values for either audience, and the party's comparison (exact).

    `period` is what is compared (`measures.period_compared`), `usual` what most measures of the
    site compare. `comparison` is None where no provider has a value for it. What is computed on
    public values is computed when a page first asks for it.
    """

    measure: Measure
    period: str
    reading: Reading
    exact: pa.Table
    public: pa.Table
    comparison: Comparison | None
    usual: str
    names: Mapping[str, str] = field(default_factory=dict)
    mix: pa.Table | None = None
    """The cells of case mix of a measure that adjusts for it, in the period compared."""

    def row(self, table: pa.Table, code: str, period: str | None = None) -> Record | None:
        """The unstratified value of an organisation in a period, by default the one compared."""
        found = select(table, measure=self.measure.id, period=period or self.period, org_code=code)
        return found.to_pylist()[0] if found.num_rows else None

    def months(self, code: str) -> dict[str, Record]:
        """The exact values of an organisation that are not broken down, by period."""
        rows = select(self.exact, measure=self.measure.id, org_code=code).to_pylist()
        return {str(row["period"]): row for row in rows}

    def parts(self, table: pa.Table, code: str) -> list[tuple[str, Record]]:
        """The values that go with the measure's own, in words: the quartiles of a median, the two
        proportions of a gap. Empty where it has none."""
        names = sorted(set(table["measure"].to_pylist()) - {self.measure.id})
        found = []
        for name in names:
            rows = select(table, measure=name, period=self.period, org_code=code).to_pylist()
            found += [(name.partition(".")[2].replace("_", " "), row) for row in rows]
        return found

    @property
    def moment(self) -> str:
        """The period in words where it is not the usual one of the pages; else empty."""
        return "" if self.period == self.usual else period_words(self.period)

    @property
    def per(self) -> str:
        """The words that follow a value beside its unit, such as `per contact`; else empty."""
        return self.reading.per

    @property
    def window(self) -> list[str]:
        """The first and the last month that the values compared rest on."""
        shown, back = parse_period(self.period), self.measure.months - 1 + self.measure.history
        return [str(Month.of(shown.first).plus(-back)), str(Month.of(shown.last))]

    @cached_property
    def held(self) -> pa.Table:
        """The public value of each provider in the period compared."""
        own = self.measure.id
        return select(self.public, measure=own, period=self.period, org_level="provider")

    @cached_property
    def no_interval(self) -> str:
        """Why public values have no interval though the exact ones do; empty where they have."""
        public, exact = (
            select(one, measure=self.measure.id, period=self.period)
            for one in (self.public, self.exact)
        )
        # Where one public value has its interval, the others lack theirs for reasons of their own.
        given = pc.any(pc.is_valid(public["lower"])).as_py()
        known = pc.any(pc.is_valid(exact["lower"])).as_py()
        shown = pc.any(pc.is_valid(public["value"])).as_py()
        if given or not (known and shown):
            return ""
        if self.measure.statistic == "median":
            return NO_INTERVAL_OF_FEW
        rows = self.measure.interval in ("clustered", "student")
        return NO_INTERVAL.format(why=_ROWS_VARY if rows else "")

    @cached_property
    def peers(self) -> str:
        """Who is compared, in words; empty where nobody is."""
        codes = self.held["org_code"].to_pylist()
        return all_peers(codes).words if codes else ""

    @cached_property
    def public_funnel(self) -> Funnel | NotComparable:
        """The funnel of what the public may see."""
        return funnel(self.held, self.reading, names=self.names)

    @cached_property
    def public_bars(self) -> Bars | NotComparable:
        """The providers in the order of what the public may see."""
        return ordered_bars(self.held, self.reading, names=self.names)

    @property
    def beside_others(self) -> Funnel | Bars | NotComparable:
        """The funnel where public values bear one, else the ordered bars."""
        among = self.public_funnel
        return among if isinstance(among, Funnel) else self.public_bars

    @cached_property
    def public_trends(self) -> dict[str, Trend | NotComparable]:
        """How each provider's public figure moves, by its code."""
        held = select(self.public, measure=self.measure.id, org_level="provider")
        return {
            code: trend(held.filter(pc.equal(held["org_code"], code)), self.reading)
            for code in sorted(pc.unique(held["org_code"]).to_pylist())
        }

    @cached_property
    def adjusted(self) -> Adjusted | NotComparable | None:
        """Crude and adjusted, exact; None for what asks for no adjustment and has no services."""
        if self.mix is None and "service" not in self.measure.stratifiers:
            return None
        own = self.measure.id
        rows = select(self.exact, measure=own, period=self.period, org_level="provider")
        if not rows.num_rows:
            return None
        return adjust(self.measure, rows, self.exact, self.mix, self.reading, self.names)

    @cached_property
    def public_adjusted(self) -> Adjusted | NotComparable | None:
        """The same as the public may see it."""
        return self.adjusted_beside(self.held)

    def adjusted_beside(self, held: pa.Table) -> Adjusted | NotComparable | None:
        """The same over values as their reader may see them, round everybody's public value."""
        if not isinstance(self.adjusted, Adjusted):
            return self.adjusted
        national = self.row(self.public, NATIONAL)
        overall = number(national["value"]) if national else None
        shown = None
        if overall is not None:
            rule = load_rules()[self.measure.small_numbers]
            shown = adjusted_for(self.adjusted, held, overall, self.reading, rule, self.names)
        return shown or NotComparable("No adjustment: too few figures are left for the public.")

    @cached_property
    def public_adjusted_funnel(self) -> Funnel | NotComparable | None:
        """The funnel of counted over expected events, as the public may see it."""
        found = self.public_adjusted
        if not isinstance(found, Adjusted):
            return found
        return adjusted_funnel(found, self.reading, names=self.names)

    @cached_property
    def national_trend(self) -> Trend | NotComparable:
        """How everybody's figure moves, as the public may see it. Whether a standard will be met is
        not claimed where rounding makes the limits wider than the figures are."""
        national = select(self.public, measure=self.measure.id, org_level="national")
        found = trend(national, self.reading)
        rule = load_rules()[self.measure.small_numbers]
        if isinstance(found, Trend) and found.assurance and _widened(found, self.reading, rule):
            bare = trend(national, replace(self.reading, standard=None))
            found = replace(found, assurance=None, sentence=f"{bare.sentence} {NO_OUTLOOK}")
        return found


def _widened(found: Trend, reading: Reading, rule: Rule) -> bool:
    """Whether rounding makes up more than a tenth of the variance that the last limits stand on.

    A count rounded to a multiple of b has an error of variance b²/12; a share n/d of two such
    counts one of (b²/12)(1 + (n/d)²)/d².
    """
    if not reading.is_share or rule.round_to == 1:
        return False
    value, size, mean, upper = (
        np.array(found.points[name].to_pylist(), dtype=float)
        for name in ("value", "denominator", "mean", "upper_limit")
    )
    rounding = np.nanmedian((1 + value**2) / size**2) * rule.round_to**2 / 12
    return bool(rounding > ROUNDING_SHARE * ((upper[-1] - mean[-1]) / 3) ** 2)


def results(data: SiteData) -> tuple[dict[str, MeasureResults], Effect]:
    """Each measure's results by id in the site's order, and what disclosure control did."""
    rules = {measure.id: load_rules()[measure.small_numbers] for measure in data.measures}
    kinds = value_kinds(data.measures)
    public, effect = disclose(data.values, "public", rules=rules, kinds=kinds)
    found = {}
    for measure in data.measures:
        exact = _of(data.values, measure.id)
        if exact.num_rows:
            found[measure.id] = _results(data, measure, exact, _of(public, measure.id))
    return found, effect


def _results(data: SiteData, measure: Measure, exact: pa.Table, public: pa.Table) -> MeasureResults:
    period = period_compared(measure, exact, data.months)
    reading = reading_of_measure(measure, period)
    held = select(exact, measure=measure.id, period=period, org_level="provider")
    comparison = None
    if held.num_rows:
        comparison = benchmark(
            select(exact, measure=measure.id),
            reading,
            measure=measure.id,
            period=period,
            names=data.names,
        )
    mix = data.mixes.get(measure.id)
    return MeasureResults(
        measure, period, reading, exact, public, comparison, data.period, data.names, mix
    )


def _of(values: pa.Table, measure: str) -> pa.Table:
    """A measure's rows and those of its parts, which are named after it (`measure.part`)."""
    own = pc.equal(values["measure"], measure)
    return values.filter(pc.or_(own, pc.starts_with(values["measure"], f"{measure}.")))


def strata(table: pa.Table, measure: str, period: str, stratifier: str) -> list[Record]:
    """The national values of a measure by one stratifier, in the order of the strata."""
    wanted = {"measure": measure, "period": period, "stratifier": stratifier}
    for name, text in {**wanted, "org_level": "national"}.items():
        table = table.filter(pc.equal(table[name], text))
    rows: list[Record] = table.sort_by("stratum").to_pylist()
    return rows
