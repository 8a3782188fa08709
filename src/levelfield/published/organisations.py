"""The names of the organisations in the published statistics."""

from dataclasses import dataclass
from functools import cache

from levelfield.core import definitions
from levelfield.core.values import ENGLAND
from levelfield.published.dataset import published_dataset
from levelfield.published.table import read_table


@dataclass(frozen=True)
class Organisation:
    """An organisation as the publications name it; `kind` is nhs_trust, icb or other."""

    code: str
    name: str
    kind: str


@cache
def organisations() -> dict[str, Organisation]:
    """Every organisation by code, England as ENG, under the longest name that was published.

    Names of different publications differ, and a code may have changed hands: beside the figures
    of one data set give `organisation_names(dataset)`.
    """
    rows = definitions.read_csv(
        definitions.path("published/organisations.csv"), required=("code", "name", "kind")
    )
    found = {row["code"]: Organisation(row["code"], row["name"], row["kind"]) for row in rows}
    return {ENGLAND: Organisation(ENGLAND, "England", "national"), **found}


@cache
def organisation_names(dataset_id: str) -> dict[str, str]:
    """Names by code as one data set has them (England alone where it names nobody).

    Raises UsageError for an unknown data set.
    """
    table = read_table(published_dataset(dataset_id))
    if "org_name" not in table:
        return {ENGLAND: "England"}
    return dict(zip(table["org_code"], table["org_name"], strict=True))
