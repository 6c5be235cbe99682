"""The key this node signs with, and how it is changed."""

from __future__ import annotations

import click
import msgspec

from cesnode.commands import showing
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
from cesnode.jobs import introductions
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.here import here_of
from cesnode.services.peering import agreeing, moving, rotating
from cesnode.store import Reader, Writer, exchanges, keyring, peers
from federation.discovery import fingerprint_words
from federation.keys import PublicKey
from federation.peering import State

_AGREED = frozenset({State.ACTIVE, State.PAUSED})


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """The key that follows; `in_use` once every peer has heard of it."""

    keyid: str
    fingerprint: str
    in_use: bool
    unheard: list[str]


@click.command(
    "rotate-key",
    cls=Command,
    examples=["cesnode peer rotate-key --yes", "cesnode peer rotate-key --json"],
)
@yes_option
@by_option
@at_terminal
def rotate_key(terminal: Terminal, *, yes: bool) -> None:
    """Make a new key, let the old one vouch for it, and use it once all peers know.

    Where a peer does not answer, run it again later: it goes on where it was.
    """
    confirm("Shall this node get a new key?", yes=yes)
    old = keyring.ensure(terminal.folder)
    new = keyring.prepare(terminal.folder).public
    with terminal.writing() as (writer, actor):
        here = here_of(terminal.exchange(writer), old)
        rotating.begin(writer, here, actor, new, now=terminal.now)
    missing = speak(terminal, lambda voice: _tell(voice, new))
    if not missing:
        keyring.follow(terminal.folder)
        speak(terminal, _renew)
    view = KeyView(
        keyid=new.keyid,
        fingerprint=fingerprint_words(new.keyid),
        in_use=not missing,
        unheard=missing,
    )
    terminal.answer(view, lambda: _show(view))
    if missing:
        raise SystemExit(NEEDS_ATTENTION)


async def _tell(voice: Voice, new: PublicKey) -> list[str]:
    """Tell every peer of a new key; return those that have not heard."""
    for peer in await voice.store.read(rotating.unheard, new):
        await introductions.send_now(voice, peer)
    return [peer.code for peer in await voice.store.read(rotating.unheard, new)]


async def _renew(voice: Voice) -> None:
    """Let the terms in force name the new key, and it prove where this node is."""

    def renew(writer: Writer) -> None:
        exchange = exchanges.load(writer, voice.clock())
        for peer in _agreed(writer):
            agreeing.renew(writer, voice.here, exchange, peer, now=voice.clock())
        moving.renew(writer, voice.here, now=voice.clock())

    await voice.store.write(renew)
    for peer in await voice.store.read(_agreed):
        await introductions.send_now(voice, peer)


def _agreed(reader: Reader) -> list[peers.Peer]:
    return [peer for peer in peers.every(reader) if peer.own_state in _AGREED]


def _show(view: KeyView) -> None:
    waits = f"once these have heard of it: {', '.join(view.unheard)}"
    showing.facts(
        [
            ("New key", view.keyid),
            ("Fingerprint", view.fingerprint),
            ("In use", "yes; restart the server" if view.in_use else waits),
        ]
    )


COMMANDS = (rotate_key,)
