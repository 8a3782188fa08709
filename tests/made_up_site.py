"""A small made-up system as a site's data: every kind of page has something to show.

Its numbers come from a fixed seed and mean nothing. The definitions, the currency scheme, the
price list and the published statistics are the real ones.
"""

from contextlib import closing
from datetime import datetime
from functools import cache
from random import Random

import numpy as np
import pyarrow as pa

from levelfield.benchmark import Organisation
from levelfield.core.periods import FinancialYear
from levelfield.core.values import VALUE_SCHEMA, lineage_key
from levelfield.currencies import COUNT_SCHEMA, load_scheme, schemes
from levelfield.datasets.windows import windows
from levelfield.engine import open_engine
from levelfield.facts import load_fact
from levelfield.measures import Measure, load_composites, load_measures
from levelfield.payment import (
    Contract,
    PaymentInputs,
    example_contracts,
    load_contract,
    shadow,
    statement,
)
from levelfield.pipeline.site import worked_examples
from levelfield.publish import Finding, SiteData
from levelfield.published import load_published, published_datasets
from levelfield.quality import Break, coverage_matrix, evaluate, mark_breaks
from levelfield.statistics import poisson_interval, wilson_interval
from levelfield.tariff import PriceList, estimate_errors, load_price_list, price_lists
from made_up_reviews import made_up_review
from made_up_scenarios import made_up_change, made_up_impact, made_up_plan, made_up_scenarios

YEAR = FinancialYear.parse("2025-26")
SNAPSHOT = "made up, seed 1"
SCHEME = "ncc-2024-25"
NAMES = {
    f"ZA{n}": f"{place} Community Health NHS Trust"
    for n, place in enumerate(
        "Harrowdale,Marsh End,Hollow Vale,Eastmere,Stonebridge,Wold and Fen,Ashcombe,Longshore,"
        "Kingsmead,Northmoor,Upper Tarn,Saltby".split(","),
        start=1,
    )
} | {"ZC001": "Northmoor Integrated Care Board", "ZC002": "Southfell Integrated Care Board"}
MEASURES = (
    "contacts_per_person",
    "dna_gap",
    "dna_rate",
    "ethnicity_known",
    "open_unseen_180d",
    "ucr_2h",
    "ucr_2h_unmeasured",
    "wait_first_contact",
    "wait_incomplete_18w",
    # A rate, a ratio, two composites, a mean with illustrative codes, a clock, groups of staff.
    "falls_rate",
    "cost_per_contact",
    "hv_first_year_complete",
    "eol_planning",
    "msk_hq_change",
    "hv_new_birth_14d",
    "sickness_absence",
    # Adjusted by a model of age and sex.
    "lu_assessed",
)
"""The measures that have values; the site lists the others of the library as not counted."""

PROVIDERS = [code for code in NAMES if code.startswith("ZA")]

_STRATA = {
    "service": ["12", "27", "54"],
    "age_band": ["0-4", "5-18", "19-44", "45-64", "65-74", "75-84", "85+"],
    "sex": ["female", "male", "not known"],
    "ethnic_group": ["Asian", "Black", "White", "Not known"],
    "deprivation_fifth": ["1", "2", "3", "4", "5"],
    "staff_group": ["nursing", "support"],
}
_METHODS = {
    "proportion": "Wilson score, 95%",
    "mean": "Student's t over persons, 95%",
    "median": "median, interval from order statistics, 95%",
    "gap": "difference of two proportions, Newcombe's hybrid score, 95%",
    "rate": "Byar's, exact below 10 events, 95%",
    "ratio": "Student's t of a ratio of sums, rows as clusters, 95%",
    "all_or_nothing": "Wilson score, 95%",
    "opportunity": "Wilson score of the effective size, rows as clusters, 95%",
}


def made_up_site(*, empty: bool = False) -> SiteData:
    """The whole system; `empty` is the same home before anything was loaded."""
    random = Random(1)
    common = {
        "title": "A simulated system",
        "simulated": True,
        "year": YEAR,
        "generated_at": datetime(2026, 4, 20, 9, 30),
        "snapshot": SNAPSHOT,
        "names": NAMES,
        "measures": tuple(load_measures().values()),
        "composites": tuple(load_composites().values()),
        "schemes": tuple(map(load_scheme, schemes())),
        "worked": worked_examples(),
        "price_lists": _price_lists(),
    }
    coverage = _coverage(random)
    if empty:
        return SiteData(**common, values=VALUE_SCHEMA.empty_table(), coverage=coverage.slice(0, 0))
    scheme, prices, counts = (
        load_scheme("ncc-2024-25"),
        load_price_list("ncc-2024-25"),
        _counts(random),
    )
    contract = made_up_contract()
    inputs = _inputs(counts, prices)
    fields = _fields(random, coverage)
    breaks = (
        Break(
            "2025-10",
            "ZA4",
            "new system?",
            "The system named in the header changes from Old to New: a suspected break.",
            suspected=True,
        ),
        Break("2025-12", "ZA1", "recorded", "All clinics moved to another record system."),
    )
    return SiteData(
        **common,
        values=mark_breaks(_values(random), breaks, {}),
        mixes={"lu_assessed": _mix(Random(2))},
        coverage=coverage,
        field_quality=fields,
        breaks=breaks,
        organisations=_organisations(),
        **_quality(coverage, fields),
        findings=_findings(random),
        counts=counts,
        scheme=scheme,
        estimates=tuple(estimate_errors(scheme, counts, prices)),
        statements=(statement(contract, "2026-03", inputs),),
        shadows=(shadow(contract, inputs),),
        planned=(made_up_plan(contract, "2026-03", inputs),),
        scenarios=(("made-up", *made_up_scenarios(contract, inputs)),),
        changes=(made_up_change(contract, inputs),),
        reviews=(made_up_review(contract, inputs),),
        impacts=(("attendance", made_up_impact(inputs, scheme.id, YEAR)),),
        published={name: load_published(name) for name in published_datasets()},
    )


