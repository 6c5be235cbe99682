"""Makes mails of notices: at once, daily or weekly, as each member wishes.

1. Each notice is looked at once, in order; what was decided is kept with how far it came.
2. Things that happen together come in one mail; what has been read is in no digest.
3. Quiet hours let a mail wait, but not one about the safety of a sign-in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from cesnode.community import words
from cesnode.community.notices import Pace, Preferences, Topic
from cesnode.config import Mail as Settings
from cesnode.services.mailing import DIGEST, LASTS, Template, message_id, spoken
from cesnode.store import Reader, Writer, exchanges, mails, members, notices, preferences
from cesnode.store.mails import NewMail, PostOffice
from cesnode.store.notices import Notice

STALE = 2 * 86_400
"""Seconds after which news is no news: it is on the pages, and not mailed any more."""

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Recipient:
    """A member with an address, and how they wish to be written to."""

    member: int
    name: str
    email: str
    wishes: Preferences


def open_office(writer: Writer, settings: Settings, *, now: int) -> None:
    """Send mail from now on, if the node is set up for it and did not before.

    Raises:
        FieldInvalid: letters are to be in a language that nobody writes here.

    """
    spoken(settings.language)
    if not settings.is_on:
        mails.close_office(writer)
    elif not mails.is_open(writer):
        mails.open_office(writer, today=_local(settings, now).date().isoformat())


def has_work(reader: Reader, settings: Settings, *, now: int) -> bool:
    office = mails.office(reader)
    return (
        bool(notices.after(reader, office.sorted_to, limit=1))
        or bool(_due_digests(office, _local(settings, now), settings.digest_hour))
        or mails.has_expired(reader, now=now)
    )


def sort(writer: Writer, settings: Settings, *, now: int) -> int:
    """Make mails of what members were told since the last time; return how many."""
    office = mails.office(writer)
    found = notices.after(writer, office.sorted_to, limit=_BATCH)
    if found:
        mails.set_sorted(writer, found[-1].id)
    urgent: dict[tuple[int, Topic], list[Notice]] = {}
    known = _Recipients(writer)
    for notice in found:
        recipient = known.of(notice.member)
        if recipient is None or notice.at < now - STALE:
            continue
        pace = recipient.wishes.of(notice.kind.topic).mail
        if pace is Pace.AT_ONCE:
            urgent.setdefault((notice.member, notice.kind.topic), []).append(notice)
        elif pace is not Pace.NEVER:
            notices.keep_for_digest(writer, notice, pace)
    for (member, topic), told in urgent.items():
        if (recipient := known.of(member)) is not None:
            _write(writer, settings, recipient, topic, told, now=now)
    return len(urgent)


def digest(writer: Writer, settings: Settings, *, now: int) -> int:
    """Write the daily and weekly mails if their hour has come; return how many."""
    moment = _local(settings, now)
    paces = _due_digests(mails.office(writer), moment, settings.digest_hour)
    waiting = [one for pace in paces for one in notices.kept_for_digest(writer, pace)]
    waiting.sort(key=lambda notice: (notice.member, notice.id))
    known = _Recipients(writer)
    written = 0
    for member, told in groupby(waiting, key=lambda notice: notice.member):
        recipient = known.of(member)
        fresh = [one for one in told if recipient and _is_wanted(one, recipient)]
        if recipient is not None and fresh:
            _write(writer, settings, recipient, DIGEST, fresh, now=now)
            written += 1
    for pace in paces:
        notices.empty_digest(writer, pace)
    if Pace.DAILY in paces:
        mails.set_daily(writer, moment.date().isoformat())
    if Pace.WEEKLY in paces:
        mails.set_weekly(writer, _monday(moment))
    return written


def _is_wanted(notice: Notice, recipient: Recipient) -> bool:
    wished = recipient.wishes.of(notice.kind.topic).mail
    return notice.read_at is None and wished is not Pace.NEVER


class _Recipients:
    """Looks each member up once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[int, Recipient | None] = {}

    def of(self, member: int) -> Recipient | None:
        if member not in self._known:
            self._known[member] = _recipient(self._reader, member)
        return self._known[member]


def _recipient(reader: Reader, member: int) -> Recipient | None:
    found = members.by_id(reader, member)
    if found.email is None or not words.is_email(found.email):
        return None  # What was brought along from elsewhere need not be an address.
    wishes = preferences.of_member(reader, member)
    return Recipient(member, found.name, found.email, wishes)


def _write(
    writer: Writer,
    settings: Settings,
    recipient: Recipient,
    topic: str,
    told: list[Notice],
    *,
    now: int,
) -> None:
    """Queue a mail that tells of some notices, or add them to one that still waits."""
    joined = mails.to_join(writer, recipient.member, topic, now=now)
    notices.set_mail(
        writer,
        told,
        joined or _queue(writer, settings, recipient, topic, now=now),
    )


def _queue(
    writer: Writer, settings: Settings, recipient: Recipient, topic: str, *, now: int
) -> int:
    is_urgent = topic == Topic.SECURITY
    moment, quiet = _local(settings, now), recipient.wishes.quiet
    starts = moment if is_urgent or quiet is None else quiet.after(moment)
    token = secrets.token_hex(16)
    return mails.insert(
        writer,
        NewMail(
            message_id=message_id(exchanges.load(writer, now).origin),
            member=recipient.member,
            recipient=recipient.email,
            name=recipient.name,
            template=Template.DIGEST if topic == DIGEST else Template.NEWS,
            topic=topic,
            language=recipient.wishes.language or settings.language,
            values={}
            if is_urgent
            else {"token": mails.link(writer, recipient.member, topic, token=token)},
            next_at=int(starts.timestamp()),
            expires_at=now + LASTS,
            created_at=now,
        ),
    )


def _due_digests(office: PostOffice, moment: datetime, hour: int) -> tuple[Pace, ...]:
    """Return which digests are due, and were not written yet today or this week."""
    today, monday = moment.date().isoformat(), _monday(moment)
    is_late = moment.hour >= hour
    daily = office.daily_on < today and is_late
    weekly = office.weekly_on < monday and (is_late or today > monday)
    return (Pace.DAILY,) * daily + (Pace.WEEKLY,) * weekly


def _monday(moment: datetime) -> str:
    return (moment.date() - timedelta(days=moment.weekday())).isoformat()


def _local(settings: Settings, now: int) -> datetime:
    return datetime.fromtimestamp(now, settings.zone)
