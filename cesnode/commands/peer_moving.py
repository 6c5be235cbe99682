"""A node that moves to another address, ours or a peer's, and peers that are put away."""

from __future__ import annotations

import click

from cesnode.commands import peer_showing, peer_telling, showing
from cesnode.commands.speaking import speak
from cesnode.commands.terminal import (
    NEEDS_ATTENTION,
    Command,
    Terminal,
    at_terminal,
    by_option,
    confirm,
    yes_option,
)
from cesnode.errors import N_, FieldInvalid
from cesnode.jobs import following, introductions, leaving
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.here import here_of
from cesnode.services.peering import forgetting, moving, views
from cesnode.services.peering.moving import MoveView
from cesnode.store import keyring, peers


@click.command(
    cls=Command,
    examples=[
        "cesnode peer move --to https://new.oakvale.example",
        "cesnode peer move --leave",
        "cesnode peer move --arrive --data oakvale",
        "cesnode peer move --json",
    ],
)
@click.option("--to", metavar="ADDRESS", help="Announce a move to this address.")
@click.option(
    "--leave", is_flag=True, help="Let nothing be written here any more; copy it then."
)
@click.option("--arrive", is_flag=True, help="Go on here, at the new address.")
@yes_option
@by_option
@at_terminal
def move(
    terminal: Terminal, *, to: str | None, leave: bool, arrive: bool, yes: bool
) -> None:
    """Move this node to another address, with its peers; or show how far it is.

    Announce it, leave, copy the folder, arrive: docs/moving.md has the day, step by step.
    """
    if (to is not None) + leave + arrive > 1:
        raise FieldInvalid("to", N_("--to, --leave and --arrive are three steps"))
    if to is not None:
        _announce(terminal, to)
    elif leave:
        confirm("Shall nothing be written in this folder any more?", yes=yes)
        with terminal.writing() as (writer, actor):
            moving.leave(writer, actor, now=terminal.now)
    elif arrive:
        speak(terminal, leaving.require_alone)
        with terminal.writing(although_left=True) as (writer, actor):
            moving.arrive(writer, actor, now=terminal.now)
    with terminal.reading() as (reader, _):
        view = moving.view(reader, now=terminal.now)
    terminal.answer(view, lambda: _show(view))
    if to is not None and any(one.state == moving.NOT_TOLD for one in view.peers):
        raise SystemExit(NEEDS_ATTENTION)


@click.command(
    cls=Command, examples=["cesnode peer find VILA --at https://new.vila.example"]
)
@click.argument("name", metavar="PEER")
@click.option("--at", metavar="ADDRESS", required=True, help="Where its people say it is.")
@at_terminal
def find(terminal: Terminal, *, name: str, at: str) -> None:
    """Look for a peer at another address, if it moved while neither could tell.

    It is believed by its own key and its own signed notice of the move, by nothing else.
    """
    with terminal.reading() as (reader, _):
        peer = peers.find(reader, name)
        unit = terminal.exchange(reader).currency.plural

    async def run(voice: Voice) -> views.PeerView:
        await following.look(voice, peer, at)
        return await peer_telling.seen(voice, peer.id)

    view = speak(terminal, run)
    terminal.answer(view, lambda: peer_showing.details(view, unit))


@click.command(cls=Command, examples=["cesnode peer forget VILA --yes"])
@click.argument("name", metavar="PEER")
@yes_option
@by_option
@at_terminal
def forget(terminal: Terminal, *, name: str, yes: bool) -> None:
    """Put an ended agreement away, or one that never came to be.

    It is listed by “cesnode peer list --all” alone; its books are kept for ever, and a
    new invitation begins anew.
    """
    confirm(f"Shall {name} be put away?", yes=yes)
    with terminal.writing() as (writer, actor):
        peer = forgetting.put_away(writer, actor, name, now=terminal.now)
        exchange = terminal.exchange(writer)
        view = views.peer(writer, exchange, peer)
    terminal.answer(view, lambda: click.echo(f"{view.name} ({view.code}) is put away."))


def _announce(terminal: Terminal, to: str) -> None:
    key = keyring.ensure(terminal.folder)
    with terminal.writing(although_left=True) as (writer, actor):
        here = here_of(terminal.exchange(writer), key)
        own = moving.announce(writer, here, actor, to, now=terminal.now)
    if not own.is_away:
        speak(terminal, _tell)


async def _tell(voice: Voice) -> None:
    for peer in await voice.store.read(moving.unfollowed):
        await introductions.send_now(voice, peer, kinds={moving.LETTER})


def _show(view: MoveView) -> None:
    showing.facts(
        [
            ("Known as", view.known_as),
            ("From", view.old_address),
            ("To", view.new_address),
            ("Left", view.left_at or "not yet"),
            ("Arrived", view.arrived_at or "not yet"),
        ]
    )
    if view.peers:
        click.echo()
        showing.table(
            ["Code", "Name", "Our move"],
            [[one.code, one.name, one.state] for one in view.peers],
        )


COMMANDS = (move, find, forget)
