"""A proven request of a peer, as the handler of its endpoint gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cesnode.store import Writer
from cesnode.store.peers import Peer
from federation.arrival import Arrival
from federation.keys import PrivateKey
from federation.seal import BoxKey
from federation.signing import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What was asked, by whom, of which node (`own`, with its keys), and when."""

    arrival: Arrival
    peer: Peer
    key: PrivateKey
    box: BoxKey
    own: str
    now: int


Handler: TypeAlias = Callable[[Writer, Incoming], Reply]
