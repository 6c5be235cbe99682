"""What somebody asks to be traded, in their words, made into a draft that can be."""

from __future__ import annotations

import datetime
from uuid import UUID

import msgspec

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.errors import DateInvalid, IdReused, SameAccount, UnknownAccount
from cesnode.ledger import money
from cesnode.ledger.accounts import Account, AccountKind, parse_number
from cesnode.ledger.money import Measure
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services.authority import entering
from cesnode.store import Reader, accounts, trades

_PROGRAMS = frozenset(
    {
        Channel.API,
        Channel.CLI,
        Channel.FEDERATION,
        Channel.FORM,
        Channel.IMPORT,
        Channel.SCHEDULE,
        Channel.TILL,
    }
)
"""The channels on which amounts are written by rule: a decimal point is a dot."""
_EARLIEST = datetime.date(1900, 1, 1)
_DAY, _DAY_ZERO = 86_400, datetime.date(1970, 1, 1).toordinal()


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A trade as somebody asks for it.

    `asking`: the seller only asks, and the buyer decides, whatever the house rule.
    `via` and `quote` are for a seller elsewhere: the exchange to go through, and the price
    that the buyer has seen.
    """

    id: UUID
    seller: str
    buyer: str
    amount: str
    description: str
    event_on: str | None = None
    channel: Channel
    asking: bool = False
    via: str | None = None
    quote: str | None = None


class Draft(msgspec.Struct, frozen=True):
    """A trade as it would be stored, and both its accounts as they stand."""

    trade: Trade
    seller: Account
    buyer: Account


def draft(
    reader: Reader, exchange: Exchange, actor: Actor, order: Order, *, now: int
) -> Draft:
    """Read an order, and say how this actor may enter it.

    Whatever is wrong with it is named with its field; nothing is changed.
    """
    seller, buyer = accounts.sides(
        reader,
        seller=_number(order.seller, exchange, field="seller"),
        buyer=_number(order.buyer, exchange, field="buyer"),
    )
    for side, field in ((seller, "seller"), (buyer, "buyer")):
        if not side.kind.is_personal:
            raise UnknownAccount(number=side.number, field=field)
    if seller.id == buyer.id:
        raise SameAccount(number=seller.number)
    amount = read_amount(order.amount, exchange, order.channel)
    seller_levy, buyer_levy = levies(exchange, seller, buyer, amount)
    way = entering(actor, exchange, seller, buyer)
    at_once = way.at_once and (not order.asking or actor.owns(buyer.id))
    trade = Trade(
        id=trades.next_id(reader),
        uuid=order.id,
        state=TradeState.POSTED if at_once else TradeState.REQUESTED,
        seller=seller.id,
        buyer=buyer.id,
        other=None,
        amount=amount,
        seller_levy=seller_levy,
        buyer_levy=buyer_levy,
        description=words.description(order.description),
        event_on=event_date(order.event_on, now),
        channel=order.channel,
        entered_by=actor.member,
        on_behalf_of=way.on_behalf_of,
        created_at=now,
        asked=order.asking,
    )
    return Draft(trade, seller, buyer)


def _number(text: str, exchange: Exchange, *, field: str) -> str:
    if "@" in text:  # An account of another exchange.
        raise UnknownAccount(number=text.strip(), field=field)
    return parse_number(text, exchange.code, field=field).number


def levies(
    exchange: Exchange, seller: Account, buyer: Account, amount: int
) -> tuple[int, int]:
    """Return what both sides owe the community; a trade with itself bears no levy."""
    if AccountKind.COMMUNITY in {seller.kind, buyer.kind}:
        return 0, 0
    levy = exchange.rules.levy
    return levy.seller.on(amount), levy.buyer.on(amount)


def require_same(known: Trade, again: Trade, *, dated: bool) -> None:
    """Refuse an id that comes again with other content.

    Erased words cannot differ, nor can a day that was not given (`dated`).
    """
    if dated and known.event_on != again.event_on:
        raise IdReused(id=again.uuid)
    if (
        (known.seller, known.buyer, known.amount, known.other, known.asked)
        != (again.seller, again.buyer, again.amount, again.other, again.asked)
    ) or known.description not in {again.description, None}:
        raise IdReused(id=again.uuid)


def read_amount(text: str, exchange: Exchange, channel: Channel) -> int:
    """Read an amount in our currency as it is written on a channel."""
    if exchange.currency.measure is Measure.GIFT:
        return money.gift(text)
    return money.parse(text, exchange.currency, dotted=channel in _PROGRAMS)


def event_date(text: str | None, now: int) -> str:
    """Read the day of a trade; today if none is given."""
    today = datetime.date.fromordinal(_DAY_ZERO + now // _DAY)
    if text is None:
        return today.isoformat()
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise DateInvalid(text=text) from None
    # A day of grace: it may be tomorrow already where the member lives.
    if not _EARLIEST <= day <= today + datetime.timedelta(days=1):
        raise DateInvalid(text=text)
    return day.isoformat()
