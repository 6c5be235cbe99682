"""A group with members of two exchanges, through their real servers and their pages."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app, quoter_of
from cesnode.community.roles import OPERATOR, Role
from cesnode.jobs import offers
from cesnode.services.peering import changing
from cesnode.services.peering.wishes import Wishes
from tests.integration.peering.test_couriers import carrying
from tests.support.exchanges import join
from tests.support.exchanges_online import Clock, Town, until
from tests.support.visitors import Guest, fields_of, signed_in

EVIL = "<script>alert(1)</script>"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody at their browser."""

    town: Town
    guest: Guest

    async def sees(self, path: str) -> str:
        page = await (await self.guest.get(path)).text()
        assert EVIL not in page
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())

    async def fills(self, path: str, **fields: str) -> str:
        """Fill in a form and send it; return where it led."""
        page = await (await self.guest.get(path)).text()
        response = await self.guest.post(path, fields_of(page, **fields))
        assert response.status == 303, await response.text()
        return response.headers["Location"]

    async def wishes(self, path: str, **fields: str) -> None:
        response = await self.guest.post(path, fields)
        assert response.status == 303, await response.text()

    def reads(self, path: str, words: str) -> Callable[[], Awaitable[bool]]:
        async def read() -> bool:
            return words in await self.sees(path)

        return read


@dataclass(frozen=True, slots=True)
class Meeting:
    """Ann leads a group of Oakvale, Bea is of Vila Nova; the post goes by itself."""

    ann: Member
    bea: Member
    home: str

    async def hear(self) -> None:
        await offers.hear_groups(self.bea.town.voice)

    async def join(self) -> str:
        """Let Bea come in; return where the group is for her."""
        await self.hear()
        await until(self.bea.reads("/groups", "Gardeners"))
        page = await (await self.bea.guest.get("/groups?q=garden")).text()
        found = re.search(r'href="(/groups/[0-9]+)"', page)
        assert found is not None
        await self.bea.wishes(found[1], wish="join")
        await until(self.bea.reads(found[1], "Leave the group"))
        return found[1]


@pytest.fixture
async def meeting(oak: Town, vila: Town, clock: Clock) -> AsyncIterator[Meeting]:
    await oak.agree_with(vila)
    async with AsyncExitStack() as stack:
        members = []
        for town, other, name in ((oak, vila, "Ann Ash"), (vila, oak, "Bea Braga")):
            await stack.enter_async_context(carrying(town))
            await town.store.write(
                changing.change,
                town.voice.here,
                OPERATOR,
                other.node,
                Wishes(share_groups=True),
                now=clock(),
            )
            app = build_app(town.store, clock=clock, quoter=quoter_of(town.voice))
            client = await stack.enter_async_context(TestClient(TestServer(app)))
            person = await town.store.write(join, name)
            members.append(Member(town, await signed_in(client, town.store, person)))
        ann, bea = members
        home = await ann.fills(
            "/groups/new", name="Gardeners", door="open", reach="neighbours"
        )
        yield Meeting(ann, bea, home)


async def test_a_group_next_door_is_found_joined_and_talked_in(meeting: Meeting) -> None:
    ann, bea = meeting.ann, meeting.bea
    there = await meeting.join()

    await ann.fills(f"{meeting.home}/write", title=f"We dig {EVIL}", body="At **ten**")
    await until(bea.reads(there, "We dig"))
    page = await (await bea.guest.get(there)).text()
    found = re.search(r'value="([0-9]+)"[^>]*>We dig', page)
    assert found is not None
    notice = await bea.guest.post("/notices", {"notice": found[1]})
    await bea.fills(notice.headers["Location"], body="I come")
    await until(ann.reads(meeting.home, "1 reply"))

    assert "Bea Braga ( Hora Exchange )" in await ann.sees(f"{meeting.home}/notices/1")
    assert "Bea Braga Hora Exchange" in await ann.sees(f"{meeting.home}/members")
    assert "People of Hora Exchange are in this group too" in await ann.sees(meeting.home)


async def test_before_joining_one_reads_who_will_see_one_s_name(meeting: Meeting) -> None:
    await meeting.hear()
    await until(meeting.bea.reads("/groups", "Gardeners"))
    page = await (await meeting.bea.guest.get("/groups")).text()
    found = re.search(r'href="(/groups/[0-9]+)"', page)
    assert found is not None

    words = await meeting.bea.sees(found[1])

    assert "see your name (Bea Braga), your number (VILA0001)" in words
    assert "whoever runs the computer there could read it" in words
    assert (await meeting.bea.guest.get(f"{found[1]}/members")).status == 403
    assert (await meeting.bea.guest.get(f"{found[1]}/edit")).status == 403


async def test_what_is_for_the_group_alone_is_on_its_board_and_nowhere_else(
    meeting: Meeting,
) -> None:
    there = await meeting.join()
    group = there.rpartition("/")[2]

    await meeting.bea.fills(
        "/market/new?kind=offering",
        title="Rare beans",
        audience="group",
        **{f"group-{group}": "1"},
    )
    await until(meeting.ann.reads(meeting.home, "Rare beans"))

    stranger = await meeting.ann.town.store.write(join, "Sly Stone", role=Role.ADMIN)
    app = build_app(meeting.ann.town.store, clock=meeting.ann.town.voice.clock)
    async with TestClient(TestServer(app)) as client:
        other = Member(
            meeting.ann.town,
            await signed_in(client, meeting.ann.town.store, stranger, second_step=True),
        )
        assert "Rare beans" not in await other.sees("/market?q=rare")
    assert "Rare beans" not in await meeting.ann.sees("/market?q=rare")
    assert "Rare beans" not in await meeting.ann.sees("/market")


async def test_a_steward_sends_a_guest_away_from_the_page_of_members(
    meeting: Meeting,
) -> None:
    there = await meeting.join()
    page = await (await meeting.ann.guest.get(f"{meeting.home}/members")).text()
    found = re.search(r'name="guest" value="([0-9]+)"', page)
    assert found is not None

    await meeting.ann.wishes(f"{meeting.home}/members", guest=found[1], wish="remove-guest")
    await until(meeting.bea.reads(there, "if one of its stewards lets you in"))

    assert "You are not in the group Gardeners" in await meeting.bea.sees("/notices")
