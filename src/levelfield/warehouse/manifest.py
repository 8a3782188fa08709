"""`manifest.json`: what the catalogue says, for readers without it."""

import json
from typing import Any

from levelfield.warehouse.disk import explained, write_whole
from levelfield.warehouse.returns import active_returns
from levelfield.warehouse.submission import active_of, total
from levelfield.warehouse.warehouse import Warehouse, snapshot_of

NAME = "manifest.json"


def write_manifest(warehouse: Warehouse) -> None:
    """Bring the manifest of a home up to date with its catalogue; it is replaced in one step.

    It names each submission and return that is here with its folder, whether it is active, and the
    folders of the live facts. All paths are relative to the home.
    """
    file = warehouse.home / NAME
    with explained(warehouse.home), warehouse.lock_manifest():
        # Read within the lock: of several runs, the last to write knows what all have done.
        text = json.dumps(_content(warehouse), indent=1) + "\n"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            write_whole(file, text.encode())


def _content(warehouse: Warehouse) -> dict[str, Any]:
    submissions = warehouse.submissions()
    active = {submission.id for submission in active_of(submissions)}
    facts: dict[str, list[str]] = {}
    for folder in warehouse.catalogue.fact_folders():
        place = folder.folder.relative_to(warehouse.home).as_posix()
        facts.setdefault(folder.fact, []).append(place)
    returns = warehouse.catalogue.returns()
    counting = {
        (one.id, *part) for of in active_returns(returns).values() for part, one in of.items()
    }
    return {
        "written_by": "levelfield, from catalogue.sqlite, which alone decides",
        "snapshot": snapshot_of(active),
        "submissions": [
            {
                "id": s.id,
                "provider": s.provider,
                "period": s.period,
                "version": s.version,
                "window": s.window,
                "received_at": s.received_at.isoformat(),
                "state": s.state(),
                "active": s.id in active,
                "accepted": total(s.counts.values()).accepted,
                "folder": s.folder.relative_to(warehouse.home).as_posix(),
            }
            for s in submissions
        ],
        "returns": [
            {
                "id": one.id,
                "kind": one.kind,
                "version": one.version,
                "folder": one.folder.relative_to(warehouse.home).as_posix(),
                "parts": [
                    {
                        "provider": provider,
                        "period": period,
                        "rows": rows,
                        "active": (one.id, provider, period) in counting,
                    }
                    for (provider, period), rows in one.parts.items()
                ],
            }
            for one in returns
        ],
        "facts": facts,
    }
