"""Debts that go round among several exchanges, and can be crossed out by all of them."""

from __future__ import annotations

from pathlib import Path

import click

from cesnode.commands import showing
from cesnode.commands.terminal import Command, Terminal, at_terminal, by_option
from cesnode.errors import FileInvalid
from cesnode.services.clearing.setoffs.views import hours_text
from cesnode.services.peering import circling
from cesnode.services.peering.circling import Debts, Part


@click.command(cls=Command, examples=["cesnode peer debts --json > oakvale.json"])
@by_option
@at_terminal
def debts(terminal: Terminal) -> None:
    """Say what we owe the others, in hours, for whoever looks for circles."""
    with terminal.reading() as (reader, actor):
        found = circling.own_debts(reader, terminal.exchange(reader), actor)
    terminal.answer(found, lambda: _show_debts(found))


@click.command(cls=Command, examples=["cesnode peer setoff vila.json waha.json"])
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
)
@by_option
@at_terminal
def setoff(terminal: Terminal, *, files: tuple[Path, ...]) -> None:
    """Show who could settle what in a circle; each FILE is what another owes.

    Nothing is moved: each debtor then runs “peer settle”, and each creditor agrees.
    """
    with terminal.reading() as (reader, actor):
        documents = [_read(file) for file in files]
        exchange = terminal.exchange(reader)
        found = circling.find(reader, exchange, actor, documents)
    terminal.answer(found, lambda: _show(found))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise FileInvalid(file=file, reason=error.strerror) from error


def _show_debts(found: Debts) -> None:
    showing.table(
        ["Owed to", ">Hours"],
        [[one.creditor, hours_text(one.hours)] for one in found.debts],
    )


def _show(found: list[Part]) -> None:
    if not found:
        click.echo("No debts go round among these exchanges.")
        return
    showing.table(
        ["Debtor", "Creditor", ">Hours", "To be run here"],
        [
            [
                one.debtor,
                one.creditor,
                hours_text(one.hours),
                one.amount and f"cesnode peer settle {one.creditor} --amount {one.amount}",
            ]
            for one in found
        ],
    )


COMMANDS = (debts, setoff)
