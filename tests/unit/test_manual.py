"""The manual's hand-written pages: their files load, their links lead somewhere."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from levelfield.currencies import check_scheme
from levelfield.engine import open_engine
from levelfield.measures import example_fault, read_measure
from levelfield.payment import load_contract

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

BLOCKS = [
    pytest.param(block, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_python_of_the_manual_names_only_what_is_there(block: str) -> None:
    """What a block imports can be imported, and so can what it takes of an imported module."""
    parsed = ast.parse(block)
    names: dict[str, Any] = {}
    for statement in parsed.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            exec(ast.unparse(statement), names)
    for used in ast.walk(parsed):
        if isinstance(used, ast.Attribute) and isinstance(used.value, ast.Name):
            owner = names.get(used.value.id)
            assert owner is None or hasattr(owner, used.attr), ast.unparse(used)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def first_block(page: str, language: str) -> str:
    return blocks(page, language)[0]


def test_example_measure_counts_as_it_says(tmp_path: Path) -> None:
    file = tmp_path / "home_visits.yaml"
    file.write_text(first_block("write-a-measure.md", "yaml"), encoding="utf-8")
    measure = read_measure(file)
    engine = open_engine("duckdb", threads=1)
    for example in measure.examples:
        assert example_fault(engine, measure, example) == ""
    engine.close()


def test_example_scheme_groups_as_it_says(tmp_path: Path) -> None:
    page = "write-a-scheme.md"
    names = ("scheme.yaml", "examples.yaml", "contacts.csv", "codes.csv", "error_classes.csv")
    texts = [*blocks(page, "yaml"), *blocks(page, "csv")]
    for name, text in zip(names, texts, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    engine = open_engine("duckdb", threads=1)
    assert check_scheme(engine, tmp_path).id == "home-or-clinic"
    engine.close()


def test_example_contract_loads(tmp_path: Path) -> None:
    file = tmp_path / "contract.yaml"
    file.write_text(first_block("write-a-contract.md", "yaml"), encoding="utf-8")
    assert [term.id for term in load_contract(file).terms] == [
        "nursing",
        "therapies",
        "everything-else",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
