"""Writes a message to somebody here, or to somebody in another exchange.

1. Only the holders of an account write for it, and whoever wrote is named with it.
2. Nobody writes more than people do, nor to more strangers than people know.
3. The same form sent twice is one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.messages import LONGEST, State
from cesnode.community.roles import Actor, Scope
from cesnode.errors import (
    N_,
    AccountClosed,
    MessageIdReused,
    MessagesBlocked,
    MessagesTooMany,
    NotAllowed,
    UnknownListing,
)
from cesnode.ledger.accounts import Account, AccountState
from cesnode.services.identifiers import uuid7
from cesnode.services.market import finding
from cesnode.services.messages import meeting, placing, relaying
from cesnode.store import Reader, Writer, accounts, correspondents, exchanges, messages
from cesnode.store.correspondents import Abroad, Correspondent, Other
from cesnode.store.messages import Message

MOST_AN_HOUR = 30
"""Messages that one member may write in an hour, whomever to."""
MOST_STRANGERS_A_DAY = 20
"""Conversations that may be begun from one account in a day."""
_HOUR, _DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to send: the same `id` is sent once.

    `listing` is the offering or want that it is about, if it is about one.  Somebody in
    another exchange is told who writes only if it is `named`.
    """

    id: UUID
    text: str
    listing: int | None = None
    named: bool = False


def begin(
    writer: Writer, actor: Actor, sender: str, to: str, draft: Draft, *, now: int
) -> int:
    """Write to somebody from an account of the actor's; return the conversation.

    It is the one that the two have already, if they have written before.

    Raises:
        AccountMalformed, UnknownAccount, UnknownPeer, MessageToOneself: of `to`.
        MessageNotTaken, MessagesNotCarried, MessagesBlocked, MessagesTooMany
        PeerResting, AccountClosed
        MessageIdReused: the draft's id was used for another.
        DescriptionMissing, DescriptionTooLong, DescriptionInvalid: of the text.
        UnknownListing: it is not theirs, or not for the actor to see.
        NotAllowed: the account is somebody else's.

    """
    actor.require_scope(Scope.TRADE)
    exchange = exchanges.load(writer, now)
    own = meeting.own_account(writer, actor, sender, now=now)
    other = meeting.whom(writer, exchange, actor, to)
    side = correspondents.between(writer, own.id, other)
    return _send(writer, exchange, actor, (own, other, side), draft, now=now)


def reply(
    writer: Writer, actor: Actor, conversation: int, draft: Draft, *, now: int
) -> int:
    """Write in a conversation of the actor's; return its number.

    Raises:
        UnknownConversation, and whatever begin() raises of the text and the other side.

    """
    actor.require_scope(Scope.TRADE)
    exchange = exchanges.load(writer, now)
    side = meeting.own_side(writer, actor, conversation)
    own = accounts.by_id(writer, side.account)
    return _send(writer, exchange, actor, (own, side.other, side), draft, now=now)


def _send(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    sides: tuple[Account, Other, Correspondent | None],
    draft: Draft,
    *,
    now: int,
) -> int:
    own, other, side = sides
    if actor.member is None:
        raise NotAllowed(permission=N_("write messages"))
    text = words.long_text(draft.text, field="text", most=LONGEST)
    known = messages.by_submission(writer, actor.member, draft.id)
    if known is not None:
        return _same(known, own, side, text)
    _require_may_write(writer, actor.member, own, other, side, now=now)
    meeting.require_taken(writer, own, other, now=now)
    message = Message(
        id=0,
        uuid=draft.id,
        conversation=0,
        sender=own.id,
        author=actor.member,
        subject=_subject(writer, actor, draft.listing, other, now=now),
        listing=draft.listing,
        text=text,
        state=State.UNDER_WAY if isinstance(other, Abroad) else State.DELIVERED,
        fault=None,
        wire_id=str(uuid7()) if isinstance(other, Abroad) else None,
        written_at=now,
    )
    if side is None:
        side = correspondents.begin(writer, own.id, other, by=own.id, now=now)
    placing.put(writer, side.conversation, message)
    if isinstance(other, Abroad):
        relaying.post(writer, exchange, own, other, message, named=draft.named, now=now)
    return side.conversation


def _require_may_write(
    reader: Reader,
    author: int,
    own: Account,
    other: Other,
    side: Correspondent | None,
    *,
    now: int,
) -> None:
    if own.state is AccountState.CLOSED:
        raise AccountClosed(number=own.number)
    if side is not None and side.blocked_at is not None:
        raise MessagesBlocked(name=meeting.called(reader, other))
    if messages.written_since(reader, author, now - _HOUR) >= MOST_AN_HOUR:
        raise MessagesTooMany(hours=1)
    begun = correspondents.begun_since(reader, own.id, now - _DAY)
    if side is None and begun >= MOST_STRANGERS_A_DAY:
        raise MessagesTooMany(hours=24)


def _same(known: Message, own: Account, side: Correspondent | None, text: str) -> int:
    """Return the conversation of a message that is sent again."""
    conversation = side.conversation if side is not None else None
    before = (known.conversation, known.sender, known.text)
    if before != (conversation, own.id, text):
        raise MessageIdReused(id=known.uuid)
    return known.conversation


def _subject(
    reader: Reader, actor: Actor, listing: int | None, other: Other, *, now: int
) -> str:
    """Return the title of the offering or want of theirs that it is about, if any."""
    if listing is None:
        return ""
    seen = finding.show(reader, actor, listing, now=now)
    if seen.owner != meeting.addressed(reader, other):
        raise UnknownListing
    return seen.title
