"""/market/{id}: one offering or want, and what may be done with it; its pictures."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from aiohttp import web

from cesnode.community.market import Kind, Wish
from cesnode.community.profiles import Contact
from cesnode.community.roles import Actor
from cesnode.errors import UnknownListing
from cesnode.ledger.money import render
from cesnode.services import profiles
from cesnode.services.market import finding, publishing, watching
from cesnode.services.market.seeing import Seen
from cesnode.services.news import thanking
from cesnode.store import Reader, Writer, accounts, media
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import STORE
from cesnode.web.people.showing import Reach, ways
from cesnode.web.site import FORMS, MARKET, MARKET_MINE
from cesnode.web.trading.entering import Verb
from cesnode.web.trading.naming import WHO

_DIALLED = frozenset({Contact.PHONE, Contact.MOBILE})
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def number_of(text: str) -> int:
    """Read the number of a listing in an address.

    Raises:
        UnknownListing: it is none.

    """
    listing = number(text)
    if listing is None:
        raise UnknownListing
    return listing


def show(reader: Reader, asked: Asked) -> Sight:
    listing = _seen(reader, asked)
    actor = asked.present.actor if asked.present else None
    changeable = actor is not None and finding.may_change_it(reader, actor, listing)
    return Sight(
        "market/listing.html",
        {
            "listing": listing,
            "changeable": changeable,
            "trade": trade_link(listing),
            "order": order_link(listing),
            "ways": _ways_to(reader, actor, listing, now=asked.now) if actor else (),
            "thanked": thanking.of_stranger(reader, actor, listing.owner)
            if actor is not None and listing.neighbour
            else (),
        },
    )


def _ways_to(reader: Reader, actor: Actor, listing: Seen, *, now: int) -> list[Reach]:
    """Return the telephones that an owner here lets this member know."""
    if listing.neighbour or listing.mine:
        return []
    account = accounts.by_number(reader, listing.owner)
    return [
        way
        for member in accounts.members_of(reader, account.id)
        for way in ways(profiles.shown(reader, actor, member, now=now).contacts)
        if way.contact in _DIALLED
    ]


def trade_link(listing: Seen) -> str:
    """Lead to the form of a trade about a listing, with all that it says filled in.

    Who offers is paid; to who looks for something one gives, and asks a neighbour to pay
    for it.  The amount is in our own currency, as that form counts.
    """
    gives = Verb.ASK if listing.neighbour else Verb.RECORD
    verb = Verb.PAY if listing.kind is Kind.OFFERING else gives
    return f"{verb.path}?{_filled(listing, to='to')}"


def order_link(listing: Seen) -> str | None:
    """Lead to an order for an offering of somebody here; it pays nothing yet."""
    if listing.kind is not Kind.OFFERING or listing.neighbour:
        return None
    return f"{FORMS}/new?{_filled(listing, to=WHO)}"


def _filled(listing: Seen, *, to: str) -> str:
    """Return the fields of a form as far as a listing fills them in."""
    price = listing.price_here if listing.neighbour else listing.price
    given = {
        to: listing.owner,
        "amount": render(price.minor, price.currency) if price else "",
        "description": listing.title,
    }
    return urlencode({name: text for name, text in given.items() if text})


async def treat(asking: Asking) -> web.StreamResponse:
    """Do what one of the buttons says."""
    listing = number_of(asking.request.match_info["id"])
    wish = asking.form.value("wish")
    place = f"{MARKET}/{listing}"
    if wish == "like":
        await asking.write(watching.like, listing, now=asking.now)
        return asking.go(place)
    if wish == "unlike":
        await asking.write(watching.unlike, listing)
        return asking.go(place)
    with asking.form.checking():
        if wish == "renew":
            await asking.write(publishing.renew, listing, now=asking.now)
            return asking.go(place, note="listing-renewed")
        if wish in set(Wish):
            reason = asking.form.value("reason") or None
            await asking.write(
                publishing.move, listing, Wish(wish), reason=reason, now=asking.now
            )
            gone = wish == Wish.WITHDRAW
            return asking.go(MARKET_MINE if gone else place, note=f"listing-{wish}")
    return await asking.show(show)


def renewing(reader: Reader, asked: Asked) -> Sight:
    """Show what the link of a mail renews."""
    listing = publishing.renewable(reader, asked.path["token"])
    return Sight("market/renewal.html", {"title": listing.words.title}, secret=True)


async def renew(asking: Asking) -> web.StreamResponse:
    token = asking.request.match_info["token"]
    listing = await asking.do(_renewal(token))
    return asking.go(f"{MARKET}/{listing}", note="listing-renewed")


async def send_picture(asking: Asking) -> web.StreamResponse:
    """Send the file of a picture, which never changes: its name is its digest."""
    name = asking.request.match_info["name"]
    path = media.path(asking.request.app[STORE].folder, name)
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={**_FOREVER, "Content-Type": "image/webp"})


def _renewal(token: str) -> Callable[[Writer, Asked], int]:
    return lambda writer, asked: publishing.renew_by_token(writer, token, now=asked.now).id


def _seen(reader: Reader, asked: Asked) -> Seen:
    actor = asked.present.actor if asked.present else None
    return finding.show(reader, actor, number_of(asked.path["id"]), now=asked.now)
