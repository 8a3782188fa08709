"""What a home decides for itself: the file `settings.yaml` in it, which people write."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from levelfield.core.definitions import Definition, load_yaml


class Settings(Definition):
    """The settings of a home.

    `retention_months` is how many months after the end of its reporting period a submission may be
    kept; without it there is no retention period.
    """

    retention_months: Annotated[int, Field(ge=1)] | None = None


def load_settings(home: Path) -> Settings:
    """The settings of a home, all at their defaults where it has no file of them.

    Raises DefinitionError that names the key when the file does not make sense.
    """
    file = home / "settings.yaml"
    return load_yaml(file, Settings) if file.exists() else Settings()
