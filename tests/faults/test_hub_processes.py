"""Three served nodes, one of them a hub between two that have no agreement."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cesnode.jobs import scheduling
from cesnode.jobs.voice import speaking
from cesnode.store import Store
from tests.faults.node import PATIENCE
from tests.faults.towns import Town, agree_with_the_first, towns
from tests.support.node import cesnode

pytestmark = pytest.mark.faults

SEED = 11
LOOK_AGAIN = 0.2
ROUNDS = 6
REFUNDED = 0.5


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

    await asyncio.to_thread(off)
    asked = ("trade", "quote", *buying(home, away, "2"))
    quote = (await asyncio.to_thread(run, home, *asked))["quote"]
    await away.kill()
    held = await asyncio.to_thread(order, "--quote", quote["id"], "--wait", "1", code=3)
    await hub.kill()
    await away.up()
    await hub.up()

    await until_posted(home, held["trade"]["id"])


async def test_bills_refunds_and_schedules_pass_while_nodes_are_killed(
    three: tuple[Town, ...],
) -> None:
    hub, home, away = three
    traffic = Traffic(home, away)
    await asyncio.to_thread(traffic.begin)
    enough = asyncio.Event()
    killing = asyncio.create_task(keep_killing(three, enough))

    for _ in range(ROUNDS):
        await traffic.go_on()
    enough.set()
    await killing
    await traffic.end()

    for town in (home, away):
        await until_in_sync(town, hub)
    for town in three:
        listed = await asyncio.to_thread(run, town, "peer", "list")
        assert {peer["in_flight"] for peer in listed} == {0}
    assert await asyncio.to_thread(traffic.states) == {"posted"}
    assert traffic.undone


@dataclass
class Traffic:
    """Home asks and buys, away asks and buys; what is asked is agreed to, some undone."""

    home: Town
    away: Town
    undone: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311

    def begin(self) -> None:
        """Trade once each way, so that the two ends have met, and schedule some more."""
        for one, other in ((self.home, self.away), (self.away, self.home)):
            words = ["--for", "a box of vegetables", "--wait", "30"]
            run(one, "trade", "record", *buying(one, other, "1"), *words)
            terms = ["--for", "eggs", "--most", "100000", "--every", "once"]
            for _ in range(ROUNDS // 2):
                run(one, "schedule", "add", *buying(one, other, "2"), *terms)

    async def go_on(self) -> None:
        """Ask, agree, undo and enter what is due, as far as anybody can be reached."""
        for one, other in ((self.home, self.away), (self.away, self.home)):
            await asyncio.to_thread(self._ask, one, other)
            await asyncio.to_thread(self._answer, one)
            await enter_due(one)
            if self.chance.random() < REFUNDED:
                await asyncio.to_thread(self._undo, one)

    async def end(self) -> None:
        """Answer until nothing waits any more, with all nodes up."""
        async with asyncio.timeout(2 * PATIENCE):
            while await asyncio.to_thread(self._is_waiting):
                for town in (self.home, self.away):
                    await enter_due(town)
                    await asyncio.to_thread(self._answer, town)
                await asyncio.sleep(LOOK_AGAIN)

    def states(self) -> set[str]:
        return {
            trade["state"]
            for town in (self.home, self.away)
            for trade in run(town, "trade", "list", "--limit", "500")
            if trade["remote"] is not None
        }

    def _is_waiting(self) -> bool:
        due = [
            schedule
            for town in (self.home, self.away)
            for schedule in run(town, "schedule", "list")
            if schedule["state"] == "running"
        ]
        return bool(due) or bool(self.states() & {"requested", "held", "pending"})

    def _ask(self, one: Town, other: Town) -> None:
        number = one.community.people[2].number
        amount = str(self.chance.randint(1, 3))
        sides = ["--seller", number, "--buyer", address(other, 3), "--amount", amount]
        run(one, "trade", "record", *sides, "--for", "eggs", "--wait", "0")

    def _answer(self, town: Town) -> None:
        """Agree to what waits; a hub that is away is asked for its price another time."""
        own = {person.number for person in town.community.people}
        for trade in run(town, "trade", "list", "--limit", "500"):
            if trade["state"] == "requested" and trade["buyer"] in own:
                try_to(town, "trade", "accept", trade["ref"], "--wait", "0")

    def _undo(self, town: Town) -> None:
        own = {person.number for person in town.community.people}
        for trade in run(town, "trade", "list", "--limit", "500"):
            if trade["state"] == "posted" and trade["seller"] in own:
                why = ["--reason", "not as it was", "--wait", "0", "--yes"]
                self.undone += try_to(town, "trade", "reverse", trade["ref"], *why)
                return


def try_to(town: Town, *words: str) -> bool:
    """Do something that is refused while another exchange is away; say if it was done."""
    done = cesnode(*words, "--data", str(town.folder), "--json")
    expected = {"peer_unreachable", "quote_refused", "peer_resting", "wrong_state"}
    is_done = done.code in {0, 3}
    assert is_done or done.error["code"] in expected, done.stdout
    return is_done


async def enter_due(town: Town) -> None:
    """Do what the node's clock does every few minutes."""
    store = Store(town.folder)
    try:
        async with speaking(town.folder, store) as voice:
            await scheduling.enter_due(voice)
    finally:
        await store.close()


async def keep_killing(towns: Sequence[Town], enough: asyncio.Event) -> None:
    """Kill one after another, giving none of them time for anything."""
    chance = random.Random(SEED)  # noqa: S311 - to be repeatable
    while not enough.is_set():
        town = chance.choice(towns)
        await town.kill()
        await asyncio.sleep(chance.random())
        await town.up()
        await asyncio.sleep(chance.random())


async def until_in_sync(town: Town, hub: Town) -> None:
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(compared, town, hub) != "in-sync":  # noqa: ASYNC110
            await asyncio.sleep(LOOK_AGAIN)


def compared(town: Town, hub: Town) -> str:
    done = cesnode("peer", "reconcile", hub.code, "--data", str(town.folder), "--json")
    return str(done.json["reconciliation"])


async def until_posted(town: Town, trade: str) -> None:
    async with asyncio.timeout(PATIENCE):
        # The state is another process's, so there is nothing here that could wake us.
        while await asyncio.to_thread(state_of, town, trade) != "posted":  # noqa: ASYNC110
            await asyncio.sleep(LOOK_AGAIN)


def state_of(town: Town, trade: str) -> str:
    return str(run(town, "trade", "show", trade)["trade"]["state"])
