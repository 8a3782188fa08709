"""The front door: thin commands, progress, exit codes."""

from levelfield.cli.main import run

__all__ = ["run"]
