"""How much may be traded with a peer: at a time, in a day, and with all of them together.

What one peer may owe, or we owe it, is kept by the limits of its clearing account; these
are the limits beside that.  A refusal says which it was, and by how much.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.errors import NodeError, PeerDayLimit, PeerLimit, TotalOwed, TotalOwing
from cesnode.ledger.accounts import Account
from cesnode.ledger.limits import Position
from cesnode.ledger.money import Amount
from cesnode.services.peering import standing
from cesnode.store import Reader, accounts, peers, remote_trades, total_limits
from cesnode.store.peers import Peer

WARN_AT = 80
"""Per cent of a limit from which on people are told."""

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a limit is used, in minor units; `which` names it, None is no limit."""

    which: str
    used: int
    limit: int | None

    @property
    def is_near(self) -> bool:
        limit = self.limit
        return limit is not None and self.used > 0 and limit * WARN_AT <= self.used * 100

    @property
    def percent(self) -> int:
        return self.used * 100 // self.limit if self.limit else 100


def require_volume(
    reader: Reader,
    exchange: Exchange,
    peer: Peer,
    change: int,
    *,
    now: int,
    clearing: Account | None = None,
) -> None:
    """Refuse a trade larger than one with this peer, a day's or all peers' may be.

    `change` is what it adds to what we owe the peer; below zero the peer owes us more.
    `clearing` is our account for the peer, where it has just been read.

    Raises:
        PeerLimit, PeerDayLimit, TotalOwed, TotalOwing

    """
    amount = abs(change)
    if clearing is None:
        clearing = accounts.by_id(reader, peer.clearing)
    largest = largest_trade(exchange, peer, clearing, change)
    if largest is not None:
        _require(PeerLimit, exchange, amount, largest, name=peer.name)
    if peer.daily_volume is not None:
        today = remote_trades.traded_since(reader, peer.id, now - _DAY) + amount
        _require(PeerDayLimit, exchange, today, peer.daily_volume, name=peer.name)
    _require_total(reader, exchange, clearing, change)


def largest_trade(
    exchange: Exchange, peer: Peer, clearing: Account, change: int
) -> int | None:
    """Return the most one trade may be; what is owed may come back at once beside it."""
    if peer.max_trade is not None or peer.max_trade_percent is None:
        return peer.max_trade
    owing, balance = change > 0, clearing.position.balance
    line = standing.most_we_owe(exchange, peer) if owing else peer.credit_line
    coming_back = max(0, -balance if owing else balance)
    return line * peer.max_trade_percent // 100 + coming_back


def usages(reader: Reader, exchange: Exchange, peer: Peer) -> list[Usage]:
    """Return how much of each limit of a peer is used, what is in flight included."""
    position = accounts.by_id(reader, peer.clearing).position
    most = standing.most_we_owe(exchange, peer)
    return [
        Usage("credit_line", _owed(position), peer.credit_line),
        Usage("max_we_owe", _owing(position), most),
    ]


def total_usages(reader: Reader) -> list[Usage]:
    """Return how much is used of what all peers together may owe us, and we them."""
    totals = total_limits.load(reader)
    positions = [
        accounts.by_id(reader, one.clearing).position for one in peers.every(reader)
    ]
    return [
        Usage("total_we_are_owed", sum(map(_owed, positions)), totals.we_are_owed),
        Usage("total_we_owe", sum(map(_owing, positions)), totals.we_owe),
    ]


def _require_total(
    reader: Reader, exchange: Exchange, clearing: Account, change: int
) -> None:
    totals = total_limits.load(reader)
    owing = change > 0
    limit = totals.we_owe if owing else totals.we_are_owed
    if limit is None:
        return
    side, error = (_owing, TotalOwing) if owing else (_owed, TotalOwed)
    others = sum(
        side(accounts.by_id(reader, one.clearing).position)
        for one in peers.every(reader)
        if one.clearing != clearing.id
    )
    position = clearing.position
    now = position.balance + (position.held_in if owing else -position.held_out)
    here = max(0, now + change if owing else -now - change)
    if here > side(position):  # What brings us nearer to nothing is always welcome.
        _require(error, exchange, others + here, limit)


def _owed(position: Position) -> int:
    """Return what a peer owes us if all goes through that would make it more."""
    return max(0, position.held_out - position.balance)


def _owing(position: Position) -> int:
    return max(0, position.balance + position.held_in)


def _require(
    error: type[NodeError], exchange: Exchange, amount: int, limit: int, **values: str
) -> None:
    if amount > limit:
        currency = exchange.currency
        excess = Amount(amount - limit, currency)
        raise error(limit=Amount(limit, currency), excess=excess, **values)
