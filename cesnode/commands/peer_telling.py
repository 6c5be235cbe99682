"""Changes to an agreement, which the other exchange is told of at once."""

from __future__ import annotations

from collections.abc import Callable

import click

from cesnode.commands import peer_showing
from cesnode.commands.speaking import speak
from cesnode.commands.terminal import NEEDS_ATTENTION, Terminal
from cesnode.community.roles import Actor
from cesnode.jobs import introductions
from cesnode.jobs.voice import Voice
from cesnode.services.peering import views
from cesnode.services.peering.views import PeerView
from cesnode.store import Reader, Writer, exchanges, peers
from cesnode.store.peers import Peer


def change_and_tell(terminal: Terminal, change: Callable[[Writer, Actor], Peer]) -> None:
    """Change something, then tell the peer at once, if it answers."""
    with terminal.writing() as (writer, actor):
        changed = change(writer, actor)
        unit = terminal.exchange(writer).currency.plural

    async def run(voice: Voice) -> tuple[bool, PeerView]:
        told = await introductions.send_now(voice, changed)
        return told, await seen(voice, changed.id)

    told, view = speak(terminal, run)
    terminal.answer(view, lambda: peer_showing.details(view, unit))
    if not told:
        click.echo(
            f"{view.name} has not heard of it yet; it is told as soon as it answers.",
            err=True,
        )
        raise SystemExit(NEEDS_ATTENTION)


async def seen(voice: Voice, peer_id: int) -> PeerView:
    def look(reader: Reader) -> PeerView:
        exchange = exchanges.load(reader, voice.clock())
        return views.peer(reader, exchange, peers.by_id(reader, peer_id))

    return await voice.store.read(look)
