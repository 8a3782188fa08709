"""The pages of data quality: the matrix, the dimensions, the fields, and who lacks a month."""

from dataclasses import replace

import pytest

from levelfield.core.values import VALUE_SCHEMA
from levelfield.publish import SiteData
from levelfield.publish.pages.measures import measure_pages
from levelfield.publish.pages.provider_quality import provider_quality_pages
from levelfield.publish.pages.quality import quality_page
from levelfield.publish.parts import Cell, Page, Table
from levelfield.publish.results import results
from made_up_site import NAMES, made_up_site


@pytest.fixture(scope="module")
def data() -> SiteData:
    return made_up_site()


@pytest.fixture(scope="module")
def page(data: SiteData) -> Page:
    return quality_page(data)


def words(cell: Cell | str) -> str:
    return cell if isinstance(cell, str) else f"{cell.text} {cell.note}".strip()


def row_of(table: object, first: str) -> list[Cell | str]:
    assert isinstance(table, Table)
    return next(list(row) for row in table.rows if words(row[0]).startswith(first))


def test_the_matrix_says_who_is_missing_and_who_was_late(page: Page) -> None:
    (matrix,) = page.figures
    assert matrix.sentence.startswith("11 of 12 providers submitted consistently")
    assert "Of 144 provider-months 1 is missing and 1 came after" in matrix.sentence
    assert NAMES["ZA6"] in matrix.notes[0]
    assert "(11 of 12 months, without 2025-12)" in matrix.notes[0]
    assert matrix.table is not None
    assert "missing" in [words(cell) for cell in row_of(matrix.table, NAMES["ZA6"])]
    late = [words(cell) for cell in row_of(matrix.table, NAMES["ZA12"])]
    assert sum("refresh, late" in text for text in late) == 1
    assert '"kind": "missing"' in matrix.drawing.wide


def test_counts_of_the_matrix_are_rounded(page: Page) -> None:
    (matrix,) = page.figures
    assert matrix.table is not None
    notes = [cell.note for row in matrix.table.rows for cell in row[1:] if isinstance(cell, Cell)]
    counts = [int(note.split()[0].replace(",", "")) for note in notes if note]
    assert counts
    assert all(count % 5 == 0 for count in counts)


def test_months_are_shown_as_they_are_and_the_rest_is_rounded(data: SiteData, page: Page) -> None:
    table = page.content["dimensions"]
    assert isinstance(table, Table)
    heads = [column.heading for column in table.columns]
    row = dict(zip(heads, row_of(table, NAMES["ZA6"]), strict=True))
    # 11 of 12: were months rounded to the nearest 5, nobody could miss one.
    assert words(row["Coverage"]) == "91.7%"
    assert row["Consistent submitter"] == "no: 11 of 12 months, without 2025-12"
    assert "." not in words(row["Maturity index"])
    assert words(row_of(table, "All providers")[1]) == "–"
    keys = set(data.quality["lineage"].to_pylist()) if data.quality else set()
    assert isinstance(row["Coverage"], Cell)
    assert any(key in str(row["Coverage"].html) for key in keys)


def test_fields_that_need_not_be_filled_are_not_listed(page: Page) -> None:
    table = page.content["fields"]
    assert isinstance(table, Table)
    assert {words(row[0]).split()[0] for row in table.rows} == {"EthnicCategory", "Gender"}
    counts = [words(cell) for row in table.rows for cell in row[1:-1]]
    assert all(int(count.replace(",", "")) % 5 == 0 for count in counts if count != "suppressed")


def test_a_provider_s_own_page_is_for_the_party_and_exact(data: SiteData) -> None:
    pages = {page.path: page for page in provider_quality_pages(data)}
    own = pages["for-the-party/ZA6-quality.html"]
    assert own.audience == "party"
    tables = own.content["tables"]
    assert isinstance(tables, list)
    december = row_of(tables[0], "December 2025")
    assert [words(cell) for cell in december[1:4]] == ["missing", "–", "–"]
    assert own.downloads[0].table.num_rows == 11 * 3
    broken = pages["for-the-party/ZA4-quality.html"].content["tables"]
    assert isinstance(broken, list)
    assert [words(cell) for cell in row_of(broken[1], "October 2025")][1:] == [
        "The system named in the header changes from Old to New: a suspected break.",
        "suspected",
    ]


def test_a_measure_s_page_names_who_lacks_a_month(data: SiteData) -> None:
    found, _ = results(data)
    pages = {one.path: one for one in measure_pages(data, found)}
    (said,) = pages["measures/dna_rate.html"].content["not_consistent"]  # type: ignore[misc]
    assert NAMES["ZA6"] in said
    assert said.endswith("never counted as zero.")


def test_without_data_quality_the_page_still_stands(data: SiteData) -> None:
    bare = replace(data, matrix=None, quality=VALUE_SCHEMA.empty_table(), field_quality=None)
    page = quality_page(bare)
    assert page.figures == ()
    assert page.content["dimensions"] is None
    assert page.content["fields"] is None
    assert list(provider_quality_pages(bare)) == []
