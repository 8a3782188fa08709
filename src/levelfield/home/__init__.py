"""A home opened for use from Python."""

from levelfield.home.home import SCHEME, Home

__all__ = ["SCHEME", "Home"]
