"""Measures and values as FHIR, held to the structure of the specification by a client of it."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from fhirclient.models.measure import Measure as FhirMeasure
from fhirclient.models.measurereport import MeasureReport

from levelfield.core.values import VALUE_SCHEMA
from levelfield.measures import Measure, find_measure, load_measures
from levelfield.publish.fhir_measure import measure_resource
from levelfield.publish.fhir_report import measure_report

AT = datetime(2026, 4, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize("measure", load_measures().values(), ids=lambda one: one.id)
def test_every_measure_is_a_valid_resource(measure: Measure) -> None:
    resource = measure_resource(measure)
    read = FhirMeasure(resource, strict=True)
    assert read.as_json() == resource
    assert read.status == "draft"


def value(stratum: str, numerator: float | None, denominator: float | None) -> dict[str, object]:
    return {
        "measure": "ucr_2h",
        "version": "1",
        "period": "2025-26",
        "org_level": "provider",
        "org_code": "ZA1",
        "stratifier": "all" if stratum == "all" else "sex",
        "stratum": stratum,
        "numerator": numerator,
        "denominator": denominator,
        "value": numerator / denominator if numerator and denominator else None,
        "lower": 0.6 if numerator else None,
        "upper": 0.9 if numerator else None,
        "method": "Wilson score, 95%",
        "flags": "rounded" if numerator else "suppressed",
        "lineage": "V-0123456789ab",
    }


def table(*rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=VALUE_SCHEMA)


def test_a_report_holds_the_counts_the_score_and_the_strata() -> None:
    values = table(value("all", 30, 40), value("female", 25, 30), value("male", None, None))
    report = measure_report(find_measure("ucr_2h"), values, {"ZA1": "Ashdown Community"}, AT)
    assert MeasureReport(report, strict=True).as_json() == report
    assert report["measure"] == "urn:levelfield:measure:ucr_2h|1"
    assert report["period"] == {"start": "2025-04-01", "end": "2026-03-31"}
    assert report["reporter"]["display"] == "Ashdown Community"
    (group,) = report["group"]
    assert [one["count"] for one in group["population"]] == [30, 40]
    assert group["measureScore"] == {
        "extension": [
            {"url": "urn:levelfield:lower-limit", "valueDecimal": 0.6},
            {"url": "urn:levelfield:upper-limit", "valueDecimal": 0.9},
        ],
        "value": 0.75,
        "unit": "proportion from 0 to 1",
    }
    said = {one["url"]: one["valueString"] for one in report["extension"]}
    assert said == {"urn:levelfield:flag": "rounded", "urn:levelfield:method": "Wilson score, 95%"}
    female, male = group["stratifier"][0]["stratum"]
    assert female["measureScore"]["value"] == pytest.approx(25 / 30)
    assert male["measureScore"]["extension"][0]["valueCode"] == "masked"
    assert "population" not in male


def test_a_report_is_of_one_organisation() -> None:
    with pytest.raises(ValueError, match="not of 2"):
        measure_report(
            find_measure("ucr_2h"), table(value("all", 1, 2), value("all", 1, 2)), {}, AT
        )
