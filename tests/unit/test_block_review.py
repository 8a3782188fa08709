"""The findings of a block review and its bridge, on figures that a hand can check."""

import csv
import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from levelfield.commissioning.block_review import (
    DuplicatedCare,
    LineFigures,
    Lost,
    Notes,
    PricedLine,
    Review,
    Scope,
    load_duplicated_care,
    load_notes,
    take_steps,
    write_files,
)
from levelfield.commissioning.block_review.counted import Counted
from levelfield.commissioning.block_review.figures import line_figures
from levelfield.commissioning.block_review.lost import lost_contacts
from levelfield.commissioning.block_review.moved_funds import moved_funds
from levelfield.commissioning.block_review.others_people import others_people
from levelfield.commissioning.block_review.overheads import overheads, peer_ratios
from levelfield.commissioning.block_review.record import make_records
from levelfield.commissioning.block_review.repeated_care import (
    beyond_coincidence,
    counted_pence,
    repeated_care,
)
from levelfield.commissioning.block_review.scope import whole_quarters
from levelfield.core.errors import ContractError, DefinitionError, UsageError
from levelfield.core.periods import FinancialYear
from levelfield.payment import load_contract
from levelfield.quality import Standing

YEAR = FinancialYear.parse("2025-26")
SCOPE = Scope("ZA1", "ZC001", YEAR, tuple(YEAR.months[:3]), tuple(YEAR.months[3:]), ("12", "45"), 0)
NOTHING = Counted([], [], {}, [], [], [], [], [], {}, [], [], {}, {}, {})

PEOPLE = {
    "line": "12",
    "people": 4,
    "contacts": 40,
    "own": 30,
    "booked": 36,
    "others": 6,
    "contacts_contacts": 400,
    "own_own": 300,
    "booked_booked": 340,
    "own_contacts": 300,
    "own_booked": 288,
    "unknown": 0,
}
MONEY = {
    "allocated": 4000,
    "allocated_rows": 1,
    "spent": 3600,
    "spent_rows": 1,
    "staffing": 2400,
    "staffing_rows": 1,
    "overhead": 720,
    "overhead_rows": 1,
    "paid_share": None,
}


def figures(**changes: object) -> LineFigures:
    """40 contacts, 30 for own people and 36 put down here; £3,600 spent of £4,000."""
    counted = replace(NOTHING, people={"12": PEOPLE}, money={"12": MONEY})
    scope = replace(SCOPE, lines=("12",))
    priced = {"12": PricedLine(28, 252_000, 2, 18_000)}
    return replace(line_figures(scope, counted, priced, Lost())[0], **changes)


def test_people_of_others_where_nobody_stated_a_share() -> None:
    """£3,600 bought 36 contacts, 30 of them for own people: a sixth went to others."""
    found = others_people([figures()], NOTHING, "grade A", poor=False)
    assert found.pence == 60_000
    assert (found.lower or 0) < 60_000 < (found.upper or 0)
    assert found.confidence == "medium"


def test_people_of_others_by_a_stated_share() -> None:
    """Paying 80% of a line of which own people had 75%: £3,600 × (1 − 0.75 ÷ 0.8) = £225."""
    line = figures(paid_share=0.8, paid_stated=True)
    found = others_people([line], NOTHING, "grade A", poor=False)
    assert found.pence == 22_500
    assert found.confidence == "high"
    assert line.unit_cost == Decimal(360_000) / 32


def test_the_interval_of_a_share_is_the_linearised_ratio() -> None:
    """By hand: ratio 30/36; Σ(y − R·x)² = 300 − 2R·288 + R²·340; error² = 4/3 · that ÷ 36²."""
    ratio = 30 / 36
    squares = 300 - 2 * ratio * 288 + ratio**2 * 340
    half = 1.959964 * (4 / 3 * squares) ** 0.5 / 36 * 360_000
    found = others_people([figures()], NOTHING, "grade A", poor=False)
    assert (found.lower, found.upper) == (round(60_000 - half), round(60_000 + half))


