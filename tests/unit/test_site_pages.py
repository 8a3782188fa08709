"""The pages of measures, providers and the system: what they say, and that they stay light."""

import re
from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pytest

from levelfield.benchmark import Adjusted, NotComparable, Reading
from levelfield.core.values import VALUE_SCHEMA
from levelfield.measures import load_measures
from levelfield.measures.parts import Clock
from levelfield.publish import SiteData
from levelfield.publish.breaks import Crossed
from levelfield.publish.cells import value_table
from levelfield.publish.drawing import draw
from levelfield.publish.icons import variation_of
from levelfield.publish.pages.measure_definition import clock_parts
from levelfield.publish.pages.measure_groups import stratum_label
from levelfield.publish.pages.measure_index import index_page
from levelfield.publish.pages.measure_order import order_table
from levelfield.publish.pages.measures import measure_pages
from levelfield.publish.pages.provider_lines import line_of
from levelfield.publish.pages.providers import MOST_CHARTS, provider_pages
from levelfield.publish.pages.rug import Rug
from levelfield.publish.pages.spine import Spread, place
from levelfield.publish.pages.system import system_page
from levelfield.publish.parts import Cell, Page, Table
from levelfield.publish.render import STYLE, VENDOR, render
from levelfield.publish.results import MeasureResults, results
from levelfield.publish.strips import Scale, spark, strip
from levelfield.publish.style import classes_of, trimmed
from made_up_site import NAMES, made_up_site

SITE = {
    "title": "A simulated system",
    "simulated": True,
    "generated_at": datetime(2026, 4, 20, 9, 30),
    "year": "2025-26",
}


@pytest.fixture(scope="module")
def data() -> SiteData:
    return made_up_site()


@pytest.fixture(scope="module")
def found(data: SiteData) -> dict[str, MeasureResults]:
    return results(data)[0]


@pytest.fixture(scope="module")
def measures(data: SiteData, found: dict[str, MeasureResults]) -> dict[str, Page]:
    return {page.path: page for page in measure_pages(data, found)}


def texts(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]


# Marks in cells


def test_a_strip_reads_from_left_to_right_and_cuts_what_runs_past_its_ends() -> None:
    scale = Scale(0.0, 10.0)
    assert scale.x(0.0) < scale.x(5.0) < scale.x(10.0) == scale.x(99.0)
    turned = Scale(10.0, 0.0)
    assert turned.x(10.0) == scale.x(0.0)
    assert Scale(3.0, 3.0).x(3.0) == scale.x(5.0)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("better", "b"), ("worse", "c"), ("unlike the rest", "u"), ("between the limits", "x")],
)
def test_each_kind_of_mark_has_a_shape_of_its_own(kind: str, name: str) -> None:
    def outline(one: str) -> str:
        drawn = strip(Scale(0.0, 1.0), 0.5, 0.4, 0.6, kind=one)
        return re.sub(r"[-\d. ]", "", re.findall(r'd="([^"]+)"', drawn)[-1])

    assert outline(kind) != outline("within limits")
    assert f'class="{name}"' in strip(Scale(0.0, 1.0), 0.5, None, None, kind=kind)


def test_a_strip_without_a_value_has_no_mark() -> None:
    assert strip(Scale(0.0, 1.0), None, None, None).count("<path") == 0


def test_a_small_line_has_gaps_and_marks_the_last_month_and_what_lies_outside() -> None:
    drawn = spark(
        [1.0, None, 2.0, 9.0, 2.0],
        ["better", None, "worse", "worse", "within limits"],
        ["shift", None, None, "outside limits", None],
    )
    line = re.findall(r'd="([^"]+)"', drawn)[0]
    assert line.count("M") == 2
    assert re.findall(r'class="(\w+)" d', drawn) == ["l", "c", "w"]
    assert spark([None], [None], [None]) == ""


# A measure


