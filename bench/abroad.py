"""The load generator for payments to another exchange: each over once it is posted.

That it is posted is seen in the payer's own ledger file, which costs its node nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from math import inf
from pathlib import Path
from uuid import UUID

from typing_extensions import override

from bench.identifiers import Ids
from bench.load import PATIENCE, Connection, Job, Load, LoadFailed, Payments, generate, head
from cesnode.store import database

_LOOK_AGAIN = 0.002
_CREATED = 201
_ID = b'"id":"'
_POSTED = """
SELECT x.seq, t.uuid FROM transfers AS x JOIN trades AS t ON t.id = x.trade_id
WHERE x.seq > ? ORDER BY x.seq
"""


class Abroad(Load):
    """Keeps so many payments in flight, one a connection."""

    def __init__(self, job: Job, ask: Payments) -> None:
        self._ledger = database.open_reader(Path(ask.ledger))
        (self._seq,) = self._ledger.execute(
            "SELECT COALESCE(max(seq), 0) FROM transfers"
        ).fetchone()
        self._waiting: dict[UUID, Connection] = {}
        self._early: set[UUID] = set()
        super().__init__(job, _payments(ask), status=_CREATED)

    @override
    def go_on(self, seconds: float = inf) -> None:
        """Pay, and look into the ledger, for so long or until all is over."""
        began = heard = time.perf_counter()
        while self.open and (now := time.perf_counter()) < began + seconds:
            events = self.poll.poll(_LOOK_AGAIN)
            for place, _ in events:
                self.receive(self.open[place])
            if self._look() or events:
                heard = now
            elif now > heard + PATIENCE:
                raise LoadFailed(f"nothing was posted in {PATIENCE:.0f} seconds")

    @override
    def _answered(self, connection: Connection, answer: bytes) -> None:
        uuid = UUID(answer.partition(_ID)[2][:36].decode())
        if uuid in self._early:
            self._early.remove(uuid)
            self._over(connection)
        else:
            self._waiting[uuid] = connection

    def _look(self) -> bool:
        """Go through what was posted since; whether there was anything."""
        rows = self._ledger.execute(_POSTED, (self._seq,)).fetchall()
        for self._seq, content in rows:
            uuid = UUID(bytes=content)
            connection = self._waiting.pop(uuid, None)
            if connection is None:
                self._early.add(uuid)  # Its answer is on the way, or it was paid to us.
            else:
                self._over(connection)
        return bool(rows)


def _payments(ask: Payments) -> Iterator[bytes]:
    chance = random.Random()  # noqa: S311 - other ids in every run
    while True:
        buyer, seller = chance.choice(ask.members), chance.choice(ask.sellers)
        identifier = Ids.ORDERED.new(time.time_ns() // 1_000_000, chance)
        body = (
            f'{{"id":"{identifier}","seller":"{seller}","buyer":"{buyer.number}",'
            f'"amount":"12.50","description":"Vegetables of the week"}}'
        )
        yield (
            f"{head('POST', '/api/v1/trades', buyer.token)}"
            "Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def _load(job: Job) -> Load:
    assert isinstance(job.ask, Payments)  # noqa: S101 - all else is asked in load.py
    return Abroad(job, job.ask)


if __name__ == "__main__":
    generate(_load)
