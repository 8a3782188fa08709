"""What `levelfield group` takes and prints beside counts: choices, and why of a record."""

import json
from collections.abc import Sequence
from pathlib import Path

from levelfield import currencies
from levelfield.cli.console import show
from levelfield.cli.options import Format
from levelfield.core.errors import UsageError


def named_scheme(text: str) -> str | Path:
    """A scheme that ships, by its id, or the folder of another: whatever is written as a path."""
    return text if Path(text).name == text else Path(text)


def read_choices(given: Sequence[str]) -> dict[str, int | str]:
    """Choices such as `child_to_age=16`, by parameter; raises UsageError for one that is none."""
    choices: dict[str, int | str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name or not value:
            raise UsageError(
                f"'{text}' is no choice of a parameter. Write name=value, as in child_to_age=16."
            )
        choices[name] = int(value) if value.isdigit() else value
    return choices


def show_why(scheme: currencies.Scheme, found: Sequence[currencies.Why], form: Format) -> None:
    """Print the row that fired for each record, and every row before it with what failed."""
    if form is Format.json:
        print(json.dumps([_row(one) for one in found], indent=2))
        return
    columns = ["row", "asks", "holds", "outcome"]
    for one in found:
        rows = [
            {
                "row": passed.rule.id,
                "asks": f"{passed.condition} {' or '.join(passed.asks)}",
                "holds": passed.holds,
                "outcome": passed.rule.outcome,
            }
            for passed in one.passed_over
        ]
        fired = one.fired
        rows.append(
            {"row": fired.id, "asks": fired.sentence, "holds": "all", "outcome": fired.outcome}
        )
        if form is Format.table:
            title = scheme.currencies.get(fired.outcome) or scheme.classes[fired.outcome].title
            print(f"{scheme.record.unit} of {one.provider}, {one.period}: {fired.outcome}, {title}")
            print(f"Decided by {fired.id} ({fired.basis}). {fired.note}".rstrip())
            print("It holds: " + "; ".join(f"{k} {v}" for k, v in one.holds.items()) + "\n")
        show(rows, columns, form)


def _row(why: currencies.Why) -> dict[str, object]:
    return {
        "scheme": why.scheme,
        "provider": why.provider,
        "period": why.period,
        "record": why.record_id,
        "outcome": why.fired.outcome,
        "basis": why.fired.basis,
        "row": why.fired.id,
        "holds": dict(why.holds),
        "passed_over": [
            {
                "row": p.rule.id,
                "condition": p.condition,
                "asks": list(p.asks),
                "holds": p.holds,
                "outcome": p.rule.outcome,
            }
            for p in why.passed_over
        ],
    }
