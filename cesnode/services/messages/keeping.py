"""What somebody does with their own messages: takes them back, puts them away, deletes.

1. A message can be taken back until whoever it is for has read it; that it was there stays.
2. What is put away comes back by itself with the next message.
3. Each side deletes its own copy.  The words are forgotten once nobody here keeps them,
   but never while the coordinators are asked to look at them.
"""

from __future__ import annotations

from cesnode.community.roles import Actor, Scope
from cesnode.errors import MessageStays, UnknownMessage
from cesnode.services.messages import meeting, placing
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    correspondents,
    message_reports,
    messages,
    notices,
)
from cesnode.store.correspondents import Correspondent
from cesnode.store.messages import Message


def withdraw(
    writer: Writer, actor: Actor, conversation: int, message: int, *, now: int
) -> None:
    """Take back what the actor's side wrote and the other has not read.

    Who was told of it reads that something was taken back; with nothing else new they are
    not called to it any more.  To take it back twice is to do so once.

    Raises:
        UnknownConversation, UnknownMessage: there is none that is theirs.
        MessageStays: it was read, or has gone to another exchange.

    """
    actor.require_scope(Scope.TRADE)
    side = meeting.own_side(writer, actor, conversation)
    found = messages.by_id(writer, message)
    if found is None or (found.conversation, found.sender) != (conversation, side.account):
        raise UnknownMessage
    if found.withdrawn_at is not None:
        return
    other = correspondents.receiving(writer, conversation, side.account)
    if other is None or not is_withdrawable(found, other):
        raise MessageStays
    messages.withdraw(writer, message, now=now)
    if not messages.has_unread(writer, conversation, side.account, after=other.read):
        _settle(writer, other, now=now)


def is_withdrawable(message: Message, other: Correspondent | None) -> bool:
    """Whether a message is one that `other`, the side it is for, has yet to read."""
    return (
        message.wire_id is None
        and message.withdrawn_at is None
        and other is not None
        and message.id > max(other.read, other.gone)
    )


def set_away(
    writer: Writer, actor: Actor, conversation: int, *, away: bool, now: int
) -> None:
    """Put a conversation away, as read, until there is more of it; or take it out again.

    Raises:
        UnknownConversation

    """
    actor.require_scope(Scope.TRADE)
    side = meeting.own_side(writer, actor, conversation)
    if away:
        _settle(writer, side, now=now)
    correspondents.set_away(writer, side, side.last if away else 0)


def delete(writer: Writer, actor: Actor, conversation: int, *, now: int) -> None:
    """Delete what a conversation has, for the actor's side alone.

    Raises:
        UnknownConversation

    """
    actor.require_scope(Scope.TRADE)
    side = meeting.own_side(writer, actor, conversation)
    _settle(writer, side, now=now)
    correspondents.forget(writer, side)
    forget_words(writer, conversation)


def forget_words(writer: Writer, conversation: int) -> None:
    """Forget what everybody here has deleted, unless somebody has still to look at it."""
    if not message_reports.waits_about(writer, conversation):
        up_to = correspondents.gone_for_all(writer, conversation)
        messages.erase_words_up_to(writer, conversation, up_to)


def keeps_a_copy(reader: Reader, actor: Actor, conversation: int) -> bool:
    """Whether the other side keeps what the actor deletes, as far as this node knows.

    Raises:
        UnknownConversation

    """
    actor.require_scope(Scope.READ)
    side = meeting.own_side(reader, actor, conversation)
    other = correspondents.receiving(reader, conversation, side.account)
    return other is None or other.gone < side.last


def _settle(writer: Writer, side: Correspondent, *, now: int) -> None:
    """Take a conversation as read by one side, and what they were told of it."""
    correspondents.mark_read(writer, side)
    for member in accounts.members_of(writer, side.account):
        notices.mark_read_at(writer, member, placing.path(side.conversation), now=now)
