"""Equity: how one measure differs between groups of people, with intervals and a test."""

import re
import sys
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark.inequality import Slope, heterogeneity, missing_fifths, slope_of
from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import NotComparable, Parameters
from levelfield.benchmark.tables import Floats, numbers, select, texts, with_numbers
from levelfield.benchmark.words import difference_figure, difference_span, figure, listed
from levelfield.core.values import NATIONAL, SMALL_NUMBER

DEPRIVATION = "deprivation_fifth"

_UNKNOWN = frozenset({"not known", "not stated", "all"})
_NOUNS = {
    DEPRIVATION: "deprivation",
    "sex": "sex",
    "age_band": "age band",
    "ethnic_group": "ethnic group",
}


@dataclass(frozen=True)
class Equity:
    """One organisation's values by one stratifier, each held against a reference stratum."""

    stratifier: str
    points: pa.Table
    """The values, then `difference`, `difference_lower`, `difference_upper` against the reference
    (empty for the reference itself and for what is not compared) and `used`: reference, compared,
    too small, not known, or no value."""
    reference: str
    """The stratum that the others are held against: the least deprived fifth, else the largest."""
    p: float | None
    """How often chance alone would make the strata differ as much; None without counts or interval
    to tell from."""
    slope: Slope | None
    method: str
    parameters: Parameters
    sentence: str


def equity(
    values: pa.Table,
    reading: Reading,
    *,
    measure: str,
    period: str,
    stratifier: str,
    org_level: str = "national",
    org_code: str = NATIONAL,
) -> Equity | NotComparable:
    """The differences between the strata of one organisation's value.

    Strata flagged as small numbers, and people of whom the stratum is not known, stand in the table
    and are not compared; how many they are is said. The interval of a difference adds the squares
    of the two values' own. The test of heterogeneity is Pearson's for a share or a rate if
    enough events are expected in each group (else none), and for others Cochran's from the
    intervals. Slope and relative index need all five fifths; the sentence says which are missing.
    NotComparable with fewer than two strata to compare.
    Source: square-and-add (Newcombe, 1998, Stat Med 17:873-90; Zou & Donner, 2008, Stat Med
    27:1693-702); heterogeneity (Cochran, 1954, Biometrics 10:101-29); indices as
    `statistics.slope_index_of_inequality`.
    """
    held = select(
        values,
        measure=measure,
        period=period,
        org_level=org_level,
        org_code=org_code,
        stratifier=stratifier,
        stratum=None,
    )
    order = sorted(range(held.num_rows), key=lambda n: _natural(held["stratum"][n].as_py()))
    held = held.take(pa.array(order, pa.int64()))
    noun = _NOUNS.get(stratifier, stratifier.replace("_", " "))
    if not held.num_rows:
        return NotComparable(f"No comparison by {noun}: {org_code} has no values by it.")
    used = _used(held)
    compared = np.array([one == "compared" for one in used])
    if compared.sum() < 2:
        return NotComparable(_why_not(noun, used))
    names, size = np.array(texts(held, "stratum")), numbers(held, "denominator")
    place = int(np.argmax(np.where(compared, size, -1)))
    if stratifier == DEPRIVATION:
        place = int(np.flatnonzero(compared)[np.argmax(names[compared])])
    used[place] = "reference"
    value, lower, upper = (numbers(held, name) for name in ("value", "lower", "upper"))
    others = compared & (np.arange(held.num_rows) != place)
    difference = np.where(others, value - value[place], np.nan)
    points = with_numbers(
        held,
        difference=difference,
        difference_lower=difference - np.hypot(value - lower, upper[place] - value[place]),
        difference_upper=difference + np.hypot(upper - value, value[place] - lower[place]),
    ).append_column("used", pa.array(used, pa.string()))
    kept = held.filter(pa.array(compared))
    test = heterogeneity(kept, reading)
    slope = slope_of(kept) if stratifier == DEPRIVATION else None
    missing = missing_fifths(kept) if stratifier == DEPRIVATION else []
    small = [str(name) for name, one in zip(names, used, strict=True) if one == "too small"]
    return Equity(
        stratifier=stratifier,
        points=points,
        reference=str(names[place]),
        p=test.p,
        slope=slope,
        method="differences between groups of people",
        parameters={
            "held against": str(names[place]),
            "intervals": "95%, square-and-add of the two values' own",
            "test": test.name
            if test.p is None
            else f"{test.name}, as if each were independent of the others",
            **({"p": test.p} if test.p is not None else {}),
            "too small to compare": ", ".join(small) or "none",
            "share not known": _share_unknown(size, used),
            **({"indices": "a line through the fifths, by their ranks"} if slope else {}),
        },
        sentence=_sentence(points, place, test.p, reading, noun)
        + _slope_words(slope, missing, reading)
        + (f" Too small to compare: {listed(small)}." if small else ""),
    )


