"""Trades with other exchanges: the signed order, where it stands, what decided it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cesnode.store.database import Reader, Row, Writer
from cesnode.store.sqlite import plain
from federation.bodies import Hop
from federation.objects import HopAck, TradeOrder, TradeReceipt
from federation.signed import Signature, Signed, restore
from federation.trade import Role, State

plain(Role, State)

Proof = Signed[TradeReceipt] | Signed[HopAck]


class RemoteTrade(msgspec.Struct, frozen=True, kw_only=True):
    """One node's view of a trade; `trade` is our own member's side of it, if any."""

    wire_id: str
    role: Role
    state: State
    trade: int | None
    upstream: int | None
    downstream: int | None
    order: Signed[TradeOrder]
    hop: Hop
    sealed: str | None
    proof: Proof | None
    reason: str | None
    expires_at: int
    created_at: int
    updated_at: int

    @property
    def peer(self) -> int:
        """The node that our own part of the trade depends on, or that waits for us."""
        peer = self.upstream if self.role is Role.PAYEE else self.downstream
        assert peer is not None
        return peer


_MEMO = "trades just ordered"
_MEMO = "trades just ordered"
_COLUMNS = (
    "SELECT wire_id, role, state, trade_id, upstream_id, downstream_id, order_body,"
    " order_signature, hop, sealed, proof, proof_signature, reason, expires_at,"
    " created_at, updated_at FROM remote_trades "
)


def by_wire_id(reader: Reader, wire_id: str) -> RemoteTrade | None:
    row = reader.first(_COLUMNS + "WHERE wire_id = ?", (wire_id,))
    return _remote(row) if row else None


def known(reader: Reader, wire_id: str) -> RemoteTrade:
    """Return a trade that is there."""
    return _remote(reader.one(_COLUMNS + "WHERE wire_id = ?", (wire_id,)))


def of_trade(reader: Reader, trade: int) -> RemoteTrade | None:
    known: dict[int | None, RemoteTrade] = reader.memo.get(_MEMO, {})
    if trade in known:
        return known[trade]
    row = reader.first(_COLUMNS + "WHERE trade_id = ?", (trade,))
    return _remote(row) if row else None


def of_known_trade(reader: Reader, trade: int) -> RemoteTrade:
    """Return the other exchange's part of a trade that has one."""
    return _remote(reader.one(_COLUMNS + "WHERE trade_id = ?", (trade,)))


def in_flight(reader: Reader, *, before: int) -> Iterator[RemoteTrade]:
    """Go through what has waited since before a time, oldest first."""
    rows = reader.all(
        _COLUMNS + "WHERE state IN ('held', 'pending', 'forced') AND updated_at < ?"
        " ORDER BY updated_at",
        (before,),
    )
    return map(_remote, rows)


def held_with(reader: Reader, peer: int) -> list[RemoteTrade]:
    """Return the trades with a peer that are in flight."""
    rows = reader.all(
        _COLUMNS + "WHERE state IN ('held', 'pending', 'forced')"
        " AND (upstream_id = ?1 OR downstream_id = ?1) ORDER BY created_at",
        (peer,),
    )
    return [_remote(row) for row in rows]


def insert(writer: Writer, remote: RemoteTrade) -> None:
    writer.memo.setdefault(_MEMO, {})[remote.trade] = remote
    writer.memo.setdefault(_MEMO, {})[remote.trade] = remote
    writer.run(
        "INSERT INTO remote_trades (wire_id, role, state, trade_id, upstream_id,"
        " downstream_id, order_body, order_signature, order_digest, hop, sealed,"
        " refund_of, proof, proof_signature, reason, expires_at, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            remote.wire_id,
            remote.role,
            remote.state,
            remote.trade,
            remote.upstream,
            remote.downstream,
            remote.order.content,
            _text(remote.order.signature),
            remote.order.digest,
            msgspec.json.encode(remote.hop).decode(),
            remote.sealed,
            remote.order.value.refund_of,
            remote.proof and remote.proof.content,
            remote.proof and _text(remote.proof.signature),
            remote.reason,
            remote.expires_at,
            remote.created_at,
            remote.updated_at,
        ),
    )


def move_on(
    writer: Writer,
    remote: RemoteTrade,
    state: State,
    *,
    proof: Proof | None = None,
    reason: str | None = None,
    now: int,
) -> None:
    """Change the state, which must still be what it was read as."""
    writer.memo.pop(_MEMO, None)
    changed = writer.run(
        "UPDATE remote_trades SET state = ?, proof = COALESCE(?, proof),"
        " proof_signature = COALESCE(?, proof_signature), reason = COALESCE(?, reason),"
        " updated_at = ? WHERE wire_id = ? AND state = ?",
        (
            state,
            proof and proof.content,
            proof and _text(proof.signature),
            reason,
            now,
            remote.wire_id,
            remote.state,
        ),
    )
    assert changed == 1


def refund(reader: Reader, wire_id: str, role: Role) -> RemoteTrade | None:
    """Return the trade that pays another back, unless that was refused."""
    row = reader.first(
        _COLUMNS + "WHERE refund_of = ? AND role = ?"
        " AND state NOT IN ('voided', 'aborted')",
        (wire_id, role),
    )
    return _remote(row) if row else None


def traded_since(reader: Reader, peer: int, since: int) -> int:
    """Return what was traded with a peer since a time, or may still be, in our units."""
    (done,) = reader.one(
        "SELECT COALESCE(SUM(ABS(own_amount)), 0) FROM clearing_entries"
        " WHERE peer_id = ? AND kind = 'trade' AND added_at >= ?",
        (peer, since),
    )
    (in_flight,) = reader.one(
        "SELECT COALESCE(SUM(t.amount), 0) FROM remote_trades AS r"
        " JOIN trades AS t ON t.id = r.trade_id"
        " WHERE r.state IN ('held', 'pending', 'forced')"
        " AND (r.upstream_id = ?1 OR r.downstream_id = ?1)",
        (peer,),
    )
    return int(done) + int(in_flight)


def _remote(row: Row) -> RemoteTrade:
    (
        wire_id, role, state, trade, upstream, downstream, order, order_signature, hop,
        sealed, proof, proof_signature, reason, expires_at, created_at, updated_at,
    ) = row  # fmt: skip
    return RemoteTrade(
        wire_id=wire_id,
        role=Role(role),
        state=State(state),
        trade=trade,
        upstream=upstream,
        downstream=downstream,
        order=restore(TradeOrder, bytes(order), _signature(order_signature)),
        hop=msgspec.json.decode(hop, type=Hop),
        sealed=sealed,
        proof=_proof(proof, proof_signature) if proof is not None else None,
        reason=reason,
        expires_at=expires_at,
        created_at=created_at,
        updated_at=updated_at,
    )


def _proof(content: bytes, signature: str) -> Proof:
    kept = bytes(content), _signature(signature)
    if msgspec.json.decode(content, type=_Typed).type == "hop-ack":
        return restore(HopAck, *kept)
    return restore(TradeReceipt, *kept)


class _Typed(msgspec.Struct):
    type: str


def _text(signature: Signature) -> str:
    return msgspec.json.encode(signature).decode()


def _signature(text: str) -> Signature:
    return msgspec.json.decode(text, type=Signature)
