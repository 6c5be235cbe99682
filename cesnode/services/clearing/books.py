"""What a trade with another exchange does to our books: held, posted, voided.

Our clearing account for the peer stands where the other side's account would.  A
positive balance on it means that we owe the peer.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from cesnode.community.exchange import Exchange
from cesnode.ledger import chain
from cesnode.ledger.accounts import COMMUNITY, Account, number
from cesnode.ledger.trades import Trade, TradeState
from cesnode.ledger.transfers import Entry, Sale, Transfer, TransferKind
from cesnode.services import beyond, noticing
from cesnode.services.posting import check_limits, post
from cesnode.store import Writer, accounts, holds, trades


def movement(trade: Trade) -> Transfer:
    """Return what the trade moves in our books, levies included."""
    sale = Sale(
        seller=trade.seller,
        buyer=trade.buyer,
        amount=trade.amount,
        community=accounts.COMMUNITY_ID,
        seller_levy=trade.seller_levy,
        buyer_levy=trade.buyer_levy,
    )
    return sale.transfer(TransferKind.CLEARING)


def hold(
    writer: Writer,
    exchange: Exchange,
    trade: Trade,
    sides: tuple[Account, Account],
    *,
    now: int,
) -> None:
    """Reserve what the trade would move, within the limits of its `sides` as they are."""
    entries = movement(trade).entries
    passed = check_limits(exchange, entries, sides)
    holds.insert(writer, trade=trade.id, entries=entries, now=now)
    beyond.keep(writer, exchange, trade, passed, now=now)


def post_held(writer: Writer, exchange: Exchange, trade: Trade, *, now: int) -> int:
    """Post what was held.  Nothing is checked: it was promised, and has been decided."""
    held = holds.open_of(writer, trade.id)
    seq = _post(writer, exchange, trade, now=now)
    if held is not None:
        holds.end(writer, held, seq=seq, now=now)
    trades.move_on(writer, trade, TradeState.POSTED)
    return seq


def post_new(
    writer: Writer,
    exchange: Exchange,
    trade: Trade,
    sides: tuple[Account, Account],
    salt: bytes,
    *,
    now: int,
) -> int:
    """Post a trade that was stored as posted, within the limits of its `sides`."""
    passed = check_limits(exchange, movement(trade).entries, sides)
    beyond.keep(writer, exchange, trade, passed, now=now)
    return _post_between(writer, exchange, trade, sides, salt, now=now)


def post_pending(writer: Writer, exchange: Exchange, trade: Trade, *, now: int) -> int:
    """Post what waited for our member; the limits are checked again, without its hold."""
    entries = movement(trade).entries
    sides = [_without(account, entries) for account in _sides(writer, trade)]
    passed = check_limits(exchange, entries, sides)
    beyond.keep(writer, exchange, trade, passed, now=now)
    return post_held(writer, exchange, trade, now=now)


def adjust(
    writer: Writer,
    exchange: Exchange,
    clearing: int,
    change: int,
    kind: TransferKind,
    *,
    against: int = accounts.COMMUNITY_ID,
    now: int,
) -> int:
    """Change what we owe a peer without a trade; the community bears it or gains it."""
    entries = (Entry(clearing, change), Entry(against, -change))
    return between(writer, exchange, Transfer(kind, entries), now=now)


def between(writer: Writer, exchange: Exchange, transfer: Transfer, *, now: int) -> int:
    """Post what moves between accounts of the exchange itself, without any limit."""
    touched = (accounts.by_id(writer, entry.account) for entry in transfer.entries)
    return post(
        writer, exchange, transfer, {one.id: one.number for one in touched}, now=now
    )


def void(writer: Writer, trade: Trade, state: TradeState, *, now: int) -> None:
    """Release what was held; the trade ends in `state`."""
    held = holds.open_of(writer, trade.id)
    if held is not None:
        holds.end(writer, held, seq=None, now=now)
    trades.move_on(writer, trade, state)


def _post(writer: Writer, exchange: Exchange, trade: Trade, *, now: int) -> int:
    salt = trades.salt_of(writer, trade.id)
    return _post_between(writer, exchange, trade, _sides(writer, trade), salt, now=now)


def _post_between(
    writer: Writer,
    exchange: Exchange,
    trade: Trade,
    sides: tuple[Account, Account],
    salt: bytes | None,
    *,
    now: int,
) -> int:
    seller, buyer = sides
    words = trade.description
    moved = movement(trade)
    seq = post(
        writer,
        exchange,
        moved,
        {
            accounts.COMMUNITY_ID: number(exchange.code, COMMUNITY),
            seller.id: seller.number,
            buyer.id: buyer.number,
        },
        now=now,
        trade=trade,
        facts=chain.trade_record(trade, seller.number, buyer.number),
        text=chain.text_digest(salt, words) if salt and words is not None else None,
    )
    noticing.of_limits(writer, exchange, moved.entries, (seller, buyer), now=now)
    return seq


def _sides(writer: Writer, trade: Trade) -> tuple[Account, Account]:
    return accounts.by_id(writer, trade.seller), accounts.by_id(writer, trade.buyer)


def _without(account: Account, entries: Iterable[Entry]) -> Account:
    """Return the account as it stands without its hold of these entries."""
    own = sum(entry.amount for entry in entries if entry.account == account.id)
    position = replace(
        account.position,
        held_out=account.position.held_out - max(-own, 0),
        held_in=account.position.held_in - max(own, 0),
    )
    return replace(account, position=position)
