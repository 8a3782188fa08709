"""Benchmark: values → comparisons, each with its method, its parameters and a sentence.

`benchmark` holds every organisation of a measure against its peers and its past; `funnel`,
`ordered_bars` and `trend` are its parts. What the values cannot bear comes back as
`NotComparable` with the reason. All of it is computed on exact values.
"""

from levelfield.benchmark.bars import ordered_bars
from levelfield.benchmark.compare import Comparison, benchmark
from levelfield.benchmark.funnel import funnel
from levelfield.benchmark.reading import Reading, reading_of_measure, reading_of_series
from levelfield.benchmark.results import Bars, Funnel, NotComparable, Trend
from levelfield.benchmark.tables import select
from levelfield.benchmark.trend import trend
from levelfield.benchmark.words import method_words

__all__ = [
    "Bars",
    "Comparison",
    "Funnel",
    "NotComparable",
    "Reading",
    "Trend",
    "benchmark",
    "funnel",
    "method_words",
    "ordered_bars",
    "reading_of_measure",
    "reading_of_series",
    "select",
    "trend",
]