def equities(
    values: pa.Table,
    reading: Reading,
    *,
    measure: str,
    period: str,
    org_level: str = "national",
    org_code: str = NATIONAL,
) -> dict[str, Equity | NotComparable]:
    """Equity by deprivation, sex, age band and ethnic group, those of them that the values have."""
    own = values.filter(pc.equal(values["measure"], measure))
    there = set(pc.unique(own["stratifier"]).to_pylist())
    return {
        stratifier: equity(
            values,
            reading,
            measure=measure,
            period=period,
            stratifier=stratifier,
            org_level=org_level,
            org_code=org_code,
        )
        for stratifier in _NOUNS
        if stratifier in there
    }


def _natural(stratum: str) -> tuple[int, str]:
    """Strata that begin with a number in its order, `5-18` before `19-44`; the others after."""
    begins = re.match(r"[0-9]+", stratum)
    return (int(begins[0]) if begins else sys.maxsize, stratum)


def _used(held: pa.Table) -> list[str]:
    rows = zip(texts(held, "stratum"), numbers(held, "value"), texts(held, "flags"), strict=True)
    return [
        "not known"
        if stratum.lower() in _UNKNOWN
        else "no value"
        if np.isnan(value)
        else "too small"
        if SMALL_NUMBER in flags.split(";")
        else "compared"
        for stratum, value, flags in rows
    ]


def _why_not(noun: str, used: list[str]) -> str:
    found = sorted({one for one in used if one != "compared"})
    there = f"of {len(used)} groups {used.count('compared')} can be compared"
    said = [f"{used.count(one)} {one}" for one in found]
    return f"No comparison by {noun}: {there}{f' ({listed(said)})' if said else ''}."


def _share_unknown(size: Floats, used: list[str]) -> float:
    unknown = np.array([one == "not known" for one in used])
    total = np.nansum(size)
    return float(np.nansum(size[unknown]) / total) if total else 0.0


def _sentence(
    points: pa.Table,
    place: int,
    p: float | None,
    reading: Reading,
    noun: str,
) -> str:
    rows = points.to_pylist()
    reference = rows[place]
    compared = [row for row in rows if row["used"] == "compared"]
    picked = ""
    if noun == "deprivation":
        far = min(compared, key=lambda row: str(row["stratum"]))
    else:
        far = max(compared, key=lambda row: abs(row["difference"]))
        # Picked because it is the largest: its own interval makes no allowance for that.
        if len(compared) > 1:
            picked = f"the largest of {len(compared)} differences, "
    words = (
        f"By {noun}, {_named(far, noun)} has {figure(far['value'], reading)} against "
        f"{figure(reference['value'], reading)} of {_named(reference, noun)}: {picked}"
        f"{difference_figure(far['difference'], reading)}"
    )
    if far["difference_lower"] is not None:
        span = difference_span(far["difference_lower"], far["difference_upper"], reading)
        words += f" (95% interval {span})"
    words += "."
    if p is not None:
        words += (
            f" Chance may explain how the groups differ (p {_p(p)})."
            if p >= 0.05
            else f" Chance alone seldom makes groups differ so much (p {_p(p)})."
        )
    return words


def _slope_words(slope: Slope | None, missing: list[str], reading: Reading) -> str:
    """The slope index over all five fifths, or which of them stand in its way."""
    if missing:
        return (
            " There is no slope index and no relative index, which take all five fifths: "
            f"{listed(missing)} {'is' if len(missing) == 1 else 'are'} not compared."
        )
    if slope is None or np.isnan(slope.index):
        return ""
    span = difference_span(slope.lower, slope.upper, reading)
    return (
        f" Over all five fifths the slope index is {difference_figure(slope.index, reading)} "
        f"({span}), least deprived less most deprived."
    )


def _named(row: dict[str, object], noun: str) -> str:
    if noun != "deprivation":
        return str(row["stratum"])
    ends = {"1": "the most deprived fifth", "5": "the least deprived fifth"}
    return ends.get(str(row["stratum"]), f"deprivation fifth {row['stratum']}")


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"= {value:.3f}"
