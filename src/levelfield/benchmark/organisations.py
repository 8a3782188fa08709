"""Who the organisations are: type and region from the look-ups."""

from dataclasses import dataclass
from pathlib import Path

from levelfield.core import definitions


@dataclass(frozen=True)
class Organisation:
    """One organisation of a look-up; `kind` and `region` are empty where it does not say."""

    code: str
    name: str
    kind: str = ""
    region: str = ""


def read_organisations(file: Path) -> dict[str, Organisation]:
    """The organisations of `providers.csv` (code, name; kind and region if it has them), by code.

    Empty where there is no such file: a home can do without. Raises DefinitionError for a file
    without the first two columns.
    """
    if not file.exists():
        return {}
    return {
        row["code"]: Organisation(
            row["code"], row["name"], row.get("kind", ""), row.get("region", "")
        )
        for row in definitions.read_csv(file, ["code", "name"])
    }
