"""Money that goes on from the provider of a contract to others."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flow:
    """What one party has of a term's amount in a month, in pence.

    `of` is the term whose amount is shared, `term` the one that says how. A flow to the payer
    itself is what it keeps; `tax` as the payee is tax that does not come back.
    """

    term: str
    period: str
    of: str
    payer: str
    payee: str
    what: str
    pence: int