def test_contacts_of_nobody_knows_whom_widen_the_interval() -> None:
    sure = others_people([figures()], NOTHING, "", poor=False)
    unsure = others_people([figures(unknown=4)], NOTHING, "", poor=False)
    assert (unsure.lower or 0) < (sure.lower or 0)
    assert (unsure.upper or 0) > (sure.upper or 0)
    assert unsure.confidence == "low"


def test_lost_contacts_are_put_back_and_widen_every_interval() -> None:
    """A tenth of all contacts rejected: 40 that are held stand for 44.4, so a contact costs nine
    tenths of what it seemed to, and of two visits side by side 0.81 are held."""
    lost = Lost(accepted=90, rejected=10)
    assert lost.share == pytest.approx(0.1)
    assert lost.contacts == pytest.approx(10)
    whole, thin = figures(), figures(lost=lost.more)
    assert whole.unit_cost is not None
    assert thin.unit_cost is not None
    assert float(thin.unit_cost / whole.unit_cost) == pytest.approx(0.9)
    one, two = (others_people([line], NOTHING, "", poor=False) for line in (whole, thin))
    assert two.pence == one.pence
    assert (two.lower or 0) < (one.lower or 0) < (one.upper or 0) < (two.upper or 0)
    assert any("About 4 more were lost" in sentence for sentence in two.evidence)
    pairs = [{"line": "45", "other_line": "12", "contacts": 90, "people": 30}]
    counted = replace(NOTHING, pairs=pairs)
    found = repeated_care([thin], counted, load_duplicated_care(), "", poor=False)
    assert found.pence == found.upper == 1_000_000
    assert [part.pence for part in found.parts] == [810_000, 190_000]
    beyond = found.parts[1]
    assert (beyond.line, beyond.evidence) == (
        "beyond what was counted",
        "visits of which one or both may be lost",
    )
    assert "£8,100.00 of the bound are visits that were counted" in " ".join(found.evidence)


def test_a_stated_share_comes_on_top_of_what_was_rejected(tmp_path: Path) -> None:
    given = notes(tmp_path, "lost: {share: 0.12, reason: a clinic keeps its own records}")
    lost = lost_contacts({"accepted": 90, "rejected": 10}, given.lost)
    assert lost.share == pytest.approx(1 - 0.88 * 0.9)
    assert "12.0% are stated never to have been sent (a clinic" in lost.words
    assert lost_contacts({"accepted": None, "rejected": None}, None).share == 0
    with pytest.raises(DefinitionError, match="share"):
        notes(tmp_path, "lost: {share: 0.9, reason: x}")


def test_what_was_lost_is_a_step_of_the_bridge() -> None:
    """£2,520 priced and £180 without a currency: with a tenth lost there is a ninth more."""
    steps = take_steps(450_000, [figures(lost=1 / 9)], None, 0)
    assert steps.steps["lost"] == 30_000
    assert steps.bridge().end == 252_000


def test_the_intervals_of_prices_go_into_the_bound_and_the_worth(tmp_path: Path) -> None:
    """Prices of £90 from £80 to £110: the lower limit uses the one end, the bound the other."""
    priced = PricedLine(28, 252_000, 0, 0, lower=224_000, upper=308_000)
    assert (priced.least_pence, priced.most_pence) == (8_000, 11_000)
    pairs = [{"line": "45", "other_line": "12", "contacts": 90, "people": 30}]
    counted = replace(NOTHING, pairs=pairs, repeated=repeated(30, 3, 1))
    lines = [figures(priced=priced), figures(line="45", priced=priced)]
    found = repeated_care(lines, counted, load_duplicated_care(), "", poor=False)
    plain = [figures(), figures(line="45")]
    without = repeated_care(plain, counted, load_duplicated_care(), "", poor=False)
    assert (found.upper, without.upper) == (990_000, 810_000)
    assert (found.lower or 0) == pytest.approx((without.lower or 0) * 8 / 9, abs=1)
    assert (counted_pence(lines, counted), counted_pence(plain, counted)) == (810_000, 810_000)
    assert [part.pence for part in found.parts] == [810_000, 180_000]
    assert found.parts[1].evidence == "the upper ends of prices"
    assert [part.pence for part in without.parts] == [810_000]
    review = replace(made_review(tmp_path), lines=(lines[0],), lost=Lost(90, 10))
    assert review.priced_interval == (224_000, 308_000)
    assert review.most_lost == 110_000
    assert made_review(tmp_path).priced_interval is None
    steps = replace(review.steps, duplicated=810_000)
    note = replace(review, steps=steps).notes[0]
    assert "£8,100.00 are visits that were counted" in note
    assert "at most" not in note


