"""A home opened for use from Python: what the commands show, as tables."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from levelfield import benchmark, currencies, explain, facts, measures, payment, quality, tariff
from levelfield.commissioning import before_signature, block_review
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month, parse_period, span
from levelfield.engine import Engine, compose, open_engine
from levelfield.home.lookups import HomeLookups
from levelfield.selection import Selection
from levelfield.warehouse import Results, Submission, Warehouse, active_returns

SCHEME = "ncc-2024-25"
"""The currency scheme that a build groups contacts by."""


class Home:
    """A home on disk. Tables come back as Arrow; `.to_pandas()` and polars read them as they are.

    >>> home = levelfield.open("levelfield-home")           # doctest: +SKIP
    >>> home.values("dna_rate", period="2026-03")           # doctest: +SKIP
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.results = Results(warehouse.home)

    @classmethod
    def open(cls, home: str | Path) -> Self:
        """Open a home that exists; raises WarehouseError otherwise."""
        return cls(Warehouse.open(Path(home)))

    @property
    def path(self) -> Path:
        return self.warehouse.home

    @cached_property
    def lookups(self) -> HomeLookups:
        """The look-ups that the home's submissions were loaded with, and lists of its own."""
        return HomeLookups(self.path / "lookups")

    def active(self) -> list[Submission]:
        """The active submission of every provider and month."""
        return self.warehouse.active()

    def engine(self, name: str = "duckdb", read: Iterable[str] | None = None) -> Engine:
        """An engine in which facts of this home can be read under their names: these, or all for
        None.

        Each is a file for every month of a provider, so that to name those that are read is sooner.
        """
        engine = open_engine(name)
        facts.register_facts(self.warehouse, engine, read)
        return engine

    def fact(self, name: str) -> pa.Table:
        """All rows of a fact; for the large ones an engine and a query may serve better."""
        facts.load_fact(name)
        with closing(self.engine(read=[name])) as engine:
            return engine.query(f"SELECT * FROM {name}")

    def coverage(self) -> pa.Table:
        """What each provider has sent for each month."""
        return self.fact("coverage")

    def data_quality(self, *, provider: str | None = None, period: str | None = None) -> pa.Table:
        """Data quality of the last build: dimensions and maturity index (VALUE_SCHEMA)."""
        table = self.results.read("quality")
        for column, value in (("org_code", provider), ("period", period)):
            if value is not None:
                table = table.filter(pc.equal(table[column], value))
        return table

    def coverage_matrix(self) -> pa.Table:
        """Every provider and month of the last build: what is held, and whether it came in time."""
        return self.results.read("coverage_matrix")

    def standing(self, provider: str, period: str) -> quality.Standing:
        """How good and how late a provider's data of a month or year are, by the last build."""
        return quality.standing(self.data_quality(), self.coverage_matrix(), provider, period)

    def breaks(self) -> tuple[quality.Break, ...]:
        """The breaks in series that concern this home."""
        return quality.find_breaks(self.path, self.coverage())

    def values(
        self,
        measure: str | None = None,
        *,
        period: str | None = None,
        org_level: str | None = None,
        stratifier: str | None = None,
    ) -> pa.Table:
        """Values of the last build in the columns of `core.values.VALUE_SCHEMA`.

        A measure takes its companions in name (`wait_first_contact.lower_quartile`) with it.
        Raises UsageError for a measure that does not exist.
        """
        table = self.results.read("values")
        if measure is not None:
            measures.find_measure(measure)
            names = table["measure"]
            own = pc.or_(pc.equal(names, measure), pc.starts_with(names, f"{measure}."))
            table = table.filter(own)
        wanted = {"period": period, "org_level": org_level, "stratifier": stratifier}
        for column, value in wanted.items():
            if value is not None:
                table = table.filter(pc.equal(table[column], value))
        return table

    def composites(self) -> pa.Table:
        """Values of the composites of the last build (VALUE_SCHEMA): means of several measures."""
        return self.results.read("composites")

    def measure(self, name: str) -> Selection:
        """The values of a measure in the last build, to be chosen from step by step.

        Raises UsageError for a measure that does not exist.
        """
        return Selection(measures.find_measure(name), self.values(name), self.lookups.names)

    def evaluate(
        self,
        measure: measures.Measure,
        missing_attendance: measures.MissingAttendance = "left_out",
        engine: str = "duckdb",
    ) -> pa.Table:
        """The values of one measure, counted now from the facts."""
        with closing(self.engine(engine, ["coverage", measure.fact])) as opened:
            # Of the facts as they are: a submission may have come in since they were built.
            held = facts.held(opened, measure.fact)
            if not held.coverage.num_rows:
                raise UsageError(self._nothing_held(measure))
            values = measures.evaluate(
                opened,
                measure,
                held.snapshot,
                held.coverage,
                missing_attendance,
                self.lookups.successions,
            )
            breaks = quality.find_breaks(self.path, opened.query("SELECT * FROM coverage"))
            return quality.mark_breaks(values, breaks, measures.columns_read())

    def _nothing_held(self, measure: measures.Measure) -> str:
        build = f"levelfield build --home {self.path}"
        if not facts.load_fact(measure.fact).every:
            return f"{self.path}: nothing has been built yet. Run: {build}"
        return (
            f"{self.path}: {measure.id} is counted from returns of the kind {measure.fact}, and "
            "the facts hold none. Load some with: levelfield returns load FILE --home "
            f"{self.path}; then run: {build}"
        )

    def mix(self, measure: measures.Measure, period: str, engine: str = "duckdb") -> pa.Table:
        """Counts of a measure by provider and the case mix that it adjusts for, counted now."""
        with closing(self.engine(engine, [measure.fact])) as opened:
            return benchmark.count_mix(opened, measure, period)

    def group(self, scheme: currencies.Scheme, engine: str = "duckdb") -> pa.Table:
        """Units of care under a scheme, grouped and counted now from the facts."""
        with closing(self.engine(engine, currencies.read_by(scheme))) as opened:
            return opened.query(
                compose(currencies.group_and_count(scheme), currencies.COUNTS_IN_ORDER)
            )

    def why(
        self,
        scheme: currencies.Scheme,
        record: str,
        provider: str = "",
        period: str = "",
        engine: str = "duckdb",
    ) -> list[currencies.Why]:
        """Why the records with a local id have their class; for the parties alone.

        Raises UsageError for an id that no record has.
        """
        with closing(self.engine(engine, currencies.read_by(scheme))) as opened:
            return currencies.explain_record(opened, scheme, record, provider, period)

    def counts(self, scheme: str = SCHEME) -> pa.Table:
        """Units of care of the last build, counted (`currencies.COUNT_SCHEMA`)."""
        return self.results.read(f"counts-{currencies.load_scheme(scheme).id}")

    def reprice(
        self, book: Path, before: date, after: date, provider: str = "", period: str | None = None
    ) -> tariff.Repricing:
        """The home's units by what a price book knew on two days: `period` is a month or a year.

        The lists of the book may be the home's own, and have the market forces factors of its
        providers added.
        Raises UsageError for a provider or period of which the home holds nothing, and as
        `tariff.load_price_book` and `tariff.PriceBook.reprice` do.
        """
        self._require_current_submissions()
        found = tariff.load_price_book(book, self.lookups.price_list)
        units = self._counted(found.scheme)
        if period is not None:
            units = self.counted_in(units, period)
        if provider:
            held = sorted(set(units["provider"].to_pylist()))
            if provider not in held:
                raise UsageError(
                    f"{self.path}: there are no units of the provider '{provider}'. There are some "
                    f"of: {', '.join(held)}."
                )
            units = units.filter(pc.equal(units["provider"], provider))
        return found.reprice(units, before, after)

    def explain(self, key: str) -> explain.Explanation:
        """Where the figure beside this key comes from; raises UsageError for an unknown key."""
        return explain.explain(self.warehouse, key, inputs=self.payment_inputs)

    def statement(self, contract: payment.Contract, period: str) -> payment.Statement:
        """What a contract pays for a month or its year.

        Raises UsageError when a submission has come in since the last build: nobody is paid by
        what has been superseded.
        """
        self.require(period)
        self._require_current_submissions()
        self.lookups.require_parties(contract)
        return payment.statement(contract, period, self.payment_inputs(contract))

    def shadow(self, contract: payment.Contract) -> payment.Shadow:
        """A contract's year as it pays, beside all its activity at unit price.

        Raises UsageError as `statement` does.
        """
        self._require_current_submissions()
        self.lookups.require_parties(contract)
        return payment.shadow(contract, self.payment_inputs(contract))

    def review(
        self,
        contract: payment.Contract,
        notes: block_review.Notes | None = None,
        engine: str = "duckdb",
    ) -> block_review.Review:
        """The block of a contract taken apart: service lines, findings and the bridge.

        Raises UsageError as `statement` does, and as `block_review.review` does.
        """
        self.require_current()
        self.lookups.require_parties(contract)
        standing = self.standing(contract.provider, contract.year)
        inputs = self.payment_inputs(contract)
        with closing(self.engine(engine, block_review.FACTS)) as opened:
            return block_review.review(opened, contract, inputs, standing, notes)

    def guards(
        self,
        contract: payment.Contract,
        register: before_signature.Register,
        costs: str | None = None,
        engine: str = "duckdb",
    ) -> before_signature.Guards:
        """What a proposed contract rests on, judged by a year that the home holds whole.

        `costs` names the price list whose intervals its prices are held against; without it that is
        the contract's own. Raises UsageError as `statement` does, and as
        `before_signature.guards` does.
        """
        self._require_current_submissions()
        self.lookups.require_parties(contract)
        inputs = self.payment_inputs(contract)
        base = before_signature.base_year(contract, inputs)
        with closing(self.engine(engine)) as opened:
            sizes = {
                name: before_signature.record_sizes(
                    opened,
                    currencies.load_scheme(name),
                    contract.provider,
                    contract.commissioner,
                    base,
                )
                for name in before_signature.trimmed_schemes(contract)
            }
            lost = opened.query("SELECT * FROM table_quality")
        prices = self.lookups.price_list(contract.price_list)
        return before_signature.guards(
            contract,
            register,
            inputs,
            self.lookups.price_list(costs) if costs else prices,
            prices,
            self.standing(contract.provider, str(base)),
            lost,
            sizes,
        )

    def payment_inputs(self, contract: payment.Contract) -> payment.PaymentInputs:
        """What the home holds for a contract: counted units, prices, values and registered lists.

        Units under a scheme that the build does not count are grouped now; registered lists are
        read from `lookups/lists`.
        """
        known = measures.load_measures()
        better = {name: one.polarity for name, one in known.items()}
        return payment.PaymentInputs(
            counts={scheme: self._counted(scheme) for scheme in contract.schemes},
            price_lists=self.lookups.prices_for(contract),
            snapshot=str(self.results.about()["snapshot"]),
            values=self.results.read("values") if contract.measured else None,
            measures=better if contract.measured else None,
            shares=[name for name, one in known.items() if one.is_share],
            lists=self.lookups.registered_lists(contract.registered_lists),
        )

    def _counted(self, scheme: str) -> pa.Table:
        if scheme == SCHEME:
            return self.counts(scheme)
        return self.group(currencies.load_scheme(scheme))

    def counted_in(self, counts: pa.Table, period: str) -> pa.Table:
        """The counted units of a month or year: of a year those of its months, or of the year where
        the scheme counts years. UsageError for a period of which the home holds nothing."""
        self.require(period)
        months = [str(m) for m in self.months if period in (str(m), str(m.financial_year))]
        found = counts.filter(pc.is_in(counts["period"], pa.array([*months, period])))
        if counts.num_rows and not found.num_rows:
            held = sorted(set(counts["period"].to_pylist()))
            raise UsageError(
                f"{self.path}: nothing is counted for {period}. There is something for "
                f"{', '.join(held)}."
            )
        return found

    def require(self, period: str) -> None:
        """Raise UsageError unless the facts hold this month, or a month of this year."""
        parse_period(period)
        months = self.months
        if period not in {text for m in months for text in (str(m), str(m.financial_year))}:
            there = f"There is data {span(months[0], months[-1])}." if months else "It is empty."
            raise UsageError(f"{self.path}: there is no data for {period}. {there}")

    def require_current(self) -> None:
        """Raise UsageError when the results do not hold the submissions that are active now, or the
        returns that count now."""
        self._require_current_submissions()
        known = facts.load_facts()
        kept = active_returns(self.warehouse.catalogue.returns())
        ids = {one.id for kind, of in kept.items() if kind in known for one in of.values()}
        if ids != set(self.results.about().get("returns", ())):
            raise UsageError(
                f"{self.path}: returns have been loaded since the last build, and the results do "
                f"not hold them yet. Run: levelfield build --home {self.path}"
            )

    def _require_current_submissions(self) -> None:
        if self.results.about()["snapshot"] != self.warehouse.snapshot():
            raise UsageError(
                f"{self.path}: submissions have been loaded since the last build, and the results "
                f"do not hold them yet. Run: levelfield build --home {self.path}"
            )

    @cached_property
    def months(self) -> list[Month]:
        """The months that the facts hold, for any provider, in order."""
        return sorted({Month.parse(period) for period in self.coverage()["period"].to_pylist()})

    def latest_period(self, measure: measures.Measure, values: pa.Table | None = None) -> str:
        """The period that the measure is compared in unless another is named: as a site does, the
        last financial year held as a whole, without one the last month
        (`measures.period_compared`). `values` are those of the measure where they have been read
        already. Raises UsageError for a home without facts."""
        if not self.months:
            raise UsageError(f"{self.path}: there is no data. Load submissions and build first.")
        held = self.values(measure.id) if values is None else values
        return measures.period_compared(measure, held, self.months)
