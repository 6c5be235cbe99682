"""What an answer of a peer needs before it is acted on: fetched, or noted."""

from __future__ import annotations

from http import HTTPStatus

from cesnode.jobs import acquainting
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.letters import Answer
from cesnode.services.errands import Errand
from cesnode.services.peering import following


async def prepare(voice: Voice, errand: Errand, answer: Answer) -> None:
    """Keep where a peer has gone that is not here any more; meet again who has new keys.

    Raises:
        FederationError: what the peer's former address says proves nothing.

    """
    store, now = voice.store, voice.clock()
    if answer.status == HTTPStatus.MISDIRECTED_REQUEST:
        await store.write(following.heard_instead, errand.peer, answer.body, now)
    elif errand.is_to_hub:
        await acquainting.know_signers(voice, errand.node, answer.body)
