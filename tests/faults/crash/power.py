"""What a power cut could take away: what was written or named, and not yet synced."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from faults.crash import trace

PASSING = ("staging", "locks")
"""Folders whose loss harms nobody."""

COUNTING = ("submissions", "quarantine", "facts")
"""Folders that the catalogue names: what is in them is on the disk before it says so."""


@dataclass
class Disk:
    """What the system has been told to write to a disk and may still only have in memory.

    A file's content is safe once the file was synced, its name (or that it has gone) once the
    folder was that names it. All paths are relative to the home.
    """

    known: set[str]
    contents: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def see(self, call: str, arguments: str, paths: list[str]) -> None:
        """Follow one call that succeeded."""
        kind = trace.CALLS[call]
        if kind == "sync":
            for path in paths:
                self.contents.discard(path)
                self.names = {one for one in self.names if _folder(one) != path}
                self.gone = {one for one in self.gone if _folder(one) != path}
        elif kind == "write":
            self.contents.update(paths)
        elif kind == "remove":
            [path] = paths
            for kept in (self.contents, self.names, self.known):
                kept.discard(path)
            # What was in a folder that has gone has gone with it.
            self.gone = {one for one in self.gone if _folder(one) != path} | {path}
        elif kind == "rename":
            self._move(*paths)
        elif paths[0] not in self.known:
            self.known.add(paths[0])
            self.names.add(paths[0])
            if "O_CREAT" in arguments:
                self.contents.add(paths[0])

    def _move(self, source: str, target: str) -> None:
        def moved(path: str) -> str:
            below = path == source or path.startswith(f"{source}/")
            return target + path.removeprefix(source) if below else path

        self.contents = {moved(path) for path in self.contents}
        self.known = {moved(path) for path in self.known} | {target}
        self.names = {moved(path) for path in self.names if path != source} | {target}
        self.gone.add(source)

    def unsafe(self, folders: tuple[str, ...]) -> set[str]:
        """What a power cut could take of these folders."""
        return {one for one in self.contents | self.names if one.split("/")[0] in folders}


def unsafe_moments(log: Path, home: Path, before: set[str]) -> list[tuple[str, set[str]]]:
    """The moments of a run at which something begins to count that is not safe on the disk.

    `before` names all files and folders that were there. The moments are each commit of the
    catalogue, each change of results, and the end of the run, when it has been acknowledged.
    """
    disk = Disk(set(before))
    found = []
    for call, arguments, result in trace.calls(log):
        paths = trace.paths_of(f"{call}({arguments}", home)
        if not paths or result.startswith("-") or trace.only_reads(call, arguments):
            continue
        moment, folders = "", COUNTING
        if trace.CALLS[call] == "remove" and paths == ["catalogue.sqlite-journal"]:
            moment = "commit"
        elif trace.CALLS[call] == "rename" and paths[-1] == "results/current":
            moment, folders = "results", (*COUNTING, "results")
        if moment:
            # The name that a rename takes away need not be safe, what it names must be.
            passing = set(paths[:-1]) - disk.contents
            found.append((moment, disk.unsafe(folders) - passing))
        disk.see(call, arguments, paths)
    every = {one.split("/")[0] for one in disk.contents | disk.names} - set(PASSING)
    gone = {one for one in disk.gone if one.split("/")[0] not in PASSING}
    return [*found, ("end", disk.unsafe(tuple(every)) | gone)]


def _folder(path: str) -> str:
    return PurePosixPath(path).parent.as_posix()
