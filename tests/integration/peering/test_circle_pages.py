"""Who keeps an exchange's agreements looks for circles and answers them, on pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app
from cesnode.community.roles import Grant, Role
from cesnode.jobs.reception import node_of
from cesnode.jobs.voice import speaking
from cesnode.store import Store, Writer, members
from federation.setoff_states import SetoffState
from tests.support.federation import people
from tests.support.nodes import Node
from tests.support.ring import TRIANGLE, Ring, reserved, ringed, settle_rings, state_at
from tests.support.visitors import COOKIE, Guest, signed_in

Client: TypeAlias = TestClient[web.Request, web.Application]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settle_rings(tmp_path_factory.mktemp("rings"))


@pytest.fixture
def ring(founded: Path, tmp_path: Path) -> Iterator[Ring]:
    with ringed(founded, tmp_path, TRIANGLE) as opened:
        yield opened


@asynccontextmanager
async def at(node: Node, role: Role | None = Role.TREASURER) -> AsyncIterator[Guest]:
    """Sit somebody of a node's exchange down at their browser."""
    (person, *_) = node.read(people)

    def grant(writer: Writer) -> None:
        if role is not None:
            members.grant(writer, person.member, Grant(role))

    node.write(grant)
    store = Store(node.folder)
    async with speaking(node.folder, store, clock=lambda: node.now) as voice:
        app = build_app(store, clock=lambda: node.now, node=node_of(voice))
        async with TestClient(TestServer(app)) as client:
            guest = await signed_in(client, store, person, now=node.now)
            guest.cookies = {f"__Host-{COOKIE}": guest.cookies[COOKIE]}  # It is encrypted.
            yield guest
    await store.close()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def page(guest: Guest, path: str) -> str:
    answer = await guest.get(path)
    assert answer.status == 200, path
    return await answer.text()


async def test_a_circle_is_proposed_agreed_to_and_seen_to_be_done(ring: Ring) -> None:
    oak, vila, waha = ring.nodes
    async with at(oak) as guest:
        seen = await page(guest, "/circles")
        (key,) = re.findall(r'name="circle" value="(\w+)"', seen)
        assert "2.0001 hours" in words(seen)
        proposed = await guest.post("/circles", {"deed": "propose", "circle": key})
        place = proposed.headers["Location"]
        assert "Call it off" in await page(guest, place)
    ring.talk()

    for node in (vila, waha):
        async with at(node) as guest:
            assert "Waits for your answer" in await page(guest, "/circles")
            agreed = await guest.post(place, {"deed": "agree"})
            assert "Agreed." in await (await guest.follow(agreed)).text()
        ring.talk()
    ring.now += 61
    ring.talk()

    async with at(oak) as guest:
        seen = words(await page(guest, place))
        assert "All have agreed" in seen
        assert "We owe Vila Nova less 20.00" in seen
    ring.require_whole()


async def test_no_is_said_with_a_reason(ring: Ring) -> None:
    vila = ring.nodes[1]
    setoff = ring.propose()
    ring.talk()

    async with at(vila) as guest:
        place = f"/circles/{setoff.id}"
        empty = await guest.post(place, {"deed": "decline", "why": ""})
        assert empty.status == 422
        assert 'id="why"' in await empty.text()
        said = await guest.post(place, {"deed": "decline", "why": "after the fair"})
        assert "after the fair" in await (await guest.follow(said)).text()

    assert state_at(vila, setoff) is SetoffState.REFUSED


async def test_what_cannot_be_agreed_to_is_told_on_the_page(ring: Ring) -> None:
    vila = ring.nodes[1]
    setoff = ring.propose()
    ring.talk()
    ring.owes(2, 1, "1")

    async with at(vila) as guest:
        answer = await guest.post(f"/circles/{setoff.id}", {"deed": "agree"})

        assert answer.status == 422
        assert "What is owed is" in await answer.text()
    assert reserved(vila, ring.first) == 0


@pytest.mark.parametrize("deed", ["force", "withdraw", "honour"])
async def test_what_is_not_ours_to_do_or_too_early_is_refused(
    ring: Ring, deed: str
) -> None:
    vila = ring.nodes[1]
    setoff = ring.propose()
    ring.talk()
    ring.agree(vila, setoff)

    async with at(vila) as guest:
        fields = {"deed": deed, "why": "they are gone"}
        answer = await guest.post(f"/circles/{setoff.id}", fields)

        assert answer.status in {403, 422}
    assert state_at(vila, setoff) is SetoffState.ACCEPTED


async def test_taking_part_is_a_switch_that_says_what_it_does(ring: Ring) -> None:
    async with at(ring.first) as guest:
        await guest.post("/circles", {"deed": "leave"})
        left = await page(guest, "/circles")
        refused = await guest.post("/circles", {"deed": "ask"})
        await guest.post("/circles", {"deed": "join"})
        asked = await guest.post("/circles", {"deed": "ask"})

        assert "may learn how many hours we owe" in words(left)
        assert refused.status == 422
        assert asked.status == 303


async def test_nobody_else_sees_any_of_it(ring: Ring) -> None:
    setoff = ring.propose()

    async with at(ring.first, role=None) as guest:
        for path in ("/circles", f"/circles/{setoff.id}"):
            assert (await guest.get(path)).status in {403, 404}
            assert (await guest.post(path, {"deed": "leave"})).status in {403, 404}


async def test_a_set_off_nobody_knows_is_not_found(ring: Ring) -> None:
    async with at(ring.first) as guest:
        assert (await guest.get("/circles/019ac3f0")).status == 404
