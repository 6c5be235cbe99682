"""Three served nodes, one of them a hub between two that have no agreement."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.node import PATIENCE
from tests.faults.towns import Town, agree_with_the_first, towns
from tests.support.node import cesnode

pytestmark = pytest.mark.faults

SEED = 11
LOOK_AGAIN = 0.2


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[tuple[Town, ...]]:
    chance = random.Random(SEED)  # noqa: S311 - to be repeatable
    async with towns(tmp_path, chance, agree_with_the_first) as made:
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


def address(town: Town, serial: int) -> str:
    return f"{serial:04}@{town.line.origin.partition('://')[2]}"


def buying(home: Town, away: Town, amount: str) -> list[str]:
    number = home.community.people[2].number
    return ["--seller", address(away, 3), "--buyer", number, "--amount", amount]


async def test_a_trade_passes_a_hub_with_its_fee_and_comes_back(
    three: tuple[Town, ...],
) -> None:
    hub, home, away = three

    def trade() -> None:
        quote = run(home, "trade", "quote", *buying(home, away, "3"))["quote"]
        words = ["--for", "a box of vegetables", "--quote", quote["id"], "--wait", "30"]
        paid = run(home, "trade", "record", *buying(home, away, "3"), *words)["trade"]
        code = run(home, "peer", "beyond")

        assert quote["via"] == hub.code
        assert float(quote["fee"]) > 0
        assert paid["state"] == "posted"
        assert (paid["amount"], paid["remote"]["via"]) == (quote["paid"], hub.code)
        assert paid["remote"]["received"] == quote["received"]
        assert [one["via"] for one in code] == [hub.code]

    def traces() -> None:
        for town, role in ((home, "payer"), (hub, "hub"), (away, "payee")):
            (latest, *_) = run(town, "trade", "list")
            traced = run(town, "peer", "trace", latest["ref"])
            kinds = [one["type"] for one in traced["objects"]]
            booked = {"payer": 1, "hub": 2, "payee": 1}[role]
            assert traced["role"] == role
            assert kinds == ["trade-order", "trade-receipt", *["chain-entry"] * booked]
            assert "vegetables" not in str(traced) or role != "hub"

    def refund() -> None:
        (sale, *_) = run(away, "trade", "list")
        why = ["--reason", "not as it was", "--wait", "30", "--yes"]
        back = run(away, "trade", "reverse", sale["ref"], *why)["trade"]
        (first, *_) = run(home, "trade", "list")

        assert back["state"] == "posted"
        assert first["remote"]["received"] == back["remote"]["received"]

    def compare() -> None:
        for town in (home, away):
            assert run(town, "peer", "reconcile", hub.code)["reconciliation"] == "in-sync"

    for step in (trade, traces, refund, compare):
        await asyncio.to_thread(step)


async def test_what_nobody_leads_to_is_refused_and_a_restarted_hub_goes_on(
    three: tuple[Town, ...],
) -> None:
    hub, home, away = three

    def order(*more: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
        words = ["--for", "a box of vegetables", *more]
        return run(home, "trade", "record", *buying(home, away, "2"), *words, code=code)

    def off() -> None:
        run(home, "peer", "set", hub.code, "--no-hub")
        refused = order(code=1)
        run(home, "peer", "set", hub.code, "--allow-as-hub")

        assert refused["error"]["code"] == "unknown_peer"

    def bill() -> None:
        seller = ["--seller", home.community.people[2].number]
        buyer = ["--buyer", address(away, 3), "--amount", "2", "--for", "a box"]
        refused = run(home, "trade", "record", *seller, *buyer, code=1)

        assert refused["error"]["code"] == "not_through_hub"

    await asyncio.to_thread(off)
    asked = ("trade", "quote", *buying(home, away, "2"))
    quote = (await asyncio.to_thread(run, home, *asked))["quote"]
    await asyncio.to_thread(bill)
    await away.kill()
    held = await asyncio.to_thread(order, "--quote", quote["id"], "--wait", "1", code=3)
    await hub.kill()
    await away.up()
    await hub.up()

    await until_posted(home, held["trade"]["id"])


async def until_posted(town: Town, trade: str) -> None:
    async with asyncio.timeout(PATIENCE):
        # The state is another process's, so there is nothing here that could wake us.
        while await asyncio.to_thread(state_of, town, trade) != "posted":  # noqa: ASYNC110
            await asyncio.sleep(LOOK_AGAIN)


def state_of(town: Town, trade: str) -> str:
    return str(run(town, "trade", "show", trade)["trade"]["state"])
