"""Brings what our members wish of groups elsewhere to their homes.

A wish is written down and put into the outbox in one transaction; it is sent until the
home has proven that it heard it.
"""

from __future__ import annotations

from uuid import UUID

from cesnode.services.guests import chronicle
from cesnode.services.identifiers import uuid7
from cesnode.store import (
    Reader,
    Writer,
    exchanges,
    group_copies,
    outbox,
    peers,
)
from cesnode.store.group_copies import Sent
from cesnode.store.groups import Group
from cesnode.store.peers import Peer
from federation import wire
from federation.groups import Listing, Wish, WishKind, Words
from federation.peering import State

LETTER = "group_wish"
_LONGEST_TITLE = 60


def home(reader: Reader, group: Group) -> Peer:
    """Return the exchange that a group elsewhere is of."""
    assert group.peer is not None  # noqa: S101 - only asked of groups elsewhere
    return peers.by_id(reader, group.peer)


def send(
    writer: Writer,
    group: Group,
    who: tuple[int, int],
    kind: WishKind,
    *,
    item: UUID | None = None,
    words: Words | None = None,
    listing: Listing | None = None,
    now: int,
) -> str:
    """Put the wish of a member, `who` is known by an account, into the outbox.

    Return its id.  To an exchange with which all is over nothing is sent.
    """
    member, account = who
    address, name = chronicle.named(writer, exchanges.load(writer, now), member, account)
    peer, wish_id = home(writer, group), str(uuid7())
    wish = Wish(
        wish_id=wish_id,
        guest=address,
        name=name,
        kind=kind,
        item=str(item) if item is not None else None,
        words=words,
        listing=listing,
    )
    if peer.own_state is not State.CLOSED:
        outbox.add(
            writer,
            peer=peer.id,
            kind=LETTER,
            wire_id=wish_id,
            parameters={"group_id": group_copies.known(writer, group.id).wire_id},
            body=wire.write(wish),
            now=now,
        )
    return wish_id


def send_words(
    writer: Writer, group: Group, member: int, item: UUID, words: Words, *, now: int
) -> None:
    """Bring a notice or a reply; the same words are sent once."""
    visit = group_copies.visit_of(writer, group.id, member)
    if visit is None or group_copies.sent(writer, group.id, item) is not None:
        return
    who = (member, visit.account)
    wish = send(writer, group, who, WishKind.WRITE, item=item, words=words, now=now)
    sent = Sent(
        wish=wish,
        group=group.id,
        member=member,
        account=visit.account,
        item=item,
        title=words.title or words.text[:_LONGEST_TITLE],
        sent_at=now,
    )
    group_copies.send(writer, sent)
