"""Offerings and wants: put up, written anew, hidden, renewed, taken down.

A submission carries an id of its own, as a trade does: sent twice it is there once.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from cesnode.community import market, words
from cesnode.community.market import SHARED, Audience, Kind, State, Terms, Wish, Words
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import (
    MORE,
    AccountClosed,
    FieldInvalid,
    GroupMissing,
    UnknownListing,
)
from cesnode.ledger.accounts import Account, AccountState
from cesnode.services import acting
from cesnode.services.guests import boarding
from cesnode.services.market import boards, drafts
from cesnode.services.market.drafts import Draft
from cesnode.services.pictures import Prepared
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    group_boards,
    listings,
    pictures,
    renewals,
    searching,
)
from cesnode.store.listings import Listing
from cesnode.store.pictures import Picture

_TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Published:
    """A listing, and whether this very call made it."""

    listing: Listing
    created: bool


def publish(
    writer: Writer,
    actor: Actor,
    kind: Kind,
    owner: str,
    draft: Draft,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> Published:
    """Put up an offering or a want of an account, who is named by its number.

    Raises:
        FieldInvalid, UnknownCategory, DateInvalid, GroupMissing: a field has to change.
        NotAllowed: the account is neither the actor's nor in the actor's care.

    """
    account = accounts.by_number(writer, owner, field="owner")
    _require_owner(actor, account)
    if account.state is AccountState.CLOSED:
        raise AccountClosed(number=account.number, field="owner")
    blank = Listing(
        id=0,
        uuid=id,
        peer=None,
        account=account.id,
        kind=kind,
        state=State.DRAFT,
        words=Words(title=""),
        category=None,
        area=account.area,
        terms=Terms(),
        audience=Audience.HERE,
        was_shared=False,
        expires_on=None,
        created_at=now,
        shown_at=None,
        changed_at=now,
    )
    listing = _written(writer, blank, draft, now=now)
    wanted = boards.chosen(writer, account.id, draft.audience, draft.groups)
    number = listings.insert(writer, listing)
    if number is None:
        return Published(listings.known(writer, id), created=False)
    listing = replace(listing, id=number)
    boards.place(writer, number, wanted)
    boarding.refresh(writer, number, now=now)
    searching.index(writer, listing)
    return Published(listing, created=True)


def rewrite(
    writer: Writer, actor: Actor, number: int, draft: Draft, *, now: int
) -> Listing:
    """Let a listing say something else; what it was until then is forgotten."""
    listing = own(writer, actor, number)
    if listing.state is State.WITHDRAWN:
        raise UnknownListing
    written = _written(writer, listing, draft, now=now)
    wanted = boards.chosen(writer, listing.account or 0, draft.audience, draft.groups)
    boards.place(writer, number, wanted)
    return _save(writer, written)


def move(
    writer: Writer,
    actor: Actor,
    number: int,
    wish: Wish,
    *,
    reason: str | None = None,
    now: int,
) -> Listing:
    """Show, hide, fulfil or withdraw; those who look after the market may stop it."""
    listing = own(writer, actor, number)
    after = market.after(listing.state, wish)
    if wish in market.OF_KEEPERS:
        owner = accounts.by_id(writer, listing.account or 0)
        actor.require(Permission.KEEP_MARKET, area=owner.area)
        note = words.description(reason or "", field="reason")
        exchange, subject = exchanges.load(writer, now), f"listing:{listing.uuid}"
        kind = f"listing.{wish}"
        acting.record(writer, exchange, actor, kind, subject, note=note, now=now)
    listing = _in_state(listing, after, now=now)
    if after is State.WITHDRAWN:
        pictures.replace(writer, listing.id, ())
        boards.place(writer, listing.id, ())
    return _save(writer, listing)


def renew(writer: Writer, actor: Actor, number: int, *, now: int) -> Listing:
    """Let a listing be shown for its usual time again, from today."""
    return _renewed(writer, own(writer, actor, number), now=now)


def renewal_token(writer: Writer, listing: Listing, *, now: int) -> str:
    """Make what a mail needs to renew one listing without signing in."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    renewals.insert(writer, _digest(token), listing.id, now=now)
    return token


def renewable(reader: Reader, token: str) -> Listing:
    """Return what a mailed token renews.

    Raises:
        UnknownListing: the token was used, or the listing is gone.

    """
    number = renewals.find(reader, _digest(token)) if words.is_text(token) else None
    listing = listings.find(reader, number) if number is not None else None
    if listing is None or listing.state is not State.SHOWN:
        raise UnknownListing
    return listing


