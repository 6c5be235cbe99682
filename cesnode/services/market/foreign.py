"""Reads what a neighbour says is offered or sought there, and believes none of it blindly.

A neighbour may be careless or hostile.  What it sends is only words, never a decision,
yet every word of it is shown to our members: it must be its own to tell, within the
bounds of our own listings, and in the currency that was agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from cesnode.community import market, words
from cesnode.community.market import Audience, Kind, Price, State, Terms, Words
from cesnode.community.places import Place, coarse, of_degrees
from cesnode.errors import NodeError
from cesnode.ledger import money
from cesnode.services import dates
from cesnode.services.clearing.ordering import peer_currency
from cesnode.services.market.sharing import currency_address
from cesnode.store.listings import Listing
from cesnode.store.peers import Peer
from cesnode.store.remote_listings import RemoteListing
from federation.errors import schema_invalid
from federation.offers import Place as Location
from federation.offers import Proposal

_KINDS = {"offer": Kind.OFFERING, "request": Kind.WANT}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A listing of a neighbour's as ours would be, and what it is there."""

    listing: Listing
    remote: RemoteListing


def read(peer: Peer, told: Proposal, *, now: int) -> Foreign:
    """Read a proposal of a peer.

    Raises:
        FederationError: it is not the peer's to tell, or could not be a listing here.

    """
    try:
        return _read(peer, told, now=now)
    except NodeError as error:
        detail = f"The {error.field or 'listing'} cannot be taken: {error}"
        raise schema_invalid(detail) from None


def own_address(peer: Peer, address: str) -> str:
    """Return the address of a listing, if it is one at this peer's own place."""
    if not address.startswith(f"{peer.origin}/"):
        raise schema_invalid(f"{address[:100]} is not an address of {peer.node}.")
    return address


def _read(peer: Peer, told: Proposal, *, now: int) -> Foreign:
    address = own_address(peer, told.id)
    own_address(peer, told.attributed_to.id)
    shown_at = min(max(_seconds(told.published), 0), now)
    listing = Listing(
        id=0,
        uuid=uuid5(NAMESPACE_URL, address),
        peer=peer.id,
        account=None,
        kind=_KINDS[told.purpose],
        state=State.SHOWN,
        words=Words.read(told.name, told.content, ", ".join(tag.name for tag in told.tag)),
        category=None,
        area=None,
        terms=_terms(peer, told),
        audience=Audience.NEIGHBOURS,
        was_shared=False,
        expires_on=_last_day(told.end_time, now=now),
        created_at=now,
        shown_at=shown_at,
        changed_at=now,
    )
    remote = RemoteListing(
        address=address,
        author=f"{told.attributed_to.preferred_username}@{peer.node}",
        author_name=words.name(told.attributed_to.name),
        category=market.few_words(told.category, field="category"),
        place=market.few_words(told.location.name if told.location else "", field="area"),
        point=_point(told.location),
    )
    return Foreign(listing, remote)


def _point(location: Location | None) -> Place | None:
    """Return about where something is: no nearer than we would tell it ourselves."""
    if location is None or location.latitude is None or location.longitude is None:
        return None
    return coarse(of_degrees(location.latitude, location.longitude))


def _terms(peer: Peer, told: Proposal) -> Terms:
    price = Price(told.price)
    return Terms(
        price=price,
        amount=_amount(peer, told) if price is Price.AMOUNT else None,
        unit=market.few_words(told.unit, field="unit") if price is Price.AMOUNT else "",
        words=market.few_words(told.terms, field="terms") if price is Price.WORDS else "",
        money=market.few_words(told.money, field="money"),
    )


def _amount(peer: Peer, told: Proposal) -> int:
    """Read a price, which is in the peer's own currency or none at all."""
    currency, asked = peer_currency(peer), told.reciprocal
    if asked is None:
        raise schema_invalid("The price is an amount, and there is none.")
    if asked.resource_conforms_to != currency_address(peer.origin, currency):
        raise schema_invalid(f"The price is not in {currency.code}.")
    value = asked.resource_quantity.has_numerical_value
    return money.parse(value, currency, dotted=True)


def _last_day(end: datetime | None, *, now: int) -> str:
    """Return the last day it is shown: never further away than for a listing of ours."""
    furthest = now + market.MOST_DAYS * 86_400
    last = furthest if end is None else min(_seconds(end) - 1, furthest)
    if last < now - 86_400:
        raise schema_invalid("The listing had ended when it was told.")
    return dates.day_of(last).isoformat()


def _seconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MOMENT
