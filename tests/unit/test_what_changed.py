"""What is asked of what changed, and in which words several changes are told in a line."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from levelfield.core.periods import Month
from levelfield.pipeline.changes import changes
from levelfield.pipeline.profiles import Item, Profile
from levelfield.quality import Break

MARCH = Month(2026, 3)
NURSING = Item("contacts of team type 12 (District nursing)", team_types=("12",))
NEW_SYSTEM = Break("2025-07", "ZA1", "new system?", "The system changes.", suspected=True)


def team(code: str) -> Item:
    return Item(f"contacts of team type {code}", team_types=(code,))


NO_TEAM = Item("contacts without a team", fault=True, rise="have teams been left out?")


@pytest.mark.parametrize(
    ("now", "before", "asked"),
    [
        (66, 552, ""),
        (700, 552, "have teams been left out?"),
        (1900, 552, "have teams been left out?"),
        (400, 0, "have teams been left out?"),
    ],
)
def test_of_a_fault_only_a_rise_is_asked_about(now: int, before: int, asked: str) -> None:
    told = changes({NO_TEAM: now}, {Month(2026, 2): {NO_TEAM: before}}, None, MARCH)
    assert [change.asked for change in told.changes] == [asked]
    begun = replace(NEW_SYSTEM, period=str(MARCH))
    assert not changes(
        {NO_TEAM: 66}, {MARCH.plus(-1): {NO_TEAM: 552}}, None, MARCH, [begun]
    ).changes


def test_without_an_earlier_month_no_break_is_blamed() -> None:
    assert changes({NURSING: 1.0}, {}, None, MARCH).against == "No earlier month is held."


@pytest.mark.parametrize(
    ("now", "rejected", "end"),
    [
        (0, 3050, "; after rejections (3,050 sent, 3,050 of them rejected)."),
        (700, 200, "; after rejections (900 sent, 200 of them rejected): a lost feed?"),
        (700, 0, "(700 against 3,110): a lost feed?"),
    ],
)
def test_what_was_sent_and_rejected_here_is_no_lost_feed(now: int, rejected: int, end: str) -> None:
    before = {Month(2026, 2): {NURSING: 3110}}
    told = changes({NURSING: now}, before, None, MARCH, rejected={NURSING: rejected})
    assert told.changes[0].sentence.endswith(end)


def test_a_line_of_several_things_says_what_of_each_was_rejected() -> None:
    two = (team("12"), team("14"))
    [line] = changes({}, months_of([500], *two), None, MARCH, rejected=dict.fromkeys(two, 500)).told
    assert line.startswith("Contacts of 2 team types fell")
    assert line.count("(0 against 500; 500 sent, 500 of them rejected)") == 2


def test_faults_that_became_fewer_come_after_what_was_lost() -> None:
    before = {NO_TEAM: 3000.0, NURSING: 1000.0}
    told = changes({NO_TEAM: 100.0, NURSING: 500.0}, {Month(2026, 2): before}, None, MARCH)
    assert [change.what for change in told.changes] == [NURSING.words, NO_TEAM.words]


def months_of(values: Sequence[float], *items: Item) -> dict[Month, Profile]:
    first = MARCH.plus(-len(values))
    return {first.plus(n): dict.fromkeys(items, value) for n, value in enumerate(values)}


def test_lines_of_several_things_keep_the_limits() -> None:
    two = (team("12"), team("14"))
    history = months_of([100, 102, 104] * 4, *two)
    [line] = changes(dict.fromkeys(two, 150.0), history, None, MARCH).told
    assert line.startswith("Contacts of 2 team types rose against February 2026: team type 12 by ")
    assert line.count("(150 against 104, usually ") == 2


def test_a_small_change_outside_the_limits_is_told_by_the_limits() -> None:
    history = months_of([*[100, 102, 104] * 4, 124], NURSING)
    [change] = changes({NURSING: 127.0}, history, None, MARCH).changes
    assert change.stray
    assert "127, usually" in change.sentence
    assert "rose" not in change.sentence
