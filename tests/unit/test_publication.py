"""The publication workbook, read back as a reader's program would."""

import warnings
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from levelfield.publish.composed import composed
from levelfield.publish.publication import write_publication
from levelfield.publish.publication_tables import CONFIDENTIAL
from levelfield.publish.results import results
from made_up_site import made_up_site

_MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    data = made_up_site()
    path: Path = tmp_path_factory.mktemp("book") / "publication.xlsx"
    with warnings.catch_warnings():
        # gptables warns of empty cells and of notes that nothing refers to.
        warnings.simplefilter("error", UserWarning)
        found = results(data)[0]
        write_publication(path, data, found, composed(data, found))
    return ZipFile(path)


def sheets(book: ZipFile) -> list[str]:
    found = etree.fromstring(book.read("xl/workbook.xml")).xpath(
        "//m:sheet/@name", namespaces=_MAIN
    )
    return [str(name) for name in found]


def texts(book: ZipFile) -> list[str]:
    shared = etree.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(item.itertext()) for item in shared.xpath("//m:si", namespaces=_MAIN)]


def test_cover_contents_and_notes_come_before_the_measures(book: ZipFile) -> None:
    assert sheets(book)[:3] == ["Cover", "Contents", "Notes"]
    assert set(sheets(book)[3:]) == {*results(made_up_site())[0], "care_in_time"}


def test_a_composite_without_a_row_has_no_sheet(tmp_path: Path) -> None:
    """A part that is suppressed throughout leaves no value of the composite to show."""
    data = made_up_site()
    found = results(data)[0]
    made = composed(data, found)["care_in_time"]
    bare = {"care_in_time": replace(made, public=made.public.slice(0, 0))}
    one = {"dna_rate": found["dna_rate"]}
    labels = write_publication(tmp_path / "book.xlsx", data, one, bare)
    assert labels == {"dna_rate": "dna_rate"}
    with ZipFile(tmp_path / "book.xlsx") as book:
        assert sheets(book)[3:] == ["dna_rate"]


def test_each_measure_is_a_marked_table_with_a_key_for_each_figure(book: ZipFile) -> None:
    tables = [name for name in book.namelist() if name.startswith("xl/tables/")]
    assert len(tables) >= len(sheets(book)) - 3
    found = texts(book)
    assert any(text.startswith("Flags\n[note ") for text in found)
    assert any(text.startswith("V-") for text in found)
    assert any("These are not official statistics." in text for text in found)


def test_the_adjusted_stands_beside_the_crude_and_a_composite_says_what_it_is(
    book: ZipFile,
) -> None:
    found = texts(book)
    headings = [text.partition("\n")[0] for text in found]
    for heading in ("Crude value", "Expected", "Adjusted value", "Adjusted lower limit"):
        assert heading in headings
    assert any("(composite)" in text for text in found)
    assert any(text.startswith("Composite: the mean, by weight, of") for text in found)
    assert any("£ per contact" in text for text in found)


def test_what_is_suppressed_is_said_and_not_left_empty(book: ZipFile) -> None:
    found, _ = results(made_up_site())
    flags = [flag for one in found.values() for flag in one.public["flags"].to_pylist()]
    assert any("suppressed" in flag for flag in flags)
    assert CONFIDENTIAL in texts(book)
