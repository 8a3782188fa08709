"""The list of statements, and of what stands beside them: where each page of a party lies."""

from collections.abc import Iterator

from levelfield.commissioning.block_review import Review
from levelfield.core.dates import period_words
from levelfield.payment import Shadow, Statement
from levelfield.publish.parts import Cell, Page, Row, Table, columns
from levelfield.publish.site_data import Changed, SiteData

HOME = ("Statements", "statements/index.html")

_STANDS = "The data have changed since it was issued. It stands as it is in this file of the home."
_CANNOT = "It cannot be made from what the home holds now, or would be another one."


def statement_path(statement: Statement) -> str:
    return f"for-the-party/statement-{statement.contract.id}-{statement.period}.html"


def shadow_path(shadow: Shadow) -> str:
    return f"for-the-party/shadow-{shadow.contract.id}.html"


def scenario_path(name: str) -> str:
    return f"for-the-party/scenario-{name}.html"


def impact_path(name: str) -> str:
    return f"for-the-party/impact-{name}.html"


def review_path(made: Review) -> str:
    return f"for-the-party/review-{made.contract.id}.html"


def changed_path(change: Changed) -> str:
    return f"for-the-party/changed-{change.name}.html"


def statement_title(statement: Statement) -> str:
    """What a statement is called."""
    return f"{statement.contract.title}, {period_words(statement.period)}"


def index_page(data: SiteData) -> Page:
    """What there is for the parties to contracts, by kind."""
    tables = [Table(name, columns(*heads), tuple(make(data))) for name, heads, make in _TABLES]
    return Page(
        path="statements/index.html",
        kind="list",
        title="Statements",
        lead="What a contract pays, itemised to the penny, for the parties to the contract.",
        section="statements/index.html",
        content={
            "tables": [table for table in tables if table.rows],
            "empty": "No contract has been paid yet. Run levelfield pay CONTRACT --period 2026-03.",
        },
    )


def _statements(data: SiteData) -> Iterator[Row]:
    for statement in data.statements:
        title, path = statement_title(statement), statement_path(statement)
        yield Cell(title, path), data.name(statement.contract.provider)
    for shadow in data.shadows:
        title = f"Block beside activity, {period_words(shadow.contract.year)}"
        yield Cell(title, shadow_path(shadow)), data.name(shadow.contract.provider)


def _held(data: SiteData) -> Iterator[Row]:
    """What is held against what."""
    for name, compared, _ in data.scenarios:
        yield Cell(compared.title, scenario_path(name)), period_words(compared.period)
    for name, made in data.impacts:
        compared = made.comparison
        yield Cell(compared.title, impact_path(name)), period_words(compared.period)


def _changes(data: SiteData) -> Iterator[Row]:
    for one in data.changes:
        title = f"{one.made.after.contract.title}: what changed"
        yield Cell(title, changed_path(one)), one.before, one.after


def _reviews(data: SiteData) -> Iterator[Row]:
    for made in data.reviews:
        contract = made.contract
        yield Cell(contract.title, review_path(made)), data.name(contract.provider)


def _not_shown(data: SiteData) -> Iterator[Row]:
    yield from ((Cell(file), _STANDS) for file in data.statements_left_out)
    yield from ((Cell(file), _CANNOT) for file in data.left_out)


_TABLES = (
    ("Statements and shadows", ("Page", "Provider"), _statements),
    ("Reviews of blocks", ("Page", "Provider"), _reviews),
    ("What changed", ("Page", "From", "To"), _changes),
    ("Scenarios and impact assessments", ("Page", "Period"), _held),
    ("Without a page", ("File", "Why"), _not_shown),
)
