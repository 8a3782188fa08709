"""levelfield: from a provider's monthly submission to a fair price and a defensible decision."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from levelfield.home import Home

__version__ = "0.1.0"

__all__ = ["__version__", "open"]


def open(home: str | Path) -> "Home":  # noqa: A001 - as `levelfield.open(…)` it reads well
    """Open a levelfield home: its submissions, facts, values, units and statements.

    Raises WarehouseError when there is no home at that place.
    """
    # Imported late, so that `import levelfield.statistics` loads no engine.
    from levelfield.home import Home

    return Home.open(home)
