"""A block contract taken apart: a record for each service line, four findings and a bridge."""

from levelfield.commissioning.block_review.counted import FACTS
from levelfield.commissioning.block_review.figures import LineFigures, PricedLine
from levelfield.commissioning.block_review.files import write_files, write_workbook
from levelfield.commissioning.block_review.finding import Finding, Part
from levelfield.commissioning.block_review.lost import Lost
from levelfield.commissioning.block_review.needs import DuplicatedCare, load_duplicated_care
from levelfield.commissioning.block_review.notes import Notes, load_notes
from levelfield.commissioning.block_review.record import FIELDS, GROUPS, Entry, LineRecord
from levelfield.commissioning.block_review.review import Review, review
from levelfield.commissioning.block_review.scope import Scope
from levelfield.commissioning.block_review.steps import STEPS, BlockSteps, LineSteps, take_steps
from levelfield.commissioning.block_review.tables import as_json, tables
from levelfield.commissioning.block_review.words import PARTY

__all__ = [
    "FACTS",
    "FIELDS",
    "GROUPS",
    "PARTY",
    "STEPS",
    "BlockSteps",
    "DuplicatedCare",
    "Entry",
    "Finding",
    "LineFigures",
    "LineRecord",
    "LineSteps",
    "Lost",
    "Notes",
    "Part",
    "PricedLine",
    "Review",
    "Scope",
    "as_json",
    "load_duplicated_care",
    "load_notes",
    "review",
    "tables",
    "take_steps",
    "write_files",
    "write_workbook",
]
