"""Newsletters: drafted, looked at with whom they would reach, and sent once.

1. A newsletter is a draft until it is sent; then it is final, and so is who got it.
2. What becomes of it for each reader is for the notices to decide: a mail at once, a line
   in a digest, quiet hours, or no mail for whoever wishes none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from cesnode.community import words
from cesnode.community.news import (
    LONGEST_WORDS,
    MOST_BYTES,
    MOST_FILES,
    NEWSLETTERS,
    Way,
)
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor
from cesnode.errors import (
    AttachmentsTooMany,
    NewsletterSent,
    NobodyMeant,
    UnknownNewsletter,
)
from cesnode.services import acting, noticing
from cesnode.services.news import circles, enclosing, reaching
from cesnode.services.news.circles import Meant, Readers
from cesnode.store import Reader, Writer, exchanges, newsletters
from cesnode.store.newsletters import Attachment, Newsletter


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    title: str
    text: str
    meant: Meant = field(default_factory=Meant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A draft, and whom it would reach now."""

    newsletter: Newsletter
    readers: Readers


def draft(
    writer: Writer,
    actor: Actor,
    wanted: Draft,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> Newsletter:
    """Keep a newsletter that is not sent yet.

    Raises:
        FieldInvalid, DescriptionMissing, DateInvalid, AmountInvalid: a field has to change.
        NotAllowed: the actor may not write to these members.

    """
    blank = Newsletter(
        id=0,
        uuid=id,
        author=actor.member,
        title="",
        text="",
        circle=newsletters.Circle(),
        files=(),
        created_at=now,
        changed_at=now,
        sent_at=None,
    )
    made = _written(writer, actor, blank, wanted, now=now)
    number = newsletters.insert(writer, made)
    if number is None:
        return newsletters.by_uuid(writer, id) or made
    return replace(made, id=number)


def rewrite(
    writer: Writer, actor: Actor, number: int, wanted: Draft, *, now: int
) -> Newsletter:
    made = _written(writer, actor, unsent(writer, actor, number), wanted, now=now)
    newsletters.update(writer, made)
    return made


def enclose(
    writer: Writer, actor: Actor, number: int, files: tuple[Attachment, ...]
) -> Newsletter:
    """Let a draft have these files, which are on disk already, and no others.

    Raises:
        AttachmentsTooMany, AttachmentsTooLarge

    """
    before = unsent(writer, actor, number)
    if len(files) > MOST_FILES:
        raise AttachmentsTooMany(most=MOST_FILES)
    size = sum(one.size for one in files)
    if size > MOST_BYTES:
        raise enclosing.too_large(size)
    newsletters.set_files(writer, number, files)
    return replace(before, files=files)


def throw_away(writer: Writer, actor: Actor, number: int) -> None:
    """Forget a draft."""
    unsent(writer, actor, number)
    newsletters.remove(writer, number)


def preview(reader: Reader, actor: Actor, number: int, *, now: int) -> Preview:
    found = unsent(reader, actor, number)
    return Preview(newsletter=found, readers=circles.readers(reader, found.circle, now=now))


def send(writer: Writer, actor: Actor, number: int, *, now: int) -> Newsletter:
    """Send a newsletter to all who are meant now; sent again, it is only returned.

    Raises:
        NobodyMeant: there is nobody whom it would reach.

    """
    found = kept(writer, actor, number)
    if found.sent_at is not None:
        return found
    readers = circles.readers(writer, found.circle, now=now)
    if not readers.ways:
        raise NobodyMeant
    newsletters.set_sent(writer, number, now=now)
    told = {
        "words": found.title,
        "path": f"{NEWSLETTERS}/{number}",
        "newsletter": str(number),
    }
    for member, way in readers.ways.items():
        notice = noticing.tell(writer, member, Kind.NEWSLETTER, details=told, now=now)
        newsletters.add_recipient(writer, number, member, way, notice=notice)
    acting.record(
        writer,
        exchanges.load(writer, now),
        actor,
        "newsletter.sent",
        f"newsletter:{number}",
        details={way.value: readers.count(way) for way in Way},
        now=now,
    )
    return replace(found, sent_at=now)


def _written(
    writer: Writer, actor: Actor, before: Newsletter, wanted: Draft, *, now: int
) -> Newsletter:
    circle = circles.read(writer, exchanges.load(writer, now), wanted.meant)
    circles.require(writer, actor, circle)
    return replace(
        before,
        title=words.name(wanted.title, field="title"),
        text=words.long_text(wanted.text, field="text", most=LONGEST_WORDS),
        circle=circle,
        changed_at=now,
    )


def unsent(reader: Reader, actor: Actor, number: int) -> Newsletter:
    """Return a newsletter that this actor may change still.

    Raises:
        UnknownNewsletter, NotAllowed
        NewsletterSent: it was sent.

    """
    found = kept(reader, actor, number)
    if found.sent_at is not None:
        raise NewsletterSent
    return found


def kept(reader: Reader, actor: Actor, number: int) -> Newsletter:
    """Return a draft or a newsletter that this actor looks after.

    Raises:
        UnknownNewsletter, NotAllowed

    """
    reaching.require_somewhere(actor)
    found = newsletters.by_id(reader, number)
    if found is None:
        raise UnknownNewsletter
    circles.require(reader, actor, found.circle)
    return found
