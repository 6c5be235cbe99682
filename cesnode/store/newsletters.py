"""Newsletters: drafts, those that were sent, and whom each has reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cesnode.community.news import Way
from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT n.id, n.uuid, n.author_id, n.title, n.body, n.area_id, n.category_id,"
    " n.idle_since, n.balance_least, n.balance_most, n.created_at, n.changed_at, n.sent_at"
    " FROM newsletters AS n "
)
# Whoever holds an account like that; the community's own account is nobody's to write to.
_MEANT = """
SELECT m.id, MIN(a.id) FROM members AS m
JOIN account_members AS h ON h.member_id = m.id
JOIN accounts AS a ON a.id = h.account_id
JOIN standings AS s ON s.account_id = a.id
WHERE m.state = 'active' AND a.state <> 'closed'
    AND a.kind NOT IN ('clearing', 'system', 'community')
    AND (?1 IS NULL OR a.area_id = ?1)
    AND (?2 IS NULL OR EXISTS (SELECT 1 FROM listings AS l
        JOIN categories AS c ON c.id = l.category_id
        WHERE l.account_id = a.id AND l.kind = 'offering' AND l.state = 'shown'
            AND (l.expires_on IS NULL OR l.expires_on >= ?6)
            AND (c.id = ?2 OR c.parent_id = ?2)))
    AND (?3 IS NULL OR s.last_trade_at IS NULL OR s.last_trade_at < ?3)
    AND (?4 IS NULL OR s.balance >= ?4)
    AND (?5 IS NULL OR s.balance <= ?5)
GROUP BY m.id ORDER BY m.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Whom a newsletter is for: who holds an account that is all of this.

    `category`: it offers something of it.  `idle_since`: a day since which it has not
    traded.  `least` and `most` are balances in minor units, both included.
    """

    area: int | None = None
    category: int | None = None
    idle_since: str | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """`file` is its name on disk, `size` in bytes."""

    name: str
    media_type: str
    file: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    id: int
    uuid: UUID
    author: int | None
    title: str
    text: str
    circle: Circle
    files: tuple[Attachment, ...]
    created_at: int
    changed_at: int
    sent_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many a newsletter went to, and how; `waiting` are mails still to go out."""

    paper: int
    pages: int
    sent: int
    failed: int
    waiting: int

    @property
    def everybody(self) -> int:
        return self.paper + self.pages + self.sent + self.failed + self.waiting


def insert(writer: Writer, made: Newsletter) -> int | None:
    """Add a draft; None if one with this id is there already."""
    row = writer.first(
        "INSERT INTO newsletters (uuid, author_id, title, body, area_id, category_id,"
        " idle_since, balance_least, balance_most, created_at, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uuid) DO NOTHING RETURNING id",
        (made.uuid.bytes, made.author, *_said(made), made.created_at, made.changed_at),
    )
    return row[0] if row else None


def update(writer: Writer, made: Newsletter) -> None:
    writer.run(
        "UPDATE newsletters SET title = ?, body = ?, area_id = ?, category_id = ?,"
        " idle_since = ?, balance_least = ?, balance_most = ?, changed_at = ?"
        " WHERE id = ?",
        (*_said(made), made.changed_at, made.id),
    )


def remove(writer: Writer, newsletter: int) -> None:
    """Throw a draft away."""
    writer.run("DELETE FROM newsletters WHERE id = ?", (newsletter,))


def set_files(writer: Writer, newsletter: int, files: Sequence[Attachment]) -> None:
    """Let a draft have these files and no others."""
    writer.run("DELETE FROM newsletter_files WHERE newsletter_id = ?", (newsletter,))
    writer.many(
        "INSERT INTO newsletter_files (newsletter_id, position, name, media_type, file,"
        " size) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (newsletter, position, one.name, one.media_type, one.file, one.size)
            for position, one in enumerate(files, start=1)
        ],
    )


def set_sent(writer: Writer, newsletter: int, *, now: int) -> None:
    writer.run("UPDATE newsletters SET sent_at = ? WHERE id = ?", (now, newsletter))


def by_id(reader: Reader, newsletter: int) -> Newsletter | None:
    row = reader.first(_COLUMNS + "WHERE n.id = ?", (newsletter,))
    return _newsletter(reader, row) if row else None