def test_parts_of_fractions_of_a_penny_add_up_to_their_finding() -> None:
    """Three pairs of 33⅓ pence are a pound together, and 33 pence each: one has the penny."""
    others = ("43", "44", "45")
    pairs = [{"line": x, "other_line": "12", "contacts": 1, "people": 30} for x in others]
    priced = figures(priced=PricedLine(3, 100, 0, 0))
    counted = replace(NOTHING, pairs=pairs)
    found = repeated_care([priced], counted, load_duplicated_care(), "", poor=False)
    assert found.pence == 100
    assert [part.pence for part in found.parts] == [34, 33, 33]


def test_a_line_without_a_cost_has_no_pounds() -> None:
    found = others_people([figures(spent=None)], NOTHING, "", poor=False)
    assert (found.pence, found.lower, found.upper) == (None, None, None)
    assert "No line has both" in found.interval_note


def test_spending_is_imputed_from_the_costs_return() -> None:
    """The provider's cost of £5,000 × 36 of 40 contacts; what was moved cannot be told from it."""
    counted = replace(NOTHING, people={"12": PEOPLE}, full_costs={"12": {"cost": 5000}})
    line = line_figures(replace(SCOPE, lines=("12",)), counted, {}, Lost())[0]
    assert (line.spent, line.spent_imputed, line.moved) == (450_000, True, None)


def test_a_sum_that_lacks_a_quarter_is_not_known() -> None:
    half_a_year = replace(SCOPE, months=tuple(YEAR.months[:6]), lines=("12",))
    counted = replace(NOTHING, people={"12": PEOPLE}, money={"12": MONEY})
    line = line_figures(half_a_year, counted, {}, Lost())[0]
    assert (line.allocated, line.spent, line.overhead) == (None, None, None)


def test_moved_funds_net_to_what_is_unexplained() -> None:
    lines = [
        figures(),
        figures(line="45", allocated=100_000, spent=130_000),
        figures(line="20", allocated=None),
    ]
    found = moved_funds(lines, 1, "grade A")
    assert (found.pence, found.lower, found.upper) == (40_000, 39_900, 40_100)
    assert [part.pence for part in found.parts] == [40_000, -30_000]
    assert "Unexplained: £100.00" in found.evidence[1]
    assert "Not collected for: 20" in found.evidence[2]
    assert found.confidence == "medium"


def repeated(people: int, beside: int, control: int) -> list[dict]:
    rows = []
    for n in range(people):
        for shift in (0, -14, -7, 7, 14):
            contacts = control if shift else beside
            if contacts:
                rows.append(
                    {
                        "person_id": f"P{n}",
                        "line": "45",
                        "other_line": "12",
                        "shift": shift,
                        "contacts": contacts,
                    }
                )
    return rows


def test_what_other_weeks_have_too_is_coincidence() -> None:
    care, prices = load_duplicated_care(), {"12": Decimal(80), "45": Decimal(100)}
    same = beyond_coincidence(repeated(30, 2, 2), [], care, prices)
    assert same.contacts == 0
    assert same.lower <= 0
    more = beyond_coincidence(repeated(30, 3, 1), [], care, prices)
    assert more.contacts == 60
    # Each person 2 × 80p: 60 × 80 less 1.645 × √(30 × 160²).
    assert more.lower == pytest.approx(4800 - 1.644854 * (30 * 160**2) ** 0.5)