def test_the_list_holds_every_measure_once_in_its_domain(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    page = index_page(data, found)
    linked = [
        cell.href
        for domain in page.content["domains"]  # type: ignore[attr-defined]
        for row in domain["table"].rows
        for cell in row
        if isinstance(cell, Cell) and cell.href
    ]
    assert sorted(linked) == sorted(f"measures/{name}.html" for name in found)
    without = {measure.id for measure in page.content["without"]}  # type: ignore[attr-defined]
    assert without == set(load_measures()) - set(found)


def test_the_list_names_each_of_the_eight_services_also_without_a_measure(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    text = render(index_page(data, found), SITE)
    for area in ("Diabetes", "Wheelchairs", "Family nurse partnership", "School nursing"):
        assert f"<h3>{area}</h3>" in text
    assert "No measure of this service has values here." in text


def test_ranks_stand_only_as_the_places_that_chance_leaves(measures: dict[str, Page]) -> None:
    table = measures["measures/ucr_2h.html"].content["table"]
    assert isinstance(table, Table)
    headings = [column.heading for column in table.columns]
    places = [row[headings.index("Rank, 95%")] for row in texts(table)]
    assert all(re.fullmatch(r"\d+ to \d+|–", text) for text in places)
    assert "–" in places
    assert "where both are one, chance leaves open that place alone" in table.note
    assert "the funnel whether that is more than chance and the usual spread" in table.note


def test_a_measure_page_says_how_its_counts_are_rounded(measures: dict[str, Page]) -> None:
    table = measures["measures/ucr_2h.html"].content["table"]
    assert isinstance(table, Table)
    assert "Counts are rounded to the nearest 5 (rule “" in table.note


def test_a_measure_without_intervals_explains_no_mark_that_needs_one(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    one = found["ucr_2h"]
    as_bars = replace(one, reading=replace(one.reading, comparison="bars"))
    assert "a cross where the interval" in order_table(as_bars, Crossed(), "").note
    nothing = pa.nulls(one.public.num_rows, pa.float64())
    public = one.public
    for name in ("lower", "upper"):
        public = public.set_column(public.schema.get_field_index(name), name, nothing)
    bare = order_table(replace(as_bars, public=public), Crossed(), "")
    assert "a cross" not in bare.note
    assert "The line across is the median of the providers." in bare.note


@pytest.mark.parametrize(
    ("unit", "heading"),
    [("rate", "Value"), ("number", "Value"), ("percent", "Value"), ("days", "Value (days)")],
)
def test_the_heading_of_a_value_has_its_unit_or_no_brackets(unit: str, heading: str) -> None:
    row = dict.fromkeys(VALUE_SCHEMA.names) | {"value": 2.0}
    table = value_table([row], "Provider", ["A"], unit, "Values")
    assert heading in [column.heading for column in table.columns]


def test_a_suppressed_provider_has_neither_mark_nor_rank(measures: dict[str, Page]) -> None:
    table = measures["measures/ucr_2h.html"].content["table"]
    assert isinstance(table, Table)
    headings = [column.heading for column in table.columns]
    (row,) = (row for row in texts(table) if "suppressed" in row)
    assert row[headings.index("Rank, 95%")] == "–"
    (marked,) = (
        row for row in table.rows if isinstance(row[0], Cell) and row[0].text == NAMES["ZA1"]
    )
    mark = marked[headings.index("Value and interval")]
    assert isinstance(mark, Cell)
    assert mark.html is not None
    assert 'class="i"' not in mark.html
    assert 'class="w"' not in mark.html


def test_the_equity_panel_tells_each_group_with_its_difference(measures: dict[str, Page]) -> None:
    panel = measures["measures/dna_rate.html"].content["equity"]
    assert isinstance(panel, list)
    titles = [one["title"] for one in panel]
    assert titles == ["By deprivation", "By sex", "By age", "By ethnic group"]
    fifths = texts(panel[0]["table"])
    assert [row[0] for row in fifths][::4] == ["1, most deprived", "5, least deprived"]
    assert "least deprived less most deprived" in panel[0]["sentence"]
    assert panel[0]["ratio"].startswith("Relative index of inequality")
    reference = panel[0]["table"].rows[-1][0]
    assert reference.note == "the others are held against it"


def test_illustrative_codes_are_said_loudly_before_any_figure(measures: dict[str, Page]) -> None:
    text = render(measures["measures/msk_hq_change.html"], SITE)
    warning = text.index("Illustrative codes</strong>")
    assert text.index("<h1>") < warning < text.index('<dl class="lf-headlines">')
    assert "Illustrative codes" not in render(measures["measures/ucr_2h.html"], SITE)


def test_an_overdue_review_is_flagged(data: SiteData) -> None:
    late = replace(data, generated_at=datetime(2031, 1, 1))
    pages = {page.path: page for page in measure_pages(late, results(late)[0])}
    assert "Review overdue</strong>" in render(pages["measures/ucr_2h.html"], SITE)
    early = {page.path: page for page in measure_pages(data, results(data)[0])}
    assert "Review overdue" not in render(early["measures/ucr_2h.html"], SITE)


def test_a_clock_is_drawn_and_said() -> None:
    clock = Clock(start="the referral arrives", stop="the first contact", limit="18 weeks")
    parts = clock_parts(clock)
    assert parts["sentence"] == (
        "Start: The referral arrives. Limit: 18 weeks. Stop: The first contact."
    )
    assert 'role="img" aria-label="Clock. Start: The referral' in str(parts["drawing"])
    assert "Pause" not in str(parts["drawing"])
    held = clock_parts(clock.model_copy(update={"pause": "the person asks to wait"}))
    assert "lf-clock__pause" in str(held["drawing"])
    never = clock_parts(clock.model_copy(update={"pause": "nothing, not even holidays"}))
    assert "lf-clock__pause" not in str(never["drawing"])


def test_what_makes_providers_unlike_tells_no_number_of_records(
    data: SiteData, measures: dict[str, Page]
) -> None:
    guards = measures["measures/ucr_2h.html"].content["guards"]
    assert isinstance(guards, dict)
    kinds = {row[1]: row[2] for row in texts(guards["table"])}
    assert kinds["revised"] == "months were submitted again"
    assert "partly submitted" in kinds


# A provider


def test_the_place_among_providers_follows_what_is_better() -> None:
    among = Spread(0, 2, 4, 6, 8, 12)
    lower = Reading("mean", "days", "lower")
    assert place(9.0, among, lower) == "worse quarter"
    assert place(9.0, among, replace(lower, polarity="higher")) == "better quarter"
    assert place(1.0, among, replace(lower, polarity="none")) == "lower quarter"
    assert place(2.0, among, lower) == "middle half"


def test_a_provider_page_holds_every_measure_in_table_spine_and_rug(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    (page,) = (p for p in provider_pages(data, found) if p.path == "for-the-party/ZA3.html")
    tables, rug = page.content["domains"], page.content["rug"]
    assert isinstance(tables, list)
    assert isinstance(rug, Rug)
    titles = sorted(row[0] for table in tables for row in texts(table))
    assert titles == sorted(one.measure.title for one in found.values())
    assert sorted(row.title for _, rows in rug.groups for row in rows) == titles
    assert all(len(row.cells) == len(rug.heads) == 12 for _, rows in rug.groups for row in rows)


def test_the_adjusted_stands_beside_the_crude_on_spine_and_rug_and_composites_are_there(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    (page,) = (p for p in provider_pages(data, found) if p.path == "for-the-party/ZA9.html")
    spine = [row for table in page.content["spine"] for row in texts(table)]  # type: ignore[attr-defined]
    titles = [row[0] for row in spine]
    crude = titles.index("Leg ulcer with the arteries assessed within 14 days (crude)")
    assert titles[crude + 1] == (
        "Leg ulcer with the arteries assessed within 14 days, adjusted for age band and sex"
    )
    assert spine[crude][1] != spine[crude + 1][1]
    assert "Care in time (composite)" in titles
    # The provider's own count is exact, what is expected as everybody sees it.
    one = found["lu_assessed"]
    own, seen = one.row(one.exact, "ZA9"), one.public_adjusted
    assert own is not None
    assert isinstance(seen, Adjusted)
    (point,) = (row for row in seen.points.to_pylist() if row["org_code"] == "ZA9")
    value = min(1.0, own["numerator"] / point["expected"] * seen.overall)
    assert spine[crude + 1][1] == f"{value:.1%}"
    rows = [row for table in page.content["domains"] for row in table.rows]  # type: ignore[attr-defined]
    (row,) = (
        row for row in rows if row[0].text == "Leg ulcer with the arteries assessed within 14 days"
    )
    assert f"{value:.1%} adjusted for age band and sex" in row[1].note

    rug = system_page(data, found).content["rug"]
    assert isinstance(rug, Rug)
    named = [row.title for _, rows in rug.groups for row in rows]
    place = named.index("Leg ulcer with the arteries assessed within 14 days")
    assert named[place + 1].endswith("adjusted for age band and sex")
    title, composites = rug.groups[-1]
    assert (title, [row.title for row in composites]) == (
        "Composites",
        ["Care in time (composite)"],
    )
    assert {cell.text for cell in composites[0].cells} - {"–", "s"}


def test_where_months_are_too_few_a_provider_page_says_so_and_not_that_there_is_no_standard(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    one = found["ucr_2h"]
    assert one.comparison is not None
    assert one.reading.standard is not None
    none = dict.fromkeys(one.comparison.trends, NotComparable("No trend: too few months."))
    cut = replace(one, comparison=replace(one.comparison, trends=none))
    for standard, said in ((one.reading.standard, "too few months"), (None, "no standard")):
        short = replace(cut, reading=replace(one.reading, standard=standard))
        (page,) = (
            page
            for page in provider_pages(data, {"ucr_2h": short})
            if page.path == "for-the-party/ZA3.html"
        )
        (table,) = page.content["domains"]  # type: ignore[misc]
        assert [row[4] for row in texts(table)] == [said]
        assert page.lead.endswith(
            "In all of them the months are too few to judge a change, or whether a standard will "
            "be met."
        )


def test_what_the_definition_forbids_to_compare_is_drawn_nowhere(
    data: SiteData, found: dict[str, MeasureResults], measures: dict[str, Page]
) -> None:
    """Waits of whole providers: no figure, no rank, no place on a spine and no sign in the rug, and
    the page says why."""
    title = found["wait_incomplete_18w"].measure.title
    page = measures["measures/wait_incomplete_18w.html"]
    why = "whole organisations are not held side by side, since which services a provider runs"
    assert page.content["beside_others"] == ()
    assert [why in one for one in page.content["not_compared"]] == [True]  # type: ignore[attr-defined]
    order = page.content["table"]
    assert isinstance(order, Table)
    assert not [
        head for head in order.columns if "Rank" in head.heading or "Value and" in head.heading
    ]
    rug = system_page(data, found).content["rug"]
    assert isinstance(rug, Rug)
    (row,) = (row for _, rows in rug.groups for row in rows if row.title == title)
    assert {cell.text for cell in row.cells} <= {"n", "s", "–"}
    assert "n" in {cell.text for cell in row.cells}
    assert ("w", "n", "not compared: the measure's page says why") in rug.legend
    (own,) = (p for p in provider_pages(data, found) if p.path == "for-the-party/ZA3.html")
    spine = [row[0] for table in own.content["spine"] for row in texts(table)]  # type: ignore[attr-defined]
    assert title not in spine
    assert "Did not attend" in spine
    (line,) = (row for table in own.content["domains"] for row in texts(table) if row[0] == title)  # type: ignore[attr-defined]
    assert any(why in cell for cell in line)


def test_every_coloured_cell_of_a_rug_has_a_sign_and_a_word(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    (page,) = (p for p in provider_pages(data, found) if p.path == "for-the-party/ZA3.html")
    rugs = [page.content["rug"], system_page(data, found).content["rug"]]
    looks = set()
    for rug in rugs:
        assert isinstance(rug, Rug)
        for cell in (cell for _, rows in rug.groups for row in rows for cell in row.cells):
            assert bool(cell.sign and cell.word) == (cell.look in "bcu")
            looks.add(cell.look)
    assert {"b", "c", "w", "e"} <= looks


def test_the_others_of_a_spine_are_as_the_public_sees_them(data: SiteData) -> None:
    exact = results(data)[0]["dna_rate"]
    shown = {row["value"] for row in exact.held.to_pylist()}
    (page,) = (
        p for p in provider_pages(data, results(data)[0]) if p.path == "for-the-party/ZA3.html"
    )
    spine = page.content["spine"]
    assert isinstance(spine, list)
    (row,) = (row for table in spine for row in texts(table) if row[0] == "Did not attend")
    known = [value for value in shown if value is not None]
    assert row[2] == f"{max(known):.1%}"
    assert row[4] == f"{min(known):.1%}"


# The system


def test_the_system_page_names_what_changed_and_who_stands_out(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    page = system_page(data, found)
    assert re.match(r"In March 2026 \d+ of \d+ control charts", page.content["news"]["sentence"])  # type: ignore[index]
    rug = page.content["rug"]
    assert isinstance(rug, Rug)
    assert [head for head, _ in rug.heads][:3] == ["ZA1", "ZA2", "ZA3"]
    (row,) = (row for _, rows in rug.groups for row in rows if row.path.endswith("/ucr_2h.html"))
    assert row.cells[0].text == "s"


def test_the_system_page_counts_the_measures_without_a_funnel_by_the_reason(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    few = set(data.providers[:4])
    one = found["ucr_2h"]
    kept = [
        row["org_level"] != "provider" or row["org_code"] in few for row in one.public.to_pylist()
    ]
    refused = {
        "ucr_2h": replace(one, public=one.public.filter(kept)),
        "dna_rate": replace(
            found["dna_rate"], reading=replace(found["dna_rate"].reading, statistic="gap")
        ),
    }
    rug = system_page(data, refused).content["rug"]
    assert isinstance(rug, Rug)
    assert rug.notes[-1] == (
        "2 measures without a funnel, so that nobody stands out in them. "
        "1: it takes 5 organisations with a value. "
        "1: a gap rests on two groups, each of a size of its own. "
        "A suppressed value counts as none."
    )


# Style and weight


def test_a_style_sheet_is_cut_to_what_is_worn() -> None:
    sheet = (
        '@charset "UTF-8";:root{--a:1}a:hover{b:c}.on{d:e}.off{f:g}.on .off,h1 .on,p{i:j}'
        "@media (min-width:4.5em){.off{k:l}@supports (m:n){.on:not(.off){o:p}}}"
        "@media print{.off{q:r}}@keyframes x{from{s:t}12.5%{u:v}}:is(.on,.off) b{w:x}"
    )
    assert trimmed(sheet, {"on"}) == (
        '@charset "UTF-8";:root{--a:1}a:hover{b:c}.on{d:e}h1 .on,p{i:j}'
        "@media (min-width:4.5em){@supports (m:n){.on:not(.off){o:p}}}"
        "@keyframes x{from{s:t}12.5%{u:v}}"
    )
    assert classes_of('<p class="on two"><b class=three>') == {"on", "two", "three"}
    with pytest.raises(ValueError, match="never closes"):
        trimmed("a{b:c", set())


def test_what_pages_wear_keeps_its_rules() -> None:
    sheet = (VENDOR / "nhsuk-frontend.min.css").read_text("utf-8")
    kept = trimmed(sheet, {"nhsuk-tag", "nhsuk-tag--orange"})
    assert ".nhsuk-tag--orange{" in kept
    assert ".nhsuk-tag--green" not in kept
    assert kept.count("{") == kept.count("}")
    assert len(kept) < len(sheet) / 5


def weight(page: Page) -> int:
    """Bytes of a page with its style sheets and the wide drawings that it shows."""
    text = render(page, SITE)
    sheet = trimmed((VENDOR / "nhsuk-frontend.min.css").read_text("utf-8"), classes_of(text))
    drawn = draw([figure.drawing.wide for figure in page.figures])
    return sum(len(part.encode()) for part in (text, sheet, STYLE.read_text("utf-8"), *drawn))


def test_a_provider_page_of_a_hundred_measures_weighs_less_than_half_a_megabyte(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    again = {f"{name}-{n}": one for n in range(8) for name, one in found.items()}
    assert len(again) > len(load_measures()) > 75
    pages = [page for page in provider_pages(data, again) if page.kind == "provider"]
    heaviest = max(pages, key=lambda page: (len(page.figures), len(render(page, SITE))))
    assert len(heaviest.figures) == MOST_CHARTS
    assert 100_000 < weight(heaviest) < 500_000


def test_no_measure_page_weighs_half_a_megabyte(measures: dict[str, Page]) -> None:
    heaviest = max(measures.values(), key=lambda page: len(render(page, SITE)))
    assert 50_000 < weight(heaviest) < 500_000


def test_a_signal_on_few_months_says_so_beside_its_icon(
    data: SiteData, found: dict[str, MeasureResults]
) -> None:
    """Twelve months are held, and fifteen make limits that claim anything about the future."""
    held = [one for one in found.values() if one.comparison]
    lines = [
        line_of(one, row, code)
        for one in held
        for code in data.providers
        if (row := one.row(one.exact, code))
    ]
    worse = [line for line in lines if "getting worse" in str(line.reasons)]
    assert worse
    assert all("getting worse (provisional limits)" in line.reasons for line in worse)
    assert all("provisional limits" in variation_of(line.trend) for line in worse if line.trend)
    [steady, *_] = [x.trend for x in lines if x.trend and x.trend.variation == "common cause"]
    assert "provisional limits" not in variation_of(steady)
    long = replace(steady, variation="special cause concern", provisional_limits=False)
    assert "provisional limits" not in variation_of(long)
    table = system_page(data, found).content["news"]["table"]  # type: ignore[index]
    assert all("provisional limits" in row[4].html for row in table.rows)


def test_a_team_type_that_is_no_code_is_said_to_be_none() -> None:
    assert stratum_label("service", "Q8") == "Q8 (not a code of the list)"
    assert stratum_label("service", "78") == "78 (not a code of the list)"
    assert stratum_label("service", "12").endswith("(12)")
    assert stratum_label("service", "not known") == "not known"


def test_the_scale_of_the_adjusted_funnel_is_explained(measures: dict[str, Page]) -> None:
    adjusted = [
        one for page in measures.values() for one in page.figures if "adjusted-funnel" in one.name
    ]
    assert adjusted
    assert all("how little chance may move a provider" in one.notes[0] for one in adjusted)


def test_the_definition_says_from_what_and_by_what_it_is_counted(measures: dict[str, Page]) -> None:
    page = measures["measures/ucr_2h.html"]
    said = dict(page.content["summary"])  # type: ignore[call-overload]
    assert said["What is counted"] == "a clock"
    assert said["Counted from"] == "the fact ‘rtt’"
    assert said["The period of a row"] == "that of its column ‘end_period’"
    assert said["Counted by"] == "month and financial year"
    assert "deprivation" in said["Broken down by"]
    assert said["Small numbers"].startswith("Counts are rounded to the nearest 5")
    assert "A difference is taken before the figures are rounded" in render(page, SITE)
    for other in measures.values():
        if other.kind in ("measure", "definition"):
            assert "Counted from" in dict(other.content["summary"])  # type: ignore[call-overload]
