"""An impact assessment as a working workbook."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from levelfield.payment.scenarios.impact import Impact
from levelfield.payment.scenarios.sheets import FIRST, Cell, Formula, Sheet, write_sheets
from levelfield.payment.scenarios.workbook import comparison_sheets


def write_impact_workbook(made: Impact, file: Path, names: Mapping[str, str] = {}) -> None:
    """As of a comparison; and the definitions that differ, the units that moved, and what is left
    of each provider's effect if no more and no less is spent in all."""
    write_sheets(
        file,
        [
            _differences(made),
            _rests_on(made),
            *comparison_sheets(made.comparison, names),
            *_moves(made, names),
        ],
    )


def _differences(made: Impact) -> Sheet:
    rows = [tuple(one) for one in made.differences]
    headings = ("What", "Before", "After", "What it means")
    words = "What the two sets of definitions do not have in common."
    return Sheet("Differences", made.comparison.title, words, headings, rows)


def _rests_on(made: Impact) -> Sheet:
    headings = ("What", "Id", "Used", "Version", "Status", "Source")
    words = "The currency schemes and price lists of both sets, and what their files say of them."
    title = "What both sets of definitions rest on"
    return Sheet("Definitions", title, words, headings, made.rests_on)


def _moves(made: Impact, names: Mapping[str, str]) -> Iterator[Sheet]:
    rows: list[Sequence[Cell]] = []
    for move in made.moved:
        n = FIRST + len(rows)
        rows.append((*move, Formula(f"=F{n}-E{n}", move.units)))
    headings: tuple[str, ...] = (
        "Provider",
        "Commissioner",
        "Kind",
        "Code",
        "Units before",
        "Units after",
        "Moved units",
    )
    yield Sheet("Moved", "Which units are counted otherwise", "", headings, rows)
    kept: list[Sequence[Cell]] = []
    for one in made.kept():
        n = FIRST + len(kept)
        amounts = (one.base_pence / 100, one.pence / 100)
        effect = Formula(f"=D{n}-C{n}", one.effect_pence / 100)
        kept.append((one.provider, names.get(one.provider, one.provider), *amounts, effect))
    if not kept:
        return
    words = "If prices were scaled so that the total of before is spent, to the penny."
    headings = ("Provider", "Name", "Before £", "After, same total £", "Effect £")
    yield Sheet("Kept total", "With the total kept", words, headings, kept)
