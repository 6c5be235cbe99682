"""/calendar: what takes place, month by month, and as files for other calendars."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from aiohttp import web

from cesnode.community.exchange import Exchange
from cesnode.community.news import written
from cesnode.formats import icalendar
from cesnode.formats.icalendar import Entry
from cesnode.services.news import following, planning
from cesnode.services.news.planning import Plan
from cesnode.store import Reader
from cesnode.store.events import Event
from cesnode.web import addresses, content
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.forms import Form
from cesnode.web.hearing import months
from cesnode.web.hearing.announcements import may_keep
from cesnode.web.hearing.choices import area, audience, numbered, places
from cesnode.web.hearing.months import Month
from cesnode.web.security import HEADERS
from cesnode.web.site import CALENDAR, CALENDAR_OWN

FOLLOW = CALENDAR + "/follow/{secret}.ics"

_FILE = {**HEADERS, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}


def show_months(reader: Reader, asked: Asked) -> Sight:
    """Show a month or several, as a list or as sheets; the address says which."""
    actor, query = asked.present.actor if asked.present else None, asked.query
    today = planning.today(asked.zone, asked.now)
    first = months.read(query.get("month", ""), today)
    count = addresses.number(query.get("months", ""))
    wanted = count if count in months.COUNTS else months.COUNTS[0]
    shown = [
        Month(each, planning.month(reader, actor, each))
        for each in months.following(first, wanted)
    ]
    return Sight(
        "hearing/calendar.html",
        {
            "months": shown,
            "counts": months.COUNTS,
            "count": wanted,
            "is_sheet": query.get("as") == "sheet",
            "first": first,
            "before": months.shifted(first, -wanted),
            "after": months.shifted(first, wanted),
            "today": today,
            "keeps": may_keep(asked),
        },
        until=planning.tomorrow_at(asked.zone, asked.now),
    )


def show(reader: Reader, asked: Asked) -> Sight:
    actor = asked.present.actor if asked.present else None
    seen = planning.one(reader, actor, numbered(asked.path["id"]))
    return Sight("hearing/event.html", {"seen": seen})


async def call_off(asking: Asking) -> web.StreamResponse:
    number = numbered(asking.request.match_info["id"])
    await asking.do(
        lambda writer, asked: planning.call_off(
            writer, asked.visitor.actor, number, zone=asked.zone, now=asked.now
        )
    )
    return asking.go(f"{CALENDAR}/{number}", note="event-off")


def new(reader: Reader, asked: Asked) -> Sight:
    return _sheet(reader, asked, Plan(title="", day=asked.query.get("day", "")))


async def plan(asking: Asking) -> web.StreamResponse:
    wanted = _plan(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            event = await asking.do(
                lambda writer, asked: planning.plan(
                    writer,
                    asked.visitor.actor,
                    wanted,
                    id=asking.form.id,
                    zone=asked.zone,
                    now=asked.now,
                )
            )
            return asking.go(f"{CALENDAR}/{event.id}", note="event-planned")
    return await asking.show(new)


def edit(reader: Reader, asked: Asked) -> Sight:
    number = numbered(asked.path["id"])
    event = planning.kept(reader, asked.visitor.actor, number)
    when = event.when
    said = Plan(
        title=event.title,
        day=when.first.isoformat(),
        begins=written(when.begins) if when.begins else "",
        until=when.last.isoformat() if when.last != when.first else "",
        ends=written(when.ends) if when.ends else "",
        place=event.place,
        text=event.text,
        audience=event.audience,
        area=event.area,
    )
    return _sheet(reader, asked, said, number=number)


async def rewrite(asking: Asking) -> web.StreamResponse:
    number, wanted = numbered(asking.request.match_info["id"]), _plan(asking.form)
    if not asking.form.errors:
        with asking.form.checking():
            await asking.do(
                lambda writer, asked: planning.rewrite(
                    writer,
                    asked.visitor.actor,
                    number,
                    wanted,
                    zone=asked.zone,
                    now=asked.now,
                )
            )
            return asking.go(f"{CALENDAR}/{number}", note="event-changed")
    return await asking.show(edit)


async def send_one(asking: Asking) -> web.StreamResponse:
    """Send one event as a file that calendars take in."""

    def read(reader: Reader, asked: Asked) -> str:
        actor = asked.present.actor if asked.present else None
        seen = planning.one(reader, actor, numbered(asked.path["id"]))
        return icalendar.calendar(seen.event.title, [_entry(asked, seen.event)])

    _, text = await asking.look(read)
    response = _calendar(asking, text)
    response.headers["Content-Disposition"] = 'attachment; filename="event.ics"'
    return response


async def send_public(asking: Asking) -> web.StreamResponse:
    """Send what is public, to programs that come again and again."""

    def read(reader: Reader, asked: Asked) -> str:
        return _followed(asked, planning.followed(reader, None, now=asked.now))

    _, text = await asking.look(read)
    return _calendar(asking, text)


async def send_own(asking: Asking) -> web.StreamResponse:
    """Send what a member may see, to whoever knows the secret of their address."""
    secret = asking.request.match_info["secret"]

    def read(reader: Reader, asked: Asked) -> str:
        actor = following.follower(reader, secret)
        return _followed(asked, planning.followed(reader, actor, now=asked.now))

    _, text = await asking.look(read)
    return _calendar(asking, text)


def own(reader: Reader, asked: Asked) -> Sight:
    made_at = following.made_at(reader, asked.visitor.actor)
    return Sight("hearing/own_calendar.html", {"made_at": made_at, "path": None})


async def change_own(asking: Asking) -> web.StreamResponse:
    """End one's address, or make a new one, which is shown this once."""
    if asking.form.has("end"):
        await asking.write(following.end)
        return asking.go(CALENDAR_OWN, note="calendar-ended")
    secret = await asking.write(following.make, now=asking.now)
    values = {"made_at": asking.now, "path": FOLLOW.replace("{secret}", secret)}
    sight = Sight("hearing/own_calendar.html", values, secret=True)
    asked, _ = await asking.look(lambda *_: None)
    return await asking.draw(asked, sight)


