"""Clients under load, each with a journal of what it asked and what it was told.

A wish is in the journal before it is sent, an answer once it was read to its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp

from tests.faults.community import Community, Resident
from tests.faults.node import PATIENCE, Node


@dataclass(frozen=True, slots=True)
class Purchase:
    id: UUID
    seller: str
    buyer: str
    amount: str

    @property
    def body(self) -> dict[str, str]:
        return {
            "id": str(self.id),
            "seller": self.seller,
            "buyer": self.buyer,
            "amount": self.amount,
            "description": "eggs",
        }


@dataclass(slots=True)
class Told:
    """What a journal says: all that was asked, and the answers in their order."""

    asked: dict[UUID, Purchase] = field(default_factory=dict)
    acknowledged: list[UUID] = field(default_factory=list)
    answered: set[UUID] = field(default_factory=set)
    refused: set[UUID] = field(default_factory=set)

    @property
    def unanswered(self) -> list[Purchase]:
        return [wish for wish in self.asked.values() if wish.id not in self.answered]

    @property
    def unrecorded(self) -> list[Purchase]:
        """What was refused or never answered."""
        done = set(self.acknowledged)
        return [wish for wish in self.asked.values() if wish.id not in done]


class Customer:
    """Buys eggs, one dozen after another."""

    def __init__(self, journal: Path, buyer: Resident, sellers: Sequence[Resident]) -> None:
        self._journal = journal
        self._buyer = buyer
        self._sellers = sellers
        self._serial = count(1)
        self.heard = b""
        """The body of the last answer."""
        journal.touch()

    def wish(self) -> Purchase:
        serial = next(self._serial)
        seller = self._sellers[serial % len(self._sellers)]
        amount = f"{serial % 50 + 1}.{serial % 100:02}"
        return Purchase(uuid4(), seller.number, self._buyer.number, amount)

    async def buy(self, shop: aiohttp.ClientSession, wish: Purchase) -> int:
        """Send one purchase and note what comes of it; return the status."""
        self._note({"asked": wish.body})
        async with shop.post(
            "/api/v1/trades", json=wish.body, headers=self._buyer.header
        ) as response:
            self.heard = await response.read()
        self._note({"answered": str(wish.id), "status": response.status})
        return response.status

    async def buy_until_cut_off(self, shop: aiohttp.ClientSession) -> list[int]:
        """Buy until the node is gone or cannot; return the statuses."""
        statuses: list[int] = []
        with gone_is_fine():
            while not statuses or statuses[-1] == HTTPStatus.CREATED:
                statuses.append(await self.buy(shop, self.wish()))
        return statuses

    def told(self) -> Told:
        told = Told()
        for line in map(json.loads, self._journal.read_text().splitlines()):
            if "asked" in line:
                wish = line["asked"]
                purchase = Purchase(
                    UUID(wish["id"]), wish["seller"], wish["buyer"], wish["amount"]
                )
                told.asked[purchase.id] = purchase
                continue
            answered = UUID(line["answered"])
            told.answered.add(answered)
            if line["status"] in {HTTPStatus.OK, HTTPStatus.CREATED}:
                told.acknowledged.append(answered)
            else:
                told.refused.add(answered)
        return told

    def _note(self, line: dict[str, object]) -> None:
        with self._journal.open("a") as journal:
            journal.write(json.dumps(line) + "\n")


def shop_at(node: Node) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(node.origin, timeout=aiohttp.ClientTimeout(total=PATIENCE))


def customers(community: Community, journals: Path) -> list[Customer]:
    """Return one customer for each resident, who buys from all others."""
    journals.mkdir(exist_ok=True)
    people = community.people
    return [
        Customer(
            journals / f"{person.number}.jsonl",
            person,
            [other for other in people if other is not person],
        )
        for person in people
    ]


@contextmanager
def gone_is_fine() -> Iterator[None]:
    """Let a request end without an answer."""
    try:
        yield
    except (aiohttp.ClientError, ConnectionError):
        return
