"""Paying into another exchange, in a real browser without scripts, between two nodes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from cesnode.jobs.delivery import Couriers
from cesnode.store import Reader, accounts
from tests.browser.conftest import Visitor, Way
from tests.browser.test_trading import Tapping
from tests.support.exchanges import join
from tests.support.exchanges_online import HORA, LEAF, Clock, Town, town
from tests.support.visitors import sign_in

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENCE_MS = 30_000


@pytest_asyncio.fixture(loop_scope="session")
async def towns(tmp_path: Path) -> AsyncIterator[tuple[Town, Town]]:
    """Oakvale and Vila, which trade with each other; the couriers of both are at work."""
    clock = Clock()
    async with (
        town(tmp_path / "oak", LEAF, clock) as oak,
        town(tmp_path / "vila", HORA, clock) as vila,
    ):
        await oak.agree_with(vila)
        carrying = [asyncio.create_task(couriers(each).run()) for each in (oak, vila)]
        yield oak, vila
        for task in carrying:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def couriers(one: Town) -> Couriers:
    return Couriers(one.voice)


@pytest.mark.parametrize("scripts", [True, False])
async def test_paying_somebody_in_another_exchange_takes_five_taps_at_most(
    chromium: Browser, towns: tuple[Town, Town], *, scripts: bool
) -> None:
    oak, vila = towns
    ann = await oak.store.write(join, "Ann Ash")
    vera = await vila.store.write(join, "Vera Vime")
    secret = await oak.store.write(sign_in, ann)
    visitor = Visitor(chromium, oak.voice.origin)
    visit = await visitor.open("/home", Way(width=390, scripts=scripts), secret=secret)
    way = Tapping(visit.page)

    await way.tap("link", "Pay someone")
    await way.type("Name or number", "VILA0001")
    await way.type("How much?", "12.50")
    await way.type("What for?", "Bicycle repair")
    await way.tap("button", "Check and pay")
    check = await way.words()
    await way.tap("button", "Pay 12.50 leaves")
    # The page looks again by itself: nobody taps on it.
    done = visit.page.get_by_text("Hora Exchange agreed")
    await done.wait_for(timeout=PATIENCE_MS)

    for said in ("12.50 leaves", "1.25 horas", "This price holds until"):
        assert said in check
    assert way.taps <= 5

    def received(reader: Reader) -> int:
        return accounts.by_id(reader, vera.account).position.balance

    assert await vila.store.read(received) == 125
    await visitor.leave()
