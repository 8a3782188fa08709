"""A list from cost returns by its YAML file: what it names is read, and the list is made."""

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pyarrow as pa

from levelfield.core.definitions import load_yaml
from levelfield.core.errors import DefinitionError
from levelfield.core.periods import FinancialYear
from levelfield.currencies import Scheme, load_scheme
from levelfield.tariff.accounts import taken_out
from levelfield.tariff.cost_return_list import CostReturnList
from levelfield.tariff.cost_returns import read_cost_returns, refuse
from levelfield.tariff.factors import Index, read_factors, read_index
from levelfield.tariff.inputs import (
    Quality,
    beside,
    quality_of,
    read_last_year,
    read_quality,
    read_submitted,
    strangers,
    submitted_of,
)
from levelfield.tariff.list_file import CostReturnFile
from levelfield.tariff.make import make
from levelfield.tariff.returned import Floats, Returned, pool
from levelfield.tariff.steps import Inputs, Smooth


def load_cost_returns(
    where: Path, factors: Mapping[str, Decimal], submitted: pa.Table | None = None
) -> CostReturnList:
    """A list from cost returns by its YAML file; it is made when it is loaded.

    `factors` adds providers that the file of factors lacks; `submitted` are counted units
    (`currencies.COUNT_SCHEMA`) in place of the file that the list names; they also say what has no
    currency or attendance, where the list's file on quality does not. Raises DefinitionError,
    with file, row and remedy, for what makes no sense.
    """
    file = load_yaml(where, CostReturnFile)
    scheme = load_scheme(file.scheme)
    forces = file.market_forces
    known = dict(factors)
    if forces is not None:
        known |= read_factors(beside(where, forces.factors), forces.column, forces.code)
    needed = known.keys() if forces is not None and forces.without_factor == "refuse" else None
    rows, aside = read_cost_returns(
        beside(where, file.returns), file.years, scheme.currencies, needed, file.returns
    )
    _check_bands(where, file, scheme)
    sent = {row.provider for row in rows} | {one.provider for one in aside}
    for name in _tables(file, submitted):
        aside += strangers(beside(where, name), name, sent, scheme.currencies)
    if file.bad_rows == "refuse":
        refuse(aside)
    index = (
        None if file.index is None else read_index(beside(where, file.index.file), file.index.index)
    )
    returned = pool(
        rows, tuple(scheme.currencies), lambda year: _uplift(index, year, file.base_year)
    )
    quality = _quality(where, file, returned, scheme, submitted)
    inputs = Inputs(
        submitted=_submitted(where, file, returned, submitted),
        lost=quality.lost,
        factors=_stated(known, file, returned),
        parent=tuple(_parent(scheme, code) for code in returned.currencies),
        bands=_bands(scheme),
        last_year=_last_year(where, file, returned),
        uplift=_uplift(index, file.base_year, file.for_year),
    )
    try:
        made = make(returned, file.steps, inputs, file.interval)
    except DefinitionError as error:
        raise DefinitionError(f"{where}: {error}") from None
    rows_left = [returned.providers.index(code) for code in made.returned.providers]
    kept = Quality(*(values[rows_left] for values in vars(quality).values()))
    return CostReturnList(
        file=file,
        where=where,
        average=Decimal(repr(made.returned.average)),
        factors=known,
        scheme=scheme,
        made=made,
        quality=kept,
        rows=tuple(rows),
        set_aside=(*aside, *taken_out(rows, made.changes, file.steps, file.returns)),
    )


def scheme_of(where: Path) -> str:
    """The currency scheme of a list from cost returns."""
    return load_yaml(where, CostReturnFile).scheme


def _tables(file: CostReturnFile, counts: pa.Table | None) -> list[str]:
    """The tables beside the returns that the list is made with."""
    smooth = any(isinstance(step, Smooth) for step in file.steps)
    named = ("" if counts is not None else file.submitted, file.quality)
    return [name for name in (*named, file.last_year if smooth else "") if name]


def _check_bands(where: Path, file: CostReturnFile, scheme: Scheme) -> None:
    """Refuse a band of a code that is no currency: it would be in no order at all."""
    for step in file.steps:
        for code in (
            (code for band in step.bands for code in band) if step.step == "monotone" else ()
        ):
            if code not in scheme.currencies:
                near = get_close_matches(code, scheme.currencies, n=3)
                meant = f" Is {' or '.join(near)} meant?" if near else ""
                raise DefinitionError(
                    f"{where}: 'steps.monotone.bands' names '{code}', which is no currency of "
                    f"{scheme.id}: correct it, or take it out.{meant}"
                )


def _uplift(index: Index | None, base: str, year: str) -> float:
    if index is None:
        return 1.0
    return float(index.uplift(FinancialYear.parse(base), FinancialYear.parse(year)))


def _stated(
    known: Mapping[str, Decimal], file: CostReturnFile, returned: Returned
) -> Mapping[str, Decimal]:
    """Factors of the returning providers, a stated one for those that have none."""
    forces = file.market_forces
    if forces is None or not isinstance(forces.without_factor, Decimal):
        return known
    stated = forces.without_factor
    return {code: known.get(code, stated) for code in returned.providers}


def _quality(
    where: Path, file: CostReturnFile, returned: Returned, scheme: Scheme, counts: pa.Table | None
) -> Quality:
    """What the list's file says, and where it says nothing what the counted units do."""
    codes = returned.providers, returned.currencies
    nothing = np.full(returned.units.shape, np.nan)
    said, counted = Quality(nothing, nothing, nothing), Quality(nothing, nothing, nothing)
    if file.quality:
        said = read_quality(beside(where, file.quality), *codes)
    if counts is not None:
        counted = quality_of(scheme, counts, *codes)
    both = zip(vars(said).values(), vars(counted).values(), strict=True)
    return Quality(*(np.where(np.isnan(own), other, own) for own, other in both))


def _submitted(
    where: Path, file: CostReturnFile, returned: Returned, counts: pa.Table | None
) -> Floats | None:
    if counts is not None:
        return submitted_of(counts, returned.providers, returned.currencies)
    if file.submitted:
        named = beside(where, file.submitted)
        return read_submitted(named, returned.providers, returned.currencies)
    if any(step.step == "reconcile" for step in file.steps):
        raise DefinitionError(
            f"{where}: the step 'reconcile' needs the contacts that were submitted: name a file "
            "under 'submitted', or make the list from a home with --home."
        )
    return None


def _last_year(where: Path, file: CostReturnFile, returned: Returned) -> Floats | None:
    if not any(isinstance(step, Smooth) for step in file.steps):
        return None
    return read_last_year(beside(where, file.last_year), returned.currencies)


def _parent(scheme: Scheme, code: str) -> str:
    above = scheme.parents(code)
    return above[0].code if above else ""


def _bands(scheme: Scheme) -> tuple[tuple[str, ...], ...]:
    """The currencies below each code that ranks them, from least to most need."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    for code in scheme.code_list.values():
        if code.rank is not None and code.code in scheme.currencies:
            ranked.setdefault(code.parent or "", []).append((code.rank, code.code))
    return tuple(tuple(code for _, code in sorted(codes)) for codes in ranked.values())
