"""Calendars of exchanges in different time zones, as other programs read them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.roles import OPERATOR
from cesnode.services.news import planning
from cesnode.services.news.planning import Plan
from cesnode.store import Store, Writer
from cesnode.web.site import Site
from tests.support.exchanges import join
from tests.support.visitors import Guest, signed_in

BEGAN = int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp())
# Clocks go forward on 8 March in New York and on 29 March in Lisbon; never in Phoenix.
DAYS = ("2026-03-06", "2026-03-10", "2026-03-31")
EVENING = {
    "America/New_York": (1, 0, 0),
    "Europe/Lisbon": (20, 20, 19),
    "America/Phoenix": (3, 3, 3),
    "Asia/Kathmandu": (14, 14, 14),
}
"""Which hour it is in universal time when it is eight in the evening there."""


@dataclass(frozen=True, slots=True)
class Window:
    guest: Guest
    zone: ZoneInfo

    async def events(self) -> Sequence[icalendar.Component]:
        """Return what a program reads that follows a member's own address."""
        made = await (await self.guest.post("/me/calendar", {"make": "1"})).text()
        (path,) = set(re.findall(r"/calendar/follow/[\w-]+\.ics", made))
        text = await (await self.guest.get(path)).text()
        return icalendar.Calendar.from_ical(text).walk("VEVENT")


async def opened(
    aiohttp_client: AiohttpClient, store: Store, zone: ZoneInfo, *plans: Plan
) -> Window:
    """Serve an exchange whose clocks are in a zone, with events in its calendar."""

    def plan(writer: Writer) -> None:
        for one in plans:
            planning.plan(writer, OPERATOR, one, id=uuid4(), zone=zone, now=BEGAN)

    await store.write(plan)
    ann = await store.write(join, "Ann Ash")
    site = Site(zone=zone)
    client = await aiohttp_client(build_app(store, clock=lambda: BEGAN, site=site))
    return Window(await signed_in(client, store, ann, now=BEGAN), zone)


@pytest.mark.parametrize("name", EVENING)
async def test_eight_in_the_evening_is_that_before_and_after_a_clock_goes_forward(
    aiohttp_client: AiohttpClient, store: Store, name: str
) -> None:
    plans = [Plan(title="Choir", day=day, begins="20:00") for day in DAYS]
    window = await opened(aiohttp_client, store, ZoneInfo(name), *plans)

    begins = [event.decoded("DTSTART") for event in await window.events()]

    assert tuple(each.astimezone(UTC).hour for each in begins) == EVENING[name]
    assert [each.astimezone(window.zone).hour for each in begins] == [20] * 3
    assert [str(each.astimezone(window.zone).date()) for each in begins] == list(DAYS)


async def test_a_night_in_which_the_clock_goes_forward_is_an_hour_shorter(
    aiohttp_client: AiohttpClient, store: Store
) -> None:
    night = Plan(
        title="Night walk",
        day="2026-03-28",
        begins="22:00",
        until="2026-03-29",
        ends="06:00",
    )
    window = await opened(aiohttp_client, store, ZoneInfo("Europe/Lisbon"), night)

    (event,) = await window.events()

    lasts = event.decoded("DTEND") - event.decoded("DTSTART")
    assert lasts.total_seconds() == 7 * 3600


async def test_whole_days_are_the_same_days_wherever_they_are_read(
    aiohttp_client: AiohttpClient, store: Store
) -> None:
    fair = Plan(title="Fair", day="2026-03-28", until="2026-03-29")
    window = await opened(aiohttp_client, store, ZoneInfo("Pacific/Auckland"), fair)

    (event,) = await window.events()

    assert event.decoded("DTSTART") == date(2026, 3, 28)
    assert event.decoded("DTEND") == date(2026, 3, 30)


async def test_today_on_the_wall_is_the_day_that_it_is_there(
    aiohttp_client: AiohttpClient, store: Store
) -> None:
    window = await opened(aiohttp_client, store, ZoneInfo("Pacific/Auckland"))

    page = await (await window.guest.get("/calendar?as=sheet")).text()

    # At noon in London on the first it is the second, an hour past midnight, there.
    assert re.search(r'aria-current="date">\s*<time datetime="2026-03-02">', page)
