"""Three served nodes that owe one another in a circle, and clear it at their terminals."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.faults.node import PATIENCE
from tests.faults.towns import Town, towns
from tests.support.node import cesnode

pytestmark = pytest.mark.faults

SEED = 13
LOOK_AGAIN = 0.2


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[tuple[Town, ...]]:
    chance = random.Random(SEED)  # noqa: S311 - to be repeatable
    async with towns(tmp_path, chance) as made:
        for town in made:
            town.line.healed = True
        yield made
        await asyncio.gather(*(town.down() for town in made))
        for town in made:
            assert run(town, "ledger", "check")["ok"]


def run(town: Town, *words: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
    done = cesnode(*words, "--data", str(town.folder), "--json")
    assert done.code == code, done.stdout + done.stderr
    return done.json


def buys(home: Town, away: Town, amount: str) -> None:
    """Let somebody of a town buy next door, so that it owes so much in that currency."""
    seller = f"0003@{away.line.origin.partition('://')[2]}"
    buyer = home.community.people[2].number
    words = ["--seller", seller, "--buyer", buyer, "--amount", amount, "--for", "eggs"]
    done = run(home, "trade", "record", *words, "--wait", "30")["trade"]
    assert done["state"] == "posted"


def state(town: Town, setoff: str) -> str:
    return str(run(town, "peer", "circle", "show", setoff)["state"])


def owed(town: Town, other: Town) -> float:
    (found,) = [one for one in run(town, "peer", "list") if one["code"] == other.code]
    return float(found["balance"])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - other processes
            await asyncio.sleep(LOOK_AGAIN)


def proposed(three: tuple[Town, ...]) -> str:
    """Let the first find the circle and propose it; return its id."""
    (circle,) = run(three[0], "peer", "circle", "find")["circles"]
    assert len(circle["edges"]) == len(three)
    words = ["propose", circle["key"], "--yes"]
    return str(run(three[0], "peer", "circle", *words)["id"])


def owing(three: tuple[Town, ...]) -> None:
    """Let each owe the next, and all take part."""
    oak, vila, kope = three
    buys(oak, vila, "3")
    buys(vila, kope, "200")
    buys(kope, oak, "40")
    for town in three:
        assert run(town, "peer", "circle", "join", "--yes")["takes_part"]


async def test_a_circle_is_cleared_by_three_processes(three: tuple[Town, ...]) -> None:
    oak, vila, kope = three

    await asyncio.to_thread(owing, three)
    before = [owed(oak, vila), owed(oak, kope)]
    setoff = await asyncio.to_thread(proposed, three)
    for town in (vila, kope):
        await asyncio.to_thread(run, town, "peer", "circle", "agree", setoff, "--yes")
    await until(lambda: {state(town, setoff) for town in three} == {"cleared"})
    await until(
        lambda: all(
            part["booked"]
            for town in three
            for part in run(town, "peer", "circle", "show", setoff)["parts"]
        )
    )

    after = [owed(oak, vila), owed(oak, kope)]
    assert sum(after) == pytest.approx(sum(before))
    assert abs(after[0]) < abs(before[0])
    for town, other in combinations(three, 2):
        compared = await asyncio.to_thread(run, town, "peer", "reconcile", other.code)
        assert compared["reconciliation"] == "in-sync"


async def test_who_is_killed_in_between_clears_it_all_the_same(
    three: tuple[Town, ...],
) -> None:
    oak, vila, kope = three

    await asyncio.to_thread(owing, three)
    setoff = await asyncio.to_thread(proposed, three)
    await oak.kill()
    for town in (vila, kope):
        await asyncio.to_thread(run, town, "peer", "circle", "agree", setoff, "--yes")
        assert await asyncio.to_thread(state, town, setoff) == "accepted"
    await vila.kill()
    await oak.up()
    await vila.up()

    await until(lambda: {state(town, setoff) for town in three} == {"cleared"})


async def test_what_is_refused_or_withdrawn_is_done_by_nobody(
    three: tuple[Town, ...],
) -> None:
    oak, vila, kope = three

    def ended(setoff: str) -> bool:
        return {state(town, setoff) for town in three} == {"aborted"}

    def refuse() -> str:
        owing(three)
        setoff = proposed(three)
        run(vila, "peer", "circle", "decline", setoff, "--why", "not this year")
        return setoff

    def withdraw() -> str:
        setoff = proposed(three)
        run(kope, "peer", "circle", "agree", setoff, "--yes")
        run(kope, "peer", "circle", "force", setoff, "--reason", "gone", code=1)
        run(kope, "peer", "circle", "honour", setoff, "--yes", code=1)
        run(oak, "peer", "circle", "withdraw", setoff, "--why", "it takes too long")
        return setoff

    first = await asyncio.to_thread(refuse)
    await until(lambda: ended(first))
    second = await asyncio.to_thread(withdraw)
    await until(lambda: ended(second))

    listed = await asyncio.to_thread(run, kope, "peer", "circle", "list")
    left = await asyncio.to_thread(run, kope, "peer", "circle", "leave")
    assert {one["state"] for one in listed} == {"aborted"}
    assert not left["takes_part"]
