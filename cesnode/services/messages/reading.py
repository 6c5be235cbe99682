"""What there is to read: the conversations of one's accounts, and each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.community.messages import Fault, State
from cesnode.community.roles import Actor, Scope
from cesnode.services.messages import keeping, meeting, placing
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    correspondents,
    exchanges,
    members,
    messages,
    notices,
    peers,
)
from cesnode.store.correspondents import Abroad, Correspondent, Other
from cesnode.store.messages import Message

MOST_COUNTED = 100
"""Counting ends here: more is said as "99+"."""
PAGE = 20
_SNIPPET = 160
"""Characters of the newest message that a line of the inbox has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Somebody one writes to: a number here, or an address in `exchange`."""

    number: str
    name: str
    exchange: str | None
    hue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A conversation as a line of the inbox; `account` is whose it is of several.

    `text` is how its newest message begins, if it was not `withdrawn`.
    """

    conversation: int
    account: str
    whom: Whom
    text: str
    is_mine: bool
    is_unread: bool
    withdrawn: bool
    last: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message; `author` is who wrote it, where several write for an account.

    `can_withdraw`: it is the reader's own, and the other side has not read it.
    """

    id: int
    text: str
    subject: str
    listing: int | None
    is_mine: bool
    author: str
    state: State
    fault: Fault | None
    withdrawn: bool
    can_withdraw: bool
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation as its page shows it; `has_older` says that there is more of it.

    `carries`: messages go to where the other side is.
    """

    number: int
    account: str
    whom: Whom
    said: Sequence[Said]
    has_older: bool
    is_blocked: bool
    is_away: bool
    carries: bool


@dataclass(frozen=True, slots=True)
class Met:
    """Whom a number means, and the conversation that there is with them already."""

    whom: Whom
    conversation: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Somebody of whom one takes no messages."""

    conversation: int
    whom: Whom


def inbox(
    reader: Reader,
    actor: Actor,
    *,
    away: bool = False,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Thread]:
    """Return the actor's conversations, newest first; go on `before` the last `last`.

    `away`: those that were put away.
    """
    actor.require_scope(Scope.READ)
    sides = correspondents.inbox(
        reader, actor.accounts, away=away, before=before, limit=limit
    )
    newest = messages.by_ids(reader, [side.last for side in sides])
    own = accounts.names(reader, [side.account for side in sides])
    return [
        _thread(reader, side, newest[side.last], own[side.account][0]) for side in sides
    ]


def conversation(
    reader: Reader, actor: Actor, number: int, *, before: int | None = None
) -> Conversation:
    """Return a conversation of the actor's, or what of it was `before` a message.

    Raises:
        UnknownConversation: there is none that is theirs.

    """
    actor.require_scope(Scope.READ)
    side = meeting.own_side(reader, actor, number)
    found = messages.latest(reader, number, after=side.gone, before=before, limit=PAGE + 1)
    holders = len(accounts.members_of(reader, side.account))
    own, _ = accounts.names(reader, [side.account])[side.account]
    other = correspondents.receiving(reader, number, side.account)
    said = [_said(reader, one, side, other, named=holders > 1) for one in found[-PAGE:]]
    return Conversation(
        number=number,
        account=own,
        whom=whom(reader, side.other),
        said=said,
        has_older=len(found) > PAGE,
        is_blocked=side.blocked_at is not None,
        is_away=side.is_away,
        carries=isinstance(side.other, int)
        or peers.by_id(reader, side.other.peer).carries_messages,
    )


def with_whom(reader: Reader, actor: Actor, own: str, to: str, *, now: int) -> Met:
    """Return whom a number or address means, and the conversation there is already.

    Raises:
        AccountMalformed, UnknownAccount, UnknownPeer, MessageToOneself, NotAllowed

    """
    actor.require_scope(Scope.READ)
    account = meeting.own_account(reader, actor, own, now=now)
    other = meeting.whom(reader, exchanges.load(reader, now), actor, to)
    side = correspondents.between(reader, account.id, other)
    return Met(whom(reader, other), side.conversation if side else None)


def is_unread(reader: Reader, actor: Actor, number: int) -> bool:
    """Whether there is something new for the actor in a conversation."""
    actor.require_scope(Scope.READ)
    return meeting.own_side(reader, actor, number).is_unread


def mark_read(writer: Writer, actor: Actor, number: int, *, now: int) -> None:
    """Take a conversation of the actor's as read, and what they were told of it."""
    actor.require_scope(Scope.TRADE)
    correspondents.mark_read(writer, meeting.own_side(writer, actor, number))
    if actor.member is not None:
        notices.mark_read_at(writer, actor.member, placing.path(number), now=now)


def unread(reader: Reader, actor: Actor) -> int:
    """Return in how many conversations there is something new, at most MOST_COUNTED."""
    actor.require_scope(Scope.READ)
    return correspondents.unread(reader, actor.accounts, most=MOST_COUNTED)


def blocked(reader: Reader, actor: Actor, own: str, *, now: int) -> list[Blocked]:
    """Return of whom an account of the actor's takes no messages."""
    actor.require_scope(Scope.READ)
    account = meeting.own_account(reader, actor, own, now=now)
    return [
        Blocked(conversation=side.conversation, whom=whom(reader, side.other))
        for side in correspondents.blocked(reader, account.id)
    ]


def whom(reader: Reader, other: Other) -> Whom:
    if isinstance(other, Abroad):
        exchange = peers.by_id(reader, other.peer).name
        return Whom(
            number=other.address,
            name=meeting.called(reader, other),
            exchange=exchange,
            hue=other.peer,
        )
    number, name = accounts.names(reader, [other])[other]
    return Whom(number=number, name=name, exchange=None, hue=other)


def _thread(reader: Reader, side: Correspondent, newest: Message, own: str) -> Thread:
    return Thread(
        conversation=side.conversation,
        account=own,
        whom=whom(reader, side.other),
        text=newest.text[:_SNIPPET],
        is_mine=newest.sender == side.account,
        is_unread=side.is_unread,
        withdrawn=newest.withdrawn_at is not None,
        last=side.last,
        at=newest.written_at,
    )


def _said(
    reader: Reader,
    message: Message,
    side: Correspondent,
    other: Correspondent | None,
    *,
    named: bool,
) -> Said:
    is_mine = message.sender == side.account
    author = members.name(reader, message.author) if message.author and is_mine else ""
    return Said(
        id=message.id,
        text=message.text,
        subject=message.subject,
        listing=message.listing,
        is_mine=is_mine,
        author=author if named else "",
        state=message.state,
        fault=message.fault,
        withdrawn=message.withdrawn_at is not None,
        can_withdraw=is_mine and keeping.is_withdrawable(message, other),
        at=message.written_at,
    )
