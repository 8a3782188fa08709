"""Benchmark: values → comparisons, each with its method, its parameters and a sentence.

`benchmark` holds every organisation of a measure against its peers and its past; `funnel`,
`ordered_bars` and `trend` are its parts. Beside it: peers (`like_peers`, `nearest_neighbours`),
like with like (`adjust`, `standardise`, `case_mix_model`), `ranks` with their interval, `equity`
between groups of people, the same providers over time (`matched_panel`), a whole page of measures
(`findings`) and of months (`news`), and what stands in the way (`guards`). What the values cannot
bear comes back as `NotComparable` with the reason. A party's comparisons are of exact values; those
of a public page are of what disclosure control has let through.
"""

from levelfield.benchmark.adjust import adjust
from levelfield.benchmark.adjusted import Adjusted
from levelfield.benchmark.bars import ordered_bars
from levelfield.benchmark.case_mix import CASE_MIX, CaseMix, case_mix
from levelfield.benchmark.compare import Comparison, benchmark
from levelfield.benchmark.equity import Equity, equities, equity
from levelfield.benchmark.findings import Findings, findings
from levelfield.benchmark.funnel import adjusted_funnel, funnel
from levelfield.benchmark.guards import GUARD_SCHEMA, guard_words, guards
from levelfield.benchmark.inequality import Slope
from levelfield.benchmark.merged import counts_of_successors, with_predecessors
from levelfield.benchmark.mix import count_mix, mix_queries
from levelfield.benchmark.model import Model
from levelfield.benchmark.nearest import Neighbours, Weights, load_weights, nearest_neighbours
from levelfield.benchmark.news import News, news
from levelfield.benchmark.organisations import (
    Organisation,
    read_organisations,
)
from levelfield.benchmark.panel import Panel, matched_panel
from levelfield.benchmark.peers import (
    PeerGroup,
    PeerKind,
    all_peers,
    like_peers,
    listed_peers,
    peers_without,
)
from levelfield.benchmark.ranks import Ranked, ranks
from levelfield.benchmark.reading import (
    Reading,
    forbidden,
    reading_of_composite,
    reading_of_measure,
    reading_of_series,
)
from levelfield.benchmark.regression import case_mix_model
from levelfield.benchmark.results import Bars, Funnel, NotComparable, Trend
from levelfield.benchmark.standardised import standardise
from levelfield.benchmark.strata import counts_by
from levelfield.benchmark.tables import select
from levelfield.benchmark.trend import trend
from levelfield.benchmark.words import method_words

__all__ = [
    "CASE_MIX",
    "GUARD_SCHEMA",
    "Adjusted",
    "Bars",
    "CaseMix",
    "Comparison",
    "Equity",
    "Findings",
    "Funnel",
    "Model",
    "Neighbours",
    "News",
    "NotComparable",
    "Organisation",
    "Panel",
    "PeerGroup",
    "PeerKind",
    "Ranked",
    "Reading",
    "Slope",
    "Trend",
    "Weights",
    "adjust",
    "adjusted_funnel",
    "all_peers",
    "benchmark",
    "case_mix",
    "case_mix_model",
    "count_mix",
    "counts_by",
    "counts_of_successors",
    "equities",
    "equity",
    "findings",
    "forbidden",
    "funnel",
    "guard_words",
    "guards",
    "like_peers",
    "listed_peers",
    "load_weights",
    "matched_panel",
    "method_words",
    "mix_queries",
    "nearest_neighbours",
    "news",
    "ordered_bars",
    "peers_without",
    "ranks",
    "read_organisations",
    "reading_of_composite",
    "reading_of_measure",
    "reading_of_series",
    "select",
    "standardise",
    "trend",
    "with_predecessors",
]
