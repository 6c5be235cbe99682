"""Bills of others agreed to by a member here, by a standing rule, or declined.

To agree is to order, by an order that names the bill.  A hub sells at its own price
alone: a bill it brought is agreed to with a quote, and costs what that says.
"""

from __future__ import annotations

import logging

from msgspec.structs import replace

from cesnode.community import notices
from cesnode.community.exchange import Exchange
from cesnode.errors import (
    NodeError,
    PriceAboveMost,
    RateChanged,
    WrongState,
)
from cesnode.ledger.accounts import Account
from cesnode.ledger.money import Amount, render
from cesnode.ledger.trades import Trade, TradeState, Wish
from cesnode.services import noticing
from cesnode.services.clearing import quoting
from cesnode.services.clearing.addressing import Faraway
from cesnode.services.clearing.claims import seller_of
from cesnode.services.clearing.drafting import Price, Purchase
from cesnode.services.clearing.here import Here
from cesnode.services.clearing.limits import require_volume
from cesnode.services.clearing.ordering import (
    currency_of,
    place,
    require_begin,
    require_may_buy,
)
from cesnode.services.clearing.quoting import Wanted, priced
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    outbox,
    relayed_requests,
    requests,
    trades,
)
from cesnode.store.requests import Direction, Request
from federation.bodies import Declined
from federation.wire import write

_log = logging.getLogger(__name__)


def pay(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    trade: Trade,
    *,
    quote: str | None = None,
    most: int | None = None,
    now: int,
) -> Trade:
    """The buyer agrees to a bill, if it costs no more than `most`: an order names it.

    Raises:
        PriceAboveMost
        RateChanged: it costs something else now; a new bill has to be asked for.
        QuoteNeeded, QuoteExpired, UnknownQuote: a hub's price has to be looked at first.
        WrongState: it is not for us to pay, or its time is over.

    """
    request = _payable(writer, trade, now=now)
    seller = seller_of(writer, trade, request)
    require_begin(seller.peer)
    cost, quote_id = _cost(writer, exchange, trade, request, seller, quote, now=now)
    require_within(exchange, cost.source.amount, most)
    buyer = accounts.by_id(writer, trade.buyer)
    require_may_buy(buyer)
    agreed = replace(trade, amount=cost.source.amount, buyer_levy=cost.levy)
    if agreed.amount != trade.amount:
        trades.set_price(writer, agreed)
    require_volume(writer, exchange, seller.peer, agreed.amount, now=now)
    trades.move_on(writer, agreed, TradeState.HELD)
    held = replace(agreed, state=TradeState.HELD)
    purchase = Purchase(
        buyer=buyer,
        seller=seller,
        price=cost,
        request_id=request.request_id,
        quote_id=quote_id,
    )
    wire_id = place(writer, here, exchange, held, purchase, now=now)
    requests.pay(writer, request.request_id, wire_id=wire_id)
    return held


def decline(writer: Writer, trade: Trade, *, reason: str, now: int) -> None:
    """Tell the seller's node that its bill will not be paid."""
    request = requests.of_trade(writer, trade.id)
    if request is None or request.direction is not Direction.RECEIVED:
        return
    outbox.add(
        writer,
        peer=request.peer,
        kind="request_decline",
        wire_id=request.request_id,
        parameters={"request_id": request.request_id},
        body=write(Declined(why=reason)),
        now=now,
    )


def question(reader: Reader, trade: Trade) -> quoting.Wish | None:
    """Return what has to be asked before a bill can be agreed to; None if nothing."""
    request = requests.of_trade(reader, trade.id)
    if request is None or request.direction is not Direction.RECEIVED:
        return None
    seller = seller_of(reader, trade, request)
    if seller.beyond is None or trade.state is not TradeState.REQUESTED:
        return None
    return quoting.Wish(
        seller=seller.address,
        buyer=accounts.by_id(reader, trade.buyer).number,
        amount=render(request.amount, currency_of(seller)),
        via=seller.peer.node,
    )


def covers(reader: Reader, buyer: Account, amount: int) -> bool:
    """Whether a buyer's standing rule agrees to a bill of so much at once."""
    _, most = accounts.standing_rules(reader, buyer.id)
    return most is not None and amount <= most


def pay_by_rule(
    writer: Writer, here: Here, trade: Trade, *, quote: str | None = None, now: int
) -> bool:
    """Pay a bill the buyer's standing rule covers; one that cannot be paid waits."""
    exchange = exchanges.load(writer, now)
    _, most = accounts.standing_rules(writer, trade.buyer)
    if most is None or trade.amount > most:
        return False
    try:
        with writer.part():
            pay(writer, here, exchange, trade, quote=quote, most=most, now=now)
    except NodeError as error:
        _log.info("the bill of trade %s waits for its buyer: %s", trade.ref, error)
        return False
    return True


def untried(reader: Reader) -> list[int]:
    """Return the trades of bills which a standing rule may pay, once a hub is asked."""
    return relayed_requests.untried(reader)


def question_by_rule(reader: Reader, number: int) -> quoting.Wish | None:
    """Return what has to be asked for a standing rule to pay; None: it pays no more.

    Raises:
        NoRoute: the seller's node is not known here any more.

    """
    return question(reader, trades.by_id(reader, number))


def try_rule(
    writer: Writer, here: Here, number: int, *, quote: str | None, now: int
) -> bool:
    """Let a standing rule pay a bill at the price of a quote, or let its buyer decide."""
    trade = trades.by_id(writer, number)
    request = requests.of_known_trade(writer, number)
    relayed_requests.tried(writer, request.request_id, now=now)
    if trade.state is not TradeState.REQUESTED:
        return False
    is_paid = quote is not None and pay_by_rule(writer, here, trade, quote=quote, now=now)
    told = notices.HELD if is_paid else notices.ASKED
    noticing.of_trade(writer, trade, told, but=None, now=now)
    return is_paid


def require_within(exchange: Exchange, cost: int, most: int | None) -> None:
    """Refuse a price above what its payer has agreed to."""
    if most is not None and cost > most:
        currency = exchange.currency
        raise PriceAboveMost(amount=Amount(cost, currency), most=Amount(most, currency))


def _payable(reader: Reader, trade: Trade, *, now: int) -> Request:
    request = requests.of_known_trade(reader, trade.id)
    if request.direction is not Direction.RECEIVED:
        raise WrongState(ref=trade.ref, state=trade.state, wish=Wish.ACCEPT)
    if request.expires_at <= now:
        raise WrongState(ref=trade.ref, state="expired", wish=Wish.ACCEPT)
    return request


def _cost(
    reader: Reader,
    exchange: Exchange,
    trade: Trade,
    request: Request,
    seller: Faraway,
    quote: str | None,
    *,
    now: int,
) -> tuple[Price, str | None]:
    """Return what a bill costs: between neighbours just what it has said, or nothing."""
    wanted = Wanted(render(request.amount, currency_of(seller)), quote)
    cost, quote_id = priced(reader, exchange, seller, wanted, now=now)
    if seller.beyond is None and cost.source.amount != trade.amount:
        raise RateChanged(
            amount=Amount(cost.source.amount, exchange.currency),
            before=Amount(trade.amount, exchange.currency),
        )
    return cost, quote_id
