"""Three exchanges with different currencies, each served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services.peering import changing
from cesnode.services.peering.wishes import Wishes
from tests.support.exchanges_online import HORA, KOPEK, LEAF, Clock, Town, town


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def oak(tmp_path: Path, clock: Clock) -> AsyncIterator[Town]:
    async with town(tmp_path / "oak", LEAF, clock) as served:
        yield served


@pytest.fixture
async def vila(tmp_path: Path, clock: Clock) -> AsyncIterator[Town]:
    async with town(tmp_path / "vila", HORA, clock) as served:
        yield served


@pytest.fixture
async def kope(tmp_path: Path, clock: Clock) -> AsyncIterator[Town]:
    async with town(tmp_path / "kope", KOPEK, clock) as served:
        yield served


@pytest.fixture
async def oak_too(tmp_path: Path, clock: Clock) -> AsyncIterator[Town]:
    """Another exchange that calls itself OAKV."""
    async with town(tmp_path / "oak_too", LEAF, clock) as served:
        yield served


@pytest.fixture
async def hub(oak: Town, kope: Town, vila: Town) -> Town:
    """A third exchange that lets the two of them trade, for one in a hundred."""
    for other in (oak, vila):
        await kope.agree_with(other)
        for one, peer in ((kope, other), (other, kope)):
            wishes = Wishes(allow_as_hub=True, hub_fee="1%" if one is kope else None)
            await one.store.write(
                changing.change,
                one.voice.here,
                OPERATOR,
                peer.node,
                wishes,
                now=one.voice.clock(),
            )
    return kope
