"""What a backup has to be told before it is a node again.

1. It has forgotten what it promised since: nothing is decided with a peer until its copy
   of our books is ours again.
2. Letters about what happened before it was made have gone out: none is sent again.
"""

from __future__ import annotations

from pathlib import Path

from cesnode.community.roles import OPERATOR
from cesnode.services.clearing.here import here_of
from cesnode.services.peering import recovering
from cesnode.store import exchanges, keyring, mails
from cesnode.store.store import writing


def prepare(folder: Path, *, now: int) -> list[str]:
    """Make a copy of a node ready to take its place; return the peers it has to ask.

    Raises:
        ExchangeLeft: the exchange has moved elsewhere since.

    """
    key = keyring.load(folder)
    with writing(folder) as writer:
        here = here_of(exchanges.load(writer, now), key)
        asked = recovering.begin(writer, here, OPERATOR, now=now)
        mails.close_office(writer)
    return [peer.code for peer in asked]
