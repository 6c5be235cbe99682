"""Trades at home: recording, asking, answering, objecting, reversing.

The same id with the same content gets the first answer again, other content is refused.
"""

from __future__ import annotations

import secrets

import msgspec
from msgspec.structs import replace

from cesnode.community import notices, words
from cesnode.community.exchange import Exchange
from cesnode.community.notices import Sides
from cesnode.community.roles import OPERATOR, Actor, Permission
from cesnode.errors import (
    AccountClosed,
    AccountLocked,
    ClosedStaysEmpty,
    NodeError,
    TooLate,
    WrongState,
)
from cesnode.ledger import chain
from cesnode.ledger.accounts import COMMUNITY, Account, AccountState, number
from cesnode.ledger.trades import Trade, TradeState, Wish
from cesnode.ledger.transfers import Sale, reversal
from cesnode.services import acting, beyond, noticing, orders
from cesnode.services.authority import (
    require_reversal,
    require_settling,
    require_side,
    visible_trade,
)
from cesnode.services.orders import Order
from cesnode.services.posting import check_limits, post
from cesnode.store import Writer, accounts, exchanges, trades, transfers

_DAY = 86_400


class Recorded(msgspec.Struct, frozen=True):
    """A trade, and whether this very call made it."""

    trade: Trade
    created: bool


def record(writer: Writer, actor: Actor, order: Order, *, now: int) -> Recorded:
    """Enter a trade between two accounts of this exchange."""
    exchange = exchanges.load(writer, now)
    draft = orders.draft(writer, exchange, actor, order, now=now)
    trade = draft.trade
    salt = secrets.token_bytes(chain.SALT_BYTES)
    if not trades.insert(writer, trade, salt=salt):
        known = trades.known(writer, order.id)
        orders.require_same(known, trade, dated=order.event_on is not None)
        return Recorded(known, created=False)
    _require_open(actor, draft.seller, draft.buyer)
    if trade.state is TradeState.POSTED:
        _post(writer, exchange, trade, draft.seller, draft.buyer, salt=salt, now=now)
        told = notices.posted_by(trade.channel)
    else:
        acting.entered(writer, exchange, actor, "trade.requested", trade, now=now)
        told = notices.ASKED
    noticing.of_trade(writer, trade, told, but=actor.member, now=now)
    return Recorded(trade, created=True)


def accept(writer: Writer, actor: Actor, name: str, *, now: int) -> Trade:
    """The buyer agrees to what the seller recorded or asked for."""
    exchange = exchanges.load(writer, now)
    trade = visible_trade(writer, actor, name)
    trade.after(Wish.ACCEPT)
    require_side(actor, accounts.by_id(writer, trade.buyer))
    return _agree(writer, exchange, actor, trade, notices.ACCEPTED, now=now)


def decline(
    writer: Writer, actor: Actor, name: str, *, reason: str | None = None, now: int
) -> Trade:
    """The buyer says that a request is not right."""
    trade = visible_trade(writer, actor, name)
    after = trade.after(Wish.DECLINE)
    require_side(actor, accounts.by_id(writer, trade.buyer))
    note = words.description(reason, field="reason") if reason else None
    return _move(writer, actor, trade, after, notices.DECLINED, note=note, now=now)


def withdraw(writer: Writer, actor: Actor, name: str, *, now: int) -> Trade:
    """The seller takes a request back."""
    trade = visible_trade(writer, actor, name)
    after = trade.after(Wish.WITHDRAW)
    require_side(actor, accounts.by_id(writer, trade.seller))
    return _move(writer, actor, trade, after, notices.WITHDRAWN, now=now)


def object_to(writer: Writer, actor: Actor, name: str, *, reason: str, now: int) -> Trade:
    """The buyer says that a posted trade is not right; nothing moves yet."""
    trade = visible_trade(writer, actor, name)
    after = trade.after(Wish.OBJECT)
    require_side(actor, accounts.by_id(writer, trade.buyer))
    days = exchanges.load(writer, now).rules.object_days
    if now > transfers.posted_at(writer, trade.id) + days * _DAY:
        raise TooLate(ref=trade.ref, days=days)
    note = words.description(reason, field="reason")
    return _move(writer, actor, trade, after, notices.OBJECTED, note=note, now=now)


def settle(writer: Writer, actor: Actor, name: str, *, now: int) -> Trade:
    """The buyer takes an objection back, or whoever mediates lets the trade stand."""
    trade = visible_trade(writer, actor, name)
    after = trade.after(Wish.SETTLE)
    require_settling(actor, accounts.by_id(writer, trade.buyer))
    return _move(writer, actor, trade, after, notices.SETTLED, now=now)


def reverse(writer: Writer, actor: Actor, name: str, *, reason: str, now: int) -> Trade:
    """Undo a posted trade by a further transfer, levies included.

    Limits do not stop a reversal: what should not have been is not kept because of a
    number.  A closed account does: it has left empty, and nobody answers for it.
    """
    exchange = exchanges.load(writer, now)
    trade = visible_trade(writer, actor, name)
    after = trade.after(Wish.REVERSE)
    note = words.description(reason, field="reason")
    seller, buyer = (
        accounts.by_id(writer, trade.seller),
        accounts.by_id(writer, trade.buyer),
    )
    require_reversal(actor, trade, seller, buyer)
    for account in (seller, buyer):
        if account.state is AccountState.CLOSED:
            raise ClosedStaysEmpty(number=account.number, ref=trade.ref)
    _undo(writer, exchange, trade, _numbers(exchange, seller, buyer), now=now)
    return _move(writer, actor, trade, after, notices.REVERSED, note=note, now=now)