def _followed(asked: Asked, events: list[Event]) -> str:
    entries = [_entry(asked, event) for event in events]
    return icalendar.calendar(asked.exchange.name, entries, follows=True)


def _calendar(asking: Asking, text: str) -> web.Response:
    file = content.prepare(text, icalendar.MEDIA_TYPE)
    return content.answer(asking.request, file, _FILE)


def _entry(asked: Asked, event: Event) -> Entry:
    origin, when = asked.exchange.origin, event.when
    ends: date | None = when.ends_at(asked.zone)
    if when.is_whole_days:
        ends = icalendar.after(when.last)
    return Entry(
        uid=f"{event.uuid}@{_host(asked.exchange)}",
        begins=when.first if when.is_whole_days else when.starts_at(asked.zone),
        ends=ends,
        title=event.title,
        text=event.text,
        place=event.place,
        address=f"{origin}{CALENDAR}/{event.id}",
        revision=event.revision,
        created_at=event.created_at,
        changed_at=event.changed_at,
        is_cancelled=event.called_off_at is not None,
    )


def _host(exchange: Exchange) -> str:
    return urlsplit(exchange.origin).hostname or exchange.code


def _sheet(reader: Reader, asked: Asked, said: Plan, *, number: int | None = None) -> Sight:
    values = {"plan": said, "number": number, "zone": asked.zone.key}
    return Sight("hearing/plan.html", {**values, **places(reader, asked)})


def _plan(form: Form) -> Plan:
    return Plan(
        title=form.required("title"),
        day=form.required("day"),
        begins=form.value("begins"),
        until=form.value("until"),
        ends=form.value("ends"),
        place=form.value("place"),
        text=form.value("text"),
        audience=audience(form),
        area=area(form),
    )
