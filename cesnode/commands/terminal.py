"""What all commands share: where the data is, who acts, how an answer is shown.

1. stdout carries the answer and nothing else; with --json it is one JSON document.
2. A refusal goes to stderr in a sentence, with what to try; with --json also to stdout.
3. The exit code is 0 done, 1 refused or failed, 2 wrongly called, 3 needs attention.
"""

from __future__ import annotations

import functools
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
import msgspec
from typing_extensions import override

from cesnode.commands.advice import advice
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor
from cesnode.errors import NodeError
from cesnode.services.authority import member_actor, member_of
from cesnode.store import Reader, Writer, exchanges
from cesnode.store.database import DiskFailed
from cesnode.store.store import reading, writing

E = TypeVar("E", bound=StrEnum)
F = TypeVar("F", bound=Callable[..., Any])

FAILED = 1
NEEDS_ATTENTION = 3


class Command(click.Command):
    """A command whose help ends with examples."""

    def __init__(self, *args: Any, examples: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    @override
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Examples"):
            indent = " " * formatter.current_indent
            for example in self.examples:
                formatter.write(textwrap.indent(example, indent) + "\n")


class Group(click.Group):
    """A noun; its verbs are the commands."""

    command_class = Command


class Word(click.Choice[E]):
    """One of the words of an enumeration, given as it is stored."""

    @override
    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        return str(choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """One run of a command: on which folder, for whom, and how it answers."""

    folder: Path
    as_json: bool
    by: str | None = None
    now: int

    @contextmanager
    def writing(self, *, although_left: bool = False) -> Iterator[tuple[Writer, Actor]]:
        """One write transaction of whoever acts."""
        with writing(self.folder, although_left=although_left) as writer:
            yield writer, self._actor(writer)

    @contextmanager
    def reading(self) -> Iterator[tuple[Reader, Actor]]:
        with reading(self.folder) as reader:
            yield reader, self._actor(reader)

    def exchange(self, reader: Reader) -> Exchange:
        return exchanges.load(reader, self.now)

    def answer(self, view: object, show: Callable[[], object]) -> None:
        """Print a view: as JSON, or for people in the way that `show` knows."""
        if self.as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(view), indent=2))
        else:
            show()

    def refuse(self, error: NodeError) -> NoReturn:
        """Say what went wrong, and end."""
        if self.as_json:
            told = {"code": error.code, "message": str(error), "field": error.field}
            if error.field is None:
                del told["field"]
            click.echo(msgspec.json.encode({"error": told}))
        click.echo(f"Error: {error}", err=True)
        if (tip := advice(error)) is not None:
            click.echo(f"Try: {tip}", err=True)
        raise SystemExit(FAILED)

    def _actor(self, reader: Reader) -> Actor:
        if self.by is None:
            return OPERATOR
        exchange = self.exchange(reader)
        return member_actor(reader, member_of(reader, exchange, self.by, field="by"))


def at_terminal(
    function: Callable[..., None] | None = None, *, folder: str | None = None
) -> Callable[..., Any]:
    """Give a command --data and --json, and say its refusals as they are said here.

    `folder` is where it works if nothing is said: then CESNODE_DATA is not meant either.
    """
    if function is None:
        return functools.partial(at_terminal, folder=folder)

    @click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(folder or "data"),
        envvar=None if folder else "CESNODE_DATA",
        show_default=True,
        show_envvar=True,
        help="The folder of the exchange.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Answer with a JSON document.")
    @functools.wraps(function)
    def command(
        *, data: Path, as_json: bool, by: str | None = None, **given: object
    ) -> None:
        terminal = Terminal(folder=data, as_json=as_json, by=by, now=int(time.time()))
        try:
            function(terminal, **given)
        except NodeError as error:
            terminal.refuse(error)
        except DiskFailed as error:
            terminal.refuse(error.told)

    return command


by_option = click.option(
    "--by",
    metavar="NUMBER",
    help="Act as this member, with their rights; else as the operator, who may do all.",
)

yes_option = click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")


def gathered(kind: type[Any], name: str) -> Callable[[F], F]:
    """Hand the options named like a dataclass's fields over as one such value."""

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def command(*args: object, **given: object) -> object:
            parts = {
                field.name: given.pop(field.name)
                for field in fields(kind)
                if field.name in given
            }
            return function(*args, **{name: kind(**parts)}, **given)

        return command  # type: ignore[return-value]

    return decorate


def confirm(question: str, *, yes: bool) -> None:
    """Ask at a terminal before something final; a script is taken to mean it."""
    if not yes and sys.stdin.isatty():
        click.confirm(question, abort=True, err=True)


def password_from_stdin() -> str:
    """Return the first line of standard input."""
    return sys.stdin.readline().rstrip("\r\n")
