"""Books compared with those of other exchanges, recovered from them, and looked into."""

from __future__ import annotations

import click
import msgspec

from cesnode.commands import peer_showing, showing
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
from cesnode.community.roles import Permission
from cesnode.errors import UnknownTrade
from cesnode.jobs import reconciliation
from cesnode.jobs.voice import Voice
from cesnode.services import reading
from cesnode.services.clearing import tracing
from cesnode.services.clearing.here import here_of
from cesnode.services.explaining import Difference
from cesnode.services.peering import recovering, views
from cesnode.services.peering.views import PeerView
from cesnode.services.reconciling import Status
from cesnode.store import Reader, exchanges, keyring, peers

_FINE = frozenset({Status.IN_SYNC, Status.HELD})


class Compared(PeerView, frozen=True, kw_only=True):
    """A peer as it stands after its books were compared with ours."""

    differences: list[Difference]


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """Whose copy of our books was asked for, and whether they are whole again."""

    peer: str
    recovered: bool
    reconciliation: str


@click.command(
    cls=Command,
    examples=["cesnode peer reconcile VILA", "cesnode peer reconcile VILA --json"],
)
@click.argument("name", metavar="PEER")
@by_option
@at_terminal
def reconcile(terminal: Terminal, *, name: str) -> None:
    """Compare our books with theirs now, and sign what agrees; it is done nightly too."""
    with terminal.reading() as (reader, actor):
        actor.require(Permission.KEEP_PEERS)
        found = peers.find(reader, name)
        unit = terminal.exchange(reader).currency.plural

    async def run(voice: Voice) -> Compared:
        examined = await reconciliation.examine(voice, found)

        def look(reader: Reader) -> PeerView:
            exchange = exchanges.load(reader, voice.clock())
            return views.peer(reader, exchange, peers.by_id(reader, found.id))

        told = msgspec.structs.asdict(await voice.store.read(look))
        return Compared(**told, differences=list(examined.differences))

    view = speak(terminal, run)
    terminal.answer(view, lambda: _show(view, unit))
    if view.reconciliation not in _FINE:
        raise SystemExit(NEEDS_ATTENTION)


@click.command(
    cls=Command, examples=["cesnode peer recover --yes", "cesnode peer recover VILA --yes"]
)
@click.argument("name", metavar="[PEER]", required=False)
@yes_option
@by_option
@at_terminal
def recover(terminal: Terminal, *, name: str | None, yes: bool) -> None:
    """After an old backup was put back: get from the peers what we have forgotten.

    Nothing is decided with a peer until its copy of our books is ours again.
    """
    confirm("Decide nothing until the peers have told us what they know?", yes=yes)
    key = keyring.ensure(terminal.folder)
    with terminal.writing() as (writer, actor):
        here = here_of(terminal.exchange(writer), key)
        begun = recovering.begin(writer, here, actor, name=name, now=terminal.now)

    async def run(voice: Voice) -> list[Recovered]:
        found = []
        for peer in begun:
            whole = await reconciliation.recover(voice, peer)
            after = await voice.store.read(peers.by_id, peer.id)
            found.append(
                Recovered(
                    peer=peer.code, recovered=whole, reconciliation=after.reconciliation
                )
            )
        return found

    views_ = speak(terminal, run)
    terminal.answer(views_, lambda: _show_recovered(views_))
    if not all(one.recovered for one in views_):
        raise SystemExit(NEEDS_ATTENTION)


@click.command(
    cls=Command, examples=["cesnode peer trace 00012", "cesnode peer trace 00012 --json"]
)
@click.argument("trade", metavar="TRADE")
@by_option
@at_terminal
def trace(terminal: Terminal, *, trade: str) -> None:
    """Show every message, object and signature of one trade with another exchange."""
    with terminal.reading() as (reader, actor):
        found = reading.trade(reader, actor, trade)
        own = terminal.exchange(reader).node
        traced = tracing.trace(reader, found, own)
    if traced is None:
        terminal.refuse(UnknownTrade(ref=trade))
    terminal.answer(traced, lambda: peer_showing.trace(traced))


def _show(view: Compared, unit: str) -> None:
    peer_showing.details(view, unit)
    if view.differences:
        showing.table(
            ["What", "Chain", ">Entry", "Trade", "Ours", "Theirs"],
            [
                [
                    one.what,
                    one.chain,
                    None if one.entry is None else str(one.entry),
                    one.trade,
                    one.ours,
                    one.theirs,
                ]
                for one in view.differences
            ],
        )


def _show_recovered(found: list[Recovered]) -> None:
    showing.table(
        ["Exchange", "Books", "Compared"],
        [
            [
                one.peer,
                "whole again" if one.recovered else "not yet; it goes on by itself",
                one.reconciliation,
            ]
            for one in found
        ],
    )


COMMANDS = (reconcile, recover, trace)
