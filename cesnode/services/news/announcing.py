"""Announcements: written, shown from one day to another, put away by who has read them.

A submission carries an id of its own: sent twice it is there once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from cesnode.community import words
from cesnode.community.news import (
    ANNOUNCEMENTS,
    LONGEST_WORDS,
    MOST_SHOWN_DAYS,
    SHOWN_DAYS,
    Audience,
)
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor, Scope
from cesnode.errors import (
    N_,
    EndsTooEarly,
    LastsTooLong,
    NewsEnded,
    NotAllowed,
    UnknownAnnouncement,
)
from cesnode.services import acting, dates, noticing
from cesnode.services.news import reaching
from cesnode.store import Reader, Writer, announcements, exchanges, members
from cesnode.store.announcements import Announcement, Sought

KEEPING = reaching.KEEPING
ON_HOME = 3
PAGE = 20
_BATCH = 20
_MOST_PAGES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An announcement in the words of who makes it.

    Days may be left empty: it is shown from today, and for a month.
    """

    title: str
    text: str
    since: str = ""
    until: str = ""
    audience: Audience = Audience.MEMBERS
    area: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An announcement as somebody reads it; no name where the operator wrote it."""

    announcement: Announcement
    area: str | None
    author: str | None
    may_change: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of announcements that are over."""

    told: tuple[Told, ...]
    has_more: bool


