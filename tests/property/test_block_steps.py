"""Laws of the bridge from a block to its priced activity, over random lines."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from levelfield.commissioning.block_review import LineFigures, PricedLine, take_steps
from levelfield.commissioning.block_review.others_people import gap_pence
from levelfield.commissioning.block_review.overheads import line_excess, peer_ratios
from property.cases import cases

money = st.integers(0, 50_000_000)


@st.composite
def lines(draw: st.DrawFn) -> LineFigures:
    """A line of which anything may be unknown."""
    contacts = draw(st.integers(0, 500))
    own = draw(st.integers(0, contacts))
    booked = draw(st.integers(own, contacts))
    spent = draw(st.none() | money)
    share = draw(st.none() | st.floats(0.05, 1)) if contacts else None
    return LineFigures(
        line=draw(st.sampled_from(["12", "20", "45"])),
        allocated=draw(st.none() | money),
        spent=spent,
        spent_imputed=draw(st.booleans()),
        staffing=None,
        overhead=draw(st.none() | st.integers(0, spent or 0)),
        paid_share=share,
        paid_stated=draw(st.booleans()),
        contacts=contacts,
        own=own,
        booked=booked,
        others=booked - own,
        unknown=0,
        people=contacts,
        priced=PricedLine(own, draw(money), 0, draw(money)),
        row={},
    )


blocks = st.tuples(
    money, st.lists(lines(), max_size=6), st.lists(st.integers(1, 40), max_size=8), money
)


@cases()
@given(blocks)
def test_the_bridge_reconciles_to_the_penny(block: tuple) -> None:
    """For the block and for each line, what is given less every step is the priced activity."""
    paid, found, ratios, duplicated = block
    peers = peer_ratios([{"overhead": one, "spent": 100} for one in ratios])
    made = take_steps(paid, found, peers, duplicated)
    assert made.start - sum(made.steps.values()) == made.end
    assert made.end == sum(line.priced.pence for line in found)
    assert made.bridge().end == made.end
    for line in made.lines:
        assert line.start - sum(line.steps.values()) == line.end
    for name in set(made.steps) - {"unallocated"}:
        assert made.steps[name] == sum(line.steps[name] for line in made.lines)


@cases()
@given(blocks)
def test_no_pound_is_taken_off_twice(block: tuple) -> None:
    """Overheads are taken off only of what was not already put down to others' people."""
    paid, found, ratios, _ = block
    found = [
        replace(line, paid_share=max(line.paid_share, line.own / line.contacts))
        if line.paid_share and line.contacts
        else line
        for line in found
    ]
    peers = peer_ratios([{"overhead": one, "spent": 100} for one in ratios])
    made = take_steps(paid, found, peers, 0)
    full = sum(line_excess(line, peers) for line in found)
    if full <= 0:
        assert made.steps["overheads"] == made.overlap == 0
        return
    assert abs(made.steps["overheads"] + made.overlap - full) <= len(found) + 1
    for line, taken in zip(found, made.lines, strict=True):
        excess = line_excess(line, peers)
        assert abs(taken.steps["overheads"]) <= abs(excess) + 1
        if line.spent:
            left = line.spent - (gap_pence(line) or 0)
            assert abs(taken.steps["overheads"] - excess * left / line.spent) <= 1


@cases()
@given(blocks, st.integers(1, 1_000_000))
def test_a_dearer_block_moves_only_what_is_allocated_to_no_line(block: tuple, more: int) -> None:
    paid, found, _, duplicated = block
    one = take_steps(paid, found, None, duplicated)
    two = take_steps(paid + more, found, None, duplicated)
    assert two.steps == {**one.steps, "unallocated": one.steps["unallocated"] + more}
