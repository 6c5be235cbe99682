"""Fills a file with a made-up history, fast, and so that `ledger check` accepts it.

The rows are those the services would have written, the chain included; only the
transactions are larger.  The same community, count and seed give the same ledger.
"""

from __future__ import annotations

import datetime
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench import community
from bench.identifiers import Ids
from bench.people import pair
from cesnode.ledger import chain
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.ledger.transfers import TransferKind
from cesnode.store import exchanges
from cesnode.store.database import FILE, Reader
from cesnode.store.sqlite import sqlite3

SECONDS_APART = 30
_BATCH = 5_000
_SEED = 3
_LARGEST = 20_000
_WORDS = ("Vegetables", "Two hours in the garden", "Bread and eggs", "Bicycle repaired")

_ONE_BY_ONE = "entries_belong_to_the_last_transfer"
"""The guard that many transfers at once, and then their entries, would offend."""
_GUARD = f"SELECT sql FROM sqlite_schema WHERE name = '{_ONE_BY_ONE}'"  # noqa: S608

INSERT_TRADE = """
INSERT INTO trades (id, uuid, state, seller_id, buyer_id, amount, seller_levy, buyer_levy,
    description, salt, event_on, channel, entered_by, created_at)
VALUES (?, ?, 'posted', ?, ?, ?, 0, 0, ?, ?, ?, 'api', ?, ?)
"""
INSERT_TRANSFER = """
INSERT INTO transfers (seq, kind, trade_id, recorded_at, text_digest, hash)
VALUES (?, 'trade', ?, ?, ?, ?)
"""
INSERT_ENTRY = """
INSERT INTO entries (account_id, seq, amount, balance_after) VALUES (?, ?, ?, ?)
"""
UPDATE_STANDING = """
UPDATE standings SET balance = ?, sales = ?, sold = ?, purchases = ?, bought = ?,
    last_trade_at = ?
WHERE account_id = ?
"""

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """The rows of one posted trade, each in the order of its statement above."""

    trade: Values
    transfer: Values
    entries: tuple[Values, Values]
    standings: tuple[Values, Values]


@dataclass(slots=True)
class _Holder:
    """An account and how it stands, as trade after trade is added."""

    account: int
    number: str
    member: int
    balance: int
    sales: int
    sold: int
    purchases: int
    bought: int

    def sell(self, amount: int) -> None:
        self.balance += amount
        self.sales += amount
        self.sold += 1

    def buy(self, amount: int) -> None:
        self.balance -= amount
        self.purchases += amount
        self.bought += 1

    def standing(self, now: int) -> Values:
        return (
            self.balance, self.sales, self.sold, self.purchases, self.bought, now,
            self.account,
        )  # fmt: skip


class History:
    """Goes on from where the books of a file stand."""

    def __init__(self, connection: sqlite3.Connection, *, ids: Ids) -> None:
        reader = Reader(connection)
        founding = exchanges.load(reader, community.FOUNDED_AT).founding
        self._ids = ids
        self._seq, self._now, self._hash = reader.first(
            "SELECT seq, recorded_at, hash FROM transfers ORDER BY seq DESC LIMIT 1"
        ) or (0, founding.founded_at, founding.genesis(chain.LEDGER))
        (self._trade,) = reader.one("SELECT COALESCE(MAX(id), 0) FROM trades")
        self._holders = [
            _Holder(*row)
            for row in reader.all(
                "SELECT a.id, a.number, m.member_id, s.balance, s.sales, s.sold,"
                " s.purchases, s.bought FROM accounts AS a"
                " JOIN account_members AS m ON m.account_id = a.id"
                " JOIN standings AS s ON s.account_id = a.id ORDER BY a.id"
            )
        ]
        self._chance = random.Random(_SEED + self._seq)  # noqa: S311 - to be repeatable

    def __iter__(self) -> Iterator[Posted]:
        while True:
            yield self._next()

    def _next(self) -> Posted:
        chance = self._chance
        seller, buyer = (self._holders[place] for place in pair(chance, len(self._holders)))
        self._seq, self._trade = self._seq + 1, self._trade + 1
        self._now += SECONDS_APART
        salt = chance.randbytes(chain.SALT_BYTES)
        description = chance.choice(_WORDS)
        trade = self._trade_between(seller, buyer, description)
        seller.sell(trade.amount)
        buyer.buy(trade.amount)
        words = chain.text_digest(salt, description)
        self._hash = chain.link(self._hash, self._record_of(trade, seller, buyer, words))
        return self._rows(trade, seller, buyer, salt=salt, words=words)

    def _trade_between(self, seller: _Holder, buyer: _Holder, description: str) -> Trade:
        day = datetime.datetime.fromtimestamp(self._now, datetime.UTC)
        return Trade(
            id=self._trade,
            uuid=self._ids.new(self._now * 1000, self._chance),
            state=TradeState.POSTED,
            seller=seller.account,
            buyer=buyer.account,
            other=None,
            amount=self._chance.randint(1, _LARGEST),
            seller_levy=0,
            buyer_levy=0,
            description=description,
            event_on=day.date().isoformat(),
            channel=Channel.API,
            entered_by=buyer.member,
            on_behalf_of=None,
            created_at=self._now,
        )

    def _record_of(
        self, trade: Trade, seller: _Holder, buyer: _Holder, words: bytes
    ) -> chain.Canonical:
        return chain.transfer_record(
            seq=self._seq,
            kind=TransferKind.TRADE,
            recorded_at=self._now,
            entries=[
                (seller.number, trade.amount, seller.balance),
                (buyer.number, -trade.amount, buyer.balance),
            ],
            text=words,
            trade=chain.trade_record(trade, seller.number, buyer.number),
        )

    def _rows(
        self, trade: Trade, seller: _Holder, buyer: _Holder, *, salt: bytes, words: bytes
    ) -> Posted:
        amount, now = trade.amount, self._now
        return Posted(
            trade=(
                trade.id, trade.uuid.bytes, seller.account, buyer.account, amount,
                trade.description, salt, trade.event_on, trade.entered_by, now,
            ),
            transfer=(self._seq, trade.id, now, words, self._hash),
            entries=(
                (seller.account, self._seq, amount, seller.balance),
                (buyer.account, self._seq, -amount, buyer.balance),
            ),
            standings=(seller.standing(now), buyer.standing(now)),
        )  # fmt: skip


def fill(folder: Path, count: int, *, ids: Ids = Ids.ORDERED) -> None:
    """Add this many posted trades to the file; nobody else may have it open."""
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    try:
        # If this is cut short the file is thrown away, so nothing needs to be safe.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        connection.execute("BEGIN EXCLUSIVE")
        (guard,) = connection.execute(_GUARD).fetchone()
        connection.execute(f"DROP TRIGGER {_ONE_BY_ONE}")
        coming = islice(History(connection, ids=ids), count)
        while batch := list(islice(coming, _BATCH)):
            _insert(connection, batch)
        connection.execute(guard)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    _sync(folder / FILE)  # Nothing of it is left to write while others measure.


def _insert(connection: sqlite3.Connection, batch: list[Posted]) -> None:
    many = connection.executemany
    many(INSERT_TRADE, [posted.trade for posted in batch])
    many(INSERT_TRANSFER, [posted.transfer for posted in batch])
    many(INSERT_ENTRY, sorted(entry for posted in batch for entry in posted.entries))
    standings = (standing for posted in batch for standing in posted.standings)
    latest = {standing[-1]: standing for standing in standings}
    many(UPDATE_STANDING, list(latest.values()))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
