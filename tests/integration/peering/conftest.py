"""Three exchanges with different currencies, each served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
