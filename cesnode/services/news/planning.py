"""The calendar: events planned, changed and called off, and what of it somebody sees.

A submission carries an id of its own: sent twice it is there once.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cesnode.community import words
from cesnode.community.news import CALENDAR, LONGEST_WORDS, Audience, When, clock
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor
from cesnode.errors import NewsEnded, UnknownEvent
from cesnode.services import acting, dates, noticing
from cesnode.services.news import reaching
from cesnode.store import Reader, Writer, events, exchanges, members
from cesnode.store.events import Event, Sought

SOON = timedelta(days=14)
ON_HOME = 2
IN_A_MONTH = 200
_REMEMBERED = timedelta(days=60)
"""For so long after it a program that follows the calendar is told of an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An event in the words of who plans it.

    `day` alone is needed; without `until` it is over the same day, and without `begins`
    it takes the whole of its days.
    """

    title: str
    day: str
    begins: str = ""
    until: str = ""
    ends: str = ""
    place: str = ""
    text: str = ""
    audience: Audience = Audience.MEMBERS
    area: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An event as somebody sees it; no name where the operator planned it."""

    event: Event
    area: str | None
    author: str | None
    may_change: bool

    @property
    def is_off(self) -> bool:
        return self.event.called_off_at is not None


def plan(
    writer: Writer,
    actor: Actor,
    wanted: Plan,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    zone: ZoneInfo,
    now: int,
) -> Event:
    """Put something into the calendar, and tell those whom it is for.

    `zone` is the exchange's: the hours are those of a clock there.

    Raises:
        FieldInvalid, DateInvalid, TimeInvalid, TimeSkipped, EndsTooEarly, BeginMissing,
            LastsTooLong, DescriptionTooLong: a field has to change.
        NotAllowed: the actor does not look after news there.

    """
    reaching.require_keeping(writer, actor, wanted.area)
    blank = Event(
        id=0,
        uuid=id,
        author=actor.member,
        area=None,
        title="",
        text="",
        place="",
        when=_when(wanted, zone),
        audience=wanted.audience,
        revision=0,
        created_at=now,
        changed_at=now,
        called_off_at=None,
    )
    event = _written(blank, wanted, zone, now=now)
    number = events.insert(writer, event)
    if number is None:
        return events.by_uuid(writer, id) or event
    event = replace(event, id=number)
    _record(writer, actor, "event.planned", event, now=now)
    if event.when.last >= today(zone, now):
        _tell(writer, actor, Kind.EVENT_PLANNED, event, now=now)
    return event


def rewrite(
    writer: Writer,
    actor: Actor,
    number: int,
    wanted: Plan,
    *,
    zone: ZoneInfo,
    now: int,
) -> Event:
    """Change an event; when or where it is has to be known, so members are told of that."""
    before = kept(writer, actor, number)
    reaching.require_keeping(writer, actor, wanted.area)
    after = _written(before, wanted, zone, now=now)
    events.update(writer, after)
    _record(writer, actor, "event.changed", after, now=now)
    has_moved = (before.when, before.place) != (after.when, after.place)
    if has_moved and after.when.last >= today(zone, now):
        _tell(writer, actor, Kind.EVENT_MOVED, after, now=now)
    return after


def call_off(
    writer: Writer, actor: Actor, number: int, *, zone: ZoneInfo, now: int
) -> Event:
    """Call an event off: it stays in the calendar, and says so."""
    before = kept(writer, actor, number)
    after = replace(before, called_off_at=now, changed_at=now)
    events.update(writer, after)
    _record(writer, actor, "event.called_off", after, now=now)
    if after.when.last >= today(zone, now):
        _tell(writer, actor, Kind.EVENT_OFF, after, now=now)
    return after


def one(reader: Reader, actor: Actor | None, number: int) -> Seen:
    """Return an event.

    Raises:
        UnknownEvent: there is none that this actor may see.

    """
    found = events.by_id(reader, number)
    if found is None or not reaching.may_read(reader, actor, found.audience, found.area):
        raise UnknownEvent
    return _seen(reader, actor, found)