def test_visits_without_a_day_at_that_distance_are_made_up_for() -> None:
    care, prices = load_duplicated_care(), {"12": Decimal(1), "45": Decimal(1)}
    reach = [{"line": "45", "shift": s, "visits": 10, "reached": 5} for s in (-14, -7, 7, 14)]
    assert beyond_coincidence(repeated(10, 2, 1), reach, care, prices).contacts == 0


def test_duplicated_care_is_an_upper_bound_at_the_dearer_price() -> None:
    pairs = [{"line": "45", "other_line": "12", "contacts": 90, "people": 30}]
    counted = replace(NOTHING, pairs=pairs, repeated=repeated(30, 3, 1))
    lines = [figures(), figures(line="45", priced=PricedLine(10, 50_000, 0, 0))]
    found = repeated_care(lines, counted, load_duplicated_care(), "grade A", poor=False)
    assert (found.bound, found.pence, found.upper) == ("upper bound", 810_000, 810_000)
    assert 0 < (found.lower or 0) < 810_000
    assert "not a saving" in found.interval_note


def test_pairs_of_few_people_are_shown_together_and_never_alone() -> None:
    pairs = [
        {"line": "45", "other_line": "12", "contacts": 90, "people": 30},
        {"line": "43", "other_line": "12", "contacts": 12, "people": 6},
        {"line": "40", "other_line": "12", "contacts": 2, "people": 1},
    ]
    seen = [
        {**pair, "period": "2025-04", "care_contact_id": f"C{n}", "other_contact_id": f"D{n}"}
        for n, pair in enumerate(pairs)
    ]
    counted = replace(NOTHING, pairs=pairs, pair_examples=seen)
    found = repeated_care([figures()], counted, load_duplicated_care(), "", poor=False)
    assert [example.partition(" ")[0] for example in found.examples] == ["C0"]
    assert [part.line for part in found.parts] == ["45 beside 12", "other pairs"]
    assert found.pence == sum(part.pence or 0 for part in found.parts)


def test_overheads_beyond_the_median_of_peers() -> None:
    """£720 of £3,600 is 20%; six peers have 10% to 15%, their median 12.5%: 7.5% is £270."""
    peers = [{"provider": f"P{n}", "overhead": n, "spent": 100} for n in range(10, 16)]
    pools = [{"pool": p, "overhead": 360, "lines": 1} for p in ("north", "south")]
    found = overheads([figures()], replace(NOTHING, peers=peers, pools=pools), "")
    assert (found.pence, found.lower, found.upper) == (27_000, 18_000, 36_000)
    assert "more than one back office" in found.question
    fewer = overheads([figures()], replace(NOTHING, peers=peers[:5]), "")
    assert (fewer.lower, fewer.confidence) == (None, "low")
    assert overheads([figures()], NOTHING, "").pence is None


@pytest.mark.parametrize(("peers", "place"), [(5, None), (6, 0), (8, 0), (9, 1), (12, 2)])
def test_order_statistics_hold_the_median(peers: int, place: int | None) -> None:
    """Conover, Practical Nonparametric Statistics, table A3 (binomial): 95% at least."""
    found = peer_ratios([{"overhead": n, "spent": 1} for n in range(peers)])
    assert found is not None
    wanted = None if place is None else (place, peers - 1 - place)
    assert found.bounds == wanted


def test_the_bridge_takes_an_overlap_off_once() -> None:
    """Line 12: £4,000 given, £400 not spent, £600 on others; overhead £720 less 10% of £3,600 is
    £360, of which a sixth went with the care of others."""
    peers = peer_ratios([{"overhead": 10, "spent": 100}])
    made = take_steps(450_000, [figures()], peers, duplicated=5_000)
    assert made.steps == {
        "unallocated": 50_000,
        "moved": 40_000,
        "others": 60_000,
        "overheads": 30_000,
        "unclassed": 18_000,
        "lost": 0,
        "price": 0,
    }
    assert (made.end, made.overlap, made.duplicated) == (252_000, 6_000, 5_000)


