"""Which care each term pays for: no unit is paid for by two terms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from levelfield.payment.terms import CareTerm, Coverage, Term

NO_TEAM = "none"
"""The service of a unit whose contact has no team."""

UNLISTED = "unlisted"
"""What units of all team types that are not in the code list stand under, side by side with the
service lines: nobody can say which services they are."""


@dataclass(frozen=True)
class Cover:
    """The care that one term names, under one scheme.

    None stands for every service, or every currency. With `others` it is what no other term covers.
    """

    term: CareTerm
    scheme: str
    services: frozenset[str] | None
    currencies: frozenset[str] | None
    others: bool

    def has(self, service: str, currency: str) -> bool:
        return (self.services is None or service in self.services) and (
            self.currencies is None or currency in self.currencies
        )

    def clash(self, other: "Cover") -> str:
        """What both of two terms name, in words; empty when no unit can be of both.

        Under two schemes the same care is counted in two units, whatever their currencies: the
        services decide, unless a term says why it stands apart.
        """
        if self.scheme != other.scheme and (self.term.apart or other.term.apart):
            return ""
        if self.others != other.others:
            return ""  # what others covers is by its meaning what the other term leaves
        services = _both(self.services, other.services)
        if self.scheme == other.scheme and not self.term.by_month and not other.term.by_month:
            services = None  # person-years have no team: the currency alone tells them apart
        currencies = _both(self.currencies, other.currencies)
        if self.scheme != other.scheme:
            currencies = None
        nothing = frozenset[str]()
        if nothing in (services, currencies):
            return ""
        if services is not None:
            return f"the service '{min(services)}'"
        if currencies is not None:
            return f"the currency '{min(currencies)}'"
        return "all services that no other term names" if self.others else "the same units"


def covers(
    paying: Sequence[tuple[CareTerm, str]], lines: Mapping[str, Coverage]
) -> tuple[Cover, ...]:
    """The care of each term, given with its scheme; `lines` are those that terms refer to."""
    found = []
    for term, scheme in paying:
        named = lines[term.line] if term.line else term
        others = named.services == "others"
        services = None if others or named.services is None else frozenset(named.services)
        currencies = None if named.currencies is None else frozenset(named.currencies)
        found.append(Cover(term, scheme, services, currencies, others))
    return tuple(found)


def term_of(found: Sequence[Cover], service: str, currency: str, scheme: str) -> CareTerm | None:
    """The term that pays for a unit of a scheme; None when none does."""
    named = [cover for cover in found if not cover.others]
    for cover in named:
        if cover.scheme == scheme and cover.has(service, currency):
            return cover.term
    for cover in found:
        if cover.others and cover.scheme == scheme and cover.has(service, currency):
            # Care that is paid for under another scheme is not left over, unless that one is apart.
            if any(
                one.scheme != scheme
                and not one.term.apart
                and one.services is not None
                and service in one.services
                for one in named
            ):
                return None
            return cover.term
    return None


def care_in_words(found: Sequence[Cover], term: Term) -> str:
    """Which care a term covers; empty for a term that pays for none of its own."""
    for cover in found:
        if cover.term.id == term.id:
            services = "all that no other term names" if cover.others else "all"
            if cover.services is not None:
                services = ", ".join(sorted(cover.services))
            only = "" if cover.currencies is None else ", ".join(sorted(cover.currencies))
            return f"{services}; of these {only}" if only else services
    return ""


def clashes(found: Sequence[Cover]) -> Iterator[tuple[Term, Term, str]]:
    """Pairs of terms that would pay for the same care, with what both name."""
    for one, two in combinations(found, 2):
        what = one.clash(two)
        if what:
            yield one.term, two.term, what


def _both(one: frozenset[str] | None, two: frozenset[str] | None) -> frozenset[str] | None:
    """What is in both, where None is everything."""
    if one is None or two is None:
        return one if two is None else two
    return one & two
