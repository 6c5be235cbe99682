"""Changes a node's file behind its back, as somebody with the file and a tool could."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID

from cesnode.ledger import chain
from cesnode.store.auditor import Audit, audit
from cesnode.store.database import FILE
from cesnode.store.sqlite import sqlite3

_TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
_TRADE = (
    "SELECT t.uuid, t.amount, b.number, t.buyer_levy, t.channel, t.created_at,"
    " t.entered_by, t.event_on, t.on_behalf_of, t.other, s.number, t.seller_levy,"
    " t.asked"
    " FROM trades AS t JOIN accounts AS s ON s.id = t.seller_id"
    " JOIN accounts AS b ON b.id = t.buyer_id WHERE t.id = ?"
)
_FACTS = (
    "amount", "buyer", "buyer_levy", "channel", "created_at", "entered_by", "event_on",
    "on_behalf_of", "other", "seller", "seller_levy", "asked",
)  # fmt: skip
_ENTRIES = (
    "SELECT a.number, e.amount, e.balance_after FROM entries AS e"
    " JOIN accounts AS a ON a.id = e.account_id WHERE e.seq = ?"
)


def named(audited: Audit) -> set[str]:
    """Return the findings as code, table and row."""
    return {f"{one.code} {one.table} ({one.row})" for one in audited.findings}


def copied(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))


@contextmanager
def forging(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a file with nothing checked; triggers stand again afterwards.

    So what was changed is all that an audit can see.
    """
    with opened(folder) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("BEGIN")
        triggers = connection.execute(_TRIGGERS).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a file as any tool does; nothing here has to outlive a power cut."""
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    with closing(connection):
        connection.execute("PRAGMA synchronous = OFF")
        yield connection


def forged(folder: Path, target: Path, *changes: str, rehash: bool = False) -> Audit:
    """Audit a copy to which statements were done; each must change something."""
    with forging(copied(folder, target)) as connection:
        for change in changes:
            assert connection.execute(change).rowcount > 0, change
        if rehash:
            rehash_all(connection)
    return audit(target / FILE)


def rehash_all(connection: sqlite3.Connection) -> None:
    """Make both chains anew from what the rows say, as a thorough forger would."""
    (code, scale, measure, founded_at) = connection.execute(
        "SELECT code, scale, measure, founded_at FROM exchange"
    ).fetchone()
    founding = chain.Founding(
        code=code, scale=scale, measure=measure, founded_at=founded_at
    )
    _rehash_transfers(connection, founding.genesis(chain.LEDGER))
    _rehash_acts(connection, founding.genesis(chain.ACTS))


def _rehash_transfers(connection: sqlite3.Connection, head: bytes) -> None:
    for seq, kind, trade, reverses, recorded_at, text in connection.execute(
        "SELECT seq, kind, trade_id, reverses, recorded_at, text_digest"
        " FROM transfers ORDER BY seq"
    ).fetchall():
        record = chain.transfer_record(
            seq=seq,
            kind=kind,
            recorded_at=recorded_at,
            entries=connection.execute(_ENTRIES, (seq,)).fetchall(),
            text=text,
            trade=_facts(connection, trade, undone=reverses is not None),
            reverses=reverses,
        )
        head = chain.link(head, record)
        connection.execute("UPDATE transfers SET hash = ? WHERE seq = ?", (head, seq))


def _facts(
    connection: sqlite3.Connection, trade: int | None, *, undone: bool
) -> chain.Canonical | None:
    row = connection.execute(_TRADE, (trade,)).fetchone()
    if row is None:
        return None
    name = {"id": str(UUID(bytes=row[0]))}
    facts = name | dict(zip(_FACTS, row[1:], strict=True))
    return name if undone else facts | {"asked": bool(facts["asked"])}


def _rehash_acts(connection: sqlite3.Connection, head: bytes) -> None:
    for seq, at, actor, kind, subject, details, note, after in connection.execute(
        "SELECT seq, at, actor_id, kind, subject, details, note_digest, after"
        " FROM acts ORDER BY seq"
    ).fetchall():
        record = chain.act_record(
            seq=seq,
            at=at,
            actor=actor,
            kind=kind,
            subject=subject,
            details=json.loads(details),
            after=after,
            note=note,
        )
        head = chain.link(head, record)
        connection.execute("UPDATE acts SET hash = ? WHERE seq = ?", (head, seq))