def test_overheads_below_the_peers_are_no_step() -> None:
    peers = peer_ratios([{"overhead": 40, "spent": 100}])
    made = take_steps(450_000, [figures()], peers, duplicated=0)
    assert (made.steps["overheads"], made.overlap) == (0, 0)


def notes(folder: Path, text: str) -> Notes:
    file = folder / "notes.yaml"
    file.write_text(text, encoding="utf-8")
    return load_notes(file)


def test_a_record_closes_when_every_gap_has_a_reason(tmp_path: Path) -> None:
    counted = replace(
        NOTHING,
        activity=[
            {
                "line": "12",
                "attendance_status": code,
                "activity_location_type": "A01",
                "contacts": number,
            }
            for code, number in (("5", 30), ("3", 10), ("2", 5))
        ],
        sources=[{"line": "12", "source_of_referral": "01", "referrals": 9}],
    )
    about = notes(
        tmp_path,
        """
        lines:
          "12":
            should_achieve: Wounds heal at home
            recommendations: Rebase
            owner: A. Lead
            decided_on: 2026-05-01
            stakeholders: Two practices asked for faster replies
            feedback_source: Survey of April 2026
            gaps:
              patients: {status: not shared, reason: the survey is under embargo}
        """,
    )
    scope = replace(SCOPE, lines=("12",))
    terms = {"12": "block"}
    open_one, closed = (
        make_records(scope, [figures()], counted, terms, "ncc-2024-25", given)[0]
        for given in ({}, about.lines)
    )
    assert not open_one.closed
    assert closed.closed
    assert closed.entries["attendance_rate"].value == "75.0%"
    assert closed.entries["patients"].status == "not shared"
    assert closed.entries["cost_per_contact"].status == "imputed"
    assert closed.entries["local_to_national"].value == "1.11"


@pytest.mark.parametrize(
    ("lost", "words"), [(1 / 9, "11.1%"), (0.001, "0.1%"), (1 / 5000, "fewer than 0.1%")]
)
def test_a_cost_says_how_many_lost_contacts_were_put_back(lost: float, words: str) -> None:
    line = figures(lost=lost, paid_share=0.8, paid_stated=True)
    [made] = make_records(SCOPE, [line], NOTHING, {"12": "t"}, "p", {})
    cost = made.entries["cost_per_contact"]
    assert cost.note == f"{words} more contacts, lost on the way, put back"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('lines: {"77": {owner: B}}', "does not pay for"),
        ('lines: {"12": {gaps: {colour: {status: not shared, reason: x}}}}', "not a field"),
    ],
)
def test_notes_about_nothing_are_refused(tmp_path: Path, text: str, words: str) -> None:
    given = notes(tmp_path, text).lines
    with pytest.raises(DefinitionError, match=words):
        make_records(SCOPE, [figures()], NOTHING, {"12": "t"}, "p", given)


def test_a_reply_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="by"):
        notes(tmp_path, "replies: {UN-2: {dated: 2026-05-01, text: No}}")


def test_only_whole_quarters_are_reviewed() -> None:
    held = ["2025-04", "2025-05", "2025-06", "2025-07", "2025-08"]
    assert [str(m) for m in whole_quarters(YEAR, held)] == held[:3]
    with pytest.raises(UsageError, match="No quarter of 2025-26"):
        whole_quarters(YEAR, held[1:])


def test_a_need_is_met_by_team_types_that_exist_once() -> None:
    care = load_duplicated_care().model_dump()
    for needs, words in (
        ({"a": ["12"], "b": ["12"]}, "comes twice"),
        ({"a": ["99"]}, "not a team type"),
    ):
        with pytest.raises(ValueError, match=words):
            DuplicatedCare.model_validate({**care, "needs": needs})
    with pytest.raises(ValueError, match="own week"):
        DuplicatedCare.model_validate({**care, "control_weeks": [0, 1]})


