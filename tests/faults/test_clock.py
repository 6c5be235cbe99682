"""The clock of the machine is set back an hour between two trades.

The ledger's own time stands still until the clock has caught up; dates people read stay
those of the clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app
from cesnode.store import Store
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.store import reading
from tests.faults.community import Community, gather
from tests.support.exchanges import DAY, HOUR, NOW

pytestmark = pytest.mark.faults

MIDNIGHT = NOW - NOW % DAY + DAY
JUST_AFTER_MIDNIGHT = MIDNIGHT + 600
AN_HOUR_BEFORE = JUST_AFTER_MIDNIGHT - HOUR
YESTERDAY, TODAY = (
    datetime.fromtimestamp(at, UTC).date().isoformat()
    for at in (AN_HOUR_BEFORE, JUST_AFTER_MIDNIGHT)
)


@dataclass(slots=True)
class SetClock:
    """A clock that people set."""

    now: int

    def __call__(self) -> int:
        return self.now


class Teller:
    """Asks a node whose clock can be set, as the one who buys there."""

    def __init__(self, client: TestClient[Any, Any], community: Community) -> None:
        self._client = client
        self._me, self._seller = community.people

    async def buy(self, amount: str) -> None:
        body = {
            "id": str(uuid4()),
            "seller": self._seller.number,
            "buyer": self._me.number,
            "amount": amount,
            "description": "eggs",
        }
        answer = await self._client.post(
            "/api/v1/trades", json=body, headers=self._me.header
        )
        assert answer.status == HTTPStatus.CREATED

    async def statement(self, **period: str) -> dict[str, Any]:
        path = f"/api/v1/accounts/{self._me.number}/statement"
        answer = await self._client.get(path, params=period, headers=self._me.header)
        assert answer.status == HTTPStatus.OK
        return dict(await answer.json())


@asynccontextmanager
async def telling(community: Community, clock: SetClock) -> AsyncIterator[Teller]:
    store = Store(community.folder)
    try:
        async with TestClient(TestServer(build_app(store, clock=clock))) as client:
            yield Teller(client, community)
    finally:
        await store.close()


async def test_trades_stay_in_their_order_when_the_clock_goes_back(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    clock = SetClock(NOW + DAY)

    async with telling(community, clock) as teller:
        await teller.buy("1")
        clock.now -= HOUR
        await teller.buy("2")
        clock.now += 2 * HOUR
        await teller.buy("3")
        statement = await teller.statement()

    amounts = [entry["amount"] for entry in statement["entries"]]
    assert amounts == ["-1.02", "-2.04", "-3.06"]
    assert statement["closing"] == statement["entries"][-1]["balance"] == "-6.12"
    assert recorded_times(community) == [NOW + DAY, NOW + DAY, NOW + DAY + HOUR]
    assert audit(community.folder / FILE).findings == ()


async def test_statements_of_two_days_meet_when_the_clock_goes_back_past_midnight(
    tmp_path: Path,
) -> None:
    community = gather(tmp_path / "data", people=2)
    clock = SetClock(AN_HOUR_BEFORE)

    async with telling(community, clock) as teller:
        await teller.buy("1")
        clock.now = JUST_AFTER_MIDNIGHT
        await teller.buy("2")
        clock.now = AN_HOUR_BEFORE
        await teller.buy("3")
        yesterday = await teller.statement(to=YESTERDAY)
        today = await teller.statement(**{"from": TODAY})

    assert [entry["amount"] for entry in yesterday["entries"]] == ["-1.02"]
    assert [entry["amount"] for entry in today["entries"]] == ["-2.04", "-3.06"]
    assert yesterday["closing"] == today["opening"] == "-1.02"
    assert today["closing"] == "-6.12"
    assert all(a <= b for a, b in pairwise(recorded_times(community)))
    assert audit(community.folder / FILE).findings == ()


def recorded_times(community: Community) -> list[int]:
    with reading(community.folder) as reader:
        rows = reader.all("SELECT recorded_at FROM transfers ORDER BY seq")
    return [recorded_at for (recorded_at,) in rows]
