"""How a submission differs from earlier ones and from published figures, in figures and words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from levelfield.publish.words import listed, percent

TOLD = 5
"""Lines that are told of what changed; a table has all."""

NAMED = 4
"""Things that a line names."""

Kind = Literal["records", "team type", "share"]


@dataclass(frozen=True)
class Change:
    """Something that differs from earlier submissions, with the figures behind it.

    `method` says what decided: a control chart, the last month, or another file of the month;
    `when` what it is held against. `now` and `before` are counts or shares, `usual` the limits of
    the chart; `stray`: outside them, though little changed since `before`, or for the better.
    `asked` is what a submitter should ask, if anything; of a `fault` the fewer the better.
    `rejected` were sent with the file too, and are not in `now`.
    """

    what: str
    kind: Kind
    method: str
    when: str
    now: float
    before: float
    usual: tuple[float, float] | None = None
    stray: bool = False
    asked: str = ""
    fault: bool = False
    rejected: float = 0

    @property
    def worse(self) -> bool:
        """Whether there is less than before, or than is usual; more, of a fault."""
        low, high = self.usual or (self.before, self.before)
        return self.now > high if self.fault else self.now < low

    @property
    def share(self) -> bool:
        return self.kind == "share"

    @property
    def way(self) -> str:
        if self.stray:
            return "lie outside what is usual"
        return "fell" if self.now < self.before else "rose"

    @property
    def sentence(self) -> str:
        """`Contacts of team type 12 fell by 61% against February 2026 (…): a lost feed?`"""
        note = f"; {self._usually}" if self.usual else ""
        note += f"; after rejections ({self._sent})" if self.rejected else ""
        end = f"{note}: {self.asked}" if self.asked else f"{note}."
        then, named = f"{self._figure(self.before)} in {self.when}", self.what
        if self.share:
            named = f"the share of {self.what}"
        if self.stray:
            sent = f", after rejections ({self._sent})" if self.rejected else ""
            text = f"{named}: {self._figure(self.now)}, {self._usually} ({then}){sent}."
        elif self.share:
            text = f"{named} {self.way} to {self._figure(self.now)} against {then}{end}"
        elif not self.now:
            text = f"no {named}, against {then}{end}"
        elif not self.before:
            text = f"{self._figure(self.now)} {named}, and none in {self.when}{end}"
        else:
            text = f"{named} {self.way} {self._by(f' against {self.when}')}{end}"
        return text[:1].upper() + text[1:]

    @property
    def brief(self) -> str:
        """The same as one of several in a line."""
        named = self.what.removeprefix("contacts of ")
        sent = f"; {self._sent}" if self.rejected else ""
        if self.stray:
            return f"{named} {self._figure(self.now)} ({self._usually}{sent})"
        usual = (f", {self._usually}" if self.usual else "") + sent
        if self.share:
            then = f"(from {self._figure(self.before)}{usual})"
            return f"{named} to {self._figure(self.now)} {then}"
        if not self.before:
            return f"{named} {self._figure(self.now)}"
        return f"{named} {self._by(note=usual)}"

    def to_json(self) -> dict[str, Any]:
        return {
            "sentence": self.sentence,
            "what": self.what,
            "method": self.method,
            "now": self.now,
            "before": self.before,
        }

    def _by(self, against: str = "", note: str = "") -> str:
        size = percent(abs(self.now - self.before) / self.before)
        figures = f"{self._figure(self.now)} against {self._figure(self.before)}"
        return f"by {size}{against} ({figures}{note})"

    @property
    def _sent(self) -> str:
        sent = self._figure(self.now + self.rejected)
        return f"{sent} sent, {self._figure(self.rejected)} of them rejected"

    @property
    def _usually(self) -> str:
        low, high = self.usual or (0.0, 0.0)
        return f"usually {self._figure(low)} to {self._figure(high)}"

    def _figure(self, value: float) -> str:
        return percent(value) if self.share else f"{value:,.0f}"


@dataclass(frozen=True)
class Published:
    """A figure that was published of a provider, beside the same of its file.

    `of` says what was published and for when; `note` what else there is to say. `now` is empty
    where the file has nothing to hold against it.
    """

    what: str
    of: str
    value: float
    now: float | None
    share: bool = False
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"what": self.what, "of": self.of, "published": self.value, "now": self.now}


@dataclass(frozen=True)
class Comparison:
    """The submission beside earlier ones and beside published figures.

    `against` says in a sentence what it was compared with, or why with nothing; `breaks` are
    sentences on the breaks in series that it must not be compared across. `published_words` are
    sentences on the figures in `published`.
    """

    against: str
    breaks: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    series: tuple[tuple[str, float, float | None, bool], ...] = ()
    """What was compared: name, now, last month, and whether it is a share."""
    published: tuple[Published, ...] = ()
    published_words: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """What it was compared with, and that nothing stands out where nothing does."""
        alike = self.series and not self.changes
        return f"{self.against} Nothing stands out." if alike else self.against

    @property
    def told(self) -> list[str]:
        """A handful of lines on what changed, in its order: what is alike goes into one, and what
        changed alike against two things is told once."""
        return [_line(group) for group in self._groups()[:TOLD]]

    @property
    def untold(self) -> int:
        """How many changes no line names."""
        groups = self._groups()
        named = sum(min(len(group), NAMED) for group in groups[:TOLD])
        return sum(map(len, groups)) - named

    def _groups(self) -> list[list[Change]]:
        alike: dict[tuple[str, ...], list[Change]] = {}
        once: dict[tuple[str, str], Change] = {}
        for one in self.changes:
            once.setdefault((one.what, one.way), one)
        for one in once.values():
            alike.setdefault((one.asked, one.when, one.kind, one.way), []).append(one)
        return list(alike.values())

    def to_json(self) -> dict[str, Any]:
        return {
            "against": self.against,
            "breaks": list(self.breaks),
            "told": self.told,
            "changes": [change.to_json() for change in self.changes],
            "published": list(self.published_words),
            "published_figures": [figure.to_json() for figure in self.published],
        }


_SEVERAL = {
    "records": "{n} kinds of records",
    "team type": "contacts of {n} team types",
    "share": "{n} shares",
}


def _line(group: Sequence[Change]) -> str:
    """`A lost feed? Contacts of 3 team types fell against February 2026: …`"""
    first = group[0]
    if len(group) == 1:
        return first.sentence
    several = _SEVERAL[first.kind].format(n=len(group))
    asked = f"{first.asked[:1].upper()}{first.asked[1:]} " if first.asked else ""
    named = [one.brief for one in group[:NAMED]]
    if left := len(group) - len(named):
        named.append(f"{left} more")
    head = f"{several[:1].upper()}{several[1:]} {first.way}"
    head += "" if first.stray else f" against {first.when}"
    return f"{asked}{head}: {listed(named)}."
