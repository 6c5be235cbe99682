"""The command line as a whole: every command is described, and `-h` costs nothing."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum

import click
import pytest

import cli
from cesnode.commands.terminal import Command
from tests.support.node import ROOT, cesnode

HEAVY = ("aiohttp", "sqlite_utils", "rich", "msgspec", "nacl", "jinja2", "cesnode.store")

Path = tuple[str, ...]


def walk() -> Iterator[tuple[Path, click.Command]]:
    """Yield every command with the words that lead to it."""
    for name in cli.COMMANDS:
        yield from _below((name,), cli.load(name))


def _below(path: Path, command: click.Command) -> Iterator[tuple[Path, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, verb in command.commands.items():
            yield from _below((*path, name), verb)


EVERY = dict(walk())
VERBS = {path: command for path, command in EVERY.items() if isinstance(command, Command)}


def examples() -> list[tuple[Path, str]]:
    return [
        (path, example) for path, command in VERBS.items() for example in command.examples
    ]


@pytest.mark.parametrize("path", [(), *EVERY], ids=" ".join)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_every_command_explains_itself(path: Path, flag: str) -> None:
    outcome = cesnode(*path, flag)

    assert outcome.code == 0
    assert outcome.stdout.startswith("Usage:")
    assert outcome.stderr == ""


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_command_takes_a_folder_and_answers_in_json(path: Path) -> None:
    options = {word for parameter in EVERY[path].params for word in parameter.opts}

    assert {"--data", "--json"} <= options


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_argument_is_explained(path: Path) -> None:
    options = [option for option in EVERY[path].params if isinstance(option, click.Option)]

    assert EVERY[path].help
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_a_default_is_shown_as_it_would_be_typed(path: Path) -> None:
    """Of a member of an enumeration click shows the name."""
    assert [
        one.name for one in EVERY[path].params if isinstance(one.default, StrEnum)
    ] == []


@pytest.mark.parametrize(("path", "example"), examples())
def test_every_example_can_be_given_as_it_stands(path: Path, example: str) -> None:
    line = re.sub(r" [<>] .*", "", example.replace("\\\n", ""))

    program, *words = shlex.split(line)

    assert program == "cesnode"
    assert tuple(words[: len(path)]) == path
    EVERY[path].make_context(path[-1], words[len(path) :])


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_list_of_commands_says_what_they_say_of_themselves(name: str) -> None:
    _, sign = cli.COMMANDS[name]

    assert cli.load(name).get_short_help_str(limit=100) == sign


def test_listing_the_commands_loads_nothing_that_is_slow() -> None:
    code = (
        "import sys, cli\n"
        "try: cli.main(['-h'])\n"
        "except SystemExit: pass\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    )

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stderr == "[]\n"
    assert "Commands:" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["member"],
        ["member", "nonsense"],
        ["trade", "record", "--seller", "1"],
        ["member", "add", "Ann", "--role", "queen"],
        ["token", "revoke", "three"],
        ["init", "--code", "OAKV", "--name", "Oak", "--scale", "9"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_two_and_says_how_it_is_called(words: list[str]) -> None:
    outcome = cesnode(*words)

    assert outcome.code == 2
    assert outcome.stdout == ""
    assert "Usage:" in outcome.stderr
