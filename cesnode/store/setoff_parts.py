"""Our own edges of set-offs: what is reserved on the accounts, and what was booked."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a set-off changes between us and a peer, in our minor units.

    `transfer` books it; None as long as it is only reserved, or awaits its entry.
    """

    setoff_id: str
    peer: int
    we_owe: bool
    amount: int
    transfer: int | None

    @property
    def change(self) -> int:
        """What it adds to what we owe the peer."""
        return -self.amount if self.we_owe else self.amount


_PARTS = "SELECT setoff_id, peer_id, we_owe, amount, transfer_seq FROM setoff_parts "
_UNENTERED = """
SELECT p.setoff_id, p.peer_id, p.we_owe, p.amount, p.transfer_seq
FROM setoff_parts AS p JOIN setoffs AS s ON s.setoff_id = p.setoff_id
WHERE p.peer_id = ? AND p.transfer_seq IS NULL AND p.we_owe = 0 AND s.state = 'cleared'
ORDER BY p.setoff_id
"""


def put(writer: Writer, part: Part) -> None:
    """Keep what a set-off changes with a peer; until it is booked it may be told anew."""
    writer.run(
        "INSERT INTO setoff_parts (setoff_id, peer_id, we_owe, amount)"
        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (setoff_id, peer_id)"
        " DO UPDATE SET amount = ?4 WHERE amount <> ?4",
        (part.setoff_id, part.peer, part.we_owe, part.amount),
    )


def of_setoff(reader: Reader, setoff_id: str) -> list[Part]:
    rows = reader.all(_PARTS + "WHERE setoff_id = ? ORDER BY peer_id", (setoff_id,))
    return [_part(row) for row in rows]


def unentered(reader: Reader, peer: int) -> list[Part]:
    """Return what is decided and not booked yet, and for us as the creditor to enter."""
    rows = reader.all(_UNENTERED, (peer,))
    return [_part(row) for row in rows]


def book(writer: Writer, part: Part, *, transfer: int) -> None:
    writer.run(
        "UPDATE setoff_parts SET transfer_seq = ? WHERE setoff_id = ? AND peer_id = ?",
        (transfer, part.setoff_id, part.peer),
    )


def reserve(writer: Writer, setoff_id: str) -> None:
    """Let the accounts of a set-off's parts reserve what accepted set-offs reserve."""
    writer.run(
        "UPDATE accounts SET reserved = (SELECT COALESCE(SUM("
        "CASE WHEN q.we_owe THEN q.amount ELSE -q.amount END), 0)"
        " FROM setoff_parts AS q JOIN peers AS r ON r.id = q.peer_id"
        " JOIN setoffs AS s ON s.setoff_id = q.setoff_id"
        " WHERE r.clearing_id = accounts.id AND s.state = 'accepted')"
        " WHERE id IN (SELECT p.clearing_id FROM setoff_parts AS o"
        " JOIN peers AS p ON p.id = o.peer_id WHERE o.setoff_id = ?)",
        (setoff_id,),
    )


def _part(row: Row) -> Part:
    setoff_id, peer, we_owe, amount, transfer = row
    return Part(
        setoff_id=setoff_id,
        peer=peer,
        we_owe=bool(we_owe),
        amount=amount,
        transfer=transfer,
    )
