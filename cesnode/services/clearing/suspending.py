"""Trades that were ended by force and committed after all: booked, but to no member.

What we owe the peer is booked against the suspense account, and a dispute opens: who
bears it is for people to settle.  However that ends, suspense returns to nothing.
"""

from __future__ import annotations

from cesnode.ledger.accounts import SystemAccount
from cesnode.ledger.transfers import TransferKind, move
from cesnode.services.clearing import books
from cesnode.services.clearing.here import Desk
from cesnode.store import Reader, Writer, accounts, alarms, forced_voids, transfers
from cesnode.store.remote_trades import RemoteTrade

LATE = "late-commit"
"""The alarm that calls somebody to such a trade."""


def post(writer: Writer, desk: Desk, remote: RemoteTrade) -> int:
    """Book a forced trade against suspense; return the transfer's seq."""
    seq = books.adjust(
        writer,
        desk.exchange,
        desk.peer.clearing,
        remote.order.value.source.amount,
        TransferKind.SETTLEMENT,
        against=account(writer, desk),
        now=desk.now,
    )
    forced_voids.suspend(writer, remote.wire_id, seq)
    alarms.insert(
        writer, peer=desk.peer.id, kind=LATE, wire_id=remote.wire_id, now=desk.now
    )
    return seq


def release(writer: Writer, desk: Desk, remote: RemoteTrade) -> None:
    """Let the community bear what stands in suspense for a trade."""
    held = _suspended(writer, desk, remote)
    if not held:
        return
    transfer = move(
        TransferKind.SETTLEMENT,
        source=accounts.COMMUNITY_ID,
        target=account(writer, desk),
        amount=held,
    )
    books.between(writer, desk.exchange, transfer, now=desk.now)


def account(writer: Writer, desk: Desk) -> int:
    """Return the account for what belongs to nobody we know any more."""
    return accounts.system(writer, desk.exchange.code, SystemAccount.SUSPENSE, now=desk.now)


def is_suspended(reader: Reader, remote: RemoteTrade) -> bool:
    """Whether a trade was booked against suspense rather than its member."""
    return forced_voids.suspended(reader, remote.wire_id) is not None


def _suspended(writer: Writer, desk: Desk, remote: RemoteTrade) -> int:
    seq = forced_voids.suspended(writer, remote.wire_id)
    if seq is None:
        return 0
    (entry,) = transfers.entries_of(writer, seq, (account(writer, desk),))
    return -entry.amount
