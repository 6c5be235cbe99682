"""The pages on which members see neighbour exchanges, and what those show."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app, quoter_of
from cesnode.community.market import Audience, Kind
from cesnode.community.roles import Role
from cesnode.store import peers
from tests.support.exchanges import join
from tests.support.exchanges_online import Clock, Town
from tests.support.markets import WAIT, Stall, hear
from tests.support.visitors import Guest, signed_in


@dataclass(frozen=True, slots=True)
class Window:
    """Ann of Oakvale at her browser, after Oakvale has heard Vila Nova."""

    ann: Stall
    bea: Stall
    guest: Guest
    stranger: Guest
    keeper: Guest

    async def words(self, path: str) -> str:
        page = await (await self.guest.get(path)).text()
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.fixture
async def window(oak: Town, vila: Town, clock: Clock) -> AsyncIterator[Window]:
    await oak.agree_with(vila)
    ann, bea = await Stall.of(oak, "Ann Ash"), await Stall.of(vila, "Béa Braga")
    await bea.put("<b>Pão</b>", price="1,5", text="<script>alert(1)</script> _bom_")
    await bea.put("Boleia", kind=Kind.WANT)
    await bea.put("Em casa", audience=Audience.HERE)
    clock.now += WAIT
    await hear(oak, lambda: None)
    app = build_app(oak.store, clock=clock, quoter=quoter_of(oak.voice))
    async with TestClient(TestServer(app)) as client:
        guest = await signed_in(client, oak.store, ann.person)
        eva = await oak.store.write(join, "Eva Elm", role=Role.ADMIN)
        keeper = await signed_in(client, oak.store, eva, second_step=True)
        yield Window(ann, bea, guest, Guest(client), keeper)


async def test_every_neighbour_is_listed_with_what_it_shows(window: Window) -> None:
    words = await window.words("/neighbours")

    assert "Hora Exchange VILA 1 offering · 1 want" in words


async def test_a_neighbour_has_a_page_with_its_rate_and_newest_offerings(
    window: Window,
) -> None:
    words = await window.words("/neighbours/VILA")

    assert "10 leaves" in words
    assert "Pão" in words
    assert "Em casa" not in words


async def test_what_a_neighbour_offers_can_be_paid_for_from_its_page(
    window: Window,
) -> None:
    (seen,) = await window.ann.sees("pao")
    page = await (await window.guest.get(f"/market/{seen.id}")).text()

    assert "<script>alert" not in page
    assert "<b>Pão" not in page
    found = re.search(r'href="(/trade/pay\?[^"]*)"', page)
    assert found is not None
    form = await (await window.guest.get(html.unescape(found[1]))).text()
    assert 'value="15.00"' in form
    assert f"0001@{window.bea.town.node}" in form
    assert "Pão" in form


async def test_the_market_shows_one_neighbour_alone_where_asked(window: Window) -> None:
    await window.ann.put("Jam")

    everything = await window.words("/market")
    alone = await window.words("/market?peer=1")

    assert "Jam" in everything
    assert "Hora Exchange" in everything
    assert "Pão" in alone
    assert "Jam" not in alone


@pytest.mark.parametrize("path", ["/neighbours", "/neighbours/VILA"])
async def test_strangers_sign_in_first(window: Window, path: str) -> None:
    assert (await window.stranger.get(path)).status == 303


async def test_an_exchange_that_is_no_neighbour_has_no_page(window: Window) -> None:
    answer = await window.guest.get("/neighbours/NONE")

    assert answer.status == 404


async def test_the_keepers_decide_on_a_page_what_goes_between_two_exchanges(
    window: Window, oak: Town
) -> None:
    shown = await (await window.keeper.get("/neighbours/VILA/sharing")).text()

    wanted = {"market": "on", "groups": "on"}
    kept = await window.keeper.post("/neighbours/VILA/sharing", wanted)

    assert shown.count("checked") == 2
    assert kept.headers["Location"] == "/neighbours/VILA"
    assert "None go there, or come from there" in await window.words("/neighbours/VILA")
    peer = await oak.store.read(peers.find, "VILA")
    assert (peer.shares_market, peer.carries_messages) == (True, False)
    assert peer.shares_groups
    assert (await window.guest.get("/neighbours/VILA/sharing")).status == 403
