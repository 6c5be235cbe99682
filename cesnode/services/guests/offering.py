"""Offerings and wants on boards of groups, as they cross between exchanges.

They are words that a group sees: no listing of the market is made of them anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from cesnode.community import market, words
from cesnode.community.market import Kind, Price
from cesnode.ledger.money import Amount, Currency
from cesnode.store import Reader, group_shown, peers
from cesnode.store.listings import Listing
from federation import groups as told
from federation.objects import Money
from federation.offers import Purpose

_PURPOSES: dict[Kind, Purpose] = {Kind.OFFERING: "offer", Kind.WANT: "request"}
_KINDS = {purpose: kind for kind, purpose in _PURPOSES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Something on a board from elsewhere, as its page shows it.

    `owner` is the address to write to and to trade with; `home` names their exchange.
    """

    kind: Kind
    title: str
    text: str
    way: Price
    price: Amount | None
    price_here: Amount | None = None
    unit: str
    terms: str
    money: str
    until: str | None
    owner: str
    owner_name: str
    home: str
    shown_at: int


def on_wire(listing: Listing, currency: Currency) -> told.Listing:
    """Return what a group elsewhere is told of a listing of ours."""
    said, terms = listing.words, listing.terms
    return told.Listing(
        purpose=_PURPOSES[listing.kind],
        title=said.title,
        text=said.text,
        price=terms.price.value,
        amount=(
            Money(amount=terms.amount, currency=currency.code, scale=currency.scale)
            if terms.amount
            else None
        ),
        unit=terms.unit,
        terms=terms.words,
        money=terms.money,
        until=listing.expires_on,
    )


def tidied(listing: told.Listing) -> told.Listing:
    """Return a listing from elsewhere as one of ours could be.

    Raises:
        FieldInvalid: a member of ours could not have written it.

    """
    return replace(
        listing,
        title=words.name(listing.title, field="title"),
        text=market.paragraphs(listing.text, field="text"),
        unit=market.few_words(listing.unit, field="unit"),
        terms=market.few_words(listing.terms, field="terms"),
        money=market.few_words(listing.money, field="money"),
    )


def on_board(reader: Reader, group: int, *, today: str) -> list[Offered]:
    """Return what stands on the board of a group from elsewhere and has not ended."""
    found = [_offered(reader, shown) for shown in group_shown.on_board(reader, group)]
    return [one for one in found if one.until is None or one.until >= today]


def home_of(reader: Reader, address: str) -> str:
    """Return the name of somebody's exchange, as far as we know it."""
    node = address.rpartition("@")[2]
    peer = peers.by_node(reader, node)
    return node if peer is None else peer.name


def _offered(reader: Reader, shown: group_shown.Shown) -> Offered:
    listing = msgspec.json.decode(shown.listing, type=told.Listing)
    return Offered(
        kind=_KINDS[listing.purpose],
        title=listing.title,
        text=listing.text,
        way=Price(listing.price),
        price=_amount(reader, shown.address, listing.amount),
        unit=listing.unit,
        terms=listing.terms,
        money=listing.money,
        until=listing.until,
        owner=shown.address,
        owner_name=shown.name,
        home=home_of(reader, shown.address),
        shown_at=shown.shown_at,
    )


def _amount(reader: Reader, address: str, asked: Money | None) -> Amount | None:
    """Return a price in the words of its currency, where we know them."""
    if asked is None:
        return None
    peer = peers.by_node(reader, address.rpartition("@")[2])
    is_theirs = peer is not None and peer.currency == asked.currency
    called = peer.currency_name if peer is not None and is_theirs else asked.currency
    currency = Currency(
        code=asked.currency, singular=called, plural=called, scale=asked.scale
    )
    return Amount(asked.amount, currency)
