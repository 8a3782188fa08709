"""The site as files: whole, linked, without network or scripts, and safe for the public."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from levelfield.core.errors import UsageError
from levelfield.publish import publish
from levelfield.publish.folder import new_folder
from levelfield.published import load_published
from levelfield.tariff import price_lists
from made_up_site import made_up_site


class Links(HTMLParser):
    """What a page refers to: addresses that are loaded with it, links, ids, and scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "script" or any(name.startswith("on") for name in named):
            self.scripts += 1
        if tag in ("link", "img", "source", "iframe"):
            self.loaded += [
                named[name].split(" ")[0] for name in ("href", "src", "srcset") if name in named
            ]
        elif tag == "a":
            self.linked.append(named.get("href", ""))
        if "id" in named:
            self.ids.append(named["id"])
        if tag == "h1":
            self.headings.append(tag)


def read(page: Path) -> Links:
    links = Links()
    links.feed(page.read_text("utf-8"))
    return links


def pages(site: Path) -> Iterator[Path]:
    return site.rglob("*.html")


def test_every_link_leads_somewhere(site: Path) -> None:
    missing = []
    for page in pages(site):
        links = read(page)
        for address in [*links.loaded, *links.linked]:
            if address.startswith(("http", "data:")):
                continue
            target, _, anchor = address.partition("#")
            file = (page.parent / target).resolve() if target else page
            if not file.is_file() or (anchor and anchor not in read(file).ids):
                missing.append(f"{page.relative_to(site)}: {address}")
    assert missing == []


def test_nothing_is_fetched_and_nothing_is_run(site: Path) -> None:
    for page in pages(site):
        links = read(page)
        assert [a for a in links.loaded if "//" in a] == [], page
        assert links.scripts == 0, page
    for sheet in site.rglob("*.css"):
        addresses = re.findall(r"url\(([^)]*)\)", sheet.read_text("utf-8"))
        assert [a for a in addresses if "//" in a and not a.startswith("data:")] == []
        assert "@import" not in sheet.read_text("utf-8")
        assert "rutiger" not in sheet.read_text("utf-8")
    for drawing in site.rglob("*.svg"):
        assert "href=" not in drawing.read_text("utf-8").replace("xmlns:xlink", "")


def test_each_page_has_one_heading_a_language_and_a_title(site: Path) -> None:
    for page in pages(site):
        text = page.read_text("utf-8")
        assert len(read(page).headings) == 1, page
        assert '<html lang="en-GB">' in text
        assert re.search(r"<title>[^<]{5,}</title>", text)
        ids = read(page).ids
        assert len(ids) == len(set(ids)), page


def test_the_logo_and_the_name_of_the_nhs_are_not_worn(site: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    assert "nhsuk-header__logo" not in text
    assert "Not an NHS service. Not official statistics." in text


def test_public_pages_hold_no_small_count(site: Path) -> None:
    for file in (site / "data").glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["org_level"] == "national" or not row["lineage"].startswith("V-"):
                    continue
                for name in ("numerator", "denominator"):
                    count = float(row[name] or 0)
                    assert count % 5 == 0, (file.name, row)


def test_exact_figures_are_marked_and_lie_apart(site: Path) -> None:
    for page in pages(site):
        marked = "For the party" in page.read_text("utf-8").split("<h1>")[0]
        assert marked == (page.parent.name == "for-the-party"), page


def test_no_figure_of_a_party_lies_outside_its_folder(site: Path) -> None:
    party = site / "for-the-party"
    drawn = {(page.parent / a).resolve() for page in pages(party) for a in read(page).loaded}
    charts = {path for path in drawn if path.suffix == ".svg"}
    assert len(charts) >= 4
    assert [path for path in charts if not path.is_relative_to(party.resolve())] == []
    names = {path.name for path in charts}
    contents = {path.read_bytes() for path in charts}
    for file in site.rglob("*"):
        if file.is_file() and not file.is_relative_to(party):
            assert file.name not in names, file
            assert file.read_bytes() not in contents, file


def test_a_suppressed_provider_is_neither_drawn_nor_ranked(site: Path) -> None:
    text = (site / "measures" / "ucr_2h.html").read_text("utf-8")
    assert (
        "Not drawn: 1 provider suppressed for small numbers and 1 provider without a value." in text
    )
    body = text[text.index("<tbody") :]
    assert body.index("Saltby") < body.index("Harrowdale")


def test_every_figure_has_a_sentence_an_alternative_and_keys(site: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    assert len(figures) == 4
    for figure in figures:
        assert len(re.findall(r'<img[^>]* alt="[^"]{60,}"', figure)) == 1
        assert "<figcaption" in figure
        assert re.search(r"P-[0-9a-f]{12}", figure)


def test_a_home_without_data_says_what_to_do(tmp_path: Path) -> None:
    result = publish(made_up_site(empty=True), tmp_path / "site")
    # Price lists need no data.
    assert result.charts == len(price_lists())
    for page, words in {
        "index.html": "levelfield build",
        "measures/index.html": "levelfield build",
        "providers/index.html": "levelfield load",
        "quality/index.html": "levelfield load",
        "currencies/index.html": "levelfield group",
        "statements/index.html": "levelfield pay",
    }.items():
        assert words in (tmp_path / "site" / page).read_text("utf-8"), page


def test_a_site_replaces_a_site_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(made_up_site(empty=True), out)
    (out / "stale.html").write_text("old")
    publish(made_up_site(empty=True), out)
    assert not (out / "stale.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]

    other = tmp_path / "documents"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="something else than a levelfield site"):
        publish(made_up_site(empty=True), other)
    assert (other / "letter.txt").read_text() == "dear"


def test_what_a_killed_publish_left_is_swept_out(tmp_path: Path) -> None:
    out, beside = tmp_path / "site", tmp_path / ".site-notes"
    beside.mkdir()
    # A killed process runs no clean-up: the block is left without closing it.
    killed = new_folder(out, "site")
    left = killed.__enter__()
    (left / "for-the-party.html").write_text("exact")
    with new_folder(tmp_path / "site-2", "site"), new_folder(tmp_path / "si", "site"):
        assert left.exists()
    with new_folder(out, "site") as fresh:
        assert not left.exists()
        assert fresh.exists()
    assert beside.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"site", "site-2", "si", ".site-notes"}


def test_an_old_site_outlives_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "site"
    publish(made_up_site(empty=True), out)
    before = sorted(path.relative_to(out) for path in out.rglob("*"))

    def fail(*_: object) -> str:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("levelfield.publish.site.render", fail)
    with pytest.raises(RuntimeError):
        publish(made_up_site(empty=True), out)
    assert sorted(path.relative_to(out) for path in out.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_charts_are_pictures_on_demand(site: Path, tmp_path: Path) -> None:
    assert not list(site.rglob("*.png"))
    data = made_up_site(empty=True)
    published = {"ucr_2h_2024-25": load_published("ucr_2h_2024-25")}
    publish(replace(data, published=published), tmp_path / "site", png=True)
    picture = tmp_path / "site" / "charts" / "england-two-hour.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert not list((tmp_path / "site").rglob("*-narrow.png"))
    assert 'href="charts/england-two-hour.png"' in (tmp_path / "site" / "index.html").read_text()
