"""Case-mix regression: expected events from a logistic or Poisson model over everybody.

The model knows the case mix and not who the organisation is, so that what an organisation adds
stays in observed over expected.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa

from levelfield.benchmark.adjusted import Adjusted, Expected, beside_crude, sentence
from levelfield.benchmark.model import Model, c_statistic, tenths
from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import NotComparable
from levelfield.benchmark.strata import Strata, read_strata
from levelfield.benchmark.tables import Floats, one_row_each, texts
from levelfield.benchmark.words import Names, listed

Family = Literal["logistic", "poisson"]

FEWEST_IN_LEVEL = 10
"""Events, and for shares people without one, below which a level has no term of its own."""

FEWEST_TOLD_APART = 0.55
"""The c statistic below which a model says hardly more than chance."""

_HARDLY = " It tells people apart hardly better than chance: adjusting changes little."

FOLDS = 5
"""Groups of organisations, each predicted by a model of the others."""


def case_mix_model(
    values: pa.Table,
    counts: pa.Table,
    reading: Reading,
    *,
    by: Sequence[str],
    family: Family,
    names: Names | None = None,
) -> Adjusted | NotComparable:
    """Observed over expected events by a regression on case mix, with the model that expected them.

    `values` and `counts` as for `standardise`. Main effects of the columns `by`, each level against
    the one with most people; levels with fewer than ten events (or people without) are taken
    together with that one. Everybody's organisations count alike, with no term for them. How well
    the model does is reckoned for organisations it has not seen: in turn a fifth of them, in the
    order of their codes, is predicted from the others; with fewer than five organisations it is
    reckoned on those it was fitted to, and says so.
    NotComparable as for `standardise`, and where a logistic model meets a rate, a fit does not
    come to an end, or every level is too rare. Raises ValueError as `standardise`.
    Source: generalised linear models by statsmodels (Seabold & Perktold, 2010); calibration as in
    Steyerberg (2009), Clinical Prediction Models, chapter 15.
    """
    one_row_each(values, "org_code")
    if family == "logistic" and not reading.is_share:
        return NotComparable("No adjustment: a logistic model is for a share, not for a rate.")
    strata = read_strata(counts, texts(values, "org_code"), by, reading)
    if isinstance(strata, NotComparable):
        return strata
    if family == "logistic" and strata.overall == 1:
        return NotComparable("No adjustment: everybody has the event, whatever their case mix.")
    design = _design(strata, logistic=family == "logistic")
    if len(design.terms) == 1:
        return NotComparable("No adjustment: no level of the case mix has events enough.")
    whole = _fit(family, design.matrix, strata.events.sum(axis=0), strata.size.sum(axis=0))
    if not whole.converged:
        return NotComparable("No adjustment: the model did not settle on any estimate.")
    risk = np.asarray(whole.predict(design.matrix))
    variance = risk * (1 - risk) if reading.is_share else risk
    found = Expected(
        strata.events.sum(axis=1),
        strata.size.sum(axis=1),
        strata.size @ risk,
        strata.size @ variance,
    )
    overall = strata.overall * reading.multiplier
    points, cut = beside_crude(values, found, reading, overall)
    named = listed([column.replace("_", " ") for column in by])
    model = _model(strata, design, whole, family)
    return Adjusted(
        points=points,
        strata=strata.table(reading.multiplier),
        overall=overall,
        model=model,
        method=f"{family} regression on case mix",
        parameters={
            "adjusted for": named,
            "reference": overall,
            "reference is": "all organisations compared, taken together",
            "terms": len(design.terms) - 1,
            "levels taken with the reference level": ", ".join(design.rare) or "none",
            "adjusted value": "observed over expected events, times everybody's value",
            "intervals of effects": "95%, as if people were independent within organisations",
            **({"cut to 100%": cut} if cut else {}),
        },
        sentence=f"{sentence(points, reading, named, names or {})} {model.sentence}",
    )


class _Term(NamedTuple):
    column: str
    level: str


class _Design(NamedTuple):
    """What the model is fitted on: a row per stratum, a column per term."""

    matrix: Floats
    terms: list[_Term]
    references: list[_Term]
    rare: list[str]


def _design(strata: Strata, logistic: bool) -> _Design:
    events, size = strata.events.sum(axis=0), strata.size.sum(axis=0)
    columns = [np.ones(size.shape)]
    terms, references, rare = [_Term("everybody", "")], list[_Term](), list[str]()
    for place, name in enumerate(strata.by):
        held = np.array([stratum[place] for stratum in strata.names])
        people = {level: size[held == level].sum() for level in np.unique(held)}
        reference = max(people, key=lambda level: (people[level], level))
        references.append(_Term(name, str(reference)))
        for level in people:
            inside = held == level
            if level == reference:
                continue
            hits = events[inside].sum()
            misses = people[level] - hits if logistic else hits
            if min(hits, misses) < FEWEST_IN_LEVEL:
                rare.append(f"{name.replace('_', ' ')} {level}")
                continue
            columns.append(inside.astype(float))
            terms.append(_Term(name, str(level)))
    return _Design(np.column_stack(columns), terms, references, rare)


def _fit(family: Family, matrix: Floats, events: Floats, size: Floats, **given: Any) -> Any:
    """The model fitted to cells of people alike; `given` may hold an offset."""
    # It takes a second to load, and only those who adjust should wait for it.
    import statsmodels.api as sm

    if family == "logistic":
        outcome: Floats = np.column_stack([events, size - events])
        model = sm.GLM(outcome, matrix, family=sm.families.Binomial(), **given)
    else:
        model = sm.GLM(events, matrix, family=sm.families.Poisson(), exposure=size, **given)
    with warnings.catch_warnings():
        # With a term for each stratum the fit is exact, which is no fault of anything.
        warnings.simplefilter("ignore")
        return model.fit()


def _model(strata: Strata, design: _Design, whole: Any, family: Family) -> Model:
    held_out = strata.size.shape[0] >= FOLDS
    risk = _held_out(strata, design, family) if held_out else None
    if risk is None:
        risk = np.broadcast_to(np.asarray(whole.predict(design.matrix)), strata.size.shape)
    kept = strata.size > 0
    predicted, events, size = risk[kept], strata.events[kept], strata.size[kept]
    logistic = family == "logistic"
    line = np.log(predicted / (1 - predicted)) if logistic else np.log(predicted)
    one = np.ones((len(line), 1))
    large = float(_fit(family, one, events, size, offset=line).params[0])
    varies = np.ptp(line) > 1e-9
    slope = float("nan")
    if varies:
        slope = float(_fit(family, np.column_stack([one, line]), events, size).params[1])
    tells = c_statistic(predicted, events, size - events) if logistic else float("nan")
    if logistic:
        last = ("c statistic", tells, 1.0, "0.5 is no better than chance")
    else:
        explained = 1 - whole.deviance / whole.null_deviance if whole.null_deviance else np.nan
        last = (
            "deviance explained",
            float(explained),
            1.0,
            "of the differences between strata, by the model fitted to everybody",
        )
    rows = [
        ("calibration in the large", large, 0.0, "above 0 more events than expected came"),
        ("calibration slope", slope, 1.0, "below 1 predictions are too extreme"),
        last,
    ]
    names = ["what", "value", "ideal", "words"]
    whom = "organisations it had not seen" if held_out else "the organisations it was fitted to"
    return Model(
        coefficients=_coefficients(design, whole),
        calibration=tenths(predicted, events, size, logistic),
        performance=pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows]),
        held_out=held_out,
        sentence=(
            f"For {whom} the model's calibration slope is {slope:.2f} (ideally 1) and its "
            f"{last[0]} {last[1]:.2f}."
            f"{_HARDLY if logistic and tells < FEWEST_TOLD_APART else ''}"
        ),
    )


def _held_out(strata: Strata, design: _Design, family: Family) -> Floats:
    """The risk of each organisation's strata by a model of the other organisations."""
    fold = np.arange(strata.size.shape[0]) % FOLDS
    risk = np.zeros(strata.size.shape)
    for number in range(FOLDS):
        others = fold != number
        events, size = strata.events[others].sum(axis=0), strata.size[others].sum(axis=0)
        there = size > 0
        fitted = _fit(family, design.matrix[there], events[there], size[there])
        risk[~others] = fitted.predict(design.matrix)
    return np.clip(risk, 1e-12, 1 - 1e-12 if family == "logistic" else None)


def _coefficients(design: _Design, whole: Any) -> pa.Table:
    bounds = np.asarray(whole.conf_int())
    rows = [
        {
            "term": term.column,
            "level": term.level,
            "coefficient": float(whole.params[n]),
            "standard_error": float(whole.bse[n]),
            "effect": float(np.exp(whole.params[n])),
            "lower": float(np.exp(bounds[n, 0])),
            "upper": float(np.exp(bounds[n, 1])),
            "p": float(whole.pvalues[n]),
        }
        for n, term in enumerate(design.terms)
    ]
    for reference in design.references:
        rows.append({"term": reference.column, "level": reference.level, "effect": 1.0})
    rows.sort(key=lambda row: (row["term"] != "everybody", str(row["term"]), str(row["level"])))
    floats = ["coefficient", "standard_error", "effect", "lower", "upper", "p"]
    fields = [("term", pa.string()), ("level", pa.string())]
    return pa.Table.from_pylist(rows, pa.schema([*fields, *((n, pa.float64()) for n in floats)]))
