"""The front door: thin commands, progress, exit codes."""

from levelfield.cli.app import main

__all__ = ["main"]
