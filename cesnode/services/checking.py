"""What a trade would be and do, before anybody says yes to it.

Nothing is changed.  What is wrong with the words of an order is raised, with its field;
what stands in the way of the trade itself is told, so that it can be shown beside it.
"""

from __future__ import annotations

from msgspec.structs import replace

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.errors import (
    AccountClosed,
    AccountLocked,
    LimitExceeded,
    NodeError,
    NoRoute,
    RateChanged,
)
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.limits import breach
from cesnode.ledger.money import Amount
from cesnode.ledger.trades import Channel, TradeState
from cesnode.ledger.transfers import Entry
from cesnode.services import dealing, orders
from cesnode.services.authority import require_side
from cesnode.services.checks import Caution, Check
from cesnode.services.clearing import books, looking_ahead, ordering
from cesnode.services.clearing.addressing import Faraway, resolve
from cesnode.services.clearing.quoting import Wish
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order
from cesnode.services.posting import check_limits
from cesnode.services.trading import Recorded
from cesnode.store import Reader, Writer, accounts, exchanges
from federation.keys import PrivateKey

ABSENT_DAYS = 180
"""After so many days without a trade somebody is said to be absent."""

_DAY = 86_400


def check(
    reader: Reader, actor: Actor, order: Order, own: Account, *, theirs: bool, now: int
) -> Check:
    """Look at an order of an account; `theirs`: its amount is in the other's currency."""
    exchange = exchanges.load(reader, now)
    sells = resolve(reader, exchange, order.seller, field="seller") == own.number
    side, text = ("buyer", order.buyer) if sells else ("seller", order.seller)
    other = resolve(reader, exchange, text, field=side)
    if not isinstance(other, Faraway):
        return _at_home(reader, exchange, actor, order, own, sells=sells, now=now)
    require_side(actor, own)
    if sells:
        return looking_ahead.bill(reader, exchange, order, own, other, now=now)
    return looking_ahead.purchase(
        reader, exchange, order, own, other, theirs=theirs, now=now
    )


def question(
    reader: Reader, exchange: Exchange, order: Order, *, theirs: bool
) -> Wish | None:
    """Return what to ask another exchange the price of, if its member is to be paid."""
    seller = resolve(reader, exchange, order.seller, field="seller")
    if not isinstance(seller, Faraway):
        return None
    text = order.amount
    if not theirs:
        text = looking_ahead.arriving(exchange, seller, text)
    return Wish(seller=seller.address, buyer=order.buyer, amount=text)


def priced(
    reader: Reader, actor: Actor, wish: Wish, quote: str, *, is_back: bool, now: int
) -> Check:
    """Look at what agreeing to a bill, or paying a trade `back`, comes to by a quote.

    Raises:
        NotAllowed, UnknownQuote, QuoteExpired, NoRoute

    """
    exchange = exchanges.load(reader, now)
    own = accounts.by_number(reader, wish.buyer, field="buyer")
    require_side(actor, own)
    order = Order(
        id=uuid7(),
        seller=wish.seller,
        buyer=wish.buyer,
        amount=wish.amount,
        description="",
        channel=Channel.WEB,
        via=wish.via,
        quote=quote,
    )
    seller = resolve(reader, exchange, wish.seller, field="seller", via=wish.via)
    if not isinstance(seller, Faraway):
        raise NoRoute(node=wish.seller)
    found = looking_ahead.purchase(
        reader, exchange, order, own, seller, theirs=True, now=now
    )
    # What goes back bears no levy: nothing was traded.
    return replace(found, levy=0, after=found.after + found.levy) if is_back else found


def confirm(
    writer: Writer,
    key: PrivateKey,
    actor: Actor,
    order: Order,
    *,
    seen: int | None,
    now: int,
) -> Recorded:
    """Enter an order that was checked; `seen` is the cost that was shown without a quote.

    Raises:
        RateChanged: it costs something else now.

    """
    exchange = exchanges.load(writer, now)
    seller = resolve(writer, exchange, order.seller, field="seller")
    if seen is not None and order.quote is None and isinstance(seller, Faraway):
        cost = ordering.price_of(exchange, seller.peer, order.amount).source.amount
        if cost != seen:
            raise RateChanged(
                amount=Amount(cost, exchange.currency),
                before=Amount(seen, exchange.currency),
            )
    return dealing.record(writer, key, actor, order, now=now)


def _at_home(
    reader: Reader,
    exchange: Exchange,
    actor: Actor,
    order: Order,
    own: Account,
    *,
    sells: bool,
    now: int,
) -> Check:
    draft = orders.draft(reader, exchange, actor, order, now=now)
    other = draft.buyer if sells else draft.seller
    entries = books.movement(draft.trade).entries
    moved = sum(entry.amount for entry in entries if entry.account == own.id)
    beyond = {
        caution: _beyond(exchange, account, entries)
        for caution, account in (
            (Caution.OWN_LIMIT, own),
            (Caution.OTHER_LIMIT, other),
        )
    }
    cautions = [caution for caution, excess in beyond.items() if excess]
    _, _, last, opened = accounts.activity(reader, other.id)
    if max(last or 0, opened) < now - ABSENT_DAYS * _DAY:
        cautions.append(Caution.ABSENT)
    return Check(
        exchange=exchange,
        order=order,
        own=own,
        sells=sells,
        number=other.number,
        name=other.name,
        amount=draft.trade.amount,
        levy=draft.trade.seller_levy if sells else draft.trade.buyer_levy,
        after=own.position.balance + moved,
        at_once=draft.trade.state is TradeState.POSTED,
        cautions=tuple(cautions),
        excess=beyond[Caution.OWN_LIMIT] or beyond[Caution.OTHER_LIMIT],
        last_trade_at=last,
        problem=_refusal(exchange, draft.seller, draft.buyer, entries),
    )


def _refusal(
    exchange: Exchange, seller: Account, buyer: Account, entries: tuple[Entry, ...]
) -> NodeError | None:
    """Return why the trade would be refused if it were entered as it stands."""
    for account, field in ((seller, "seller"), (buyer, "buyer")):
        if account.state is AccountState.CLOSED:
            return AccountClosed(number=account.number, field=field)
    if buyer.state is AccountState.LOCKED:
        return AccountLocked(number=buyer.number, reason="")
    try:
        check_limits(exchange, entries, (seller, buyer))
    except LimitExceeded as problem:
        return problem
    return None


def _beyond(exchange: Exchange, account: Account, entries: tuple[Entry, ...]) -> int:
    """Return by how much entries would take an account past a limit."""
    limits = exchange.rules.growth.widen(account.limits, sales=account.sales)
    moved = sum(entry.amount for entry in entries if entry.account == account.id)
    passed = breach(account.position, moved, limits)
    return passed.excess if passed else 0
