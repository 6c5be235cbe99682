"""Everything that was said and signed about one trade, in the order it happened."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from cesnode.ledger.trades import Trade
from cesnode.services.clearing import answers, noting
from cesnode.services.clearing.hearing import ABOUT_THE_ORDER
from cesnode.services.views import units_text
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
    Outcome,
    TradeOrder,
    TradeReceipt,
)
from federation.signed import Signed
from federation.wire import write

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
    """A message of ours, how often in vain, and what was last answered or decided it."""

    kind: str
    written_at: int
    attempts: int
    done_at: int | None
    last_error: str | None
    body: msgspec.Raw | None
    answer: msgspec.Raw | None


class LimitAt(msgspec.Struct, frozen=True, kw_only=True):
    """What was lent on an edge when the trade was entered there, as its chain tells it.

    `entry` is the trade's own place in the chain, `noted` that of the limit.
    """

    debtor: str
    creditor: str
    entry: int
    noted: int
    terms_version: int
    credit_line: str
    currency: str


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
    limits: list[LimitAt]
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
        limits=list(_limits(reader, remote, own)),
        objects=_objects(reader, remote, own),
        messages=[
            _letter(each, _answer(reader, remote, own, each))
            for each in outbox.about(reader, remote.wire_id)
        ],
    )


def _limits(reader: Reader, remote: RemoteTrade, own: str) -> Iterator[LimitAt]:
    for entry in _entries(reader, remote, own):
        value = entry.value
        edge = Edge(value.debtor, value.creditor)
        other = value.creditor if value.debtor == own else value.debtor
        peer = peers.by_node(reader, other)
        found = noting.at(reader, peer, edge, value.seq) if peer else None
        if found is None:
            continue
        lent = found.credit_line
        yield LimitAt(
            debtor=edge.debtor,
            creditor=edge.creditor,
            entry=value.seq,
            noted=found.seq,
            terms_version=found.version,
            credit_line=units_text(lent.amount, lent.scale),
            currency=lent.currency,
        )


def _objects(reader: Reader, remote: RemoteTrade, own: str) -> list[SignedView]:
    order = remote.order
    found = [_signed(order, order.digest)]
    if remote.proof is not None:
        found.append(_signed(remote.proof, remote.proof.digest))
    entries = _entries(reader, remote, own)
    found += [_signed(entry, entry_hash(entry)) for entry in entries]
    forced = forced_voids.find(reader, remote.wire_id)
    return found + ([_signed(forced, forced.digest)] if forced else [])


def _entries(reader: Reader, remote: RemoteTrade, own: str) -> list[Signed[ChainEntry]]:
    """Return the entries of a trade in the chains that are ours."""
    way = pairwise(remote.order.value.path)
    edges = [Edge(*hop) for hop in way if own in hop]
    found = (clearing_entries.of_trade(reader, each, remote.wire_id) for each in edges)
    return [entry for entry in found if entry]


def _signed(signed: _Kept, digest: str) -> SignedView:
    return SignedView(
        type=str(type(signed.value).__struct_config__.tag),
        signer=signed.value.signer,
        keyid=signed.signature.keyid,
        signature=signed.signature.sig,
        digest=digest,
        object=signed.raw,
    )


def _answer(reader: Reader, remote: RemoteTrade, own: str, letter: Letter) -> bytes | None:
    """Return the answer to a letter; a decision is made anew of what it was made of."""
    proof = remote.proof
    if letter.answer or not letter.done_at or letter.kind not in ABOUT_THE_ORDER:
        return letter.answer
    if proof is None:
        return None
    if isinstance(proof.value, HopAck) or proof.value.outcome is Outcome.ABORTED:
        return answers.refusal(proof).body
    path = remote.order.value.path
    edge = Edge(own, path[path.index(own) + 1])
    entry = clearing_entries.of_trade(reader, edge, remote.wire_id)
    return write(answers.by_receipt(proof, entry))


def _letter(letter: Letter, answer: bytes | None) -> LetterView:
    return LetterView(
        kind=letter.kind,
        written_at=letter.created_at,
        attempts=letter.attempts,
        done_at=letter.done_at,
        last_error=letter.last_error,
        body=msgspec.Raw(letter.body) if letter.body else None,
        answer=msgspec.Raw(answer) if answer else None,
    )
