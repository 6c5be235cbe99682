"""Letting what goes on with another exchange rest, and going on with it."""

from __future__ import annotations

import click

from cesnode.commands.peer_telling import change_and_tell
from cesnode.commands.terminal import (
    Command,
    Terminal,
    at_terminal,
    by_option,
    confirm,
    yes_option,
)
from cesnode.services.peering import standing

why_option = click.option("--why", default="", metavar="TEXT", help="Told to them.")


@click.command(cls=Command, examples=['cesnode peer pause VILA --why "We are counting"'])
@click.argument("name", metavar="PEER")
@why_option
@by_option
@at_terminal
def pause(terminal: Terminal, *, name: str, why: str) -> None:
    """Begin nothing new with an exchange; what is on its way may finish."""
    change_and_tell(
        terminal, lambda w, actor: standing.pause(w, actor, name, why=why, now=terminal.now)
    )


@click.command(cls=Command, examples=["cesnode peer resume VILA"])
@click.argument("name", metavar="PEER")
@by_option
@at_terminal
def resume(terminal: Terminal, *, name: str) -> None:
    """Go on with an exchange that was paused here."""
    change_and_tell(
        terminal, lambda w, actor: standing.resume(w, actor, name, now=terminal.now)
    )


@click.command(
    cls=Command, examples=['cesnode peer close VILA --why "We part as friends" --yes']
)
@click.argument("name", metavar="PEER")
@why_option
@yes_option
@by_option
@at_terminal
def close(terminal: Terminal, *, name: str, why: str, yes: bool) -> None:
    """End an agreement: as soon as neither side owes anything."""
    confirm(f"End the agreement with {name}?", yes=yes)
    change_and_tell(
        terminal, lambda w, actor: standing.close(w, actor, name, why=why, now=terminal.now)
    )


@click.command(
    cls=Command, examples=['cesnode peer freeze VILA --why "Their key was stolen"']
)
@click.argument("name", metavar="PEER")
@click.option("--why", required=True, metavar="TEXT", help="What happened.")
@by_option
@at_terminal
def freeze(terminal: Terminal, *, name: str, why: str) -> None:
    """Stop everything with an exchange at once, even what is on its way."""
    change_and_tell(
        terminal,
        lambda w, actor: standing.freeze(w, actor, name, why=why, now=terminal.now),
    )


@click.command(cls=Command, examples=["cesnode peer thaw VILA"])
@click.argument("name", metavar="PEER")
@by_option
@at_terminal
def thaw(terminal: Terminal, *, name: str) -> None:
    """Let what is on its way finish again; “resume” then begins anew."""
    change_and_tell(
        terminal, lambda w, actor: standing.thaw(w, actor, name, now=terminal.now)
    )


COMMANDS = (pause, resume, close, freeze, thaw)
