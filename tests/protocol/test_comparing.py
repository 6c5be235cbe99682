"""Books compared while people go on trading."""

from __future__ import annotations

from cesnode.services.reconciling import Status
from cesnode.store import peers
from cesnode.store.peers import Peer
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.talking import talk
from tests.support.wire import comparison, hear, receive


def test_what_is_written_while_a_peer_compares_is_not_taken_for_forgotten(
    stage: Stage,
) -> None:
    parcel = comparison(stage.vila, stage.oak.name)
    stage.buys()
    talk(stage.oak, stage.vila)  # Vila Nova enters it, and Oakvale has the entry.

    hear(parcel, receive(stage.oak, parcel.request))

    oak_at_vila = peer_at(stage.vila, stage.oak)
    assert oak_at_vila.reconciliation == Status.BEHIND
    assert not oak_at_vila.recovering


def peer_at(node: Node, other: Node) -> Peer:
    found = node.read(peers.by_node, other.name)
    assert found is not None
    return found