def month(reader: Reader, actor: Actor | None, first: date) -> tuple[Seen, ...]:
    """Return what takes place in the month that a day begins, in order."""
    _, length = calendar.monthrange(first.year, first.month)
    sought = Sought(
        since=first.isoformat(),
        until=first.replace(day=length).isoformat(),
        areas=_areas(reader, actor),
        public_only=actor is None,
        limit=IN_A_MONTH,
    )
    return tuple(_seen(reader, actor, each) for each in events.find(reader, sought))


def coming(
    reader: Reader, actor: Actor | None, *, zone: ZoneInfo, now: int
) -> tuple[Seen, ...]:
    """Return the next that take place in two weeks."""
    begins = today(zone, now)
    sought = Sought(
        since=begins.isoformat(),
        until=(begins + SOON).isoformat(),
        areas=_areas(reader, actor),
        public_only=actor is None,
        standing_only=True,
        limit=ON_HOME,
    )
    return tuple(_seen(reader, actor, each) for each in events.find(reader, sought))


def followed(reader: Reader, actor: Actor | None, *, now: int) -> list[Event]:
    """Return what a program that follows the calendar is told, those called off too."""
    since = dates.day_of(now) - _REMEMBERED
    sought = Sought(
        since=since.isoformat(), areas=_areas(reader, actor), public_only=actor is None
    )
    return events.find(reader, sought)


def today(zone: ZoneInfo, now: int) -> date:
    """Return the day that it is where the exchange is."""
    return datetime.fromtimestamp(now, UTC).astimezone(zone).date()


def tomorrow_at(zone: ZoneInfo, now: int) -> int:
    """Return the moment, in Unix seconds, at which the next day begins there."""
    midnight = datetime.combine(today(zone, now) + timedelta(days=1), time(), zone)
    return int(midnight.timestamp())


def _areas(reader: Reader, actor: Actor | None) -> frozenset[int] | None:
    """Return whose events to show; strangers see what is public of all areas."""
    return None if actor is None else reaching.areas_of(reader, actor)


def _seen(reader: Reader, actor: Actor | None, event: Event) -> Seen:
    return Seen(
        event=event,
        area=members.area_name(reader, event.area),
        author=members.name(reader, event.author) if actor and event.author else None,
        may_change=event.called_off_at is None and reaching.may_keep(actor, event.area),
    )


def kept(reader: Reader, actor: Actor, number: int) -> Event:
    """Return an event that this actor may change.

    Raises:
        UnknownEvent, NotAllowed
        NewsEnded: it was called off.

    """
    reaching.require_somewhere(actor)
    found = events.by_id(reader, number)
    if found is None:
        raise UnknownEvent
    actor.require(reaching.KEEPING, area=found.area)
    if found.called_off_at is not None:
        raise NewsEnded
    return found


def _written(before: Event, wanted: Plan, zone: ZoneInfo, *, now: int) -> Event:
    """Return the event as its planner says it; one that is not changed keeps its hours."""
    text = wanted.text.strip()
    return replace(
        before,
        title=words.name(wanted.title, field="title"),
        text=words.long_text(text, field="text", most=LONGEST_WORDS) if text else "",
        place=words.name(wanted.place, field="place") if wanted.place.strip() else "",
        when=_when(wanted, zone),
        audience=wanted.audience,
        area=wanted.area,
        changed_at=now,
    )


def _when(wanted: Plan, zone: ZoneInfo) -> When:
    first = dates.day(wanted.day.strip(), field="day")
    until = wanted.until.strip()
    when = When(
        first=first,
        last=dates.day(until, field="until") if until else first,
        begins=clock(wanted.begins, field="begins"),
        ends=clock(wanted.ends, field="ends"),
    )
    when.require_real(zone)
    return when


def _tell(writer: Writer, actor: Actor, kind: Kind, event: Event, *, now: int) -> None:
    told = {
        "words": event.title,
        "day": event.when.first.isoformat(),
        "path": f"{CALENDAR}/{event.id}",
    }
    noticing.tell_everybody(
        writer, kind, area=event.area, details=told, but=actor.member, now=now
    )


def _record(writer: Writer, actor: Actor, kind: str, event: Event, *, now: int) -> None:
    exchange = exchanges.load(writer, now)
    acting.record(writer, exchange, actor, kind, f"event:{event.id}", now=now)
