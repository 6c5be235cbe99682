"""Nodes that hear each other out, with nothing lost on the way."""

from __future__ import annotations

from itertools import permutations

from tests.support.nodes import Node
from tests.support.wire import comparison, hear, next_letters, receive

_MOST = 100


def talk(*nodes: Node) -> None:
    """Let every node say all that is due to every other, until nobody has anything."""
    for _ in range(_MOST):
        said = [say(node, other) for node, other in permutations(nodes, 2)]
        if not any(said):
            return
    raise AssertionError("they never come to an end")


def say(node: Node, other: Node) -> bool:
    """Send what is due next, if anything is, and hear the answer."""
    parcel = next_letters(node, other.name)
    if parcel is None:
        return False
    hear(parcel, receive(other, parcel.request))
    return True


def compare(node: Node, other: Node) -> None:
    """Compare books, as the nightly job does."""
    parcel = comparison(node, other.name)
    hear(parcel, receive(other, parcel.request))
