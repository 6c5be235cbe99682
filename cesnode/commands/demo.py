"""A made-up community with a year of life, to try the software with."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
import msgspec

from cesnode.commands import showing
from cesnode.commands.serving import run
from cesnode.commands.terminal import Command, Terminal, at_terminal
from cesnode.community.roles import OPERATOR, Scope
from cesnode.config import Server
from cesnode.errors import DataExists
from cesnode.services import access
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.character import Character
from cesnode.services.demonstration.filling import fill, known
from cesnode.store import keyring
from cesnode.store.database import FILE
from cesnode.store.store import writing

_HOST = "127.0.0.1"
_KNOWN = "demo.json"
_PORT = 8101
_SEED = 1
_COMMUNITY = "OAKV"


class SignInView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody a visitor can be."""

    number: str
    name: str
    role: str
    password: str


class DemoView(msgspec.Struct, frozen=True, kw_only=True):
    """A community being served; the token speaks for the first of the sign-ins."""

    code: str
    name: str
    folder: str
    address: str
    sign_ins: list[SignInView]
    token: str


class Remembered(msgspec.Struct, frozen=True):
    """What a second start has to know: this folder is a demonstration, and its token."""

    token: str


@click.command(
    cls=Command,
    examples=["cesnode demo", "cesnode demo --port 9000 --seed 7 --data /tmp/oakvale"],
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=_PORT,
    show_default=True,
    help="Where to listen, on this computer only; 0 takes a free one.",
)
@click.option(
    "--seed",
    type=int,
    default=_SEED,
    show_default=True,
    help="Another number makes another year.",
)
@at_terminal(folder="demo")
def demo(terminal: Terminal, *, port: int, seed: int) -> None:
    """Serve a made-up community on this computer.

    The first start fills a folder with forty members and a year of their trades; later
    ones serve the same folder again.
    """
    character, folder = CAST[_COMMUNITY], terminal.folder
    if not (folder / FILE).exists():
        _fill(character, folder, seed=seed, port=port, now=terminal.now)
    token = _remembered(folder).token
    ready = partial(_tell, terminal, character, token)
    raise SystemExit(run(folder, Server(host=_HOST, port=port), ready=ready))


def _fill(character: Character, folder: Path, *, seed: int, port: int, now: int) -> None:
    today = datetime.datetime.fromtimestamp(now, datetime.UTC).date()
    origin = f"http://{_HOST}:{port or _PORT}"
    with showing.progress(f"A year of {character.name}") as report:
        fill(character, folder, origin=origin, today=today, seed=seed, progress=report)
    keyring.ensure(folder)
    holder, *_ = known(character)
    with writing(folder) as writer:
        made = access.create_token(
            writer, OPERATOR, holder.number, scope=Scope.TRADE, label="demo", now=now
        )
    remembered = folder / _KNOWN
    remembered.touch(mode=0o600)
    remembered.write_bytes(msgspec.json.encode(Remembered(made.text)))


def _remembered(folder: Path) -> Remembered:
    try:
        return msgspec.json.decode((folder / _KNOWN).read_bytes(), type=Remembered)
    except FileNotFoundError:  # A community, but not one that this command made.
        raise DataExists(path=folder) from None


def _tell(terminal: Terminal, character: Character, token: str, address: str) -> None:
    view = DemoView(
        code=character.code,
        name=character.name,
        folder=str(terminal.folder),
        address=address,
        sign_ins=[
            SignInView(
                number=one.number, name=one.name, role=one.role, password=one.password
            )
            for one in known(character)
        ],
        token=token,
    )
    terminal.answer([view], partial(_show, [view]))


def _show(views: Sequence[DemoView]) -> None:
    for view in views:
        click.echo(f"\n{view.name}: {view.address}\n")
        showing.table(
            ["Number", "Name", "Role", "Password"],
            [[one.number, one.name, one.role, one.password] for one in view.sign_ins],
        )
        click.echo(f"A token for {view.sign_ins[0].name}: {view.token}")
        click.echo(f"It is kept in {view.folder}; Ctrl-C stops it.")