def made_up_contract() -> Contract:
    """The contract that the site has a statement of."""
    return load_contract(example_contracts()[0])


def made_up_inputs() -> PaymentInputs:
    """What the contracts of the site are paid from."""
    random = Random(1)
    _coverage(random)
    return _inputs(_counts(random), load_price_list("ncc-2024-25"))


def _inputs(counts: pa.Table, prices: PriceList) -> PaymentInputs:
    return PaymentInputs({SCHEME: counts}, {"ncc-2024-25": prices}, SNAPSHOT)


@cache
def _price_lists() -> tuple[PriceList, ...]:
    return tuple(map(load_price_list, price_lists()))


def _values(random: Random) -> pa.Table:
    rows: list[dict[str, object]] = []
    for measure in (load_measures()[name] for name in MEASURES):
        for place, code in enumerate(PROVIDERS):
            size = 0 if place == 10 and measure.id == "ucr_2h" else 3 * (place + 1) ** 2 + 1
            level = 0.8 + 0.1 * random.uniform(-1, 1)
            rows += _of(random, measure, "provider", code, size, level)
        rows += _of(random, measure, "national", "ALL", 2600, 0.8)
    return pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)


def _of(
    random: Random, measure: Measure, level: str, code: str, size: int, rate: float
) -> list[dict[str, object]]:
    rows = []
    for number, month in enumerate([*YEAR.months, YEAR]):
        worse = 0.25 if code == "ZA3" and number in (8, 9) else 0.0
        n = size * 12 if month is YEAR else size
        rows.append(_row(random, measure, str(month), level, code, "all", "all", n, rate - worse))
    for stratifier in measure.stratifiers:
        for stratum in _STRATA[stratifier]:
            share = size * 12 // len(_STRATA[stratifier])
            row = _row(random, measure, str(YEAR), level, code, stratifier, stratum, share, rate)
            rows.append(row)
    return rows


def _row(
    random: Random,
    measure: Measure,
    period: str,
    level: str,
    code: str,
    stratifier: str,
    stratum: str,
    size: int,
    rate: float,
) -> dict[str, object]:
    cell = (measure.id, str(measure.version), period, level, code, stratifier, stratum)
    numerator: int | None = min(size, max(0, round(size * (rate + random.gauss(0, 0.02)))))
    value: float | None = None
    lower = upper = None
    if measure.is_share and size and numerator is not None:
        value = numerator / size
        lower, upper = (float(np.asarray(bound)) for bound in wilson_interval(numerator, size))
    elif measure.statistic in ("rate", "ratio") and size:
        numerator = round(size * (rate + random.gauss(0, 0.02)) / 4)
        value = measure.multiplier * numerator / size
        lower, upper = (
            measure.multiplier * float(np.asarray(bound)) / size
            for bound in poisson_interval(numerator)
        )
    elif measure.statistic == "mean" and measure.observation is None and size:
        numerator = round(size * rate * 4)
        value, lower, upper = numerator / size, numerator / size - 0.2, numerator / size + 0.2
    elif size:
        numerator = None
        numbers = measure.statistic in ("median", "mean")
        value = round(rate * 40) if numbers else round(rate - 0.72, 3)
        spread = 3 if numbers else 0.02
        lower, upper = value - spread, value + spread
    names = list(VALUE_SCHEMA.names)[:7]
    return dict(zip(names, cell, strict=True)) | {
        "numerator": numerator,
        "denominator": size,
        "value": value,
        "lower": lower,
        "upper": upper,
        "method": _METHODS[measure.statistic],
        "flags": "not official" + (";provisional" if period == "2026-03" else ""),
        "lineage": lineage_key("V", *cell, SNAPSHOT),
    }


def _organisations() -> dict[str, Organisation]:
    """Nine trusts and three social enterprises, in two regions."""
    return {
        code: Organisation(
            code,
            NAMES[code],
            "trust" if place < 9 else "social enterprise",
            "North" if place % 2 else "South",
        )
        for place, code in enumerate(PROVIDERS)
    }


