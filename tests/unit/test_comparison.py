"""A submission beside earlier ones and beside published figures: what is told, and what is not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from handmade import HEADER, write
from levelfield import intake
from levelfield.core.errors import DefinitionError
from levelfield.core.periods import Month
from levelfield.intake import Examined
from levelfield.pipeline.as_published import ACTIVITY, PART_ALONE, TRACKER, beside_published
from levelfield.pipeline.changes import BEFORE_BREAK, CHART, LAST_MONTH, changes
from levelfield.pipeline.check import check
from levelfield.pipeline.comparison import compare
from levelfield.pipeline.counted import LIKE, Counted
from levelfield.pipeline.profiles import Item, Profile, _profile, joined
from levelfield.publish.changes import TOLD, Change, Comparison
from levelfield.publish.check_sheets import sheets
from levelfield.published import published_dataset
from levelfield.quality import Break

MARCH = Month(2026, 3)
NURSING = Item("contacts of team type 12 (District nursing)", team_types=("12",))
ATTENDANCE = Item("contacts with attendance status", share=True, column="attendance_status")
NEW_SYSTEM = Break(
    "2025-07", "ZA1", "new system?", "The system named in the header changes.", suspected=True
)


def profile(contacts: float, share: float = 0.98) -> Profile:
    return {NURSING: contacts, ATTENDANCE: share}


def team(code: str, retired: str = "") -> Item:
    return Item(f"contacts of team type {code}", team_types=(code,), retired=retired)


def examined(folder: Path, **changed: str | None) -> Examined:
    write(folder, **changed)
    return intake.examine(intake.find_submissions(folder)[0])


def sentences(found: Comparison) -> list[str]:
    return [change.sentence for change in found.changes]


def of_teams(**contacts: int) -> Profile:
    mix = [(team.removeprefix("T"), None, None, count) for team, count in contacts.items()]
    return _profile({}, {}, mix)


def test_codes_that_are_no_national_ones_are_one_fault_and_no_feed() -> None:
    mistyped, mended = of_teams(T12=900, TQ8=71, TX9=30), of_teams(T12=1001)
    [fell] = changes(mended, {Month(2026, 2): mistyped}, None, MARCH).changes
    assert fell.sentence == (
        "No contacts of a team type that is not a national code, against 101 in February 2026."
    )
    assert not fell.worse
    [rose] = changes(mistyped, {Month(2026, 2): mended}, None, MARCH).changes
    assert rose.worse
    assert rose.sentence.endswith("is a code mistyped?")


def test_shares_of_one_field_stand_together() -> None:
    mix = [("12", "01", "5", 40), ("12", "02", "3", 40), ("12", "04", "6", 40)]
    told = changes(_profile({}, {}, mix), {Month(2026, 2): _profile({}, {}, mix)}, None, MARCH)
    said = [words.split(" ")[1] for words, *_, share in told.series if share]
    assert said == ["with"] * 3 + ["by"] * 3


# Against earlier months


def test_a_fall_against_the_last_month_asks_for_a_lost_feed() -> None:
    told = changes(profile(1204), {Month(2026, 2): profile(3110)}, None, MARCH)
    assert told.against == "Compared with February 2026."
    assert sentences(told) == [
        "Contacts of team type 12 (District nursing) fell by 61% against February 2026 "
        "(1,204 against 3,110): a lost feed?"
    ]
    assert told.changes[0].method == LAST_MONTH
    assert told.told == sentences(told)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0, 3110, "No contacts of team type 12 (District nursing), against 3,110 in February 2026"),
        (900, 0, "900 contacts of team type 12 (District nursing), and none in February 2026"),
        (6000, 3000, "rose by 100% against February 2026 (6,000 against 3,000): sent twice?"),
    ],
)
def test_words_for_what_vanished_appeared_or_doubled(now: int, before: int, words: str) -> None:
    told = changes(profile(now), {Month(2026, 2): profile(before)}, None, MARCH)
    assert words in told.changes[0].sentence


@pytest.mark.parametrize(("now", "before"), [(90, 100), (20, 29), (40, 52), (1000, 1100)])
def test_what_chance_explains_is_not_told(now: int, before: int) -> None:
    assert not changes(profile(now), {Month(2026, 2): profile(before)}, None, MARCH).changes


def test_a_share_is_told_from_five_points_on() -> None:
    before = {Month(2026, 2): profile(1000, 0.98)}
    assert not changes(profile(1000, 0.94), before, None, MARCH).changes
    [change] = changes(profile(1000, 0.69), before, None, MARCH).changes
    assert change.sentence == (
        "The share of contacts with attendance status fell to 69% against 98% in February 2026."
    )


def test_twelve_months_are_judged_by_a_control_chart() -> None:
    history = {MARCH.plus(-n): profile(1000 + 20 * (n % 3)) for n in range(1, 13)}
    told = changes(profile(600), history, None, MARCH)
    assert told.changes[0].method == CHART
    assert "a lost feed?" in told.changes[0].sentence
    assert "usually" in told.changes[0].sentence
    # A fifth more than last month, and still within the limits of a restless series.
    restless = {MARCH.plus(-n): profile(1000 + 300 * (n % 2)) for n in range(1, 13)}
    assert not changes(profile(1250), restless, None, MARCH).changes


def test_the_earlier_file_of_the_month_is_compared_too() -> None:
    told = changes(profile(1000), {}, profile(1500), MARCH)
    assert told.against == "Compared with the earlier file of March 2026."
    assert "fell by 33% against the earlier file of March 2026" in told.changes[0].sentence


def test_that_nothing_stands_out_is_said() -> None:
    alike = changes(profile(3110), {Month(2026, 2): profile(3110)}, None, MARCH)
    assert alike.outcome == "Compared with February 2026. Nothing stands out."
    fell = changes(profile(1204), {Month(2026, 2): profile(3110)}, None, MARCH)
    assert fell.outcome == fell.against == "Compared with February 2026."
    assert Comparison("No home is named.").outcome == "No home is named."


# Across a break in series


def test_limits_stand_on_the_months_since_a_break_alone() -> None:
    # Sixteen months near 3,000 before the system changed, eight near 1,000 since.
    counts = [3000 + 10 * (n % 3) for n in range(16)] + [1000 + 10 * (n % 3) for n in range(8)]
    history = {MARCH.plus(n - 24): profile(count) for n, count in enumerate(counts)}
    assert changes(profile(1010), history, None, MARCH).changes
    told = changes(profile(1010), history, None, MARCH, [NEW_SYSTEM])
    assert told.changes == ()
    assert told.against == "Compared with February 2026."
    assert told.breaks == (
        "Break in series, July 2025: The system named in the header changes. Everything is "
        "compared only with the months since.",
    )
    fell = changes(profile(400), history, None, MARCH, [NEW_SYSTEM])
    assert fell.changes[0].method == LAST_MONTH


def test_a_chart_since_a_break_needs_twelve_months_since() -> None:
    counts = [3000] * 10 + [1000 + 20 * (n % 3) for n in range(14)]
    history = {MARCH.plus(n - 24): profile(count) for n, count in enumerate(counts)}
    begun = replace(NEW_SYSTEM, period=str(MARCH.plus(-14)))
    told = changes(profile(600), history, None, MARCH, [begun])
    assert told.changes[0].method == CHART
    assert told.changes[0].usual is not None
    assert told.changes[0].usual[1] < 1200
    assert "14 earlier months, January 2025 to" in told.against


def test_the_first_month_of_a_new_system_is_asked_whether_all_of_it_moved() -> None:
    now = replace(NEW_SYSTEM, period=str(MARCH))
    history = {MARCH.plus(-n): profile(1000 + n) for n in range(1, 13)}
    told = changes(profile(200, 0.5), history, None, MARCH, [now])
    assert sentences(told) == [
        "Contacts of team type 12 (District nursing) fell by 80% against February 2026, before the "
        "break (200 against 1,001): has all of it moved over?"
    ]
    assert told.changes[0].method == BEFORE_BREAK
    assert told.against == "No earlier month held lies after the break in series of March 2026."
    assert told.breaks[0].endswith(
        "All earlier months held lie before the break of March 2026: counts that fell since "
        "February 2026 are told, and nothing else is compared with it."
    )
    # What rises, and how full fields are, may well differ in another system.
    assert not changes(profile(9000, 0.5), history, None, MARCH, [now]).changes


def test_a_break_of_codes_touches_what_reads_them_alone() -> None:
    codes = Break("2026-03", "", "codes", "New codes.", columns=("attendance_status",))
    told = changes(profile(400, 0.5), {Month(2026, 2): profile(1000)}, None, MARCH, [codes])
    assert [change.what for change in told.changes] == [NURSING.words]
    assert told.breaks == (
        "Break in series, March 2026: New codes. All earlier months held lie before the break of "
        "March 2026: what it touches is not compared.",
    )


# Retired codes


MOVED = Break("2023-01", "", "codes", "58 takes its place.", (), ("22", "58"))
SHARED = Break("2023-01", "", "codes", "Others take its place.", (), ("28", "58", "57"))


def test_a_retired_team_type_that_moves_to_another_is_no_lost_feed() -> None:
    before = {team("22", "January 2023"): 500.0, team("12"): 900.0}
    now = {team("58"): 510.0, team("12"): 880.0}
    own, last = joined([now, before], [MOVED])
    assert not changes(own, {Month(2026, 2): last}, None, MARCH).changes
    # Without knowing who takes whose place both ends would be asked about.
    apart = changes(now, {Month(2026, 2): before}, None, MARCH)
    assert {"new" in text or "retired" in text for text in sentences(apart)} == {True}


def test_what_is_lost_on_the_way_to_another_team_type_is_told() -> None:
    found = joined([{team("58"): 100.0}, {team("22"): 500.0}], [MOVED])
    (told,) = sentences(changes(found[0], {Month(2026, 2): found[1]}, None, MARCH))
    assert told == (
        "Contacts of team types 22 and 58 together fell by 80% against February 2026 (100 against "
        "500): a lost feed?"
    )


def test_team_types_that_share_a_successor_are_counted_together() -> None:
    (found,) = joined(
        [{team("22"): 1.0, team("28"): 0.5, team("57"): 1.5, team("12"): 4.0}], [MOVED, SHARED]
    )
    assert {item.team_types: value for item, value in found.items()} == {
        ("22", "28", "57", "58"): 3.0,
        ("12",): 4.0,
    }


def test_team_types_stay_apart_where_no_retired_one_is_found() -> None:
    (found,) = joined([{team("58"): 1.0, team("57"): 2.0}], [MOVED, SHARED])
    assert len(found) == 2


def test_a_retired_team_type_without_a_successor_is_asked_where_it_went() -> None:
    before = {team("18", "April 2020"): 400.0}
    (told,) = sentences(changes({}, {Month(2026, 2): before}, None, MARCH))
    assert told == (
        "No contacts of team type 18, against 400 in February 2026: it was retired in April 2020: "
        "is its work under another team type now?"
    )


# In a handful of lines


def many(count: int) -> Sequence[Item]:
    return [team(str(n)) for n in range(10, 10 + count)]


def test_what_is_alike_goes_into_one_line_worst_first() -> None:
    before = {item: 1000.0 - n for n, item in enumerate(many(7))}
    told = changes({}, {Month(2026, 2): before}, None, MARCH)
    assert len(told.changes) == 7
    assert told.told == [
        "A lost feed? Contacts of 7 team types fell against February 2026: team type 10 by 100% "
        "(0 against 1,000), team type 11 by 100% (0 against 999), team type 12 by 100% (0 against "
        "998), team type 13 by 100% (0 against 997) and 3 more."
    ]
    assert told.untold == 3


def test_what_changed_against_two_things_is_told_once() -> None:
    before = profile(3000)
    told = changes(profile(1000), {Month(2026, 2): before}, profile(3100), MARCH)
    assert len(told.changes) == 2
    assert told.told == [told.changes[0].sentence]
    assert "earlier file" in told.told[0]
    assert told.untold == 0


def test_the_sheet_has_every_sentence_of_a_figure_that_changed_twice(tmp_path: Path) -> None:
    told = changes(profile(1000), {Month(2026, 2): profile(3000)}, profile(3100), MARCH)
    assert len(told.changes) == 2
    data, _ = check(intake.find_submissions(write(tmp_path))[0], with_preview=False)
    [sheet] = [s for s in sheets(replace(data, comparison=told), []) if s.name == "Comparison"]
    [words] = [row[-1] for row in sheet.rows if row[0] == NURSING.words]
    assert words == " ".join(sentences(told))


def test_no_more_than_a_handful_of_lines_is_told() -> None:
    rose = [Change(f"thing {n}", "records", CHART, f"month {n}", 2, 1) for n in range(9)]
    found = Comparison("", changes=tuple(rose))
    assert len(found.told) == TOLD
    assert found.untold == 9 - TOLD


def test_shares_and_counts_do_not_share_a_line() -> None:
    before = {MARCH.plus(-1): profile(3000, 0.9)}
    assert len(changes(profile(1000, 0.5), before, None, MARCH).told) == 2


# Against published figures


def test_a_provider_with_published_figures_sees_them_beside_its_own(tmp_path: Path) -> None:
    real = examined(tmp_path / "real", CYP000Header=HEADER.replace("ZA1", "RYX"))
    found = compare(real, None, None)
    volumes, tracker = found.published_words
    assert volumes.startswith(
        "'Community services activity, March 2025' (official statistics in development), beside "
        "this file for March 2026: referrals to community services 47,230, here 1 (99.9% fewer),"
    )
    assert "care contacts 258,225, here 3 (99.9% fewer)" in volumes
    assert tracker.startswith(
        "Person records in a provider's submission (management information): a file in 13 of 13 "
        "months, February 2022 to February 2023, usually "
    )
    assert tracker.endswith("outside these limits.")
    of = {one.what: one for one in found.published}
    assert of["Care contacts: aged 65+"].value == pytest.approx(175665 / 258225)
    assert of["Care contacts: with an age"].value == pytest.approx(1.0)
    assert of["Care contacts"].of == "March 2025"
    # Three contacts are no mix.
    assert of["Care contacts: aged 65+"].now is None


def test_a_provider_that_nobody_published_is_told_so_once(tmp_path: Path) -> None:
    found = compare(examined(tmp_path / "made_up"), None, None)
    assert found.published == ()
    assert found.published_words == (
        "No figure of ZA1 was published in 'Community services activity, March 2025' or 'Community "
        "services data set submissions by provider, February 2022 to February 2023'.",
    )


@pytest.mark.parametrize(
    ("old", "aged", "words"),
    [
        (
            68.0,
            100.0,
            "The mix of ages, and how many have one, are as published within five points.",
        ),
        (
            40.0,
            72.0,
            "Five points or more from what was published: Care contacts: aged 0-18 19%, published "
            "14%; Care contacts: aged 19-64 25%, published 18%; Care contacts: aged 65+ 56%, "
            "published 68%; Care contacts: with an age 72%, published 100%.",
        ),
    ],
)
def test_mix_and_completeness_are_held_against_what_was_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: float, aged: float, words: str
) -> None:
    ages = {"all": 100.0, "0-18": 14.0, "19-64": 18.0, "65+": old}
    refer = {"all": 100.0, "0-18": 13.6, "19-64": 25.0, "65+": 61.4}
    monkeypatch.setattr(
        Counted, "ages", lambda self, name: refer if name == "published_referrals" else ages
    )
    figures, told = beside_published(examined(tmp_path / "sent"), "RYX", MARCH)
    assert words in told
    full = next(one for one in figures if one.what == "Care contacts: with an age")
    assert full.now == pytest.approx(aged / 100)


def test_only_what_happened_in_the_month_is_like_what_was_published(tmp_path: Path) -> None:
    found = examined(tmp_path / "sent")
    counted = Counted(found.tables, MARCH)
    assert counted.count("published_care_contacts") == 3
    assert (
        sum(
            value
            for group, value in counted.ages("published_care_contacts").items()
            if group != "all"
        )
        <= 3
    )
    before = Counted(found.tables, MARCH.plus(-12))
    assert before.count("published_referrals") == 0
    assert before.count("published_people_referred") == 0


def test_a_measure_that_nothing_here_is_like_is_not_counted_as_another() -> None:
    counted = Counted({}, MARCH)
    for count in (counted.count, counted.ages):
        with pytest.raises(DefinitionError, match="published_beds: nothing in a submission"):
            count("published_beds")
    with pytest.raises(DefinitionError, match="only referrals and contacts are counted by age"):
        counted.ages("published_care_activities")


def test_every_measure_that_is_held_against_a_file_is_known() -> None:
    held = [one.measure for name in (ACTIVITY, TRACKER) for one in published_dataset(name).series]
    assert set(held) == set(LIKE)


def test_an_extract_is_not_held_against_what_a_whole_provider_published(tmp_path: Path) -> None:
    found = examined(tmp_path / "sent", CYP000Header=HEADER.replace("ZA1", "RYX"))
    source = replace(found.raw.source, extract=intake.load_extract("commissioner-extract"))
    part = replace(found, raw=replace(found.raw, source=source))
    assert beside_published(part, "RYX", MARCH) == ((), (PART_ALONE,))


def test_without_tables_nothing_is_counted() -> None:
    counted = Counted({}, MARCH)
    assert counted.count("published_referrals") == 0
    assert counted.count("published_care_activities") == 0
    assert counted.ages("published_care_contacts")["all"] == 0