def made_review(tmp_path: Path) -> Review:
    lines = (figures(), figures(line="45", allocated=100_000, spent=130_000))
    terms = dict.fromkeys(SCOPE.lines, "block")
    file = tmp_path / "c.yaml"
    file.write_text(
        "{id: c, version: '1', title: C, provider: ZA1, commissioner: ZC001, year: 2025-26, scheme:"
        " ncc-2024-25, price_list: ncc-2024-25, source: x, terms: [{id: t, kind: block, services:"
        " ['12', '45'], annual: 1}]}",
        encoding="utf-8",
    )
    return Review(
        contract=load_contract(file),
        scope=SCOPE,
        standing=Standing(97.0, "Q-1", 12, 12, 12, None),
        care=load_duplicated_care(),
        lines=lines,
        records=make_records(SCOPE, lines, NOTHING, terms, "ncc-2024-25", {}),
        findings=(
            others_people(lines, NOTHING, "grade A", poor=False),
            moved_funds(lines, 1, "grade A"),
        ),
        steps=take_steps(450_000, lines, None, 0),
        lost=Lost(),
    )


SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_the_workbook_makes_the_bridge_again(tmp_path: Path) -> None:
    """The formulas of the sheet, worked out here from its numbers, give our bridge."""
    review = made_review(tmp_path)
    write_files(review, tmp_path)
    with zipfile.ZipFile(tmp_path / "review.xlsx") as archive:
        tree = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    cells = {
        cell.attrib["r"]: (cell.findtext(f"{SHEET}f"), cell.findtext(f"{SHEET}v"))
        for cell in tree.iter(f"{SHEET}c")
    }

    def number(name: str) -> float:
        return float(cells[name][1] or 0)

    for row, line in ((6, review.steps.lines[0]), (7, review.steps.lines[1])):
        assert cells[f"H{row}"][0] is None
        assert cells[f"I{row}"][0] == f"C{row}-SUM(D{row}:H{row})-J{row}"
        left = number(f"C{row}") - sum(number(f"{c}{row}") for c in "DEFGH") - number(f"J{row}")
        assert round(100 * left) == line.steps["price"]
    assert cells["C8"][0] == "SUM(C6:C7)"
    assert cells["C11"][0] == "C10-C8"
    assert cells["C18"][0] == "C10-SUM(C11:C17)"
    taken = sum(number(f"C{row}") for row in range(11, 18))
    assert round(100 * (number("C10") - taken)) == review.steps.end == round(100 * number("J8"))
    assert cells["C19"][0] == 'IF(ROUND(C18-J8,2)=0,"agrees","DIFFERS")'


def test_the_files_say_what_the_review_says(tmp_path: Path) -> None:
    review = made_review(tmp_path)
    write_files(review, tmp_path)
    with (tmp_path / "findings.csv").open(encoding="utf-8", newline="") as stream:
        read = {row["rule"]: row for row in csv.DictReader(stream)}
    assert int(read["UN-3"]["pence"]) == review.finding("UN-3").pence
    assert read["UN-3"]["reply"] == ""
    told = json.loads((tmp_path / "review.json").read_text(encoding="utf-8"))
    assert told["block_pence"] - sum(told["steps_pence"].values()) == told["priced_pence"]
    assert "never accusations" in told["note"]
    with (tmp_path / "bridge.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            steps = [int(v) for k, v in row.items() if k.endswith("_pence")]
            assert steps[0] - sum(steps[1:-1]) == steps[-1]


def test_a_contract_without_a_block_has_none_to_unpick(tmp_path: Path) -> None:
    from levelfield.commissioning.block_review.priced import block_terms

    contract = made_review(tmp_path).contract
    term = contract.terms[0]
    with pytest.raises(ContractError, match="has no block"):
        block_terms(contract.model_copy(update={"terms": []}))
    narrow = term.model_copy(update={"currencies": ["N02AF"]})
    with pytest.raises(ContractError, match="names currencies"):
        block_terms(contract.model_copy(update={"terms": [narrow]}))
