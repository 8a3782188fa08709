"""Breaks in series on the pages: every chart that crosses one says so, in words and table."""

from dataclasses import replace

import pytest

from levelfield.publish import SiteData
from levelfield.publish.breaks import crossed
from levelfield.publish.pages.currencies import currency_page
from levelfield.publish.pages.measures import measure_pages
from levelfield.publish.pages.provider_quality import provider_quality_pages
from levelfield.publish.pages.providers import provider_pages
from levelfield.publish.pages.quality import quality_page
from levelfield.publish.pages.rug import Rug
from levelfield.publish.pages.shadows import shadow_pages
from levelfield.publish.pages.statements import statement_pages
from levelfield.publish.parts import Cell, Figure, Page
from levelfield.publish.results import results
from levelfield.quality import Break
from made_up_site import NAMES, made_up_site

BOTH = (
    "Break in series of Eastmere Community Health NHS Trust from October 2025 (suspected) and "
    "Harrowdale Community Health NHS Trust from December 2025: what comes before and what follows "
    "are not comparable, and a figure of the whole period mixes them."
)


@pytest.fixture(scope="module")
def data() -> SiteData:
    return made_up_site()


@pytest.fixture(scope="module")
def pages(data: SiteData) -> dict[str, Page]:
    return {page.path: page for page in measure_pages(data, results(data)[0])}


def notes_of(figure: Figure) -> dict[str, str]:
    """The notes of the rows of a figure's table, by what stands first in them."""
    assert figure.table is not None
    return {cell.text: cell.note for row in figure.table.rows if isinstance(cell := row[0], Cell)}


def drawn_breaks(figure: Figure) -> int:
    return figure.drawing.wide.count('"text": "break in series"')


def test_bars_of_a_year_name_the_breaks_inside_it(pages: dict[str, Page]) -> None:
    page = pages["measures/wait_first_contact.html"]
    assert any("Break in series of Eastmere" in note for note in page.figures[0].notes)
    table = page.content["table"]
    notes = {row[0].text: row[0].note for row in table.rows}  # type: ignore[attr-defined]
    assert notes[NAMES["ZA4"]] == "break in series, October 2025"
    assert notes[NAMES["ZA2"]] == ""


def test_a_funnel_names_no_break_of_who_is_suppressed(pages: dict[str, Page]) -> None:
    page = pages["measures/ucr_2h.html"]
    said = " ".join(page.figures[0].notes)
    assert "Break in series of Eastmere" in said
    assert NAMES["ZA1"] not in said
    table = page.content["table"]
    notes = {row[0].text: row[0].note for row in table.rows}  # type: ignore[attr-defined]
    assert notes[NAMES["ZA4"]] == "break in series, October 2025"
    assert notes[NAMES["ZA1"]] == ""


def test_bars_of_one_month_cross_no_break(pages: dict[str, Page]) -> None:
    figures = pages["measures/wait_incomplete_18w.html"].figures
    assert figures
    assert not [note for figure in figures for note in figure.notes if "Break" in note]


def test_a_measure_that_looks_back_crosses_the_breaks_of_the_months_it_looks_back_on(
    data: SiteData,
) -> None:
    found = results(data)[0]["open_unseen_180d"]
    assert found.window == ["2025-09", "2026-03"]


def test_a_total_of_all_providers_crosses_no_provider_s_own_break(pages: dict[str, Page]) -> None:
    assert not [note for note in pages["measures/ucr_2h.html"].figures[1].notes if "Break" in note]


def test_a_break_of_codes_stands_below_the_charts_that_read_them_alone(data: SiteData) -> None:
    codes = Break("2025-11", "", "codes", "New codes.", columns=("attendance_status",))
    coded = replace(data, breaks=(codes,))
    found = {page.path: page for page in measure_pages(coded, results(coded)[0])}
    note = "Break in series, November 2025: New codes."
    assert note in found["measures/dna_rate.html"].figures[0].notes
    assert note not in found["measures/ucr_2h.html"].figures[0].notes


def test_a_provider_s_months_say_its_own_break_in_full(data: SiteData) -> None:
    own = {page.path: page for page in provider_pages(data, results(data)[0])}
    rug = own["for-the-party/ZA4.html"].content["rug"]
    assert isinstance(rug, Rug)
    assert rug.notes[-1].startswith("Break in series, October 2025: The system named")
    assert "from Old to New" in rug.notes[-1]
    broken = {
        rug.heads[place][0]
        for _, rows in rug.groups
        for row in rows
        for place, cell in enumerate(row.cells)
        if cell.broken
    }
    assert broken == {"Oct 25"}


def test_a_public_page_does_not_tell_the_names_in_a_header(data: SiteData) -> None:
    one = crossed(data, ["2025-26"], ["ZA4"]).notes
    assert one == ("Break in series, October 2025: A change of system or version, suspected.",)


def test_the_coverage_grid_marks_the_month_in_picture_words_and_table(data: SiteData) -> None:
    (grid,) = quality_page(data).figures
    assert BOTH in grid.notes
    assert any("a heavy line before a month: break in series" in note for note in grid.notes)
    assert grid.drawing.wide.count('"broken": true') == 2
    assert grid.table is not None
    eastmere = next(row for row in grid.table.rows if NAMES["ZA4"] in str(row[0]))
    marked = [cell.note for cell in eastmere[1:] if isinstance(cell, Cell)]
    assert [n for n, note in enumerate(marked) if "break in series" in note] == [6]


def test_a_provider_s_months_of_data_quality_mark_the_break(data: SiteData) -> None:
    own = {page.path: page for page in provider_quality_pages(data)}
    tables = own["for-the-party/ZA4-quality.html"].content["tables"]
    marked = [row[0].text for row in tables[0].rows if row[0].note]  # type: ignore[index]
    assert marked == ["October 2025"]


def test_the_currency_mix_names_the_breaks_of_who_is_drawn(data: SiteData) -> None:
    (mix,) = currency_page(data).figures
    assert BOTH in mix.notes
    assert notes_of(mix)[NAMES["ZA4"]] == "break in series, October 2025"


def test_a_shadow_draws_a_line_and_joins_nothing_across_it(data: SiteData) -> None:
    (figure,) = next(shadow_pages(data)).figures
    assert drawn_breaks(figure) == 1
    assert figure.notes == (
        "Break in series, December 2025: All clinics moved to another record system.",
    )
    assert notes_of(figure)["December 2025"] == "break in series"
    assert notes_of(figure)["November 2025"] == ""
    assert '"period": "2025-11", "series": "Paid"' in figure.drawing.wide
    segments = {
        month: f'"segment": {part}, "date": "{month}-01"' in figure.drawing.wide
        for month, part in (("2025-11", 0), ("2025-12", 1))
    }
    assert segments == {"2025-11": True, "2025-12": True}


def test_a_statement_of_one_month_crosses_nothing(data: SiteData) -> None:
    page = next(page for page in statement_pages(data) if page.kind == "statement")
    assert "What breaks" not in dict(page.content["facts"])  # type: ignore[call-overload]


def test_many_providers_are_counted_and_marked_in_the_table(data: SiteData) -> None:
    everybody = tuple(
        Break("2025-10", code, "new system?", "", suspected=True) for code in data.providers
    )
    found = crossed(replace(data, breaks=everybody), ["2025-26"], data.providers)
    assert "and 6 others, marked in the table" in found.notes[0]
    assert all(found.note(code) for code in data.providers)
