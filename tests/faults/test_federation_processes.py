"""Three nodes trade over bad lines, and are killed while they do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from cesnode.services.identifiers import uuid7
from cesnode.store.store import writing
from tests.faults.agreement import fates, is_quiet, wrongs
from tests.faults.effort import effort
from tests.faults.lossy import Mishap
from tests.faults.node import PATIENCE
from tests.faults.towns import Town, towns
from tests.faults.travellers import Travellers, Wish, state_of

pytestmark = pytest.mark.faults

TRADES = effort(500, 5_000)
KILLS = effort(10, 250)
SEED = 7
LONGEST_LOAD = 0.4
LOOK_AGAIN = 0.1


async def test_no_kill_and_no_bad_line_parts_the_books(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - to be repeatable
    async with towns(tmp_path, chance) as three:
        travellers = Travellers(three, chance)
        for town in three:
            town.line.healed = False

        for _ in range(KILLS):
            await kill_under_load(chance.choice(three), travellers, chance)
        await heal(three)
        await until_settled(three, travellers)
        await asyncio.gather(*(town.down() for town in three))

        told = travellers.acknowledged
        assert wrongs(three, told) == []
        assert sum(map(len, told.values())) == TRADES // KILLS * KILLS
        assert fates(three).keys() == {"posted", "voided"}
        assert all(
            town.line.happened.keys() >= set(Mishap) - {Mishap.SWALLOWED} for town in three
        )


async def test_a_dead_peer_keeps_no_other_waiting(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - to be repeatable
    async with towns(tmp_path, chance) as (oak, dead, alive):
        dead.line.dead = True
        travellers = Travellers((oak, dead, alive), chance)
        in_vain, *good = (
            (home, payment(home, elsewhere))
            for home, elsewhere in ((oak, dead), (oak, alive), (alive, oak))
        )
        await travellers.trade([in_vain])
        await dead.line.swallowing.wait()

        await travellers.trade(good)
        await until_posted(good)

        assert dead.line.given_up == 0, "the others waited until the dead one was given up"
        assert await state_of(*in_vain) == "held"


def payment(home: Town, elsewhere: Town) -> Wish:
    """Think of a payment to somebody who does not want to be asked."""
    *_, buyer = home.community.people
    *_, seller = elsewhere.community.people
    return Wish(uuid7(), buyer, seller.number, 10, is_bill=False)


async def until_posted(trades: Sequence[tuple[Town, Wish]]) -> None:
    async with asyncio.timeout(PATIENCE):
        for town, wish in trades:
            while await state_of(town, wish) != "posted":  # noqa: ASYNC110 - in a node
                await asyncio.sleep(LOOK_AGAIN)


async def kill_under_load(
    victim: Town, travellers: Travellers, chance: random.Random
) -> None:
    """Let people trade, kill a node in the middle of it, and start it again."""
    trading = asyncio.gather(
        travellers.trade(travellers.wishes(TRADES // KILLS)), travellers.answer()
    )
    await asyncio.sleep(chance.uniform(0, LONGEST_LOAD))
    await victim.kill()
    await victim.up()
    await trading


async def heal(three: Sequence[Town]) -> None:
    """Mend the lines, and let so much time pass that all that waits is due again."""
    for town in three:
        town.line.healed = True
    await asyncio.gather(*(town.down() for town in three))
    for town in three:
        with writing(town.folder) as writer:
            writer.run("UPDATE outbox SET next_at = created_at WHERE done_at IS NULL")
    await asyncio.gather(*(town.up() for town in three))


async def until_settled(three: Sequence[Town], travellers: Travellers) -> None:
    """Let everybody answer what still comes, until nothing does."""
    async with asyncio.timeout(PATIENCE):
        while not all(map(is_quiet, three)):
            await travellers.answer(always=True)
            await asyncio.sleep(LOOK_AGAIN)
