"""What a trade with another exchange costs, asked before anybody here agrees to it.

The seller's node is asked, or the hub before it, which sells nothing but by a quote.  What
it answers is proven, and kept: an order names the quote that its buyer has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.errors import (
    N_,
    FieldInvalid,
    QuoteExpired,
    QuoteNeeded,
    QuoteRefused,
    RateChanged,
    UnknownQuote,
)
from cesnode.ledger.accounts import parse_number
from cesnode.ledger.money import Amount, parse, render
from cesnode.services.authority import require_side
from cesnode.services.clearing.addressing import Faraway, resolve
from cesnode.services.clearing.drafting import Price
from cesnode.services.clearing.here import Here, own_unit, seconds
from cesnode.services.clearing.letters import Answer
from cesnode.services.clearing.ordering import currency_of, price, require_begin
from cesnode.services.views import amount_text, instant, units_text
from cesnode.store import Reader, Writer, accounts, distant, exchanges, peers, quotes
from cesnode.store.quotes import Direction, Kept, Quoted
from federation import wire
from federation.bodies import QuoteAnswer, QuoteRequest
from federation.errors import (
    FederationError,
    Problem,
    read_problem,
    schema_invalid,
)
from federation.objects import HopQuote, Mode, Money, TradeQuote
from federation.seal import HIDDEN
from federation.signed import open_signed

REMEMBERED = 7 * 86_400
"""Seconds for which a quote whose time is over is still kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a peer: what does it cost that `dest` arrives at `seller`?"""

    seller: Faraway
    dest: Money
    request: QuoteRequest


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know the price of; `via` names the hub to go through."""

    seller: str
    buyer: str
    amount: str
    via: str | None = None


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """What a trade would cost here and bring there.

    `rate` is what one unit that arrives costs, all in all, as a fraction; `fee` is the
    part of a hub, in its own currency; `levy` our own exchange's, beside what is `paid`.
    """

    id: str
    seller: str
    via: str | None
    paid: str
    paid_currency: str
    received: str
    received_currency: str
    rate: str
    fee: str | None
    fee_currency: str | None
    levy: str
    total: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is to arrive, and by which quote; `again`: the buyer has said so before."""

    amount: str
    quote: str | None = None
    again: bool = False


def ask(here: Here, seller: Faraway, amount: str) -> Asked:
    """Put the question down: whom to ask is the seller's node, or the hub before it.

    Raises:
        PeerResting: nothing is begun with that peer just now.

    """
    require_begin(seller.peer)
    currency = currency_of(seller)
    dest = Money(
        amount=parse(amount, currency, dotted=True),
        currency=currency.code,
        scale=currency.scale,
    )
    through = (here.node, seller.peer.node)
    path = through if seller.beyond is None else (*through, seller.node)
    hidden = seller.address if seller.beyond is None else f"{HIDDEN}@{seller.node}"
    request = QuoteRequest(
        payee=hidden,
        mode=Mode.FIXED_RECEIVE,
        amount=dest.amount,
        currency=dest.currency,
        scale=dest.scale,
        path=path,
    )
    return Asked(seller, dest, request)


def wished(reader: Reader, here: Here, wish: Wish, *, now: int) -> Asked:
    """Put down the question behind a wish.

    Raises:
        FieldInvalid: the seller is at home, where nothing has to be asked.
        AccountMalformed, UnknownPeer, NoRoute, PeerResting

    """
    exchange = exchanges.load(reader, now)
    seller = resolve(reader, exchange, wish.seller, field="seller", via=wish.via)
    if not isinstance(seller, Faraway):
        raise FieldInvalid("seller", N_("a trade at home costs what it says"))
    return ask(here, seller, wish.amount)


def require_buyer(reader: Reader, exchange: Exchange, actor: Actor, wish: Wish) -> None:
    """Let those ask for a price who may pay it."""
    number = parse_number(wish.buyer, exchange.code, field="buyer").number
    require_side(actor, accounts.by_number(reader, number, field="buyer"))


def node_in(seller: str) -> str | None:
    """Return the node that an address names, where it names one."""
    _, at, node = seller.strip().rpartition("@")
    return node.lower() if at else None


def keep(
    writer: Writer, here: Here, exchange: Exchange, asked: Asked, told: Answer, now: int
) -> Kept:
    """Prove a peer's quote, see that it is what was asked for, and keep it.

    Raises:
        QuoteRefused: the peer gives none, or one that does not hold.

    """
    peer = asked.seller.peer
    peers.seen(writer, peer.id, now)
    problem = read_problem(told.body)
    if problem is not None:
        raise QuoteRefused(peer=peer.name, problem=problem)
    try:
        quote = _proven(writer, here, asked, wire.read(told.body, QuoteAnswer))
        _check_answer(exchange, asked, quote, now)
    except FederationError as error:
        raise QuoteRefused(peer=peer.name, problem=error.problem) from error
    kept = Kept(
        direction=Direction.GOT,
        peer=peer.id,
        payee=asked.seller.address,
        quote=quote,
        made_at=now,
        expires_at=seconds(quote.value.expires_at),
    )
    quotes.insert(writer, kept)
    if asked.seller.beyond is not None:
        distant.set_hub(writer, asked.seller.node, peer.id)
    return kept


def priced(
    reader: Reader, exchange: Exchange, seller: Faraway, wanted: Wanted, *, now: int
) -> tuple[Price, str | None]:
    """Return what a buyer here agrees to, and the quote that says so, if one does.

    Raises:
        QuoteNeeded, QuoteExpired: a hub sells nothing but by a quote that holds.
        RateChanged: the quote is over, and the same costs something else by now.
        UnknownQuote: it is not one for this.

    """
    dest = parse(wanted.amount, currency_of(seller), dotted=True)
    direct = seller.beyond is None
    if wanted.quote is None:
        if not direct:
            raise QuoteNeeded(hub=seller.peer.name)
        return price(exchange, seller.peer, dest), None
    kept = _fitting(reader, seller, wanted.quote, dest)
    agreed = price_in(exchange, kept)
    if kept.expires_at > now or wanted.again:
        return agreed, wanted.quote
    if not direct:
        raise QuoteExpired
    today = price(exchange, seller.peer, dest)
    if today.source != agreed.source:
        currency = exchange.currency
        raise RateChanged(
            amount=Amount(today.source.amount, currency),
            before=Amount(agreed.source.amount, currency),
        )
    return today, None


def price_in(exchange: Exchange, kept: Kept) -> Price:
    """Return what a quote comes to here, with our own levy."""
    value = kept.quote.value
    arriving = value.arriving if isinstance(value, HopQuote) else None
    levy = exchange.rules.levy.buyer.on(value.source.amount)
    return Price(value.source, value.dest, levy, arriving)


def view(reader: Reader, exchange: Exchange, kept: Kept) -> QuoteView:
    value, hub = kept.quote.value, peers.by_id(reader, kept.peer)
    cost = price_in(exchange, kept)
    through = isinstance(value, HopQuote)
    fee = value.arriving if isinstance(value, HopQuote) else None
    kept_there = value.fee if isinstance(value, HopQuote) else 0
    paid = Fraction(value.source.amount, 10**value.source.scale)
    received = Fraction(value.dest.amount, 10**value.dest.scale)
    return QuoteView(
        id=value.quote_id,
        seller=kept.payee,
        via=hub.code if through else None,
        paid=amount_text(value.source),
        paid_currency=value.source.currency,
        received=amount_text(value.dest),
        received_currency=value.dest.currency,
        rate=str(paid / received),
        fee=units_text(kept_there, fee.scale) if fee else None,
        fee_currency=fee.currency if fee else None,
        levy=render(cost.levy, exchange.currency),
        total=render(cost.levy + value.source.amount, exchange.currency),
        expires_at=instant(kept.expires_at),
    )


def _fitting(reader: Reader, seller: Faraway, quote_id: str, dest: int) -> Kept:
    kept = quotes.find(reader, Direction.GOT, quote_id)
    if kept is None or (kept.peer, kept.payee, kept.quote.value.dest.amount) != (
        seller.peer.id,
        seller.address,
        dest,
    ):
        raise UnknownQuote(quote=quote_id)
    return kept


def _proven(reader: Reader, here: Here, asked: Asked, told: QuoteAnswer) -> Quoted:
    find_key = here.find_key(reader)
    document, signature = bytes(told.quote), told.quote_sig
    if asked.seller.beyond is None:
        return open_signed(TradeQuote, document, signature, find_key)
    return open_signed(HopQuote, document, signature, find_key)


def _check_answer(exchange: Exchange, asked: Asked, quote: Quoted, now: int) -> None:
    value, peer, ours = quote.value, asked.seller.peer, own_unit(exchange)
    if isinstance(value, HopQuote):
        way = (value.payer_node, value.node, value.payee_node)
        fits = way == asked.request.path and (
            (value.arriving.currency, value.arriving.scale) == (peer.currency, peer.scale)
        )
    else:
        fits = (value.payee_node, value.payee_ref) == (peer.node, asked.seller.address)
    unit = (value.source.currency, value.source.scale)
    if not fits or value.dest != asked.dest or unit != (ours.currency, ours.scale):
        raise schema_invalid("The quote is for another trade.")
    if seconds(value.expires_at) <= now:
        raise FederationError(Problem.EXPIRED, "The quote is over before it was read.")