def tend(writer: Writer, *, now: int) -> tuple[int, int]:
    """Let old requests take effect or lapse, as the house rules say.

    Returns how many were agreed by silence and how many lapsed.
    """
    exchange = exchanges.load(writer, now)
    rules = exchange.rules
    old = trades.waiting(writer, before=now - rules.lapse_after_days * _DAY)
    for trade in old:
        after = trade.after(Wish.LAPSE)
        _move(writer, OPERATOR, trade, after, notices.LAPSED, now=now)
    if rules.agree_after_days is None:
        return 0, len(old)
    silent = trades.waiting(writer, before=now - rules.agree_after_days * _DAY)
    agreed = sum(
        _agrees_by_silence(writer, exchange, trade, now=now)
        for trade in silent
        if not trade.asked
    )
    return agreed, len(old)


def _agrees_by_silence(
    writer: Writer, exchange: Exchange, trade: Trade, *, now: int
) -> bool:
    """Post a request nobody answered; one that cannot be posted waits on."""
    try:
        _agree(writer, exchange, OPERATOR, trade, notices.SILENCE, now=now)
    except NodeError:
        return False
    return True


def _agree(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    trade: Trade,
    told: Sides,
    *,
    now: int,
) -> Trade:
    """Check everything first, then change: a refusal leaves nothing behind."""
    if trade.other is not None:  # The other exchange has a say; see services.dealing.
        raise WrongState(ref=trade.ref, state=trade.state, wish=Wish.ACCEPT)
    after = trade.after(Wish.ACCEPT)
    seller, buyer = (
        accounts.by_id(writer, trade.seller),
        accounts.by_id(writer, trade.buyer),
    )
    _require_open(actor, seller, buyer)
    seller_levy, buyer_levy = orders.levies(exchange, seller, buyer, trade.amount)
    trade = replace(trade, seller_levy=seller_levy, buyer_levy=buyer_levy)
    salt = trades.salt_of(writer, trade.id)
    _post(writer, exchange, trade, seller, buyer, salt=salt, now=now)
    trades.set_levies(writer, trade.id, seller=seller_levy, buyer=buyer_levy)
    return _move(writer, actor, trade, after, told, now=now)


def _post(
    writer: Writer,
    exchange: Exchange,
    trade: Trade,
    seller: Account,
    buyer: Account,
    *,
    salt: bytes | None,
    now: int,
) -> None:
    sale = Sale(
        seller=seller.id,
        buyer=buyer.id,
        amount=trade.amount,
        community=accounts.COMMUNITY_ID,
        seller_levy=trade.seller_levy,
        buyer_levy=trade.buyer_levy,
    )
    transfer = sale.transfer()
    passed = check_limits(exchange, transfer.entries, (seller, buyer))
    words_digest = (
        chain.text_digest(salt, trade.description) if salt and trade.description else None
    )
    post(
        writer,
        exchange,
        transfer,
        _numbers(exchange, seller, buyer),
        now=now,
        trade=trade,
        facts=chain.trade_record(trade, seller.number, buyer.number),
        text=words_digest,
    )
    beyond.keep(writer, exchange, trade, passed, now=now)
    noticing.of_limits(writer, exchange, transfer.entries, (seller, buyer), now=now)


def _numbers(exchange: Exchange, seller: Account, buyer: Account) -> dict[int, str]:
    return {
        accounts.COMMUNITY_ID: number(exchange.code, COMMUNITY),
        seller.id: seller.number,
        buyer.id: buyer.number,
    }


def _undo(
    writer: Writer, exchange: Exchange, trade: Trade, numbers: dict[int, str], *, now: int
) -> None:
    posted = transfers.posting_of(writer, trade.id)
    undone = reversal(transfers.entries_of(writer, posted, numbers))
    post(
        writer,
        exchange,
        undone,
        numbers,
        now=now,
        trade=trade,
        facts={"id": trade.uuid},
        reverses=posted,
    )


def _move(
    writer: Writer,
    actor: Actor,
    trade: Trade,
    state: TradeState,
    told: Sides,
    *,
    note: str | None = None,
    now: int,
) -> Trade:
    """Change a trade's state, keep who did it and why, and tell the others."""
    trades.move_on(writer, trade, state)
    acting.record(
        writer,
        exchanges.load(writer, now),
        actor,
        f"trade.{state}",
        f"trade:{trade.uuid}",
        details={"from": trade.state},
        note=note,
        now=now,
    )
    noticing.of_trade(writer, trade, told, but=actor.member, now=now)
    return replace(trade, state=state)


def _require_open(actor: Actor, seller: Account, buyer: Account) -> None:
    for account, field in ((seller, "seller"), (buyer, "buyer")):
        if account.state is AccountState.CLOSED:
            raise AccountClosed(number=account.number, field=field)
    if buyer.state is AccountState.LOCKED:
        raise _locked(actor, buyer)


def _locked(actor: Actor, account: Account) -> AccountLocked:
    """Say that an account cannot buy; why is for its own members and those in charge."""
    told = actor.owns(account.id) or actor.may(Permission.READ_ALL, area=account.area)
    reason = f" ({account.lock_reason})" if told and account.lock_reason else ""
    return AccountLocked(number=account.number, reason=reason)
