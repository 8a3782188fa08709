"""Homes to disturb, a driver that disturbs them, and what must be true afterwards."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from faults.crash import trace
from faults.crash.steps import BEFORE
from faults.crash.trace import Point
from faults.crash.world import World, files, history, manifest, tree, world

Mode = Literal["kill", "EIO", "ENOSPC", "EROFS"]
"""The process is killed before the call is carried out; the call fails once; the disk is full from
then on; or it turns out that it can only be read."""

WORDS = {
    "EIO": "the disk reports a fault",
    "ENOSPC": "the disk is full",
    "EROFS": "the disk can only be read",
}
"""What the user is told of a write that failed so."""

KILLED, DONE, REFUSED = -9, 0, 2


@dataclass(frozen=True)
class Trial:
    """How a disturbed run ended: its exit code, and what it said if it was not killed."""

    ended: int
    said: str


class Laboratory:
    """A driver and the homes that it works on, all in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        tests = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (tests, os.environ.get("PYTHONPATH"))))
        self._driver = subprocess.Popen(
            [sys.executable, "-m", "faults.crash.driver", str(folder / "warm")],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._read() == "ready\n"

    def close(self) -> None:
        assert self._driver.stdin is not None
        self._driver.stdin.close()
        self._driver.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> str:
        assert self._driver.stdout is not None
        return self._driver.stdout.readline()

    def place(self) -> Path:
        """A path for one more home."""
        self._number += 1
        return self._folder / f"home-{self._number}"

    def run(self, home: Path, steps: tuple[str, ...], strace: list[str] | None = None) -> Trial:
        """Carry out steps in a process of its own, under strace if it is given arguments."""
        asked = {
            "home": str(home),
            "sent": str(self._folder / "warm" / "sent"),
            "steps": steps,
            "strace": strace or [],
        }
        assert self._driver.stdin is not None
        self._driver.stdin.write(json.dumps(asked) + "\n")
        self._driver.stdin.flush()
        told: dict[str, Any] = json.loads(self._read())
        return Trial(told["ended"], told["said"])


@dataclass
class Experiment:
    """One step: the home before it, the home after it undisturbed, and all its points."""

    laboratory: Laboratory
    step: str
    _run_again: set[str] = field(default_factory=set)

    @cached_property
    def before(self) -> Path:
        home = self.laboratory.place()
        assert self.laboratory.run(home, BEFORE[self.step]).ended == DONE
        return home

    @cached_property
    def after(self) -> Path:
        home = self.copy()
        log = home.with_suffix(".log")
        arguments = ["-y", "-s", "0", "-o", str(log), "-e", f"trace={trace.TRACED}"]
        assert self.laboratory.run(home, (self.step,), arguments).ended == DONE
        return home

    @property
    def log(self) -> Path:
        """What strace saw of the step undisturbed."""
        return self.after.with_suffix(".log")

    @cached_property
    def names_before(self) -> set[str]:
        """All files and folders of the home before the step."""
        return {path.relative_to(self.before).as_posix() for path in self.before.rglob("*")}

    @cached_property
    def points(self) -> list[Point]:
        """All points of the step, in their order.

        Asserts that one thread makes them all: only its calls are counted and disturbed.
        """
        home = self.copy()
        log = home.with_suffix(".log")
        arguments = ["-f", "-y", "-s", "0", "-o", str(log), "-e", f"trace={trace.TRACED}"]
        assert self.laboratory.run(home, (self.step,), arguments).ended == DONE
        assert len(trace.threads(log, home)) == 1
        return trace.points(self.log, self.after)

    @cached_property
    def old(self) -> World:
        return world(self.before)

    @cached_property
    def new(self) -> World:
        return world(self.after)

    def copy(self) -> Path:
        """The home before the step, to disturb; none before the first load."""
        home = self.laboratory.place()
        if self.before.exists():
            shutil.copytree(self.before, home)
        return home

    def disturb(self, point: Point, mode: Mode) -> None:
        """Disturb the step at a point, and assert that the home is the old world or the new one,
        that what was acknowledged is there, and that the step run again leaves no trace of it.

        From two homes that are the same in every file the step is run again once: it would do the
        same."""
        home = self.copy()
        what = "signal=KILL" if mode == "kill" else f"error={mode}"
        # A full disk stays full; other calls than writes are failed once, since reading goes on.
        when = f"{point.number}+" if (mode, point.kind) == ("ENOSPC", "write") else point.number
        log = home.with_suffix(".log")
        arguments = ["-y", "-s", "0", "-o", str(log), "-e", f"trace={point.call}"]
        arguments += ["-e", f"inject={point.call}:{what}:when={when}"]
        trial = self.laboratory.run(home, (self.step,), arguments)
        self._hit(point, log, home, mode)
        found = world(home)
        if mode == "kill":
            assert trial.ended == KILLED, trial
        else:
            # A fault may be met without harm (in what is a courtesy), or be said in our words.
            assert trial.ended in (DONE, REFUSED), trial
        if trial.ended == DONE:
            assert found == self.new
        else:
            self.assert_old_or_new(found)
        if trial.ended == REFUSED:
            assert trial.said.startswith("WarehouseError: "), trial
            assert "run the same command again" in trial.said, trial
            if point.kind == "write":
                assert WORDS[mode] in trial.said, trial
        state = files(home)
        if state not in self._run_again:
            again = self.laboratory.run(home, (self.step,))
            assert again.ended == DONE, again
            self.assert_same(home)
            self._run_again.add(state)
        if home.exists():  # A first load may have been stopped before it made one.
            shutil.rmtree(home)
        log.unlink()

    def _hit(self, point: Point, log: Path, home: Path, mode: Mode) -> None:
        """Assert that it was the call meant that was hit, and not another of its name."""
        mark = "<unfinished" if mode == "kill" else "(INJECTED)"
        text = log.read_text(errors="replace")
        lines = [line for line in text.splitlines() if mark in line or "= ?" in line]
        assert lines, f"{point} was not hit: {text[-400:]}"
        found = trace.paths_of(lines[0], home)
        assert trace.alike(found) == point.where, (point, lines[0])

    def assert_old_or_new(self, found: World) -> None:
        """What counts changes in one step: the submissions and the facts together. Results follow
        the facts and may lag behind them, never lead; look-ups come before what needs them."""
        old, new = self.old, self.new
        both = (found["submissions"], found["facts"])
        assert both in (
            (old["submissions"], old["facts"]),
            (new["submissions"], new["facts"]),
        )
        assert found["results"] in (old["results"], new["results"])
        if found["results"] != old["results"]:
            assert both == (new["submissions"], new["facts"])
        assert found["lookups"] in (old["lookups"], "unfinished", new["lookups"])
        if found["submissions"] != old["submissions"]:
            assert found["lookups"] == new["lookups"]

    def assert_same(self, home: Path) -> None:
        """The home is the one that an undisturbed run leaves, file by file and byte by byte."""
        assert world(home) == self.new
        assert tree(home) == tree(self.after)
        assert history(home) == history(self.after)
        assert manifest(home) == manifest(self.after)


def sample(points: list[Point], number: int) -> list[Point]:
    """About so many points, evenly spread, and one rename besides of each folder of the home."""
    every = max(1, len(points) // number)
    spread = points[every // 2 :: every]
    renames = {p.paths[-1].split("/")[0]: p for p in points if p.kind == "rename"}
    return spread + [point for point in renames.values() if point not in spread]