def renew_by_token(writer: Writer, token: str, *, now: int) -> Listing:
    listing = renewable(writer, token)
    renewals.remove(writer, _digest(token))
    return _renewed(writer, listing, now=now)


def picture(
    writer: Writer,
    actor: Actor,
    number: int,
    shown: tuple[Picture, ...],
    *,
    now: int,
) -> Listing:
    """Let a listing have these pictures, in this order."""
    listing = own(writer, actor, number)
    if len(shown) > market.MOST_PICTURES:
        most = market.MOST_PICTURES
        raise FieldInvalid("picture", MORE, count=len(shown), most=most)
    pictures.replace(writer, listing.id, shown)
    return _save(writer, replace(listing, changed_at=now))


def filed(prepared: Prepared, small: str, large: str, description: str) -> Picture:
    """Name the files of a picture, and what is to be seen on it."""
    return Picture(
        small=small,
        large=large,
        width=prepared.width,
        height=prepared.height,
        words=words.name(description, field="picture_words") if description.strip() else "",
    )


def hide_all(writer: Writer, account: int, *, now: int) -> None:
    """Hide what an account shows, when its members leave."""
    for listing in listings.of_account(writer, account):
        if listing.state is State.SHOWN:
            _save(writer, _in_state(listing, State.HIDDEN, now=now))


def withdraw_all(writer: Writer, account: int, *, now: int) -> None:
    """Take down all that an account has put up, with its words and pictures."""
    for listing in listings.of_account(writer, account):
        pictures.replace(writer, listing.id, ())
        boards.place(writer, listing.id, ())
        _save(writer, _in_state(listing, State.WITHDRAWN, now=now))


def take_off_board(writer: Writer, group: int, *, now: int) -> None:
    """Take off a group's board what is of nobody in it; hide what nobody else may see."""
    for number in group_boards.of_strangers(writer, group):
        group_boards.remove(writer, group, number)
        listing = listings.find(writer, number)
        if listing is not None and not boards.is_seen(writer, listing):
            _save(writer, _in_state(listing, State.HIDDEN, now=now))
        boarding.refresh(writer, number, now=now)


def own(reader: Reader, actor: Actor, number: int) -> Listing:
    """Return a listing that this actor may change.

    Raises:
        UnknownListing: there is none, or it is a neighbour's.
        NotAllowed: it belongs to somebody else.

    """
    listing = listings.find(reader, number)
    if listing is None or listing.account is None:
        raise UnknownListing
    _require_owner(actor, accounts.by_id(reader, listing.account))
    return listing


def may_change(actor: Actor, account: Account) -> bool:
    return actor.owns(account.id) or actor.may(Permission.KEEP_MARKET, area=account.area)


def _require_owner(actor: Actor, account: Account) -> None:
    actor.require_scope(Scope.TRADE)
    if not actor.owns(account.id):
        actor.require(Permission.KEEP_MARKET, area=account.area)


def _written(writer: Writer, listing: Listing, draft: Draft, *, now: int) -> Listing:
    """Return the listing with what the draft says, shown if it is to be."""
    listing = drafts.written(writer, listing, draft, now=now)
    if draft.shown and listing.state is not State.SHOWN:
        return _in_state(listing, market.after(listing.state, Wish.SHOW), now=now)
    return _shared(listing)


def _in_state(listing: Listing, state: State, *, now: int) -> Listing:
    listing = replace(listing, state=state, changed_at=now)
    if state is State.WITHDRAWN:  # Whoever takes it down wants its words forgotten.
        return replace(listing, words=Words(title=""), terms=Terms())
    if state is State.SHOWN:
        return _shared(replace(listing, shown_at=now))
    return listing


def _shared(listing: Listing) -> Listing:
    is_open = listing.state is State.SHOWN and listing.audience in SHARED
    return replace(listing, was_shared=listing.was_shared or is_open)


def _renewed(writer: Writer, listing: Listing, *, now: int) -> Listing:
    end = drafts.end(listing.kind, "", now=now)
    listing = replace(listing, expires_on=end, changed_at=now)
    if listing.state is not State.SHOWN:
        shown = market.after(listing.state, Wish.SHOW)
        return _save(writer, _in_state(listing, shown, now=now))
    return _save(writer, replace(listing, shown_at=now))


def _save(writer: Writer, listing: Listing) -> Listing:
    if not boards.is_seen(writer, listing):
        raise GroupMissing
    listings.update(writer, listing)
    boarding.refresh(writer, listing.id, now=listing.changed_at)
    searching.index(writer, listing)
    return listing


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
