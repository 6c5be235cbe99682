"""Addresses that members ask to be reached at instead, until they prove them.

With them what else the people who keep members need: questions to who applied, whether
members choose their own names, and all accounts in the order of their names.
"""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="018_addresses")
def addresses(db: Database) -> None:
    db.executescript("""
        CREATE TABLE email_changes (
            member_id INTEGER PRIMARY KEY REFERENCES members(id),
            email TEXT NOT NULL CHECK (email LIKE '%@%'),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            asked_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL CHECK (expires_at > asked_at)
        ) STRICT;
        CREATE INDEX email_changes_by_expiry ON email_changes (expires_at);

        CREATE TABLE application_questions (
            id INTEGER PRIMARY KEY,
            application_id INTEGER NOT NULL REFERENCES applications(id),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            question TEXT NOT NULL,
            asked_by INTEGER REFERENCES members(id),
            asked_at INTEGER NOT NULL,
            answer TEXT,
            answered_at INTEGER,
            CHECK ((answer IS NULL) = (answered_at IS NULL))
        ) STRICT;
        CREATE INDEX application_questions_of
            ON application_questions (application_id, id);

        ALTER TABLE exchange ADD COLUMN own_names INTEGER NOT NULL DEFAULT 1
            CHECK (own_names IN (0, 1));

        CREATE INDEX accounts_by_name ON accounts (name COLLATE NOCASE, id);
    """)
