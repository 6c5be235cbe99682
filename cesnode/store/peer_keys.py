"""The keys we have pinned of other exchanges, and what was signed with them lately."""

from __future__ import annotations

from cesnode.store import peers
from cesnode.store.database import Reader, Writer
from cesnode.store.peers import Peer
from federation.keys import PublicKey
from federation.peering import State
from federation.signed import FindKey

_MEMO = "keys of peers"
_BY_KEY = """
SELECT peer_id, x FROM peer_keys
WHERE kid = ?1 AND not_before <= ?2 AND (not_after IS NULL OR not_after > ?2)
"""


def sender(reader: Reader, keyid: str, now: int) -> tuple[Peer, PublicKey] | None:
    """Return whose key this is, if it may be used and the peering is not closed."""
    row = reader.first(_BY_KEY, (keyid, now))
    if row is None:
        return None
    peer = peers.by_id(reader, row[0])
    return None if peer.state is State.CLOSED else (peer, PublicKey.from_text(row[1]))


def of_peer(reader: Reader, peer: Peer) -> tuple[PublicKey, ...]:
    """Return every key pinned for a peer, ended ones too: they signed what is kept."""
    rows = reader.all(
        "SELECT x FROM peer_keys WHERE peer_id = ? ORDER BY not_before, kid", (peer.id,)
    )
    return tuple(PublicKey.from_text(x) for (x,) in rows)


def find_key(reader: Reader) -> FindKey:
    """Look keys up by node and keyid, whatever the state of the peering.

    One that was found is remembered: whose it is does not change.
    """
    known: dict[tuple[str, str], PublicKey] = reader.memo.setdefault(_MEMO, {})

    def find(node: str, keyid: str) -> PublicKey | None:
        if (node, keyid) in known:
            return known[node, keyid]
        row = reader.first(
            "SELECT k.x FROM peer_keys AS k JOIN peers AS p ON p.id = k.peer_id"
            " WHERE k.kid = ? AND p.node = ?",
            (keyid, node),
        )
        if row is None:
            return None
        found = known[node, keyid] = PublicKey.from_text(row[0])
        return found

    return find


def find_usable_key(reader: Reader, now: int) -> FindKey:
    """Look up keys that a peer may still sign something new with."""

    def find(node: str, keyid: str) -> PublicKey | None:
        found = reader.first(_BY_KEY, (keyid, now))
        if found is None or peers.by_id(reader, found[0]).node != node:
            return None
        return PublicKey.from_text(found[1])

    return find


def owner(reader: Reader, keyid: str) -> int | None:
    row = reader.first("SELECT peer_id FROM peer_keys WHERE kid = ?", (keyid,))
    return row[0] if row else None


def pin(writer: Writer, peer: int, key: PublicKey, *, since: int) -> None:
    """Hold a key to be the peer's; one that was ended may be used again."""
    writer.run(
        "INSERT INTO peer_keys (kid, peer_id, x, not_before) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kid) DO UPDATE SET not_after = NULL",
        (key.keyid, peer, key.text, since),
    )


def end_all(writer: Writer, peer: int, *, until: int) -> None:
    """End every key of a peer: whoever holds one is a stranger from then on."""
    writer.run(
        "UPDATE peer_keys SET not_after = ?1 WHERE peer_id = ?2"
        " AND (not_after IS NULL OR not_after > ?1)",
        (until, peer),
    )


def since(reader: Reader, keyid: str) -> int:
    (since,) = reader.one("SELECT not_before FROM peer_keys WHERE kid = ?", (keyid,))
    return int(since)


def end(writer: Writer, keyid: str, *, until: int) -> None:
    """Let a key sign nothing new after this; what it has signed stands."""
    writer.run("UPDATE peer_keys SET not_after = ? WHERE kid = ?", (until, keyid))


def remember_nonce(writer: Writer, keyid: str, nonce: str, now: int) -> bool:
    """Note a nonce; False if it was heard before."""
    sql = "INSERT INTO peer_nonces (kid, nonce, seen_at) VALUES (?, ?, ?)"
    return writer.run(sql + " ON CONFLICT DO NOTHING", (keyid, nonce, now)) == 1


def forget_nonces(writer: Writer, before: int) -> None:
    writer.run("DELETE FROM peer_nonces WHERE seen_at < ?", (before,))
