"""A node that moves: its name stays, the address at which it is reached is another.

All that was signed between two nodes names them, and is never written again; so a node is
called for good what its first address called it, and a move changes where it is found.
Nobody believes a move before the node itself shows it where it leads (discovery).
"""

from __future__ import annotations

from federation.errors import FederationError, Problem, signature_invalid
from federation.objects import NodeMove
from federation.signed import FindKey, Signature, Signed, open_signed, write
from federation.wire import Body


class Moved(Body, frozen=True, kw_only=True):
    """A move as it travels, to peers and on the card."""

    move: NodeMove
    move_sig: Signature


def told(signed: Signed[NodeMove]) -> Moved:
    return Moved(move=signed.value, move_sig=signed.signature)


def opened(moved: Moved, find_key: FindKey) -> Signed[NodeMove]:
    """Prove a move, or refuse it."""
    if moved.move.kid != moved.move_sig.keyid:
        raise signature_invalid("the move is signed by another key than it names")
    return open_signed(NodeMove, write(moved.move), moved.move_sig, find_key)


def is_newer(move: Signed[NodeMove], known: Signed[NodeMove] | None) -> bool:
    """Whether a move comes after what is known; a repeat and an older one do not.

    Raises:
        FederationError: it is another one of the same number, so neither can be believed.

    """
    if known is None or move.value.serial > known.value.serial:
        return True
    if move.value.serial == known.value.serial and move.content != known.content:
        detail = "This number was used for another move."
        raise FederationError(Problem.TRADE_CONFLICT, detail)
    return False