def _mix(random: Random) -> pa.Table:
    """Cells of age and sex by provider: the old have the event less often."""
    rows = []
    for place, code in enumerate(PROVIDERS):
        for band, risk in zip(_STRATA["age_band"][4:], (0.9, 0.8, 0.6), strict=True):
            for sex in ("female", "male"):
                size = 2 * (3 * (place + 1) ** 2 + 1) + random.randint(-3, 3)
                hits = sum(random.random() < risk for _ in range(size))
                rows.append((code, band, sex, hits, size))
    names = ("org_code", "age_band", "sex", "numerator", "denominator")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def _coverage(random: Random) -> pa.Table:
    rows = []
    for code in PROVIDERS:
        for month in YEAR.months:
            if (code, str(month)) == ("ZA6", "2025-12"):
                continue
            contacts = random.randint(2000, 9000)
            late = (code, str(month)) == ("ZA12", "2025-07")
            rows.append(
                {
                    "provider": code,
                    "period": str(month),
                    "submission_id": "0" * 16,
                    "submission_window": "primary" if str(month) > "2026-01" else "refresh",
                    "received_at": f"{month.next()}-15T10:00:00",
                    # Saltby's July came after its primary window had closed.
                    "first_received_at": f"{month.next()}-{28 if late else 10}T10:00:00",
                    "primary_close": windows(month).primary_close,
                    "primary_system": "Made up",
                    "data_set_version": "1.6",
                    "submissions": 1 if str(month) > "2026-01" else 2,
                    "first_records_accepted": contacts * 4 - 60,
                    "records_read": contacts * 4,
                    "records_accepted": contacts * 4 - 40,
                    "records_rejected": random.choice([0, 3, 40, 300]),
                    "records_duplicate": 0,
                    "records_warned": random.randint(0, 400),
                    "people": contacts // 4,
                    "referrals": contacts // 3,
                    "contacts": contacts,
                    "activities": contacts,
                }
            )
    return pa.Table.from_pylist(rows)


def _fields(random: Random, coverage: pa.Table) -> pa.Table:
    """What stood in three fields of every provider-month."""
    rows = []
    for place in coverage.select(["provider", "period", "submission_id", "people"]).to_pylist():
        for field in ("EthnicCategory", "Gender", "DateOfDeath"):
            parts = [random.randint(0, place["people"] // 20) for _ in range(4)]
            counts = [place["people"] - sum(parts), *parts]
            names = ("valid", "other", "defaulted", "invalid", "missing")
            rows.append(
                {key: place[key] for key in ("provider", "period", "submission_id")}
                | {"table_name": "CYP001MPI", "field_name": field}
                | {"expected": field != "DateOfDeath", "records": place["people"]}
                | dict(zip(names, counts, strict=True))
            )
    return pa.Table.from_pylist(rows, schema=load_fact("field_quality").arrow_schema())


def _quality(coverage: pa.Table, fields: pa.Table) -> dict[str, pa.Table]:
    """The values of data quality and the matrix, counted as a build does."""
    with closing(open_engine("duckdb", threads=1)) as engine:
        engine.view("coverage", coverage)
        engine.view("field_quality", fields)
        engine.view("table_quality", load_fact("table_quality").arrow_schema().empty_table())
        return {
            "quality": evaluate(engine, SNAPSHOT, coverage),
            "matrix": coverage_matrix(engine, coverage),
        }


def _findings(random: Random) -> tuple[Finding, ...]:
    rules = [
        (
            "R-CYP201-ATT",
            "warning",
            "CYP201CareContact",
            "AttendanceStatus",
            "Attendance is blank.",
        ),
        ("K-CYP201", "record", "CYP201CareContact", "CareContactID", "The contact is there twice."),
        ("F-CYP101-DATE", "record", "CYP101Referral", "", "Received after the period ended."),
    ]
    return tuple(
        Finding(code, str(month), *rule, count=random.randint(1, 300))
        for code in PROVIDERS
        for month in YEAR.months
        for rule in rules
    )


def _counts(random: Random) -> pa.Table:
    """Contacts of two services with a currency each, and of two error classes."""
    kinds = [
        ("12", "N02AF", None, "direct"),
        ("27", "N15AF", None, "nearest"),
        ("23", None, "MODE_MISSING", "underivable"),
        ("27", None, "NOT_ATTENDED", "underivable"),
    ]
    rows = [
        {
            "provider": code,
            "commissioner": "ZC001",
            "period": str(month),
            "team_type": team,
            "currency": currency,
            "error_class": error,
            "basis": basis,
            "assumed": None,
            "units": random.randint(20, 900) if code != "ZA12" else 1,
        }
        for code in PROVIDERS
        for month in YEAR.months
        for team, currency, error, basis in kinds
        if code != "ZA12" or (error is None and str(month) < "2025-08")
    ]
    return pa.Table.from_pylist(rows, schema=COUNT_SCHEMA)
