"""What the market needs done at night: mails that renew, and pictures that are swept."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.market import Kind
from cesnode.community.roles import OPERATOR
from cesnode.jobs import housekeeping, market
from cesnode.jobs.mailing import Postman
from cesnode.jobs.voice import speaking
from cesnode.services import trading
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.membership import changing
from cesnode.services.membership.changing import Changes
from cesnode.store import (
    Store,
    Writer,
    accounts,
    listings,
    media,
    members,
    pictures,
    profiles,
)
from cesnode.store.pictures import Picture
from cesnode.store.profiles import Profile
from cesnode.web.letters import Typist
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, order
from tests.support.smtp import body, postbox
from tests.support.visitors import Guest, signed_in

NIGHT = NOW + 355 * DAY


def picture(name: str) -> Picture:
    return Picture(small=name, large=name, width=480, height=360)


def put_up(writer: Writer) -> int:
    """Let somebody with an address put something up; return the listing."""
    ann = join(writer, "Ann Ash")
    actor = acting_as(writer, ann)
    changes = Changes(email="ann@example.org")
    changing.change(writer, OPERATOR, ann.number, changes, now=NOW)
    draft, id_ = Draft(title="Plum jam"), uuid4()
    made = publishing.publish(
        writer, actor, Kind.OFFERING, ann.number, draft, id=id_, now=NOW
    )
    return made.listing.id


async def tend(store: Store, now: int) -> None:
    async with speaking(store.folder, store, clock=lambda: now) as voice:
        await market.tend(voice)
        await housekeeping.sweep(voice)


@pytest.fixture
async def client(store: Store, aiohttp_client: AiohttpClient) -> TestClient[Any, Any]:
    return await aiohttp_client(build_app(store, clock=lambda: NIGHT))


async def test_one_tap_in_a_mail_renews_a_listing_without_signing_in(
    store: Store, tmp_path: Path, client: TestClient[Any, Any]
) -> None:
    listing = await store.write(put_up)
    with postbox(tmp_path / "letters") as box:
        settings = box.settings()
        postman = Postman(store, settings, Typist(store.folder).write, clock=lambda: NIGHT)
        await postman.begin()
        await tend(store, NIGHT)
        await tend(store, NIGHT)
        await postman.look()
        (letter,) = box.letters()

    assert "Plum jam" in letter["Subject"]
    assert "Renew it" in body(letter, "html")
    assert letter["List-Unsubscribe"] is not None
    found = re.search(r"(/renew/[A-Za-z0-9_-]+)", body(letter, "plain"))
    assert found is not None
    stranger = Guest(client)
    assert "Plum jam" in await (await stranger.get(found[1])).text()
    assert (await stranger.post(found[1], {})).status == 303
    assert (await stranger.get(found[1])).status == 404
    renewed = await store.read(listings.find, listing)
    assert renewed is not None
    assert (renewed.expires_on or "") > "2027-07"


async def test_pictures_that_nobody_needs_are_removed_after_a_day(store: Store) -> None:
    listing = await store.write(put_up)
    names = [media.save(store.folder, f"{each}".encode()) for each in range(4)]
    shown, face, photo, spare = names

    def keep(writer: Writer) -> None:
        pictures.replace(writer, listing, [picture(shown)])
        photographed = Picture(small=face, large=photo, width=9, height=9)
        profiles.keep(writer, 1, Profile(photo=photographed), now=NOW)

    await store.write(keep)
    for name in names:
        os.utime(store.folder / media.FOLDER / name, (NOW, NOW))

    await tend(store, NOW + DAY - 1)
    assert media.path(store.folder, spare) is not None
    await tend(store, NOW + DAY + 1)

    assert media.path(store.folder, spare) is None
    assert all(media.path(store.folder, name) for name in (shown, face, photo))


async def test_who_stays_near_a_limit_is_told_in_the_weekly_letter_and_on_home(
    store: Store, tmp_path: Path, aiohttp_client: AiohttpClient
) -> None:
    def prepare(writer: Writer) -> Person:
        ann, bob = join(writer, "Ann Ash"), join(writer, "Bob Beech")
        members.set_email(writer, bob.member, "bob@oak.example")
        accounts.set_floor(writer, bob.account, -100_00, own=True)
        for person, kind in ((ann, Kind.WANT), (bob, Kind.OFFERING)):
            draft = Draft(title="Mending bicycles")
            number = person.number
            publishing.publish(writer, OPERATOR, kind, number, draft, id=uuid4(), now=NOW)
        trading.record(writer, OPERATOR, order(ann, bob, "95"), now=NOW)
        return bob

    clock = [NOW]
    with postbox(tmp_path / "letters") as box:
        settings = box.settings()
        postman = Postman(
            store, settings, Typist(store.folder).write, clock=lambda: clock[0]
        )
        await postman.begin()
        bob = await store.write(prepare)
        for day in range(23):
            clock[0] = NOW + day * DAY
            await tend(store, clock[0])
            await postman.look()
        letters = [
            each for each in box.letters() if "Others look for" in body(each, "plain")
        ]

    served = await aiohttp_client(build_app(store, clock=lambda: clock[0]))
    guest = await signed_in(served, store, bob, now=clock[0])
    home = await (await guest.get("/home")).text()
    assert "Mending bicycles" in body(letters[0], "plain")
    assert "/home#advice" in body(letters[0], "plain")
    assert "limit" not in letters[0]["Subject"]
    assert len(letters) == 1
    assert "Something you could give?" in home
