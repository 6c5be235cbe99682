"""The list of steps, and what several of them do."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("cesnode")


def final(db: Database, table: str) -> None:
    """Let rows be added to a table and never changed or removed."""
    for verb, name in (("UPDATE", "are_final"), ("DELETE", "stay")):
        db.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is final'); END"
        )
