"""Mails: waiting to go out, gone, or given up; and whether the node sends any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT id, message_id, member_id, recipient, name, template, topic, language,"
    " details, state, attempts, next_at, expires_at, last_error, created_at, done_at"
    " FROM mails "
)


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMail:
    """A mail that is queued; `topic` is what its reader can end, if anything."""

    message_id: str
    member: int | None
    recipient: str
    name: str
    template: str
    language: str
    values: Mapping[str, str]
    next_at: int
    expires_at: int
    created_at: int
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail(NewMail):
    id: int
    state: MailState
    attempts: int
    last_error: str | None
    done_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOffice:
    """How far the notices are sorted into mails, and the days of the last digests."""

    sorted_to: int
    daily_on: str
    weekly_on: str


def is_open(reader: Reader) -> bool:
    row = reader.first("SELECT is_open FROM post_office")
    return row is not None and bool(row[0])


def office(reader: Reader) -> PostOffice:
    """Return where the sorting stands; the office must have been opened once."""
    sorted_to, daily_on, weekly_on = reader.one(
        "SELECT sorted_to, daily_on, weekly_on FROM post_office"
    )
    return PostOffice(sorted_to=sorted_to, daily_on=daily_on, weekly_on=weekly_on)


def open_office(writer: Writer, *, today: str) -> None:
    """Send mail from now on; what happened before is told on the pages alone."""
    writer.run(
        "INSERT INTO post_office (id, is_open, sorted_to, daily_on, weekly_on)"
        " VALUES (1, 1, (SELECT COALESCE(MAX(id), 0) FROM notices), ?1, ?1)"
        " ON CONFLICT (id) DO UPDATE SET is_open = 1, sorted_to = excluded.sorted_to,"
        " daily_on = ?1, weekly_on = ?1",
        (today,),
    )


def close_office(writer: Writer) -> None:
    writer.run("UPDATE post_office SET is_open = 0")


def set_sorted(writer: Writer, notice: int) -> None:
    writer.run("UPDATE post_office SET sorted_to = ?", (notice,))


def set_daily(writer: Writer, day: str) -> None:
    writer.run("UPDATE post_office SET daily_on = ?", (day,))


def set_weekly(writer: Writer, day: str) -> None:
    writer.run("UPDATE post_office SET weekly_on = ?", (day,))


def insert(writer: Writer, mail: NewMail) -> int:
    return writer.insert(
        "INSERT INTO mails (message_id, member_id, recipient, name, template, topic,"
        " language, details, next_at, expires_at, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            mail.message_id,
            mail.member,
            mail.recipient,
            mail.name,
            mail.template,
            mail.topic,
            mail.language,
            msgspec.json.encode(dict(mail.values)).decode(),
            mail.next_at,
            mail.expires_at,
            mail.created_at,
        ),
    )


def due(reader: Reader, *, now: int, limit: int) -> list[Mail]:
    """Return what may be sent, that which may be sent longest first."""
    rows = reader.all(
        _COLUMNS + "WHERE state = 'waiting' AND next_at <= ?"
        " ORDER BY next_at, id LIMIT ? + 0",
        (now, limit),
    )
    return [_mail(row) for row in rows]


def to_join(reader: Reader, member: int, topic: str, *, now: int) -> int | None:
    """Return a mail to a member that was not tried yet and goes out later only."""
    row = reader.first(
        "SELECT id FROM mails WHERE state = 'waiting' AND member_id = ? AND topic = ?"
        " AND next_at > ? AND attempts = 0 LIMIT 1",
        (member, topic, now),
    )
    return row[0] if row else None


def link(writer: Writer, member: int, topic: str, *, token: str) -> str:
    """Return the token by which a member ends mails of a topic; it stays the same."""
    writer.run(
        "INSERT OR IGNORE INTO unsubscribe_links (token, member_id, topic)"
        " VALUES (?, ?, ?)",
        (token, member, topic),
    )
    (kept,) = writer.one(
        "SELECT token FROM unsubscribe_links WHERE member_id = ? AND topic = ?",
        (member, topic),
    )
    return str(kept)


def linked(reader: Reader, token: str) -> tuple[int, str] | None:
    """Return the member and the topic of a token."""
    row = reader.first(
        "SELECT member_id, topic FROM unsubscribe_links WHERE token = ?", (token,)
    )
    return (row[0], row[1]) if row else None


def expire(writer: Writer, *, now: int) -> int:
    """Give up what is not worth sending any more; return how many."""
    return writer.run(
        "UPDATE mails SET state = 'failed', done_at = ?1,"
        " last_error = COALESCE(last_error, 'its time was over') WHERE state = 'waiting'"
        " AND next_at <= ?1 AND expires_at <= ?1",
        (now,),
    )


def has_expired(reader: Reader, *, now: int) -> bool:
    """Whether a mail waits that is not worth sending any more."""
    row = reader.first(
        "SELECT 1 FROM mails WHERE state = 'waiting' AND next_at <= ?1"
        " AND expires_at <= ?1 LIMIT 1",
        (now,),
    )
    return row is not None


def by_id(reader: Reader, mail: int) -> Mail | None:
    row = reader.first(_COLUMNS + "WHERE id = ?", (mail,))
    return _mail(row) if row else None


def unsent(reader: Reader, *, limit: int) -> list[Mail]:
    """Return the mails that wait or were given up, newest first."""
    rows = reader.all(
        _COLUMNS + "WHERE state IN ('waiting', 'failed') ORDER BY id DESC LIMIT ? + 0",
        (limit,),
    )
    return [_mail(row) for row in rows]


def sent_since(reader: Reader, since: int) -> int:
    (count,) = reader.one(
        "SELECT COUNT(*) FROM mails WHERE state = 'sent' AND done_at > ?", (since,)
    )
    return int(count)


def end(
    writer: Writer, mail: int, state: MailState, *, error: str | None = None, now: int
) -> None:
    """Keep that a mail has gone out or was given up; one sent is forgotten but for that."""
    writer.run(
        "UPDATE mails SET state = ?1, last_error = ?2, done_at = ?3,"
        " attempts = attempts + 1, details = CASE ?1 WHEN 'sent' THEN '{}' ELSE details END"
        " WHERE id = ?4 AND state = 'waiting'",
        (state, error, now, mail),
    )


def postpone(writer: Writer, mail: int, *, next_at: int, error: str, tried: bool) -> None:
    """Try a mail again later; `tried` where this was a failure of its own."""
    writer.run(
        "UPDATE mails SET attempts = attempts + ?, next_at = ?, last_error = ?"
        " WHERE id = ? AND state = 'waiting'",
        (tried, next_at, error, mail),
    )


def retry(writer: Writer, mail: int, *, expires_at: int, now: int) -> None:
    writer.run(
        "UPDATE mails SET state = 'waiting', attempts = 0, next_at = ?, expires_at = ?,"
        " done_at = NULL WHERE id = ?",
        (now, expires_at, mail),
    )


def forget(writer: Writer, *, before: int, limit: int) -> int:
    """Remove mails that ended before a time; return how many."""
    return writer.run(
        "DELETE FROM mails WHERE id IN (SELECT id FROM mails"
        " WHERE state IN ('sent', 'failed') AND done_at < ? LIMIT ? + 0)",
        (before, limit),
    )


def _mail(row: Row) -> Mail:
    (
        mail, message_id, member, recipient, name, template, topic, language, details,
        state, attempts, next_at, expires_at, last_error, created_at, done_at,
    ) = row  # fmt: skip
    return Mail(
        id=mail,
        message_id=message_id,
        member=member,
        recipient=recipient,
        name=name,
        template=template,
        topic=topic,
        language=language,
        values=msgspec.json.decode(details, type=dict[str, str]),
        state=MailState(state),
        attempts=attempts,
        next_at=next_at,
        expires_at=expires_at,
        last_error=last_error,
        created_at=created_at,
        done_at=done_at,
    )
