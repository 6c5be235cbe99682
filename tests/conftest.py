"""A founded exchange for each test, and three people who have just joined it.

It is founded once and copied: founding takes longer than most tests.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from cesnode.store import Store, Writer
from cesnode.store.store import writing
from tests.support.exchanges import Person, found, join

PATIENCE = 10
"""Seconds after which a store that does not close is called hung."""


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("template") / "oakvale")


@pytest.fixture
def founded(_template: Path, tmp_path: Path) -> Path:
    """A data folder with a fresh exchange: OAKV, floor -100.00, ceiling 500.00."""
    return Path(shutil.copytree(_template, tmp_path / "oakvale"))


@pytest.fixture
def writer(founded: Path) -> Iterator[Writer]:
    """A write transaction on the fresh exchange."""
    with writing(founded) as opened:
        yield opened


@pytest.fixture
async def store(founded: Path) -> AsyncIterator[Store]:
    opened = Store(founded)
    yield opened
    async with asyncio.timeout(PATIENCE):
        await opened.close()


@pytest.fixture
def ann(writer: Writer) -> Person:
    return join(writer, "Ann Ash", area="North")


@pytest.fixture
def bob(writer: Writer) -> Person:
    return join(writer, "Bob Beech", area="North")


@pytest.fixture
def cem(writer: Writer) -> Person:
    return join(writer, "Cem Cedar", area="South")
