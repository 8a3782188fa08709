"""A home as others see it, and all the files in it, in a form that can be compared."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

from faults.crash.trace import alike
from levelfield.core.errors import WarehouseError
from levelfield.home import Home
from levelfield.warehouse import verify

World = dict[str, Any]

NOTHING: World = {"submissions": {}, "facts": {}, "results": None, "lookups": {}}
"""A home that holds nothing, or does not exist."""


def world(path: Path) -> World:
    """What a reader finds who opens the home afresh: everything that counts, byte for byte.

    Times at which something was done are left out. Asserts that all of it agrees with itself.
    """
    if not (path / "catalogue.sqlite").exists():
        return {**NOTHING, "lookups": _lookups(path)}
    home = Home.open(path)
    assert verify(home.warehouse) == []
    active = {submission.id for submission in home.active()}
    submissions = {
        s.id: {
            "about": (s.provider, s.period, s.version, s.window, str(s.received_at)),
            "counts": {name: vars(counts) for name, counts in s.counts.items()},
            "digests": (s.digest, s.receipt_digest, s.pseudonym_key),
            "state": s.state(),
            "active": s.id in active,
            "files": _files(s.folder),
            "quarantine": _files(path / "quarantine" / s.id),
        }
        # Of what is being destroyed or has been, files do not count.
        if s.state() != "destroyed"
        else {"state": s.state()}
        for s in home.warehouse.catalogue.submissions()
    }
    facts = {
        f"{f.fact} {f.provider} {f.period}": (f.made_from, _files(f.folder))
        for f in home.warehouse.catalogue.fact_folders()
    }
    return {
        "submissions": submissions,
        "facts": facts,
        "results": _results(home),
        "lookups": _lookups(path),
    }


def _results(home: Home) -> dict[str, Any] | None:
    try:
        folder = home.results.folder
    except WarehouseError:
        return None
    about = home.results.about()
    del about["built_at"]
    files = _files(folder)
    del files["about.json"]
    return {"about": about, "files": files}


def _lookups(path: Path) -> dict[str, str] | str:
    if (path / "lookups" / "unfinished").exists():
        return "unfinished"
    return {n: d for n, d in _files(path / "lookups").items() if not n.endswith(".next")}


def history(path: Path) -> dict[str, list[tuple[str, str, str]]]:
    """What was decided about each submission, without the times."""
    return {
        s.id: [(event.action, event.reason, event.rule) for event in s.events]
        for s in Home.open(path).warehouse.catalogue.submissions()
    }


def tree(path: Path) -> list[str]:
    """Every file in a home but those of locks, with the random names of results made alike.

    The results of the build before the current one may stay for those who read them.
    """
    found = [file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()]
    current = path / "results" / "current"
    name = current.read_text() if current.exists() else ""
    names = {file.split("/")[1] for file in found if file.startswith("results/")}
    older = names - {name, "current"}
    assert len(older) <= 1, older
    return sorted(
        file.replace(name, "now") if name else file
        for file in found
        if not file.startswith("locks/")
        and not any(file.startswith(f"results/{o}/") for o in older)
    )


def files(path: Path) -> str:
    """A digest of all that lies in a home, byte by byte, with random names made alike. Left out is
    when results were built, and of who holds a lock all but that it is told."""
    told = sha256()
    for file in sorted(path.rglob("*")):
        told.update(f"{alike([file.relative_to(path).as_posix()])}\n".encode())
        if file.is_file() and file.suffix != ".holder":
            content = file.read_bytes()
            if file.parent.name == "results":
                content = alike([content.decode()]).encode()
            elif file.name == "about.json":
                content = _BUILT_AT.sub(b"", content)
            told.update(sha256(content).digest())
    return told.hexdigest()


_BUILT_AT = re.compile(rb'"built_at": "[^"]*"')


def manifest(path: Path) -> dict[str, Any] | None:
    """The manifest of a home, which is whole or not there."""
    file = path / "manifest.json"
    return json.loads(file.read_text()) if file.exists() else None


def _files(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
