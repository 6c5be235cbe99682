"""Sees that nobody is at work any more where this node was."""

from __future__ import annotations

from cesnode.errors import StillThere
from cesnode.jobs.voice import Voice
from cesnode.services.peering import moving
from cesnode.store import moves
from federation.discovery import key_of
from federation.errors import FederationError
from federation.transport.client import NoAnswer


async def require_alone(voice: Voice) -> None:
    """Refuse to go on here while the node still answers, at work, where it ever was.

    Raises:
        StillThere
        MoveMissing, MoveEarly: this folder is not in the middle of a move.

    """
    move = (await voice.store.read(moving.require_away)).move.value
    former = await voice.store.read(moves.former_origins)  # A copy may be at work there.
    for origin in {move.old_origin, move.new_origin, *former}:
        try:
            card = await voice.client.fetch_card(origin)
        except (NoAnswer, FederationError):
            continue
        if card.elsewhere is None and key_of(card, voice.here.key.keyid) is not None:
            raise StillThere(origin=origin)
