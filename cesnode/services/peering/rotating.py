"""A new key for this node: named by the old one, told to every peer, then used.

1. The new key lies on the disk before anybody hears of it.
2. Both are good at the peers for a while; the new one is used once all have heard.
3. What the old one signed stays proven by it, here and at the peers.
"""

from __future__ import annotations

from cesnode.community.roles import Actor, Permission
from cesnode.ledger.chain import Canonical
from cesnode.services import acting
from cesnode.services.clearing.here import Here, moment
from cesnode.store import Reader, Writer, exchanges, outbox, peers, rotated_keys
from cesnode.store.peers import Peer
from cesnode.store.rotated_keys import RotatedKey
from federation.bodies import Rotation
from federation.keys import PublicKey
from federation.objects import KeyRotation
from federation.peering import State
from federation.signed import sign
from federation.wire import VERSION, write

LETTER = "key_rotate"

_GONE = frozenset({State.CLOSED})


def begin(
    writer: Writer, here: Here, actor: Actor, new: PublicKey, *, now: int
) -> RotatedKey:
    """Sign that a new key follows ours, and put that out to every peer; once a key.

    Raises:
        NotAllowed

    """
    actor.require(Permission.KEEP_PEERS)
    known = rotated_keys.of(writer, here.key.keyid)
    if known is not None:
        return known
    rotation = sign(
        here.key,
        KeyRotation(
            v=VERSION,
            node=here.node,
            old_kid=here.key.keyid,
            new_x=new.text,
            effective_at=moment(now),
        ),
    )
    rotated_keys.insert(writer, here.key.public, rotation, now=now)
    body = write(Rotation(rotation=rotation.raw, rotation_sig=rotation.signature))
    for peer in _all(writer):
        outbox.add(
            writer,
            peer=peer.id,
            kind=LETTER,
            wire_id=new.keyid,
            parameters={},
            body=body,
            now=now,
        )
    exchange = exchanges.load(writer, now)
    details: Canonical = {"old": here.key.keyid, "new": new.keyid}
    kind, subject = "key.rotated", f"key:{new.keyid}"
    acting.record(writer, exchange, actor, kind, subject, details=details, now=now)
    return RotatedKey(here.key.public, now, rotation)


def unheard(reader: Reader, new: PublicKey) -> list[Peer]:
    """Return the peers that have not heard of a key yet."""
    waiting = {
        letter.peer
        for letter in outbox.about(reader, new.keyid)
        if letter.kind == LETTER and letter.done_at is None
    }
    return [peer for peer in _all(reader) if peer.id in waiting]


def _all(reader: Reader) -> list[Peer]:
    return [peer for peer in peers.every(reader) if peer.own_state not in _GONE]
