"""Whether we take part in set-offs, and what others have told of their debts for them."""

from __future__ import annotations

import msgspec

from cesnode.store.database import Reader, Writer
from federation.setoff_objects import SetoffDebts
from federation.signed import Signature, Signed, restore


def takes_part(reader: Reader) -> bool:
    (told,) = reader.one("SELECT takes_part FROM setoff_consent")
    return bool(told)


def set_takes_part(writer: Writer, *, takes_part: bool) -> None:
    writer.run("UPDATE setoff_consent SET takes_part = ?", (takes_part,))


def put(writer: Writer, told: Signed[SetoffDebts], *, bearer: int) -> None:
    """Keep what a node told of its debts, in place of what it told before."""
    as_of = int(told.value.as_of.timestamp())
    writer.run(
        "INSERT INTO setoff_debts (node, bearer_id, body, signature, as_of)"
        " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (node) DO UPDATE SET bearer_id = ?2,"
        " body = ?3, signature = ?4, as_of = ?5 WHERE as_of <= ?5",
        (
            told.value.node,
            bearer,
            told.content,
            msgspec.json.encode(told.signature).decode(),
            as_of,
        ),
    )


def told(reader: Reader, *, since: int) -> list[Signed[SetoffDebts]]:
    """Return what was told of debts since then."""
    rows = reader.all(
        "SELECT body, signature FROM setoff_debts WHERE as_of >= ? ORDER BY node", (since,)
    )
    return [_told(*row) for row in rows]


def told_by_themselves(reader: Reader, *, since: int) -> list[Signed[SetoffDebts]]:
    """Return what our peers told of their own debts, and nobody of others."""
    rows = reader.all(
        "SELECT d.body, d.signature FROM setoff_debts AS d"
        " JOIN peers AS p ON p.id = d.bearer_id AND p.node = d.node"
        " WHERE d.as_of >= ? ORDER BY d.node",
        (since,),
    )
    return [_told(*row) for row in rows]


def forget(writer: Writer, *, before: int) -> None:
    writer.run("DELETE FROM setoff_debts WHERE as_of < ?", (before,))


def _told(body: bytes, signature: str) -> Signed[SetoffDebts]:
    proven = msgspec.json.decode(signature, type=Signature)
    return restore(SetoffDebts, bytes(body), proven)
