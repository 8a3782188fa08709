"""The frontend's style sheet, cut to what the pages wear: most of it is for parts they lack."""

import re
from collections.abc import Collection, Iterator

_CLASS = re.compile(r"\.((?:[A-Za-z_-]|\\.)(?:[\w-]|\\.)*)")
_WORN = re.compile(r'class="?([^">]*)')
_NOT = re.compile(r":not\([^()]*\)")
_NESTED = ("@media", "@supports", "@container")


def classes_of(html: str) -> set[str]:
    """Every class that an element of a page has."""
    return {name for worn in _WORN.findall(html) for name in worn.split()}


def trimmed(sheet: str, worn: Collection[str]) -> str:
    """A minified style sheet without the rules of classes that nobody wears.

    A selector stays unless it asks for a class outside `worn`; a rule stays with the selectors that
    do, a group of rules (`@media` and its like) if any of its rules does, and everything else as it
    is.
    """
    return "".join(_trimmed(sheet, worn))


def _trimmed(sheet: str, worn: Collection[str]) -> Iterator[str]:
    for head, body in _blocks(sheet):
        if body is None:
            yield head
        elif head.startswith(_NESTED):
            inner = trimmed(body, worn)
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            kept = [one for one in _selectors(head) if _is_worn(one, worn)]
            if kept:
                yield f"{','.join(kept)}{{{body}}}"


def _blocks(sheet: str) -> Iterator[tuple[str, str | None]]:
    """Each rule as its head and its body; a statement without a body (`@charset`) has none."""
    begun = place = 0
    while place < len(sheet):
        match sheet[place]:
            case ";":
                yield sheet[begun : place + 1], None
                begun = place + 1
            case "{":
                end = _closing(sheet, place)
                yield sheet[begun:place].strip(), sheet[place + 1 : end]
                begun, place = end + 1, end
        place += 1


def _closing(sheet: str, place: int) -> int:
    """The place of the brace that closes the one at `place`."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(sheet, place):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    raise ValueError("the style sheet opens a brace that it never closes")


def _selectors(head: str) -> list[str]:
    """The selectors of a rule: parted by commas, save those in brackets."""
    parts, depth = [""], 0
    for letter in head:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _is_worn(selector: str, worn: Collection[str]) -> bool:
    wanted = _CLASS.findall(_NOT.sub("", selector))
    return all(name in worn for name in wanted)
