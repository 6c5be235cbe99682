"""Sign-ins, their members, devices, and what came before: applying to join."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="007_signing_in")
def signing_in(db: Database) -> None:
    db.executescript("""
        CREATE TABLE sign_ins (
            id INTEGER PRIMARY KEY,
            email TEXT,
            password TEXT,
            password_set_at INTEGER,
            totp BLOB,
            totp_since INTEGER,
            totp_step INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            CHECK ((password IS NULL) = (password_set_at IS NULL)),
            CHECK (totp_since IS NULL OR totp IS NOT NULL)
        ) STRICT;
        CREATE UNIQUE INDEX sign_ins_by_email ON sign_ins (email)
            WHERE email IS NOT NULL;
        CREATE TABLE sign_in_members (
            sign_in_id INTEGER NOT NULL REFERENCES sign_ins(id),
            member_id INTEGER NOT NULL REFERENCES members(id),
            PRIMARY KEY (sign_in_id, member_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sign_in_members_by_member ON sign_in_members (member_id);

        -- Who had a password has a sign-in; an address leads to the first that had it.
        INSERT INTO sign_ins (id, email, password, password_set_at, created_at)
        SELECT m.id,
            CASE WHEN m.id = min(m.id) OVER (PARTITION BY lower(trim(m.email)))
                THEN lower(trim(m.email)) END,
            p.hash, p.set_at, p.set_at
        FROM passwords AS p JOIN members AS m ON m.id = p.member_id ORDER BY m.id;
        INSERT INTO sign_in_members (sign_in_id, member_id)
        SELECT member_id, member_id FROM passwords;
        DROP TABLE passwords;

        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            sign_in_id INTEGER NOT NULL REFERENCES sign_ins(id),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            stage TEXT NOT NULL CHECK (stage IN ('password', 'whole')),
            account_id INTEGER REFERENCES accounts(id),
            device TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL,
            proven_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sessions_by_sign_in ON sessions (sign_in_id);
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);

        CREATE TABLE recovery_codes (
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            sign_in_id INTEGER NOT NULL REFERENCES sign_ins(id),
            used_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX recovery_codes_by_sign_in ON recovery_codes (sign_in_id);

        CREATE TABLE tickets (
            id INTEGER PRIMARY KEY,
            sign_in_id INTEGER NOT NULL REFERENCES sign_ins(id),
            kind TEXT NOT NULL CHECK (kind IN ('mail', 'card')),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            words TEXT,
            tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            CHECK ((kind = 'card') = (words IS NOT NULL))
        ) STRICT;
        CREATE INDEX tickets_by_sign_in ON tickets (sign_in_id);

        CREATE TABLE attempts (
            subject BLOB NOT NULL CHECK (length(subject) = 32),
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX attempts_by_subject ON attempts (subject, at);
        CREATE INDEX attempts_by_time ON attempts (at);
    """)
    _joining(db)


def _joining(db: Database) -> None:
    db.executescript("""
        CREATE TABLE house_terms (
            version INTEGER PRIMARY KEY CHECK (version > 0),
            text TEXT NOT NULL,
            since INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE applications (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            area TEXT,
            offers TEXT NOT NULL,
            language TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'unconfirmed' CHECK (state IN (
                'unconfirmed', 'waiting', 'approved', 'declined')),
            applied_at INTEGER NOT NULL,
            email_proven_at INTEGER,
            decided_at INTEGER,
            decided_by INTEGER REFERENCES members(id),
            reason TEXT,
            account_id INTEGER REFERENCES accounts(id),
            CHECK ((state IN ('approved', 'declined')) = (decided_at IS NOT NULL)),
            CHECK ((state = 'approved') = (account_id IS NOT NULL))
        ) STRICT;
        CREATE INDEX applications_by_state ON applications (state, id);
        CREATE TABLE acceptances (
            application_id INTEGER NOT NULL REFERENCES applications(id),
            version INTEGER NOT NULL REFERENCES house_terms(version),
            accepted_at INTEGER NOT NULL,
            PRIMARY KEY (application_id, version)
        ) STRICT, WITHOUT ROWID;
    """)
    for table in ("house_terms", "acceptances"):
        final(db, table)
