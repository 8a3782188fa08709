"""A provider beside its neighbours, its type and its region, and what is refused."""

from dataclasses import replace

import pytest

from levelfield.disclosure import default_rule
from levelfield.publish import SiteData
from levelfield.publish.pages.peers import PeerPages
from levelfield.publish.pages.providers import HOME, provider_pages
from levelfield.publish.parts import Cell, Page, Table
from levelfield.publish.results import MeasureResults, results
from made_up_site import made_up_site


@pytest.fixture(scope="module")
def data() -> SiteData:
    return made_up_site()


@pytest.fixture(scope="module")
def found(data: SiteData) -> dict[str, MeasureResults]:
    return results(data)[0]


@pytest.fixture(scope="module")
def pages(data: SiteData, found: dict[str, MeasureResults]) -> dict[str, Page]:
    return {page.path: page for page in PeerPages(data, found).pages((HOME,))}


def texts(table: Table) -> list[list[str]]:
    return [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]


def test_each_provider_has_a_page_for_the_party_that_its_own_page_leads_to(
    data: SiteData, found: dict[str, MeasureResults], pages: dict[str, Page]
) -> None:
    assert set(pages) == {f"for-the-party/{code}-peers.html" for code in data.providers}
    assert {page.audience for page in pages.values()} == {"party"}
    own = [page for page in provider_pages(data, found) if page.kind == "provider"]
    assert {page.content["peers"] for page in own} == set(pages)


def test_neighbours_stand_with_their_distances_and_what_these_are_made_of(
    data: SiteData, pages: dict[str, Page]
) -> None:
    near = pages["for-the-party/ZA9-peers.html"].content["near"]
    rows = texts(near["distances"])  # type: ignore[index]
    assert len(rows) <= len(data.providers) - 1
    distances = [float(row[2]) for row in rows]
    assert distances == sorted(distances)
    assert distances[-1] > 0
    weights = texts(near["weights"])  # type: ignore[index]
    assert [row[0] for row in weights][-1] == "Size"
    assert sum(int(row[1].rstrip("%")) for row in weights) == 100
    heads = [column.heading for column in near["distances"].columns]  # type: ignore[index]
    assert heads[3:-1] == [row[0] for row in weights]


def test_a_group_of_too_few_others_is_refused_with_the_reason(pages: dict[str, Page]) -> None:
    """Three social enterprises: each would have two others."""
    groups = {
        group["title"]: group
        for group in pages["for-the-party/ZA12-peers.html"].content["groups"]  # type: ignore[attr-defined]
    }
    few = groups["Providers of its type"]
    assert f"it takes {default_rule().fewest_peers} others" in few["reason"]
    assert few["tables"] == []
    assert groups["Providers of its region"]["tables"]


def test_a_place_is_one_among_the_group_and_not_among_all(
    data: SiteData, found: dict[str, MeasureResults], pages: dict[str, Page]
) -> None:
    one = found["ethnicity_known"]
    groups = {
        group["title"]: group
        for group in pages["for-the-party/ZA9-peers.html"].content["groups"]  # type: ignore[attr-defined]
    }
    region = data.organisations["ZA9"].region
    members = {code for code, org in data.organisations.items() if org.region == region}
    rows = [row for table in groups["Providers of its region"]["tables"] for row in table.rows]
    (row,) = (row for row in rows if row[0].text == one.measure.title)
    shown = [
        other["value"]
        for other in one.held.to_pylist()
        if other["org_code"] in members and other["value"] is not None
    ]
    assert row[5].note.endswith(f" of {len(shown)}")
    assert {row[2], row[4]} == {f"{min(shown):.1%}", f"{max(shown):.1%}"}


def test_what_the_page_says_of_its_marks_keys_and_months_is_so(
    data: SiteData, found: dict[str, MeasureResults], pages: dict[str, Page]
) -> None:
    page = pages["for-the-party/ZA9-peers.html"]
    groups = {group["title"]: group for group in page.content["groups"]}  # type: ignore[attr-defined]
    region = groups["Providers of its region"]
    rows = [row for table in region["tables"] for row in table.rows]
    assert region["sentence"].startswith(f"Of {len(rows)} values of {data.name('ZA9')}, ")
    assert " lie in the " in region["sentence"]
    assert "the marks have one shape here" in region["sentence"]
    assert all('<path class="w"' in row[3].html for row in rows)
    assert "keys of the values are on the provider's own page" in str(page.content["note"])
    moments = {one.measure.title: one.moment for one in found.values() if one.moment}
    told = {row[0].text: row[0].note for row in rows}
    assert moments
    assert all(note.endswith(moments.get(title, "")) for title, note in told.items())
    assert set(moments) & set(told)


def test_the_own_page_counts_values_and_judges_by_the_marks(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    """Crude, adjusted and composite: three rows of the spine, not three measures."""
    own = next(
        page for page in provider_pages(data, found) if page.path == "for-the-party/ZA9.html"
    )
    rows = [row for table in own.content["spine"] for row in table.rows]  # type: ignore[attr-defined]
    said = str(own.content["spine_sentence"])
    assert said.startswith(f"Of {len(rows)} values of {data.name('ZA9')}, ")
    assert said.endswith(
        "the shape of the mark says whether chance and the usual spread explain the place."
    )
    assert "tables of all measures" in str(own.content["spine_note"])


def test_a_home_that_knows_neither_mix_nor_type_says_so(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    bare = PeerPages(replace(data, organisations={}), {"ucr_2h": found["ucr_2h"]})
    page = next(bare.pages((HOME,)))
    reasons = [group["reason"] for group in page.content["groups"]]  # type: ignore[attr-defined]
    assert page.content["near"] is None
    assert reasons[0].startswith("No nearest neighbours")
    assert "Put a column 'kind'" in reasons[1]
    assert "Put a column 'region'" in reasons[2]
