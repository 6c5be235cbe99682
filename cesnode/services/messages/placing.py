"""Puts a message where it belongs, and tells whom it is for."""

from __future__ import annotations

from dataclasses import replace

from cesnode.community.messages import MESSAGES
from cesnode.community.notices import Kind
from cesnode.services import noticing
from cesnode.services.messages import meeting
from cesnode.store import Writer, correspondents, messages
from cesnode.store.messages import Message


def put(writer: Writer, conversation: int, message: Message) -> None:
    """Put a message on top of a conversation, and tell who gets it here.

    They are told once of all that they have not read.
    """
    got = correspondents.receiving(writer, conversation, message.sender)
    serial = messages.insert(writer, replace(message, conversation=conversation))
    correspondents.add(writer, conversation, serial, sender=message.sender)
    if got is None or got.is_unread:
        return
    noticing.tell_holders(
        writer,
        got.account,
        Kind.MESSAGE,
        details={
            "path": path(conversation),
            "words": meeting.introduced(writer, got.other),
        },
        but=message.author,
        now=message.written_at,
    )


def path(conversation: int) -> str:
    """Return the address of the page of a conversation."""
    return f"{MESSAGES}/{conversation}"
