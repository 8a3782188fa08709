"""Writes the reference pages of the manual: `python docs/generate.py`, or `just docs`.

With `--check` nothing is written; the names of stale pages are printed and the exit code is 1.
"""

import sys
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent
for folder in (DOCS, DOCS.parent / "tests"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

from chapters import (  # noqa: E402
    commands,
    csds,
    currency_rules,
    facts,
    measure_language,
    measure_library,
    measures,
    payment,
    quality,
    returns,
    rules,
    simulation,
    statistics,
    tariff,
)

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "csds.md": csds.page,
    "csds-codes.md": csds.codes_page,
    "currency-rules.md": currency_rules.page,
    "data-quality.md": quality.page,
    "facts.md": facts.page,
    "measure-language.md": measure_language.page,
    "measure-library.md": measure_library.page,
    "measures.md": measures.page,
    "payment.md": payment.page,
    "returns.md": returns.page,
    "rules.md": rules.page,
    "simulation.md": simulation.page,
    "statistics.md": statistics.page,
    "tariff.md": tariff.page,
}


def stale() -> list[str]:
    """The pages whose text is not what would be generated now."""
    return [name for name, page in PAGES.items() if _written(name) != page()]


def _written(name: str) -> str:
    file = DOCS / "reference" / name
    return file.read_text(encoding="utf-8") if file.exists() else ""


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        found = stale()
        for name in found:
            print(f"docs/reference/{name} is stale: run 'just docs' and commit what changes.")
        return 1 if found else 0
    for name, page in PAGES.items():
        (DOCS / "reference" / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
