"""What explanations stand on: the results, facts and submissions of one home."""

from collections.abc import Iterable
from functools import cached_property
from typing import NoReturn

import pyarrow as pa

from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.engine import Engine, open_engine
from levelfield.explain.explanation import Source
from levelfield.facts import OF_RETURN, Held, held, load_fact, register_facts
from levelfield.warehouse import Results, Warehouse


class Ground:
    """One home while something of it is explained; the engine reads its facts as they are."""

    def __init__(self, warehouse: Warehouse, engine_name: str) -> None:
        self.warehouse = warehouse
        self.results = Results(warehouse.home)
        self._engine_name = engine_name

        self._engine: Engine | None = None

    def engine(self, *facts: str) -> Engine:
        """The engine, with these facts under their names."""
        if self._engine is None:
            self._engine = open_engine(self._engine_name)
        register_facts(self.warehouse, self._engine, facts)
        return self._engine

    def close(self) -> None:
        """Free what the engine holds."""
        if self._engine is not None:
            self._engine.close()

    @cached_property
    def coverage(self) -> pa.Table:
        return self.engine("coverage").query("SELECT * FROM coverage")

    @cached_property
    def snapshot(self) -> str:
        """The snapshot that the present build was made from."""
        return str(self.results.about()["snapshot"])

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said when the submissions have moved on since the build."""
        if self.warehouse.snapshot() == self.snapshot:
            return ()
        return (
            "Submissions have come in since the last build: the figure is of that build "
            f"(snapshot {self.snapshot}) and may change with the next.",
        )

    def held(self, fact: str) -> Held:
        """What is held for a fact, and the data that it was made from."""
        return held(self.engine("coverage", fact), fact)

    def refuse(self, key: str) -> NoReturn:
        """Raise UsageError for a key that names no figure of the present build."""
        built = str(self.results.about()["built_at"]).replace("T", " at ")
        raise UsageError(
            f"{key} is not a figure of the present build (snapshot {self.snapshot}, built "
            f"{built}). It may be of an earlier build or of another home: build again from the "
            "submissions it was made from, or ask whoever published it."
        )

    def sources(
        self, fact: str, providers: Iterable[str], months: Iterable[Month]
    ) -> tuple[Source, ...]:
        """The submissions behind a fact's rows of these providers and months, or the returns."""
        if not load_fact(fact).every:
            return self.submissions(providers, months)
        wanted, periods = set(providers), {str(month) for month in months}
        kept = {one.id: one for one in self.warehouse.catalogue.returns()}
        rows = self.engine(fact).query(
            f"SELECT DISTINCT provider, period, {OF_RETURN} FROM {fact} ORDER BY 1, 2, 3"
        )
        return tuple(
            Source(
                provider=row["provider"],
                period=row["period"],
                window="return",
                id=row[OF_RETURN],
                received=kept[row[OF_RETURN]].committed_at.isoformat(" ", "seconds"),
            )
            for row in rows.to_pylist()
            if row["provider"] in wanted and row["period"] in periods
        )

    def submissions(self, providers: Iterable[str], months: Iterable[Month]) -> tuple[Source, ...]:
        """The submissions of the build behind these providers and months."""
        wanted, periods = set(providers), {str(month) for month in months}
        rows = sorted(self.coverage.to_pylist(), key=lambda row: (row["provider"], row["period"]))
        return tuple(
            Source(
                provider=row["provider"],
                period=row["period"],
                window=row["submission_window"],
                id=row["submission_id"],
                received=str(row["received_at"]).replace("T", " "),
            )
            for row in rows
            if row["provider"] in wanted and row["period"] in periods
        )