def publish(
    writer: Writer,
    actor: Actor,
    draft: Draft,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> Announcement:
    """Announce something; members are told of it when its first day has come.

    Raises:
        FieldInvalid, DescriptionMissing, DateInvalid, EndsTooEarly, LastsTooLong: a field
            has to change.
        NotAllowed: the actor does not look after news there.

    """
    reaching.require_keeping(writer, actor, draft.area)
    since, until = _days(draft, now=now)
    made = Announcement(
        id=0,
        uuid=id,
        author=actor.member,
        area=draft.area,
        title=words.name(draft.title, field="title"),
        text=words.long_text(draft.text, field="text", most=LONGEST_WORDS),
        audience=draft.audience,
        shown_from=since.isoformat(),
        shown_until=until.isoformat(),
        told_at=None,
        changed_at=now,
        withdrawn_at=None,
    )
    number = announcements.insert(writer, made)
    if number is None:
        return announcements.by_uuid(writer, id) or made
    _record(writer, actor, "announcement.published", number, now=now)
    tell_due(writer, now=now)
    return replace(made, id=number)


def rewrite(
    writer: Writer, actor: Actor, number: int, draft: Draft, *, now: int
) -> Announcement:
    """Let an announcement say something else; nobody is told of it again."""
    before = kept(writer, actor, number)
    reaching.require_keeping(writer, actor, draft.area)
    since, until = _days(draft, now=now)
    after = replace(
        before,
        area=draft.area,
        title=words.name(draft.title, field="title"),
        text=words.long_text(draft.text, field="text", most=LONGEST_WORDS),
        audience=draft.audience,
        shown_from=since.isoformat(),
        shown_until=until.isoformat(),
        changed_at=now,
    )
    announcements.update(writer, after)
    _record(writer, actor, "announcement.changed", number, now=now)
    return after


def withdraw(writer: Writer, actor: Actor, number: int, *, now: int) -> None:
    """Take an announcement back: nobody reads it any more."""
    kept(writer, actor, number)
    announcements.withdraw(writer, number, now=now)
    _record(writer, actor, "announcement.withdrawn", number, now=now)


def put_away(writer: Writer, actor: Actor, number: int, *, now: int) -> None:
    """Show an announcement no more on the Home of whoever has read it."""
    actor.require_scope(Scope.TRADE)
    if actor.member is None:
        raise NotAllowed(permission=N_("have a page of their own"))
    one(writer, actor, number, now=now)
    announcements.put_away(writer, actor.member, number)


def one(reader: Reader, actor: Actor | None, number: int, *, now: int) -> Told:
    """Return an announcement; one whose day has not come is seen by its keepers alone.

    Raises:
        UnknownAnnouncement: there is none that this actor may read.

    """
    found = announcements.by_id(reader, number)
    if found is None or found.withdrawn_at is not None:
        raise UnknownAnnouncement
    if not reaching.may_read(reader, actor, found.audience, found.area):
        raise UnknownAnnouncement
    is_early = found.shown_from > str(dates.day_of(now))
    if is_early and not reaching.may_keep(actor, found.area):
        raise UnknownAnnouncement
    return _told(reader, actor, found)


def current(reader: Reader, actor: Actor | None, *, now: int) -> tuple[Told, ...]:
    """Return what is announced today."""
    sought = _sought(reader, actor, now=now)
    return _all_told(reader, actor, replace(sought, limit=_BATCH * PAGE))


def earlier(reader: Reader, actor: Actor | None, *, page: int, now: int) -> Listed:
    """Return a page, counted from 1, of what was announced before."""
    offset = (min(max(page, 1), _MOST_PAGES) - 1) * PAGE
    sought = replace(
        _sought(reader, actor, now=now), past=True, limit=PAGE + 1, offset=offset
    )
    told = _all_told(reader, actor, sought)
    return Listed(told[:PAGE], len(told) > PAGE)


def to_come(reader: Reader, actor: Actor, *, now: int) -> tuple[Told, ...]:
    """Return what waits for its day, for those who look after it."""
    sought = replace(_sought(reader, actor, now=now), to_come=True, limit=_BATCH * PAGE)
    return tuple(one for one in _all_told(reader, actor, sought) if one.may_change)


def on_home(reader: Reader, actor: Actor, *, now: int) -> tuple[Told, ...]:
    """Return the newest that this member has not put away."""
    sought = _sought(reader, actor, now=now)
    fresh = replace(sought, not_put_away_by=actor.member, limit=ON_HOME)
    return _all_told(reader, actor, fresh)


def public(reader: Reader, *, now: int) -> tuple[Announcement, ...]:
    """Return the newest for everybody."""
    sought = replace(_sought(reader, None, now=now), limit=ON_HOME)
    return tuple(announcements.find(reader, sought))


def tell_due(writer: Writer, *, now: int) -> int:
    """Tell members of what is announced from today on; return how many were looked at."""
    today = str(dates.day_of(now))
    due = announcements.to_tell(writer, today=today, limit=_BATCH)
    for each in due:
        announcements.set_told(writer, each.id, now=now)
        if each.shown_until >= today:
            told = {"words": each.title, "path": f"{ANNOUNCEMENTS}/{each.id}"}
            noticing.tell_everybody(
                writer,
                Kind.ANNOUNCED,
                area=each.area,
                details=told,
                but=each.author,
                now=now,
            )
    return len(due)


def _sought(reader: Reader, actor: Actor | None, *, now: int) -> Sought:
    areas = None if actor is None else reaching.areas_of(reader, actor)
    return Sought(today=str(dates.day_of(now)), areas=areas, public_only=actor is None)


def _all_told(reader: Reader, actor: Actor | None, sought: Sought) -> tuple[Told, ...]:
    found = announcements.find(reader, sought)
    return tuple(_told(reader, actor, each) for each in found)


def _told(reader: Reader, actor: Actor | None, found: Announcement) -> Told:
    return Told(
        announcement=found,
        area=members.area_name(reader, found.area),
        author=members.name(reader, found.author) if actor and found.author else None,
        may_change=reaching.may_keep(actor, found.area),
    )


def kept(reader: Reader, actor: Actor, number: int) -> Announcement:
    """Return an announcement that this actor may change.

    Raises:
        UnknownAnnouncement, NotAllowed
        NewsEnded: it was taken back.

    """
    reaching.require_somewhere(actor)
    found = announcements.by_id(reader, number)
    if found is None:
        raise UnknownAnnouncement
    actor.require(reaching.KEEPING, area=found.area)
    if found.withdrawn_at is not None:
        raise NewsEnded
    return found


def _days(draft: Draft, *, now: int) -> tuple[date, date]:
    """Return the first and the last day of what is announced."""
    since = _day(draft.since, "since") or dates.day_of(now)
    until = _day(draft.until, "until") or since + timedelta(days=SHOWN_DAYS - 1)
    if until < since:
        raise EndsTooEarly(field="until")
    if (until - since).days >= MOST_SHOWN_DAYS:
        raise LastsTooLong(days=MOST_SHOWN_DAYS, field="until")
    return since, until


def _day(text: str, field: str) -> date | None:
    return dates.day(text.strip(), field=field) if text.strip() else None


def _record(writer: Writer, actor: Actor, kind: str, number: int, *, now: int) -> None:
    exchange = exchanges.load(writer, now)
    acting.record(writer, exchange, actor, kind, f"announcement:{number}", now=now)
