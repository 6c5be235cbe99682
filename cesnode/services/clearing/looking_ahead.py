"""What a trade with another exchange would cost here and bring there; nothing is sent."""

from __future__ import annotations

from fractions import Fraction

from msgspec.structs import replace

from cesnode.community.exchange import Exchange
from cesnode.errors import (
    AccountClosed,
    AccountLocked,
    AmountNotPositive,
    LimitExceeded,
    NodeError,
    PeerLimit,
    PeerResting,
)
from cesnode.ledger import money
from cesnode.ledger.accounts import Account
from cesnode.ledger.money import Amount
from cesnode.ledger.transfers import Entry
from cesnode.services import orders
from cesnode.services.checks import Check, Foreign
from cesnode.services.clearing import ordering, quoting
from cesnode.services.clearing.addressing import Faraway
from cesnode.services.clearing.here import own_unit
from cesnode.services.clearing.limits import require_volume
from cesnode.services.clearing.ordering import currency_of, unit_of
from cesnode.services.clearing.quoting import Wanted, priced
from cesnode.services.orders import Order
from cesnode.services.posting import check_limits
from cesnode.store import Reader, quotes
from cesnode.store.quotes import Direction
from federation import rates
from federation.errors import FederationError
from federation.objects import Mode


def purchase(
    reader: Reader,
    exchange: Exchange,
    order: Order,
    own: Account,
    seller: Faraway,
    *,
    theirs: bool,
    now: int,
) -> Check:
    """Look at a payment to another exchange: the amount is fixed in its currency.

    Raises:
        QuoteNeeded, QuoteExpired, RateChanged, UnknownQuote: the price has to be asked for.

    """
    text = order.amount if theirs else arriving(exchange, seller, order.amount)
    cost, _ = priced(reader, exchange, seller, Wanted(text, order.quote), now=now)
    paid = cost.source.amount
    problem = _refusal(reader, exchange, own, seller, paid + cost.levy, now=now)
    kept = order.quote and quotes.find(reader, Direction.GOT, order.quote)
    return Check(
        exchange=exchange,
        order=replace(order, amount=_written(seller, cost.dest.amount)),
        own=own,
        sells=False,
        number=seller.address,
        name=None,
        amount=paid,
        levy=cost.levy,
        after=own.position.balance - paid - cost.levy,
        at_once=False,
        foreign=_foreign(exchange, seller, arriving=cost.dest.amount, paid=paid),
        quote=quoting.view(reader, exchange, kept) if kept else None,
        problem=problem,
    )


def arriving(exchange: Exchange, seller: Faraway, text: str) -> str:
    """Return how much arrives in the other currency if about so much of ours is paid."""
    amount = money.parse(text, exchange.currency)
    try:
        _, found = rates.convert(
            Mode.FIXED_SEND, amount, own_unit(exchange), unit_of(seller)
        )
    except FederationError:  # It is less than the other currency counts.
        raise AmountNotPositive from None
    return _written(seller, found.amount)


def _refusal(
    reader: Reader,
    exchange: Exchange,
    own: Account,
    seller: Faraway,
    cost: int,
    *,
    now: int,
) -> NodeError | None:
    try:
        ordering.require_may_buy(own)
        ordering.require_begin(seller.peer)
        require_volume(reader, exchange, seller.peer, cost, now=now)
        check_limits(exchange, [Entry(own.id, -cost)], [own])
    except (AccountClosed, AccountLocked, LimitExceeded, PeerLimit, PeerResting) as error:
        return error
    return None


def bill(
    reader: Reader,
    exchange: Exchange,
    order: Order,
    own: Account,
    buyer: Faraway,
    *,
    now: int,
) -> Check:
    """Look at a request to a member of another exchange, in our own currency."""
    amount = orders.read_amount(order.amount, exchange, order.channel)
    cost, _ = rates.convert(Mode.FIXED_RECEIVE, amount, unit_of(buyer), own_unit(exchange))
    problem: NodeError | None = None
    try:
        ordering.require_begin(buyer.peer)
        require_volume(reader, exchange, buyer.peer, amount, now=now)
    except (PeerLimit, PeerResting) as error:
        problem = error
    levy = exchange.rules.levy.seller.on(amount)
    return Check(
        exchange=exchange,
        order=replace(order, amount=money.render(amount, exchange.currency)),
        own=own,
        sells=True,
        number=buyer.address,
        name=None,
        amount=amount,
        levy=levy,
        after=own.position.balance + amount - levy,
        at_once=False,
        foreign=_foreign(exchange, buyer, arriving=cost.amount, paid=amount),
        problem=problem,
    )


def _written(seller: Faraway, amount: int) -> str:
    return money.render(amount, currency_of(seller))


def _foreign(exchange: Exchange, other: Faraway, *, arriving: int, paid: int) -> Foreign:
    """Say what the other side has of it, and what one of their units comes to here."""
    currency = currency_of(other)
    ours = Fraction(paid, exchange.currency.minor_units)
    theirs = Fraction(arriving, currency.minor_units)
    return Foreign(Amount(arriving, currency), ours / theirs, name_of(other))


def name_of(other: Faraway) -> str:
    """Return what an exchange is called; one beyond a neighbour is known by its node."""
    return other.peer.name if other.beyond is None else other.node
