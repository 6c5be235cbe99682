"""What the demonstration says when it is ready: where to look, who to be, what to try."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

import click
import msgspec

from cesnode.commands import showing
from cesnode.commands.demo_folders import Stage
from cesnode.commands.terminal import Terminal
from cesnode.community.roles import Role
from cesnode.services import terms
from cesnode.services.demonstration.filling import known
from cesnode.web.site import SIGN_IN


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


def tell(terminal: Terminal, stages: Sequence[Stage]) -> None:
    views = [_view(stage) for stage in stages]
    terminal.answer(views, partial(_show, views, _commands(stages)))


def _view(stage: Stage) -> DemoView:
    return DemoView(
        code=stage.character.code,
        name=stage.character.name,
        folder=str(stage.folder),
        address=f"http://{stage.server.host}:{stage.server.port}",
        sign_ins=[
            SignInView(
                number=one.number, name=one.name, role=one.role, password=one.password
            )
            for one in known(stage.character)
        ],
        token=stage.token,
    )


def _show(views: Sequence[DemoView], commands: Sequence[str]) -> None:
    for view in views:
        click.echo(f"\n{view.name}: {view.address}{SIGN_IN}\n")
        showing.table(
            ["Number", "Name", "Role", "Password"],
            [[one.number, one.name, one.role, one.password] for one in view.sign_ins],
        )
        click.echo(f"A token for {view.sign_ins[0].name}: {view.token}")
        click.echo(f"It is kept in {view.folder}.")
    click.echo("\nTo try in another terminal:\n")
    for command in (*way_to_program(), *commands):
        click.echo(f"  {command}")
    click.echo(f"\nSign in at {views[0].address}{SIGN_IN} in a browser. Ctrl-C stops it.")


def way_to_program() -> list[str]:
    """Return what lets a shell find the program that runs, if it would not by itself."""
    folder = Path(sys.executable).parent
    if shutil.which("cesnode") or not (folder / "cesnode").exists():
        return []
    return [f'export PATH={shlex.quote(str(folder))}:"$PATH"']


def _commands(stages: Sequence[Stage]) -> list[str]:
    """Return what can be done at the first community, with the second if there is one."""
    folder = shlex.quote(str(stages[0].folder))
    first = [f"cesnode trade list --data {folder} --limit 10"]
    if len(stages) > 1:
        first = [_purchase(stages), f"cesnode peer list --data {folder}"]
    return [*first, f"cesnode ledger check --data {folder}"]


def _purchase(stages: Sequence[Stage]) -> str:
    """Return how one visitor buys from the other what that one offers."""
    here, there = (stage.character for stage in stages[:2])
    seller = there.having(Role.MEMBER)
    service = there.services[seller.offers[0]]
    least = Fraction(service.least, 10**there.unit.scale)
    words = [
        "cesnode trade record",
        f"--data {shlex.quote(str(stages[0].folder))}",
        f"--seller {there.number(seller)}",
        f"--buyer {here.number(here.having(Role.MEMBER))}",
        f"--amount {terms.ratio_text(least)}",
        f'--for "{service.phrases[0]}"',
    ]
    return " ".join(words)
