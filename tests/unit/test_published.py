"""The shipped publications: what they say of themselves, and their files as values."""

import pyarrow.compute as pc
import pytest
from pydantic import ValidationError

from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.values import VALUE_SCHEMA
from levelfield.published import (
    Series,
    load_published,
    organisation_names,
    organisations,
    published_dataset,
    published_datasets,
)
from levelfield.published.table import read_table

IDS = list(published_datasets())


def pick(dataset_id: str, **where: str) -> list[dict]:
    table = load_published(dataset_id)
    for name, wanted in where.items():
        table = table.filter(pc.equal(table[name], wanted))
    return table.to_pylist()


@pytest.mark.parametrize("dataset_id", IDS)
def test_values_have_the_schema_and_keys_of_their_own(dataset_id):
    values = load_published(dataset_id)
    assert values.schema == VALUE_SCHEMA
    keys = values["lineage"].to_pylist()
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("P-") for key in keys)
    assert set(values["org_level"].to_pylist()) <= {"national", "commissioner", "provider"}
    for name in ("period", "org_code", "stratum", "method", "flags"):
        assert values[name].null_count == 0
    measures = {series.measure for series in published_dataset(dataset_id).series}
    assert set(values["measure"].to_pylist()) == measures


@pytest.mark.parametrize("dataset_id", IDS)
def test_every_file_says_where_it_comes_from_and_what_it_cannot_bear(dataset_id):
    dataset = published_dataset(dataset_id)
    assert "Open Government Licence" in dataset.licence
    assert dataset.caveats
    assert dataset.cannot_draw


def test_a_blank_is_missing_and_never_zero():
    blank = [row for row in pick("ucr_2h_2024-25") if row["value"] is None]
    assert len(blank) == 199 + 225 + 207
    assert all("not published" in row["flags"] for row in blank)
    assert all(row["numerator"] is None and row["denominator"] is None for row in blank)


def test_the_two_hour_percentage_bears_no_interval():
    rows = pick("ucr_2h_2024-25", measure="published_ucr_2h")
    assert all(row["lower"] is None and row["denominator"] is None for row in rows)
    assert (
        "funnel" not in published_dataset("ucr_2h_2024-25").find_series("published_ucr_2h").charts
    )
    england = pick("ucr_2h_2024-25", measure="published_ucr_2h", org_code="ENG", period="2024-04")
    assert [row["value"] for row in england] == [pytest.approx(0.8539)]


def test_long_waits_are_a_share_of_one_service():
    row, *rest = pick(
        "community_waits_by_service_2025-03",
        measure="published_service_over_52",
        org_code="ENG",
        stratum="Community paediatric service, children and young people",
    )
    assert not rest
    assert (row["numerator"], row["denominator"]) == (59007, 171092)
    assert row["value"] == pytest.approx(59007 / 171092)
    assert row["lower"] < row["value"] < row["upper"]


def test_organisations_have_names():
    assert organisations()["ENG"].name == "England"
    for dataset_id in IDS:
        names = organisation_names(dataset_id)
        codes = set(load_published(dataset_id)["org_code"].to_pylist())
        assert codes == set(names)
        assert codes <= set(organisations())


def test_an_unknown_data_set_or_measure_is_answered_with_what_is_known():
    with pytest.raises(UsageError, match="There are: community_beds_2026-03"):
        load_published("ucr")
    with pytest.raises(UsageError, match="has no measure 'dna_rate'"):
        published_dataset("ucr_2h_2024-25").find_series("dna_rate")


def test_a_description_of_a_column_that_is_not_there_is_refused():
    dataset = published_dataset("ucr_2h_2024-25")
    columns = dataset.columns.model_copy(update={"period": "quarter"})
    with pytest.raises(DefinitionError, match="names the column 'quarter'"):
        read_table(dataset.model_copy(update={"columns": columns}))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"value": "a", "numerator": "b", "denominator": "c"},
        {"numerator": "b"},
        {"value": "a", "charts": ["funnel"]},
    ],
)
def test_a_series_has_one_way_to_its_value(wrong):
    series = {"measure": "m", "title": "t", "unit": "count", "polarity": "none", "flags": []}
    with pytest.raises(ValidationError):
        Series.model_validate({**series, "charts": [], **wrong})
