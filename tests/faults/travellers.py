"""Members who trade with members of other exchanges, and do not give up.

What is not answered is asked again, with the same id, until it is.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import permutations
from typing import Any
from uuid import UUID

import aiohttp

from cesnode.services.identifiers import uuid7
from tests.faults.community import Resident
from tests.faults.node import PATIENCE
from tests.faults.towns import Town

BREATH = 0.05
"""Seconds until somebody who got no answer asks again."""
_UNKNOWN = 99
_IN_VAIN = 0.05
"""The share of payments to members who do not exist."""
_YES = 0.7


@dataclass(frozen=True, slots=True)
class Wish:
    """A payment to somebody elsewhere, or a bill for them."""

    id: UUID
    who: Resident
    other: str
    amount: int
    is_bill: bool

    @property
    def body(self) -> dict[str, str]:
        seller, buyer = self.who.number, self.other
        if not self.is_bill:
            seller, buyer = buyer, seller
        return {
            "id": str(self.id),
            "seller": seller,
            "buyer": buyer,
            "amount": str(self.amount),
            "description": "eggs",
        }


@dataclass
class Travellers:
    """All who trade, what was acknowledged to them, and where."""

    towns: Sequence[Town]
    chance: random.Random
    acknowledged: dict[str, list[Wish]] = field(default_factory=dict)

    def wishes(self, count: int) -> list[tuple[Town, Wish]]:
        """Think of trades between all towns, in both directions."""
        pairs = tuple(permutations(self.towns, 2))
        return [self._wish(*pairs[serial % len(pairs)]) for serial in range(count)]

    async def trade(self, wishes: Sequence[tuple[Town, Wish]]) -> None:
        await asyncio.gather(*(self._submit(town, wish) for town, wish in wishes))

    async def answer(self, *, always: bool = False) -> None:
        """Let everybody say yes or no to what waits for them, or sometimes nothing."""
        await asyncio.gather(
            *(
                self._answer(town, person)
                for town in self.towns
                for person in town.community.people
                if always or self.chance.random() < _YES
            )
        )

    async def _submit(self, town: Town, wish: Wish) -> None:
        status, told = await _insist(town, wish.who, "POST", "/trades", wish.body)
        assert status in {HTTPStatus.OK, HTTPStatus.CREATED}, told
        self.acknowledged.setdefault(town.code, []).append(wish)

    async def _answer(self, town: Town, person: Resident) -> None:
        path = f"/trades?account={person.number}&limit=500"
        status, listed = await _insist(town, person, "GET", path)
        assert status == HTTPStatus.OK, listed
        for trade in listed:
            asked = {"requested": "buyer", "pending": "seller"}.get(trade["state"])
            if asked is None or trade[asked] != person.number:
                continue
            word = "accept" if self.chance.random() < _YES else "decline"
            path = f"/trades/{trade['id']}/{word}"
            status, told = await _insist(town, person, "POST", path)
            answered_before = HTTPStatus.CONFLICT
            assert status in {HTTPStatus.OK, answered_before}, told

    def _wish(self, home: Town, elsewhere: Town) -> tuple[Town, Wish]:
        chance = self.chance
        who = chance.choice(home.community.people)
        other = chance.choice(elsewhere.community.people).number
        is_bill = chance.random() < 1 / 3
        if not is_bill and chance.random() < _IN_VAIN:
            other = f"{elsewhere.code}{_UNKNOWN:04}"
        return home, Wish(uuid7(), who, other, chance.randint(1, 20), is_bill)


async def state_of(town: Town, wish: Wish) -> str:
    """Ask how a trade stands, as whoever wished for it."""
    status, told = await _insist(town, wish.who, "GET", f"/trades/{wish.id}")
    assert status == HTTPStatus.OK, told
    return str(told["trade"]["state"])


async def _insist(
    town: Town,
    who: Resident,
    method: str,
    path: str,
    body: dict[str, str] | None = None,
) -> tuple[int, Any]:
    """Ask a town's node until it answers, whatever happens to it meanwhile."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession(town.line.origin) as shop:
        while True:
            try:
                async with shop.request(
                    method, f"/api/v1{path}", json=body, headers=who.header
                ) as response:
                    told = await response.json(content_type=None)
            except (aiohttp.ClientError, ConnectionError):
                await asyncio.sleep(BREATH)
                continue
            if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                return response.status, told
            await asyncio.sleep(BREATH)
