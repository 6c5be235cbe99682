"""The outbox of mails: what is queued here is sent by a job, surely and perhaps twice.

1. A mail is queued in the transaction of what it tells of, and sent once that is on disk.
2. Where the node is not set up to send mail nothing is queued.
3. What is written in a mail, which may be a secret, is forgotten once it has gone out.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.languages import LANGUAGES, SOURCE
from cesnode.community.notices import Kind, Topic
from cesnode.community.roles import Actor, Permission
from cesnode.errors import NONE_OF, FieldInvalid, UnknownLink, UnknownMail
from cesnode.services import acting, bell, noticing
from cesnode.services.bell import NoticeView
from cesnode.store import (
    Reader,
    Writer,
    alarms,
    exchanges,
    mails,
    newsletters,
    notices,
    preferences,
)
from cesnode.store.mails import Mail, MailState, NewMail
from cesnode.store.members import Member
from cesnode.store.newsletters import Newsletter
from cesnode.store.notices import Notice

LASTS = 7 * 86_400
"""Seconds for which a mail is tried, unless it is of no use any more before."""
DIGEST = "digest"
"""What a mail of several topics is about, where a topic is asked for."""
MAILS_KEPT = 30 * 86_400
NOTICES_KEPT = 180 * 86_400

LETTERS_ALARM = "mail-failed"
RELAY_ALARM = "mail-server"
TEMPLATE_ALARM = "mail-template"

_HOUR = 3_600
_FIRST_WAIT, _LONGEST_WAIT = 60.0, 86_400.0
_BATCH = 1_000


class Template(StrEnum):
    """The letters that the node writes, each a pair of files in templates/email/."""

    NEWS = "news"
    DIGEST = "digest"
    TEST = "test"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name, not a password
    EMAIL_CHECK = "email_check"
    EMAIL_CHANGED = "email_changed"
    WELCOME = "welcome"
    DECLINED = "declined"
    QUESTION = "question"
    ADDRESS_CHECK = "address_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to be.  `values` are what its template names, each a plain text.

    `useless_after`: when it is not worth sending any more, because a link in it ends.
    """

    recipient: str
    template: Template
    language: str = SOURCE.code
    name: str = ""
    member: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    useless_after: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail with all that its letter names: our exchange, and the news in it.

    `newsletters` are there where it tells of nothing else: it is they, word for word.
    """

    mail: Mail
    exchange: Exchange
    news: list[NoticeView]
    newsletters: tuple[Newsletter, ...] = ()


def is_on(reader: Reader) -> bool:
    """Whether this node sends mail at all."""
    return mails.is_open(reader)


def queue(writer: Writer, letter: Letter, *, now: int) -> int | None:
    """Put a mail out to be sent; return its id, or None where no mail is sent.

    Raises:
        FieldInvalid: this is no address, or the language is not spoken here.

    """
    recipient, language = words.email(letter.recipient), spoken(letter.language)
    if not is_on(writer):
        return None
    return mails.insert(
        writer,
        NewMail(
            message_id=message_id(exchanges.load(writer, now).origin),
            member=letter.member,
            recipient=recipient,
            name=letter.name,
            template=letter.template,
            language=language,
            values=letter.values,
            next_at=now,
            expires_at=min(letter.useless_after or now + LASTS, now + LASTS),
            created_at=now,
        ),
    )


def address_changed(writer: Writer, before: Member, *, now: int) -> None:
    """Warn a member whose address was changed, at the one they had before as well."""
    noticing.tell(writer, before.id, Kind.EMAIL_CHANGED, now=now)
    if before.email and words.is_email(before.email):
        letter = Letter(
            recipient=before.email,
            template=Template.EMAIL_CHANGED,
            language=preferences.of_member(writer, before.id).language or SOURCE.code,
            name=before.name,
            member=before.id,
        )
        queue(writer, letter, now=now)


def spoken(language: str) -> str:
    """Return a language that letters are written in.

    Raises:
        FieldInvalid: this one is not.

    """
    if language not in LANGUAGES:
        raise FieldInvalid("language", NONE_OF, known=", ".join(LANGUAGES))
    return language


def message_id(origin: str) -> str:
    """Make a name for a mail that no other has; it keeps it however often it is sent."""
    return f"<{secrets.token_hex(16)}@{urlsplit(origin).hostname}>"


def next_parcels(reader: Reader, *, per_hour: int, limit: int, now: int) -> list[Parcel]:
    """Return the mails that go out next, as many as the hour still has room for."""
    room = per_hour - mails.sent_since(reader, now - _HOUR)
    found = mails.due(reader, now=now, limit=min(limit, room)) if room > 0 else []
    if not found:
        return []
    exchange = exchanges.load(reader, now)
    return [
        Parcel(
            mail, exchange, bell.views(reader, told, now=now), _newsletters(reader, told)
        )
        for mail in found
        for told in [notices.told_by(reader, mail.id)]
    ]


def _newsletters(reader: Reader, told: list[Notice]) -> tuple[Newsletter, ...]:
    if any(notice.kind is not Kind.NEWSLETTER for notice in told):
        return ()
    numbers = (int(notice.details["newsletter"]) for notice in told)
    found = (newsletters.by_id(reader, number) for number in numbers)
    return tuple(each for each in found if each is not None)


def gone(writer: Writer, mail: Mail, *, now: int) -> None:
    """The server has taken a mail: it is its server's to deliver from here on."""
    mails.end(writer, mail.id, MailState.SENT, now=now)
    alarms.settle_kind(writer, RELAY_ALARM, now=now)


