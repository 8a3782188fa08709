"""Where a home is, and where one could be made."""

from pathlib import Path

from levelfield.core.errors import WarehouseError


def is_home(home: Path) -> bool:
    """Whether there is a home in this place."""
    return (home / "catalogue.sqlite").exists()


def require_place(home: Path) -> None:
    """Raise WarehouseError unless there is a home in this place, or one could be made there."""
    # Asked in this order: another run may be making the home, and begins with the catalogue.
    taken = home.exists() and (not home.is_dir() or any(home.iterdir()))
    if taken and not is_home(home):
        raise WarehouseError(
            f"{home}: this is neither a levelfield home nor an empty folder. "
            "Name another place for the home."
        )
