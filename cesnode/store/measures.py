"""What a monitor wants to know of the book: sums over standings, and what waits.

Nothing here goes through trades or transfers: it is asked every few seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store import transfers
from cesnode.store.database import Reader
from federation.peering import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The letters that wait for one peer; `oldest` is when the first was written."""

    peer: str
    state: State
    letters: int
    oldest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The book at one moment.

    `balances` is the sum of all balances, and anything but zero is a fault; `held` is
    what is reserved, in smallest parts; `trades` are those that stand.
    """

    balances: int
    held: int
    trades: int
    transfers: int
    in_flight: int
    alarms: int
    peers: tuple[Waiting, ...]


def take(reader: Reader) -> Measures:
    balances, held, trades = reader.one(
        "SELECT COALESCE(sum(balance), 0), COALESCE(sum(held_out), 0),"
        " COALESCE(sum(sold), 0) FROM standings"
    )
    head = transfers.head(reader)
    (in_flight,) = reader.one(
        "SELECT count(*) FROM remote_trades WHERE state IN ('held', 'pending', 'forced')"
    )
    (alarms,) = reader.one("SELECT count(*) FROM alarms WHERE settled_at IS NULL")
    return Measures(
        balances=balances,
        held=held,
        trades=trades,
        transfers=head.seq if head else 0,
        in_flight=in_flight,
        alarms=alarms,
        peers=_peers(reader),
    )


def _peers(reader: Reader) -> tuple[Waiting, ...]:
    waiting = "FROM outbox AS o WHERE o.peer_id = p.id AND o.done_at IS NULL"
    rows = reader.all(
        f"SELECT p.node, p.state, (SELECT count(*) {waiting}),"  # noqa: S608 - above
        f" (SELECT min(o.created_at) {waiting}) FROM peers AS p ORDER BY p.id"
    )
    return tuple(
        Waiting(peer=node, state=State(state), letters=letters, oldest=oldest)
        for node, state, letters, oldest in rows
    )
