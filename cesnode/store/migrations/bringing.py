"""What was brought from another system, so that bringing it again adds nothing."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="013_bringing")
def bringing(db: Database) -> None:
    db.executescript("""
        CREATE TABLE bringings (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            system TEXT NOT NULL,
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            first_seq INTEGER NOT NULL CHECK (first_seq > 0),
            last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq - 1)
        ) STRICT;
        CREATE TABLE brought_accounts (
            key TEXT PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            bringing_id INTEGER NOT NULL REFERENCES bringings(id)
                DEFERRABLE INITIALLY DEFERRED
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE brought_transfers (
            seq INTEGER PRIMARY KEY REFERENCES transfers(seq),
            key TEXT NOT NULL UNIQUE,
            digest BLOB NOT NULL CHECK (length(digest) = 16),
            bringing_id INTEGER NOT NULL REFERENCES bringings(id)
                DEFERRABLE INITIALLY DEFERRED
        ) STRICT;
        CREATE TABLE brought_listings (
            kind TEXT NOT NULL CHECK (kind IN ('offering', 'want')),
            key TEXT NOT NULL,
            listing_id INTEGER NOT NULL UNIQUE REFERENCES listings(id),
            bringing_id INTEGER NOT NULL REFERENCES bringings(id)
                DEFERRABLE INITIALLY DEFERRED,
            PRIMARY KEY (kind, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE brought_sayings (
            account_id INTEGER PRIMARY KEY REFERENCES accounts(id),
            said TEXT NOT NULL CHECK (json_valid(said)),
            kept TEXT NOT NULL CHECK (json_valid(kept))
        ) STRICT;
    """)
    for table in ("bringings", "brought_accounts", "brought_transfers", "brought_listings"):
        final(db, table)
