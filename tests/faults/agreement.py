"""Compares the files of exchanges that traded with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from uuid import UUID

from cesnode.store import accounts, clearing_entries, peers
from cesnode.store.auditor import audit
from cesnode.store.database import FILE, Reader
from cesnode.store.store import reading
from tests.faults.towns import Town
from tests.faults.travellers import Wish

_AGREE = frozenset({("posted", "committed"), ("voided", "aborted")})
_UNFINISHED = """
SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL)
    + (SELECT count(*) FROM remote_trades WHERE state IN ('held', 'pending', 'forced'))
    + (SELECT count(*) FROM trades WHERE state IN ('held', 'pending', 'requested'))
"""
_SUBMITTED = """
SELECT t.uuid, t.state, t.other, count(r.wire_id), COALESCE(max(r.state), 'declined'),
    (SELECT count(*) FROM transfers AS x WHERE x.trade_id = t.id)
FROM trades AS t LEFT JOIN remote_trades AS r ON r.trade_id = t.id GROUP BY t.id
"""
_FATES = {
    ("posted", 1, "posted", 1),
    ("posted", 1, "committed", 1),
    ("voided", 1, "voided", 0),
    ("voided", 1, "aborted", 0),
    ("declined", 0, "declined", 0),
}
"""The state of a trade, its orders, their state, and what was posted of it."""


def is_quiet(town: Town) -> bool:
    """Whether nothing waits any more: to be sent, to be decided, to be answered."""
    with reading(town.folder) as reader:
        return reader.one(_UNFINISHED) == (0,)


def wrongs(towns: Sequence[Town], asked: Mapping[str, Sequence[Wish]]) -> list[str]:
    """Say all that is wrong, within each file and between them."""
    return [
        *(wrong for town in towns for wrong in _at_home(town, asked[town.code])),
        *(wrong for one, other in permutations(towns, 2) for wrong in _between(one, other)),
    ]


def fates(towns: Iterable[Town]) -> Counter[str]:
    """Count how the orders ended, as those who paid see it."""
    counted: Counter[str] = Counter()
    for town in towns:
        with reading(town.folder) as reader:
            counted.update(state for _, state in _orders(reader, "payer", None))
    return counted


def _at_home(town: Town, asked: Iterable[Wish]) -> Iterator[str]:
    yield from (
        f"{town.code}: {found.line}" for found in audit(town.folder / FILE).findings
    )
    with reading(town.folder) as reader:
        if any(reader.one("SELECT sum(held_in), sum(held_out) FROM standings")):
            yield f"{town.code} holds something"
        if alarms := reader.all("SELECT kind, details FROM alarms"):
            yield f"{town.code} has alarms: {alarms}"
        there = {UUID(bytes=row[0]): row[1:] for row in reader.all(_SUBMITTED)}
    for uuid, (state, _, *rest) in there.items():
        if (state, *rest) not in _FATES:
            yield f"{town.code}: {uuid} is half: {state} {rest}"
    for wish in asked:
        if wish.id not in there:
            yield f"{town.code}: {wish} is lost"


def _between(one: Town, other: Town) -> Iterator[str]:
    """Compare what one paid to the other: trades, chain, and what is owed for them."""
    with reading(one.folder) as here, reading(other.folder) as there:
        them, us = peers.by_code(here, other.code), peers.by_code(there, one.code)
        assert them is not None
        assert us is not None
        paid = dict(_orders(here, "payer", them.id))
        received = dict(_orders(there, "payee", us.id))
        for wire_id in paid.keys() | received.keys():
            states = paid.get(wire_id, "unknown"), received.get(wire_id, "unknown")
            if states not in _AGREE:
                yield f"{wire_id} is {states[0]} at {one.code}, {states[1]} at {other.code}"
        if _chain(here, us.node, them.node) != _chain(there, us.node, them.node):
            yield f"the chain from {one.code} to {other.code} is not the same"
        owed, theirs = clearing_entries.totals(here, them.id)
        if clearing_entries.totals(there, us.id) != (-theirs, -owed):
            yield f"{one.code} and {other.code} count differently what is owed"
        if accounts.by_id(here, them.clearing).position.balance != owed:
            yield f"{one.code}'s account for {other.code} is not what its entries say"


def _orders(reader: Reader, role: str, peer: int | None) -> list[tuple[str, str]]:
    side = "downstream_id" if role == "payer" else "upstream_id"
    rows = reader.all(
        f"SELECT wire_id, state FROM remote_trades WHERE role = ?1"  # noqa: S608
        f" AND (?2 IS NULL OR {side} = ?2)",
        (role, peer),
    )
    return [(wire_id, state) for wire_id, state in rows]


def _chain(reader: Reader, debtor: str, creditor: str) -> list[tuple[int, str, bytes]]:
    rows = reader.all(
        "SELECT seq, hash, body FROM clearing_entries WHERE debtor = ? AND creditor = ?"
        " ORDER BY seq",
        (debtor, creditor),
    )
    return [(seq, digest, body) for seq, digest, body in rows]
