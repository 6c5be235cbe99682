"""Goes through trades with other exchanges: the order, what decided it, and our side."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

from cesnode.store.auditor.books import Books
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.signed import (
    amount,
    is_canonical,
    is_signature,
    read,
    seconds,
)
from cesnode.store.auditor.sqlite import sqlite3

_TRADES = """
SELECT r.wire_id, r.role, r.state, r.trade_id, r.upstream_id, r.downstream_id,
    r.order_body, r.order_signature, r.order_digest, r.refund_of, r.proof,
    r.proof_signature, r.reason, r.expires_at, u.node, d.node, t.state, t.seller_id,
    t.buyer_id, u.clearing_id, d.clearing_id, t.amount,
    COALESCE(c.entries, 0), c.booked_by,
    (SELECT seq FROM transfers AS x WHERE x.trade_id = r.trade_id AND x.reverses IS NULL),
    f.suspended_seq
FROM remote_trades AS r LEFT JOIN trades AS t ON t.id = r.trade_id
LEFT JOIN peers AS u ON u.id = r.upstream_id
LEFT JOIN peers AS d ON d.id = r.downstream_id
LEFT JOIN forced_voids AS f ON f.wire_id = r.wire_id
LEFT JOIN (SELECT wire_id, count(*) AS entries, max(transfer_seq) AS booked_by
    FROM clearing_entries WHERE wire_id IS NOT NULL GROUP BY wire_id) AS c
    ON c.wire_id = r.wire_id
ORDER BY r.wire_id
"""
_UNSENT = """
SELECT t.id FROM trades AS t WHERE t.other IS NOT NULL AND t.channel <> 'import'
    AND t.state IN ('held', 'pending', 'posted', 'objected')
    AND NOT EXISTS (SELECT 1 FROM remote_trades AS r WHERE r.trade_id = t.id)
