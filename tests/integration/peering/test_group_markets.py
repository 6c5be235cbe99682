"""What only a group sees stays at home, whatever it was before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cesnode.community.market import Audience
from cesnode.services.market.drafts import Draft
from cesnode.store import Writer
from tests.integration.peering.test_markets import ann, bea, later
from tests.support.exchanges_online import Town
from tests.support.groups import found
from tests.support.markets import Stall, hear

__all__ = ["ann", "bea", "later"]


@pytest.fixture
async def group(ann: Stall) -> int:
    """A group that Ann leads at home."""

    def work(writer: Writer) -> int:
        return found(writer, ann.person)

    return await ann.town.store.write(work)


async def test_what_is_for_a_group_is_not_heard_next_door(
    vila: Town, ann: Stall, bea: Stall, group: int, later: Callable[[], None]
) -> None:
    await ann.put("Rare beans", audience=Audience.GROUP, groups=(group,))
    await ann.put("Common beans")

    await hear(vila, later)

    assert await bea.titles("beans") == ["Common beans"]


async def test_what_becomes_a_group_s_own_is_gone_next_door(
    vila: Town, ann: Stall, bea: Stall, group: int, later: Callable[[], None]
) -> None:
    listing = await ann.put("Rare beans")
    await hear(vila, later)
    assert await bea.titles("beans") == ["Rare beans"]

    only_us = Draft(title="Rare beans", audience=Audience.GROUP, groups=(group,))
    await ann.rewrite(listing, only_us)
    await hear(vila, later)

    assert await bea.titles("beans") == []
