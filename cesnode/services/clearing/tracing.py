"""Everything that was said and signed about one trade, in the order it happened."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from cesnode.ledger.trades import Trade
from cesnode.store import (
    Reader,
    clearing_entries,
    forced_voids,
    outbox,
    peers,
    remote_trades,
)
from cesnode.store.outbox import Letter
from cesnode.store.remote_trades import RemoteTrade
from federation.chain import Edge, entry_hash
from federation.objects import (
    ChainEntry,
    ForcedVoid,
    HopAck,
    TradeOrder,
    TradeReceipt,
)
from federation.signed import Signed

_Kept = (
    Signed[TradeOrder]
    | Signed[TradeReceipt]
    | Signed[HopAck]
    | Signed[ChainEntry]
    | Signed[ForcedVoid]
)


class SignedView(msgspec.Struct, frozen=True, kw_only=True):
    """A signed object as it is kept: its exact text, its digest, who signed it."""

    type: str
    signer: str
    keyid: str
    signature: str
    digest: str
    object: msgspec.Raw


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """A message of ours, how often it was tried, and what was last answered."""

    kind: str
    written_at: int
    attempts: int
    done_at: int | None
    last_error: str | None
    body: msgspec.Raw | None
    answer: msgspec.Raw | None


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One node's whole view of a trade with another exchange."""

    ref: str
    wire_id: str
    role: str
    state: str
    reason: str | None
    peer: str
    node: str
    via: list[str]
    objects: list[SignedView]
    messages: list[LetterView]


def trace(reader: Reader, trade: Trade, own: str) -> Trace | None:
    """Return all that is kept of a trade; None if it never left this node."""
    remote = remote_trades.of_trade(reader, trade.id)
    if remote is None:
        return None
    peer = peers.by_id(reader, remote.peer)
    return Trace(
        ref=trade.ref,
        wire_id=remote.wire_id,
        role=remote.role,
        state=remote.state,
        reason=remote.reason,
        peer=peer.code,
        node=peer.node,
        via=list(remote.order.value.path[1:-1]),
        objects=_objects(reader, remote, own),
        messages=[_letter(each) for each in outbox.about(reader, remote.wire_id)],
    )


def _objects(reader: Reader, remote: RemoteTrade, own: str) -> list[SignedView]:
    order = remote.order
    found = [_signed(order, order.digest)]
    if remote.proof is not None:
        found.append(_signed(remote.proof, remote.proof.digest))
    way = pairwise(order.value.path)
    edges = [Edge(*hop) for hop in way if own in hop]
    entries = (clearing_entries.of_trade(reader, each, remote.wire_id) for each in edges)
    found += [_signed(entry, entry_hash(entry)) for entry in entries if entry]
    forced = forced_voids.find(reader, remote.wire_id)
    return found + ([_signed(forced, forced.digest)] if forced else [])


def _signed(signed: _Kept, digest: str) -> SignedView:
    return SignedView(
        type=str(type(signed.value).__struct_config__.tag),
        signer=signed.value.signer,
        keyid=signed.signature.keyid,
        signature=signed.signature.sig,
        digest=digest,
        object=signed.raw,
    )


def _letter(letter: Letter) -> LetterView:
    return LetterView(
        kind=letter.kind,
        written_at=letter.created_at,
        attempts=letter.attempts,
        done_at=letter.done_at,
        last_error=letter.last_error,
        body=msgspec.Raw(letter.body) if letter.body else None,
        answer=msgspec.Raw(letter.answer) if letter.answer else None,
    )