"""
_UNORDERED = """
SELECT c.debtor, c.creditor, c.seq, c.wire_id FROM clearing_entries AS c
WHERE c.wire_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM remote_trades AS r WHERE r.wire_id = c.wire_id)
"""
_OURS: dict[str, set[str | None]] = {
    "held": {"held"},
    "pending": {"pending"},
    "posted": {"posted", "objected"},
    "committed": {"posted", "objected"},
    "voided": {"voided", None},
    "forced": {"voided"},
    "aborted": {"voided", None},
}
"""What our member's trade may be where the protocol's stands so."""
_BOOKED = frozenset({"posted", "committed"})
_DECIDED = {"posted": "COMMITTED", "committed": "COMMITTED", "voided": "ABORTED",
            "aborted": "ABORTED"}  # fmt: skip


class Remote(NamedTuple):
    wire_id: str
    role: str
    state: str
    trade: int | None
    upstream: int | None
    downstream: int | None
    order: bytes
    order_signature: str
    order_digest: str
    refund_of: str | None
    proof: bytes | None
    proof_signature: str | None
    reason: str | None
    expires_at: int
    from_node: str | None
    to_node: str | None
    trade_state: str | None
    seller: int | None
    buyer: int | None
    from_account: int | None
    to_account: int | None
    amount: int | None
    entries: int
    booked_by: int | None
    posted_by: int | None
    suspended_by: int | None


class RemoteTrades:
    """One walk over what was ordered from elsewhere, or elsewhere."""

    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self._connection = connection
        self._books = books

    def walk(self) -> None:
        for row in self._connection.execute(_TRADES):
            remote = Remote._make(row)
            self._check_order(remote)
            self._check_decision(remote)
            self._check_our_side(remote)
            self._check_booking(remote)
        for (trade,) in self._connection.execute(_UNSENT):
            sentence = "it is with another exchange, but no signed order of it is kept"
            self._add(Fault.ORDER_MISSING, "trades", f"trade {trade}", sentence)
        for debtor, creditor, seq, wire_id in self._connection.execute(_UNORDERED):
            row_name = f"{debtor} > {creditor}, entry {seq}"
            sentence = f"no signed order of trade {wire_id} is kept"
            self._add(Fault.ORDER_MISSING, "clearing_entries", row_name, sentence)

    def _check_order(self, remote: Remote) -> None:
        words = read(remote.order)
        if sha256(remote.order).hexdigest() != remote.order_digest:
            self._fault(Fault.ORDER_DIFFERS, remote, "its digest is not that of the order")
        if not is_canonical(remote.order):
            self._fault(Fault.ORDER_DIFFERS, remote, "the order is not in canonical form")
        if not is_signature(remote.order_signature):
            self._fault(Fault.SIGNATURE_MISSING, remote, "the order bears no signature")
        told = (words.get("trade_id"), words.get("refund_of"), words.get("type"))
        if told != (remote.wire_id, remote.refund_of, "trade-order"):
            self._fault(Fault.ORDER_DIFFERS, remote, "the order is that of another trade")
        limit, path = seconds(words.get("expires_at")), words.get("path")
        if path == [words.get("payer_node"), words.get("payee_node")] and (
            limit != remote.expires_at
        ):  # A hub takes some of the time away.
            sentence = f"it expires at {remote.expires_at}, by the order at {limit}"
            self._fault(Fault.ORDER_DIFFERS, remote, sentence)
        self._check_way(remote, words)

    def _check_way(self, remote: Remote, words: dict[str, Any]) -> None:
        """Check that the order came from, and went to, the peers it is kept under."""
        path = words.get("path")
        path = path if isinstance(path, list) else []
        ends = (remote.from_node is not None, remote.to_node is not None)
        wanted = {"payer": (False, True), "payee": (True, False), "hub": (True, True)}
        refused = (remote.role, remote.state, remote.trade) == ("hub", "voided", None)
        if ends != ((True, False) if refused else wanted.get(remote.role)) or (
            remote.role == "payer" and path[1:2] != [remote.to_node]
        ):
            sentence = f"a {remote.role} does not stand where the order came by"
            self._fault(Fault.ORDER_DIFFERS, remote, sentence)
        elif remote.role != "payer" and remote.from_node not in path[:-1]:
            sentence = f"the order did not come by {remote.from_node}"
            self._fault(Fault.ORDER_DIFFERS, remote, sentence)

    def _check_decision(self, remote: Remote) -> None:
        wanted = _DECIDED.get(remote.state)
        if remote.proof is None:
            if wanted is not None:
                self._fault(Fault.PROOF_MISSING, remote, f"nothing proves it is {wanted}")
            return
        words = read(remote.proof)
        told = (words.get("trade_id"), words.get("order_digest"), words.get("outcome"))
        if told != (remote.wire_id, remote.order_digest, wanted):
            sentence = f"it is {remote.state}, but what was signed says {told[2]}"
            self._fault(Fault.PROOF_DIFFERS, remote, sentence)
        if words.get("reason") != remote.reason:
            sentence = f"its reason is {remote.reason}, as signed {words.get('reason')}"
            self._fault(Fault.PROOF_DIFFERS, remote, sentence)
        if not is_canonical(remote.proof):
            self._fault(Fault.PROOF_DIFFERS, remote, "the proof is not in canonical form")
        if not is_signature(remote.proof_signature):
            self._fault(Fault.SIGNATURE_MISSING, remote, "the proof bears no signature")

    def _check_our_side(self, remote: Remote) -> None:
        """Hold our member's trade, and so its hold, against the protocol's."""
        suspended = remote.suspended_by is not None
        fits = {"voided"} if suspended else _OURS.get(remote.state, {None})
        if (remote.role, remote.state) == ("hub", "posted"):  # Or edge by edge, without.
            fits = fits | {"voided", None}
        if remote.trade_state not in fits:
            sentence = f"it is {remote.state}, but our side of it is {remote.trade_state}"
            self._fault(Fault.TRADE_STATE_WRONG, remote, sentence)
        if remote.trade is None:
            return
        to, come_from = remote.to_account, remote.from_account
        if to not in {None, remote.seller} or come_from not in {None, remote.buyer}:
            sentence = f"trade {remote.trade} is not with the exchange of the order"
            self._fault(Fault.TRADE_DIFFERS, remote, sentence)
        told = amount(read(remote.order), "source" if remote.role == "payer" else "dest")
        if remote.role != "hub" and told != remote.amount:
            sentence = f"trade {remote.trade} is of {remote.amount}, the order of {told}"
            self._fault(Fault.TRADE_DIFFERS, remote, sentence)

    def _check_booking(self, remote: Remote) -> None:
        """A committed trade has its entry and its posting; any other has neither."""
        most = 2 if remote.role == "hub" else 1
        booked = remote.state in _BOOKED
        if not ((1 <= remote.entries <= most) if booked else remote.entries == 0):
            sentence = f"it is {remote.state} and stands {remote.entries} times in a chain"
            self._fault(Fault.ENTRY_MISSING, remote, sentence)
        posted = remote.posted_by if remote.suspended_by is None else remote.suspended_by
        if booked and remote.role != "hub" and remote.booked_by != posted:
            sentence = f"transfer {posted} posts it, its entry is of {remote.booked_by}"
            self._fault(Fault.ENTRY_UNBOOKED, remote, sentence)

    def _fault(self, code: Fault, remote: Remote, sentence: str) -> None:
        self._add(code, "remote_trades", f"trade {remote.wire_id}", sentence)

    def _add(self, code: Fault, table: str, row: str, sentence: str) -> None:
        self._books.findings.add(code, table, row, sentence)
