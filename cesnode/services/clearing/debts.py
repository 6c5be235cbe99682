"""What is owed between us and a peer, counted in both currencies at once."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.errors import DebtSmaller
from cesnode.ledger.money import Amount
from cesnode.store import Reader, accounts, clearing_entries, settlements
from cesnode.store.peers import Peer
from federation.chain import share
from federation.objects import Money


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt in our minor units and in the peer's.

    `free` is what of `own` no trade in flight, nor a proposal of ours, may still take,
    and no set-off reserves.
    """

    own: int
    other: int
    free: int


@dataclass(frozen=True, slots=True)
class Relief:
    """How much less is owed, in both currencies."""

    own: int
    other: int


def we_owe(reader: Reader, peer: Peer) -> Debt:
    own, other = clearing_entries.totals(reader, peer.id)
    account = accounts.by_id(reader, peer.clearing)
    position, reserved = account.position, max(0, account.reserved)
    proposed, _ = settlements.waiting(reader, peer.id)
    free = position.balance - position.held_out - proposed - reserved
    return Debt(own, other, free)


def they_owe(reader: Reader, peer: Peer) -> Debt:
    own, other = clearing_entries.totals(reader, peer.id)
    account = accounts.by_id(reader, peer.clearing)
    position, reserved = account.position, min(0, account.reserved)
    return Debt(-own, -other, -position.balance - position.held_in + reserved)


def less(exchange: Exchange, debt: Debt, amount: int) -> Relief:
    """Return what `amount` of ours less is in both currencies.

    Raises:
        DebtSmaller: so much is not owed.

    """
    free = max(0, debt.free) if debt.other > 0 else 0
    if amount > free:
        raise DebtSmaller(
            owed=Amount(free, exchange.currency),
            excess=Amount(amount - free, exchange.currency),
        )
    return Relief(amount, share(amount, debt.own, debt.other))


def own_money(exchange: Exchange, amount: int) -> Money:
    currency = exchange.currency
    return Money(amount=amount, currency=currency.code, scale=currency.scale)


def peer_money(peer: Peer, amount: int) -> Money:
    return Money(amount=amount, currency=peer.currency, scale=peer.scale)
