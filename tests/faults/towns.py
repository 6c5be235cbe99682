"""Exchanges that trade with each other: each a process of its own, behind a bad line."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR
from cesnode.ledger.money import Currency
from cesnode.services.membership import changing
from cesnode.services.membership.changing import Changes
from cesnode.store import keyring
from cesnode.store.store import writing
from tests.faults.community import WITHOUT_LIMITS, Community, gather
from tests.faults.lossy import Line, line
from tests.faults.node import Node, serving
from tests.support.exchanges import FOUNDED, NOW
from tests.support.exchanges_online import HORA, KOPEK, LEAF
from tests.support.node import cesnode

CURRENCIES = (LEAF, HORA, KOPEK)
LINE_OF_CREDIT = "1000000"
MOST_UNASKED = "1000000"
PEOPLE = 4


@dataclass
class Town:
    """An exchange, the line others reach it by, and the process while it runs."""

    code: str
    community: Community
    line: Line
    node: Node | None = None
    _running: ExitStack = field(default_factory=ExitStack)

    @property
    def folder(self) -> Path:
        return self.community.folder

    async def up(self) -> None:
        self.node = await asyncio.to_thread(
            self._running.enter_context, serving(self.folder)
        )
        self.line.upstream = self.node.origin

    async def kill(self) -> None:
        """End the process, giving it no time for anything."""
        assert self.node is not None
        self.line.upstream = ""
        self.node.kill()
        await asyncio.to_thread(self._running.close)

    async def down(self) -> None:
        """Ask the process to end; see that it does so in order."""
        assert self.node is not None
        self.line.upstream = ""
        assert await asyncio.to_thread(self.node.stop) == 0, self.node.said
        await asyncio.to_thread(self._running.close)

    def put_away(self) -> None:
        self._running.close()


@asynccontextmanager
async def towns(
    place: Path,
    chance: random.Random,
    agree: Callable[[Sequence[Town]], None] | None = None,
) -> AsyncIterator[tuple[Town, ...]]:
    """Let three exchanges run that are peers of each other, or `agree` otherwise."""
    async with AsyncExitStack() as stack:
        made = []
        for currency in CURRENCIES:
            seed = str(chance.random())
            town = _found(place, currency, await stack.enter_async_context(line(seed)))
            stack.callback(town.put_away)
            made.append(town)
        await asyncio.gather(*(town.up() for town in made))
        await asyncio.to_thread(agree or _agree_all, made)
        yield tuple(made)


def _found(place: Path, currency: Currency, reached_by: Line) -> Town:
    exchange = Exchange(
        name=f"{currency.singular.title()} Exchange",
        origin=reached_by.origin,
        allow_private_peers=True,
        founded_at=FOUNDED,
        currency=currency,
        rules=WITHOUT_LIMITS,
    )
    community = gather(place / currency.code, people=PEOPLE, exchange=exchange)
    keyring.ensure(community.folder)
    _give_standing_rules(community)
    return Town(currency.code, community, reached_by)


def _give_standing_rules(community: Community) -> None:
    """Let one pay bills unasked, and another be asked before receiving."""
    pays, asks, *_ = community.people
    with writing(community.folder) as writer:
        for person, rule in (
            (pays, Changes(pays_bills_up_to=MOST_UNASKED)),
            (asks, Changes(approves_receipts=True)),
        ):
            changing.change(writer, OPERATOR, person.number, rule, now=NOW)


def _agree_all(made: Sequence[Town]) -> None:
    for one, other in combinations(made, 2):
        agree_both(one, other)


def agree_with_the_first(made: Sequence[Town]) -> None:
    """Let the first be a hub, with a fee, between others that know of no one else."""
    hub, *others = made
    for other in others:
        agree_both(hub, other)
        _run(hub, "set", other.code, "--allow-as-hub", "--hub-fee", "1% + 0.05")
        _run(other, "set", hub.code, "--allow-as-hub")


def agree_both(one: Town, other: Town) -> None:
    invited = _run(one, "invite", "--credit-line", LINE_OF_CREDIT)
    _run(other, "accept", invited, "--credit-line", LINE_OF_CREDIT, "--yes")
    _run(one, "approve", other.code, "--yes")


def _run(town: Town, *words: str) -> str:
    done = cesnode("peer", *words, "--data", str(town.folder), "--json")
    assert done.code == 0, done.stdout + done.stderr
    return str(done.json.get("invite", ""))