def returned(
    writer: Writer, mail: Mail, error: str, *, for_good: bool, chance: float, now: int
) -> None:
    """The server did not take a mail: try again later, or never where it said so.

    `chance`, from 0 to 1, spreads the next try, so that not all come back together.
    """
    wait = min(_FIRST_WAIT * 2.0**mail.attempts, _LONGEST_WAIT) * (0.75 + chance / 2)
    next_at = now + int(wait)
    if not for_good and next_at < mail.expires_at:
        mails.postpone(writer, mail.id, next_at=next_at, error=error, tried=True)
        return
    mails.end(writer, mail.id, MailState.FAILED, error=error, now=now)
    _alarm(writer, LETTERS_ALARM, f"to {mail.recipient}: {error}", now=now)


def unreachable(
    writer: Writer, waiting: Iterable[Mail], error: str, *, wait: int, now: int
) -> None:
    """The server itself cannot be used: nothing is wrong with the mails, so they wait."""
    for mail in waiting:
        mails.postpone(writer, mail.id, next_at=now + wait, error=error, tried=False)
        if mail.created_at < now - _HOUR:
            _alarm(writer, RELAY_ALARM, error, now=now)


def expire(writer: Writer, *, now: int) -> int:
    """Give up what is not worth sending any more; return how many."""
    ended = mails.expire(writer, now=now)
    if ended:
        _alarm(writer, LETTERS_ALARM, f"{ended} could not be sent in time", now=now)
    return ended


def template_broken(writer: Writer, fault: str, *, now: int) -> None:
    """An operator's own letter does not work; the one that came with the node went out."""
    _alarm(writer, TEMPLATE_ALARM, fault, now=now)


def unsent(reader: Reader, actor: Actor, *, limit: int) -> list[Mail]:
    """Return what waits or was given up, newest first."""
    actor.require(Permission.SET_RULES)
    return mails.unsent(reader, limit=limit)


def retry(writer: Writer, actor: Actor, mail: int, *, now: int) -> Mail:
    """Send a mail again that waits or was given up.

    Raises:
        UnknownMail: there is none, or it has gone out.

    """
    actor.require(Permission.SET_RULES)
    found = mails.by_id(writer, mail)
    if found is None or found.state is MailState.SENT:
        raise UnknownMail(number=mail)
    mails.retry(writer, mail, expires_at=now + LASTS, now=now)
    exchange = exchanges.load(writer, now)
    acting.record(writer, exchange, actor, "mail.retried", f"mail:{mail}", now=now)
    return mails.by_id(writer, mail) or found


def forget_old(writer: Writer, *, now: int) -> int:
    """Forget the oldest ended mails and notices; return how many there were."""
    ended = mails.forget(writer, before=now - MAILS_KEPT, limit=_BATCH)
    return ended + notices.forget(writer, before=now - NOTICES_KEPT, limit=_BATCH)


def topic_of(reader: Reader, token: str) -> str:
    """Return what a link at the foot of a mail would end.

    Raises:
        UnknownLink: no mail of ours has it.

    """
    return _linked(reader, token)[1]


def unsubscribe(writer: Writer, token: str) -> str:
    """End the mails of a topic, for whoever was sent the link; return the topic."""
    member, topic = _linked(writer, token)
    wishes = preferences.of_member(writer, member)
    ended = wishes.in_digests if topic == DIGEST else frozenset({Topic(topic)})
    preferences.keep(writer, member, wishes.without_mail(ended))
    return topic


def _linked(reader: Reader, token: str) -> tuple[int, str]:
    found = mails.linked(reader, token) if words.is_text(token) else None
    if found is None:
        raise UnknownLink
    return found


def _alarm(writer: Writer, kind: str, details: str, *, now: int) -> None:
    alarms.insert(writer, peer=None, kind=kind, details=details, now=now)
