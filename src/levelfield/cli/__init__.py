"""The front door: thin commands, progress, exit codes."""

from levelfield.cli.main import main

__all__ = ["main"]
