"""The page of commands: what `levelfield COMMAND --help` says, for all of them."""

from collections.abc import Iterator
from enum import EnumType
from typing import Any, Literal, get_args, get_origin

import typer.main

from chapters import markdown
from levelfield.cli.app import application

INTRODUCTION = """
The command line exits with 0 when it is done, 1 when it is done and the finding is negative (a
rejected submission), 2 when the input or the call is wrong, 3 when levelfield failed, and 130 when
it was stopped. Results go to standard output, remarks and progress to standard error.
"""


def page() -> str:
    command: Any = typer.main.get_command(application())
    top: dict[str, Any] = command.commands
    commands = dict(_with_subcommands(top))
    rows = [
        (f"[`{name}`](#levelfield-{name.replace(' ', '-')})", _text(command).split("\n\n")[0])
        for name, command in commands.items()
    ]
    return markdown.page(
        "Commands",
        INTRODUCTION,
        markdown.table(["command", "what it does"], rows),
        *(_command(name, command) for name, command in commands.items()),
    )


def _with_subcommands(commands: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each command by its name, and below a command that has some, its subcommands."""
    for name, command in commands.items():
        yield name, command
        for below, subcommand in getattr(command, "commands", {}).items():
            yield f"{name} {below}", subcommand


def _command(name: str, command: Any) -> str:
    parameters = [parameter for parameter in command.params if parameter.name != "help"]
    arguments = [_name(parameter) for parameter in parameters if not _is_option(parameter)]
    usage = " ".join(["levelfield", name, *arguments, "[OPTIONS]"])
    table = markdown.table(
        ["argument or option", "default", "meaning"], map(_parameter, parameters)
    )
    return "\n\n".join([f"## levelfield {name}", _text(command), markdown.code(usage), table])


def _text(command: Any) -> str:
    return str(command.help or "").strip()


def _is_option(parameter: Any) -> bool:
    return bool(parameter.opts[0].startswith("-"))


def _name(parameter: Any) -> str:
    if _is_option(parameter):
        return ", ".join(parameter.opts)
    return (parameter.metavar or parameter.name.upper()) + ("..." if parameter.nargs != 1 else "")


def _parameter(parameter: Any) -> tuple[str, str, str]:
    words, kind = [_name(parameter)], parameter.type_descriptor.annotation
    choices = [str(choice.value) for choice in kind] if isinstance(kind, EnumType) else []
    if get_origin(kind) is Literal:
        choices = list(get_args(kind))
    if choices:
        words.append("|".join(choices))
    if parameter.required:
        default = "required"
    elif parameter.default in (None, False, ()):
        default = ""
    else:
        default = f"`{getattr(parameter.default, 'value', parameter.default)}`"
    meaning = parameter.help or ""
    if parameter.envvar:
        meaning += f" Also set by `{parameter.envvar}`."
    return (f"`{' '.join(words)}`", default, meaning)
