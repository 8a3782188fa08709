"""The command that shows what a home holds, how each submission stands, and what is to do."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer

from levelfield import warehouse
from levelfield.cli.console import say, show
from levelfield.cli.options import DEFAULT_HOME, Format, HomeOption, JsonOption, moment
from levelfield.core.errors import WarehouseError
from levelfield.core.periods import Month
from levelfield.datasets.windows import windows
from levelfield.home import Home
from levelfield.warehouse import Submission, active_of, standing, total

SHORT = 8
"""Digits of an id in a table: as many as any command needs to know it."""


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("status")(status_command)


def status_command(
    home: HomeOption = DEFAULT_HOME,
    as_at: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="MOMENT", help="What was active at this past moment."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every submission, whatever became of it.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every receipt and file, and say what is wrong.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the active submission of every provider and month, and what is to do."""
    opened = Home.open(home)
    if verify:
        _verify(opened, as_json)
        return
    known = opened.warehouse.catalogue.submissions()
    active = active_of(known, as_at)
    counts = {s.id for s in active}
    there = [s for s in known if as_at is None or s.received_at <= as_at]
    held = Counter((s.provider, s.period) for s in there if s.state(as_at) == "held")
    built = _built(opened)
    day = as_at.date() if as_at else date.today()
    rows = [
        {
            "provider": s.provider,
            "period": s.period,
            "window": s.window,
            "received": s.received_at.isoformat(sep=" "),
            "submission": s.id,
            **({"state": _state(s, as_at, counts)} if every or as_at else {}),
            "held": held[s.provider, s.period],
            **asdict(total(s.counts.values())),
            "built": s.id in built,
            **_window(s, day),
            **({"history": _history(s)} if every else {}),
        }
        for s in (known if every else active)
    ]
    if not known and not as_json:
        say(f"{home} holds no submission yet. Load some with: levelfield load PATH --home {home}")
        return
    if as_json:
        show(rows, list(rows[0]) if rows else [], Format.json)
        return
    if rows:
        _table(rows)
    else:
        say(f"{home}: no submission is active.")
    for remark in _remarks(opened, known, counts, built) if as_at is None else []:
        say(remark)


def _table(rows: list[dict[str, Any]]) -> None:
    """What fits on a terminal; what is decided about a submission, and windows, on lines below."""
    told = ["state"] if "state" in rows[0] else ["held", "rejected"]
    columns = ["provider", "period", "window", "received", "id", *told, "read", "built"]
    short = [{**r, "received": r["received"][:10], "id": r["submission"][:SHORT]} for r in rows]
    show(short, columns, Format.table)
    for row in short:
        if row.get("history"):
            print(f"{row['id']}: {row['history']}")
    for month, name, closes, left in sorted(
        {(r["period"], r["open"], r["closes"], r["days_left"]) for r in rows if r["open"]}
    ):
        days = f"{left} day{'' if left == 1 else 's'} left" if left else "today is the last day"
        say(f"{month}: the {name} window closes on {closes}; {days}.")


def _built(opened: Home) -> set[str]:
    """The submissions that the results of the last build hold."""
    try:
        about = opened.results.about()
    except WarehouseError:
        return set()
    if "submissions" in about:
        return set(about["submissions"])
    # A build of an earlier version says only which snapshot it made.
    same = about["snapshot"] == opened.warehouse.snapshot()
    return {s.id for s in opened.active()} if same else set()


def _state(submission: Submission, as_at: datetime | None, active: set[str]) -> str:
    """How it stands, or stood; of one that may count, whether it does or another goes before it."""
    if as_at is not None and submission.received_at > as_at:
        return "not yet received"
    state = standing(submission, active, as_at)
    gone = state == "active" and submission.state() == "destroyed"
    return f"{state} (destroyed since)" if gone else state


def _window(submission: Submission, day: date) -> dict[str, Any]:
    """The window that is open for the month on a day, and the days that are left of it."""
    dates = windows(Month.parse(submission.period))
    for name, close in (("primary", dates.primary_close), ("refresh", dates.refresh_close)):
        if day <= close:
            return {"open": name, "closes": close.isoformat(), "days_left": (close - day).days}
    return {"open": "", "closes": dates.refresh_close.isoformat(), "days_left": 0}


def _history(submission: Submission) -> str:
    return "; ".join(
        f"{event.action} {event.at:%Y-%m-%d %H:%M} ({event.reason}; {event.rule})"
        for event in submission.events
    )


def _remarks(opened: Home, known: list[Submission], active: set[str], built: set[str]) -> list[str]:
    states = Counter(s.state() for s in known)
    said = [
        f"{states[state]} {state}. See them with --all."
        for state in ("retracted", "destroyed")
        if states[state]
    ]
    if active != built:
        said.append(
            f"The results do not hold what is active now ({len(active - built)} to add, "
            f"{len(built - active)} to leave out). Build again: "
            f"levelfield build --home {opened.path}"
        )
    late = warehouse.expired(opened.warehouse, date.today())
    if late:
        said.append(
            f"{len(late)} past the retention period. Destroy them with: levelfield destroy "
            f"--expired --reason TEXT --home {opened.path}"
        )
    if any(s.half_destroyed for s in known):
        said.append(
            "A destruction has begun and not ended. The next load, build or destroy finishes it."
        )
    return said


def _verify(opened: Home, as_json: bool) -> None:
    found = warehouse.verify(opened.warehouse)
    here = len(opened.warehouse.submissions())
    if as_json:
        print(json.dumps({"submissions": here, "faults": found}, indent=2, ensure_ascii=False))
    else:
        for sentence in found:
            print(sentence)
        said = f"{len(found)} file{'' if len(found) == 1 else 's'}" if found else "All files"
        verb = "differs" if len(found) == 1 else "differ" if found else "are as committed"
        many = f"{here} submission{'' if here == 1 else 's'}"
        say(f"{said} of {many} {verb}{' from what was committed' if found else ''}.")
    if found:
        raise typer.Exit(1)
