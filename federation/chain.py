"""What one node owes another, as a chain of signed entries with a single writer.

A peering has two chains, one for each debtor.  The creditor's node alone appends; the
debtor's node applies strictly in order, asks for what it has missed, and holds two
entries of one place that are both signed to be a proof that something is badly wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from federation import canonical
from federation.fields import TAG
from federation.keys import PrivateKey
from federation.objects import ChainEntry, Change, EntryKind, Money
from federation.signed import Signed, preimage, sign
from federation.wire import VERSION


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """A debtor and a creditor; the name of a chain."""

    debtor: str
    creditor: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many entries, and the hash of the last."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What an entry says, apart from its place in the chain."""

    kind: EntryKind
    digest: str | None
    debtor_amount: Change
    creditor_amount: Change
    trade_id: str | None = None


class Place(StrEnum):
    """Where an entry stands, seen from what we already hold."""

    NEXT = "next"
    REPEAT = "repeat"
    GAP = "gap"  # ask for what lies between
    FORK = "fork"  # freeze the peering


def genesis(edge: Edge, peering_id: str) -> Head:
    """Return the head of a chain that has no entry yet."""
    start = canonical.encode(
        {"creditor": edge.creditor, "debtor": edge.debtor, "peering_id": peering_id}
    )
    named = f"{TAG}:chain\n".encode() + start
    return Head(0, hashlib.sha256(named).hexdigest())


def entry_hash(entry: Signed[ChainEntry]) -> str:
    return preimage(entry.content, ChainEntry).hex()


def after(entry: Signed[ChainEntry]) -> Head:
    return Head(entry.value.seq, entry_hash(entry))


def append(key: PrivateKey, edge: Edge, head: Head, booking: Booking) -> Signed[ChainEntry]:
    """Write the next entry; the caller is the creditor's node, and the only writer."""
    return sign(
        key,
        ChainEntry(
            v=VERSION,
            debtor=edge.debtor,
            creditor=edge.creditor,
            seq=head.seq + 1,
            prev=head.hash,
            kind=booking.kind,
            trade_id=booking.trade_id,
            order_digest=booking.digest,
            debtor_amount=booking.debtor_amount,
            creditor_amount=booking.creditor_amount,
        ),
    )


def place(entry: Signed[ChainEntry], head: Head, held: str | None) -> Place:
    """Say where an entry stands; `held` is the hash we hold of its seq, if we do."""
    if held is not None:
        return Place.REPEAT if held == entry_hash(entry) else Place.FORK
    if entry.value.seq > head.seq + 1:
        return Place.GAP
    return Place.NEXT if entry.value.prev == head.hash else Place.FORK


def follow(entries: Iterable[Signed[ChainEntry]], edge: Edge, head: Head) -> Head | None:
    """Return the head after a page of new entries; None where the page does not fit."""
    for entry in entries:
        if Edge(entry.value.debtor, entry.value.creditor) != edge:
            return None
        if place(entry, head, None) is not Place.NEXT:
            return None
        head = after(entry)
    return head


def prove_fork(one: Signed[ChainEntry], other: Signed[ChainEntry]) -> bool:
    """Whether two signed entries contradict each other: same chain, same place."""
    first, second = one.value, other.value
    return (
        first.seq == second.seq
        and (first.debtor, first.creditor) == (second.debtor, second.creditor)
        and entry_hash(one) != entry_hash(other)
    )


def change(money: Money) -> Change:
    """Return what a trade of this much adds to a debt."""
    return Change(amount=money.amount, currency=money.currency, scale=money.scale)


def relief(money: Money) -> Change:
    """Return what a settlement of this much takes from a debt."""
    return Change(amount=-money.amount, currency=money.currency, scale=money.scale)


def share(part: int, debt: int, same_debt: int) -> int:
    """Return what a part of a debt is in the other currency the same debt is counted in.

    All of the one is all of the other, whatever the rate has become since.
    """
    return max(1, part * same_debt // debt)
