"""Newsletters as they are read: drafts by those who may send them, others by their readers.

Who looks after a newsletter sees whom it has reached, and prints it for whom no mail does.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.profiles import Contact
from cesnode.community.roles import Actor, Scope
from cesnode.errors import UnknownNewsletter
from cesnode.services import profiles
from cesnode.services.news import reaching
from cesnode.services.news.writing import kept, unsent
from cesnode.store import Reader, accounts, members, newsletters
from cesnode.store.newsletters import Attachment, Figures, Newsletter

PAGE = 20
_MOST_PAGES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A newsletter as somebody reads it; its `figures` are for those who send them."""

    newsletter: Newsletter
    author: str | None
    figures: Figures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """To whom a printed letter goes, as far as whoever prints it may know."""

    name: str
    number: str
    address: str


def read(reader: Reader, actor: Actor, number: int) -> Sent:
    """Return a newsletter that was sent.

    Raises:
        UnknownNewsletter: it was not sent to this actor, who does not look after it.

    """
    actor.require_scope(Scope.READ)
    found = newsletters.by_id(reader, number)
    if found is None or found.sent_at is None:
        raise UnknownNewsletter
    keeps = reaching.may_keep(actor, found.circle.area)
    member = actor.member
    if not keeps and not (
        member is not None and newsletters.was_sent_to(reader, number, member)
    ):
        raise UnknownNewsletter
    return _sent(reader, actor, found)


def enclosed(reader: Reader, actor: Actor, number: int, position: int) -> Attachment:
    """Return a file of a newsletter or a draft, counted from 1, for who may read that.

    Raises:
        UnknownNewsletter

    """
    actor.require_scope(Scope.READ)
    found = newsletters.by_id(reader, number)
    if found is not None and found.sent_at is None:
        found = unsent(reader, actor, number)
    elif found is not None:
        found = read(reader, actor, number).newsletter
    if found is None or not 0 < position <= len(found.files):
        raise UnknownNewsletter
    return found.files[position - 1]


def written(
    reader: Reader, actor: Actor, *, page: int
) -> tuple[tuple[Newsletter, ...], tuple[Sent, ...]]:
    """Return the drafts of a page of newsletters, and those of it that were sent."""
    reaching.require_somewhere(actor)
    found = [
        each
        for each in newsletters.latest(reader, limit=PAGE, offset=_offset(page))
        if reaching.may_keep(actor, each.circle.area)
    ]
    drafts = tuple(each for each in found if each.sent_at is None)
    sent = tuple(_sent(reader, actor, each) for each in found if each.sent_at is not None)
    return drafts, sent


def received(reader: Reader, actor: Actor, *, page: int) -> tuple[Sent, ...]:
    """Return a page of what was sent to the actor."""
    actor.require_scope(Scope.READ)
    if actor.member is None:
        return ()
    found = newsletters.received(reader, actor.member, limit=PAGE, offset=_offset(page))
    return tuple(_sent(reader, actor, each) for each in found)


def on_paper(reader: Reader, actor: Actor, number: int, *, now: int) -> list[Paper]:
    """Return to whom the newsletter is to be brought or posted on paper."""
    found = kept(reader, actor, number)
    if found.sent_at is None:
        raise UnknownNewsletter
    return [
        _paper(reader, actor, member, now=now)
        for member in newsletters.on_paper(reader, number)
    ]


def _paper(reader: Reader, actor: Actor, member: int, *, now: int) -> Paper:
    shown = profiles.shown(reader, actor, member, now=now)
    held = accounts.of_member(reader, member)
    numbers = accounts.names(reader, held)
    return Paper(
        name=shown.name,
        number=min((numbers[one][0] for one in held), default=""),
        address=shown.contacts.get(Contact.ADDRESS, ""),
    )


def _sent(reader: Reader, actor: Actor, found: Newsletter) -> Sent:
    keeps = reaching.may_keep(actor, found.circle.area)
    return Sent(
        newsletter=found,
        author=members.name(reader, found.author) if found.author else None,
        figures=newsletters.figures(reader, found.id) if keeps else None,
    )


def _offset(page: int) -> int:
    return (min(max(page, 1), _MOST_PAGES) - 1) * PAGE
