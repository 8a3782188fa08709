"""What files of a submission are called: which are tables, which nearly, and which are none."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from levelfield.datasets import load_dataset
from levelfield.intake.reading.member import KINDS, Member
from levelfield.intake.reading.names import table_meant

WHOLE = ("xml", "access")
"""Formats of which one file holds all the tables."""


def unread(members: Sequence[Member]) -> str:
    """Why a submission cannot be read of which a table would be left unread; empty without one."""
    tables, read = load_dataset().tables, {member.stem for member in members if member.kind}
    for member in members:
        meant = table_meant(member.stem, tables)
        if member.kind is None and meant is not None and meant not in read:
            named = "a table" if member.stem == meant else f"{meant}, or nearly so"
            return (
                f"{member.where} is named as {named}, and its ending as no format that is read. "
                f"Save it as one of {', '.join(KINDS)}."
            )
    return ""


def no_file(members: Sequence[Member]) -> str:
    """Why a submission cannot be read of which a table is a link to nowhere, a folder or a pipe."""
    for member in members:
        if member.kind is not None and member.stem in load_dataset().tables:
            return f"{member.where} is named as a table and is no file. Put the file in its place."
    return ""


def left_behind(name: str) -> bool:
    """Whether a file is what a program keeps beside another: macOS its icon, Excel its lock."""
    path = PurePosixPath(name)
    return path.name.startswith(("._", "~$")) or "__MACOSX" in path.parts


def other_letters(members: Iterable[Member]) -> str:
    """What is wrong with files that are nearly named as tables; empty without one."""
    for member in members:
        right = table_meant(member.stem, load_dataset().tables)
        if right is not None and member.stem != right and member.kind not in (None, *WHOLE):
            ending = member.name[len(member.stem) :]
            return (
                f"{member.where} must be named {right}{ending}, with the capital letters of its "
                "table and nothing else, and all other files likewise."
            )
    return ""


def has_table(members: Sequence[Member]) -> bool:
    """Whether one of the files is named as a table."""
    tables = load_dataset().tables
    return any(member.stem in tables for member in members)
