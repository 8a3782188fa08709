"""The review of a block contract: from facts, units and prices to records, findings, a bridge."""

from dataclasses import dataclass, replace

from levelfield.commissioning.block_review.counted import count
from levelfield.commissioning.block_review.figures import LineFigures, line_figures, whole
from levelfield.commissioning.block_review.finding import Finding
from levelfield.commissioning.block_review.lost import Lost, lost_contacts
from levelfield.commissioning.block_review.moved_funds import moved_funds
from levelfield.commissioning.block_review.needs import DuplicatedCare, load_duplicated_care
from levelfield.commissioning.block_review.notes import Notes
from levelfield.commissioning.block_review.others_people import others_people
from levelfield.commissioning.block_review.overheads import overheads, peer_ratios
from levelfield.commissioning.block_review.priced import make_scope, priced_lines
from levelfield.commissioning.block_review.record import LineRecord, make_records
from levelfield.commissioning.block_review.repeated_care import counted_pence, repeated_care
from levelfield.commissioning.block_review.scope import Scope
from levelfield.commissioning.block_review.steps import BlockSteps, take_steps
from levelfield.core.money import format_pounds
from levelfield.engine import Engine
from levelfield.payment import Contract, PaymentInputs
from levelfield.quality import Standing


@dataclass(frozen=True)
class Review:
    """A block taken apart: its scope, its lines, four findings, the steps of its bridge."""

    contract: Contract
    scope: Scope
    standing: Standing
    care: DuplicatedCare
    lines: tuple[LineFigures, ...]
    records: tuple[LineRecord, ...]
    findings: tuple[Finding, ...]
    steps: BlockSteps
    lost: Lost

    @property
    def priced_interval(self) -> tuple[int, int] | None:
        """The priced activity at the lower and at the upper ends of its prices' intervals, in
        pence, as if all of them erred together; None where a price has no interval."""
        used = [line.priced for line in self.lines if line.priced.units]
        lower = [one.lower for one in used if one.lower is not None]
        upper = [one.upper for one in used if one.upper is not None]
        return (sum(lower), sum(upper)) if used and len(lower) == len(used) else None

    @property
    def most_lost(self) -> int:
        """What the lost contacts are worth in pence if each was attended, by this commissioner's
        people, on the block's lines: at the mean of the upper ends of prices. The least is none."""
        units = sum(line.priced.units for line in self.lines)
        worth = sum(line.priced.upper or line.priced.pence for line in self.lines)
        return whole(self.lost.contacts * worth / units) if units else 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What the bridge does not show, in sentences."""
        steps = self.steps
        said = [
            f"Of the priced activity {format_pounds(steps.duplicated)} are visits that were "
            "counted beside another line's (UN-4), at the prices: they are not taken off."
        ]
        if steps.overlap:
            said.append(
                f"{format_pounds(steps.overlap)} are in UN-2 and in UN-5, and taken off once."
            )
        if self.lost.share:
            said.append(
                f"{self.lost.words}: care of the block worth anything from nothing to "
                f"{format_pounds(self.most_lost)}; the bridge takes it to be as what is held."
            )
        if self.priced_interval:
            lower, upper = map(format_pounds, self.priced_interval)
            said.append(f"By the intervals of its prices the activity is worth {lower} to {upper}.")
        else:
            said.append("The price list gives no interval for some of the prices.")
        return tuple(said)

    def finding(self, rule: str) -> Finding:
        """The finding of a rule, such as `UN-2`."""
        return next(one for one in self.findings if one.rule == rule)


def review(
    engine: Engine,
    contract: Contract,
    inputs: PaymentInputs,
    standing: Standing,
    notes: Notes | None = None,
    care: DuplicatedCare | None = None,
) -> Review:
    """Unpick the block terms of a contract over the quarters of its year that are held whole.

    `engine` has the facts of `counted.FACTS` under their names; `standing` is that of the
    provider's data over the year. Raises ContractError for a contract without a block or a unit
    without a price, UsageError when no quarter is held, and DefinitionError for notes that fit no
    line.
    """
    notes, care = notes or Notes(), care or load_duplicated_care()
    scope, terms = make_scope(contract, inputs)
    counted = count(engine, scope, care)
    lost = lost_contacts(counted.lost, notes.lost)
    lines = line_figures(scope, counted, priced_lines(contract, inputs, scope), lost)
    grade, poor, quarters = standing.words, standing.poor, len(scope.months) // 3
    found = (
        others_people(lines, counted, grade, poor),
        moved_funds(lines, quarters, grade),
        repeated_care(lines, counted, care, grade, poor),
        overheads(lines, counted, grade),
    )
    replies: dict[str, str] = {rule: reply.words for rule, reply in notes.replies.items()}
    findings = tuple(replace(one, reply=replies.get(one.rule, "")) for one in found)
    return Review(
        contract=contract,
        scope=scope,
        standing=standing,
        care=care,
        lines=lines,
        records=make_records(scope, lines, counted, terms, contract.price_list, notes.lines),
        findings=findings,
        steps=take_steps(
            scope.block_pence,
            lines,
            peer_ratios(counted.peers),
            duplicated=counted_pence(lines, counted),
        ),
        lost=lost,
    )
