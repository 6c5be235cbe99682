"""Lets people write to each other in tests."""

from __future__ import annotations

from uuid import UUID, uuid4

from cesnode.services.messages import reading, writing
from cesnode.services.messages.writing import Draft
from cesnode.store import Reader, Writer
from tests.support.exchanges import NOW, Person, acting_as

HELLO = "Hello! Is the bread still warm?"


def write(
    writer: Writer,
    author: Person,
    to: Person | str,
    text: str = HELLO,
    *,
    id: UUID | None = None,  # noqa: A002 - the field's own name
    listing: int | None = None,
    named: bool = False,
    now: int = NOW,
) -> int:
    """Write to somebody; return the conversation."""
    draft = Draft(id=id or uuid4(), text=text, listing=listing, named=named)
    number = to if isinstance(to, str) else to.number
    actor = acting_as(writer, author)
    return writing.begin(writer, actor, author.number, number, draft, now=now)


def answer(
    writer: Writer, author: Person, conversation: int, text: str = "Yes.", *, now: int = NOW
) -> None:
    draft = Draft(id=uuid4(), text=text)
    writing.reply(writer, acting_as(writer, author), conversation, draft, now=now)


def texts(reader: Reader, person: Person, conversation: int) -> list[str]:
    """Return what somebody reads in a conversation."""
    talk = reading.conversation(reader, acting_as(reader, person), conversation)
    return [one.text for one in talk.said]