def by_uuid(reader: Reader, uuid: UUID) -> Newsletter | None:
    row = reader.first(_COLUMNS + "WHERE n.uuid = ?", (uuid.bytes,))
    return _newsletter(reader, row) if row else None


def latest(reader: Reader, *, limit: int, offset: int) -> list[Newsletter]:
    """Return drafts and newsletters, the latest first."""
    rows = reader.all(_COLUMNS + "ORDER BY n.id DESC LIMIT ? + 0 OFFSET ?", (limit, offset))
    return [_newsletter(reader, row) for row in rows]


def received(reader: Reader, member: int, *, limit: int, offset: int) -> list[Newsletter]:
    """Return what was sent to a member, the latest first."""
    rows = reader.all(
        _COLUMNS + "JOIN newsletter_recipients AS r ON r.newsletter_id = n.id"
        " WHERE r.member_id = ? ORDER BY r.newsletter_id DESC LIMIT ? + 0 OFFSET ?",
        (member, limit, offset),
    )
    return [_newsletter(reader, row) for row in rows]


def was_sent_to(reader: Reader, newsletter: int, member: int) -> bool:
    row = reader.first(
        "SELECT 1 FROM newsletter_recipients WHERE newsletter_id = ? AND member_id = ?",
        (newsletter, member),
    )
    return row is not None


def meant(
    reader: Reader, circle: Circle, *, today: str, idle_before: int | None = None
) -> dict[int, int]:
    """Return an account of each member who is meant, by the id of the member.

    `idle_before`: the moment at which the day `circle.idle_since` begins.
    """
    rows = reader.all(
        _MEANT,
        (circle.area, circle.category, idle_before, circle.least, circle.most, today),
    )
    return dict(rows)


def add_recipient(
    writer: Writer, newsletter: int, member: int, way: Way, *, notice: int
) -> None:
    writer.run(
        "INSERT INTO newsletter_recipients (newsletter_id, member_id, way, notice_id)"
        " VALUES (?, ?, ?, ?)",
        (newsletter, member, way, notice),
    )


def on_paper(reader: Reader, newsletter: int) -> list[int]:
    """Return the members for whom a letter is to be printed."""
    rows = reader.all(
        "SELECT member_id FROM newsletter_recipients WHERE newsletter_id = ?"
        " AND way = 'paper' ORDER BY member_id",
        (newsletter,),
    )
    return [member for (member,) in rows]


def figures(reader: Reader, newsletter: int) -> Figures:
    paper, pages, sent, failed, waiting = reader.one(
        "SELECT COUNT(*) FILTER (WHERE way = 'paper'),"
        " COUNT(*) FILTER (WHERE way = 'pages'),"
        " COUNT(*) FILTER (WHERE way = 'mail' AND outcome = 'sent'),"
        " COUNT(*) FILTER (WHERE way = 'mail' AND outcome = 'failed'),"
        " COUNT(*) FILTER (WHERE way = 'mail' AND outcome IS NULL)"
        " FROM newsletter_recipients WHERE newsletter_id = ?",
        (newsletter,),
    )
    return Figures(paper=paper, pages=pages, sent=sent, failed=failed, waiting=waiting)


def files(reader: Reader) -> frozenset[str]:
    """Return the name of every file that a newsletter or a draft needs."""
    return frozenset(file for (file,) in reader.all("SELECT file FROM newsletter_files"))


def _said(made: Newsletter) -> tuple[object, ...]:
    circle = made.circle
    return (
        made.title,
        made.text,
        circle.area,
        circle.category,
        circle.idle_since,
        circle.least,
        circle.most,
    )


def _newsletter(reader: Reader, row: Row) -> Newsletter:
    enclosed = reader.all(
        "SELECT name, media_type, file, size FROM newsletter_files"
        " WHERE newsletter_id = ? ORDER BY position",
        (row[0],),
    )
    return Newsletter(
        id=row[0],
        uuid=UUID(bytes=row[1]),
        author=row[2],
        title=row[3],
        text=row[4],
        circle=Circle(
            area=row[5], category=row[6], idle_since=row[7], least=row[8], most=row[9]
        ),
        files=tuple(
            Attachment(name=name, media_type=media_type, file=file, size=size)
            for name, media_type, file, size in enclosed
        ),
        created_at=row[10],
        changed_at=row[11],
        sent_at=row[12],
    )
