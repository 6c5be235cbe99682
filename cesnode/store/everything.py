"""Every row there is, table by table, but for what must not leave the node.

A table leaves unless it is named here: what somebody adds to the schema is never lost by
being forgotten.  A test looks at the columns that sound like secrets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from cesnode.store.database import Reader

STAYS: Mapping[str, str] = MappingProxyType(
    {
        "transfers": "in ledger.jsonl, as they were sealed",
        "entries": "in ledger.jsonl, as they were sealed",
        "acts": "in ledger.jsonl, as they were sealed",
        "checkpoints": "in ledger.jsonl, as they were signed",
        "standings": "computed from the entries",
        "tokens": "secrets",
        "recovery_codes": "secrets",
        "sessions": "secrets",
        "tickets": "secrets",
        "unsubscribe_links": "secrets",
        "renewals": "secrets",
        "invites": "secrets",
        "calendar_addresses": "secrets",
        "email_changes": "secrets",
        "attempts": "who tried to come in, for some minutes",
        "peer_nonces": "what was heard, for some minutes",
        "mails": "letters on the way, with secrets in them",
        "notices_to_mail": "letters to be written",
        "conversations": "between those who write; each takes their own along",
        "correspondents": "between those who write; each takes their own along",
        "messages": "between those who write; each takes their own along",
        "message_reports": "between those who write; each takes their own along",
        "relayed_messages": "what was heard, for some minutes",
        "remote_listings": "the neighbours'",
        "feeds": "how far the neighbours' markets were read",
    }
)
"""Why a table does not leave."""
SECRETS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sign_ins": frozenset({"password", "totp", "totp_step"}),
        "applications": frozenset({"digest"}),
        "application_questions": frozenset({"digest"}),
        "peers": frozenset({"invite_token"}),
    }
)
"""Which columns of a table that leaves do not."""
_PIECE = 5_000
_TABLES = (
    "SELECT s.name FROM sqlite_schema AS s JOIN pragma_table_list AS l ON l.name = s.name"
    " WHERE l.type = 'table' AND l.schema = 'main' AND s.name NOT LIKE 'sqlite~_%'"
    " ESCAPE '~' AND s.name NOT LIKE '~_%' ESCAPE '~' ORDER BY s.name"
)
_COLUMNS = "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid"

Cell = str | int | float | bytes | None


def tables(reader: Reader) -> list[str]:
    """Return the tables that hold rows of their own, in order."""
    return [name for (name,) in reader.all(_TABLES)]


def leaving(reader: Reader) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each table that leaves, with the columns that do."""
    for table in tables(reader):
        if table not in STAYS:
            secret = SECRETS.get(table, frozenset())
            columns = tuple(name for name, _ in reader.all(_COLUMNS, (table,)))
            yield table, tuple(name for name in columns if name not in secret)


def rows(reader: Reader, table: str, columns: tuple[str, ...]) -> Iterator[dict[str, Cell]]:
    """Yield the rows of a table in an order that is always the same."""
    keys = [name for name, place in reader.all(_COLUMNS, (table,)) if place]
    chosen = ", ".join(f'"{name}"' for name in columns)
    order = ", ".join(f'"{name}"' for name in keys) or "rowid"
    # The names are the schema's own.
    sql = f'SELECT {chosen} FROM "{table}" ORDER BY {order} LIMIT ? + 0 OFFSET ?'  # noqa: S608
    start = 0
    while found := reader.all(sql, (_PIECE, start)):
        for row in found:
            yield dict(zip(columns, row, strict=True))
        start += len(found)
