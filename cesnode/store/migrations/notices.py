"""What people are told: notices, and mails waiting to go out."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="008_notices")
def notices(db: Database) -> None:
    db.executescript("""
        CREATE TABLE post_office (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
            sorted_to INTEGER NOT NULL CHECK (sorted_to >= 0),
            daily_on TEXT NOT NULL CHECK (daily_on GLOB '????-??-??'),
            weekly_on TEXT NOT NULL CHECK (weekly_on GLOB '????-??-??')
        ) STRICT;
        CREATE TABLE mails (
            id INTEGER PRIMARY KEY,
            message_id TEXT NOT NULL UNIQUE,
            member_id INTEGER REFERENCES members(id),
            recipient TEXT NOT NULL CHECK (recipient LIKE '_%@_%'),
            name TEXT NOT NULL,
            template TEXT NOT NULL,
            topic TEXT,
            language TEXT NOT NULL,
            details TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'sent', 'failed')),
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            next_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            last_error TEXT,
            created_at INTEGER NOT NULL,
            done_at INTEGER,
            CHECK ((state = 'waiting') = (done_at IS NULL))
        ) STRICT;
        CREATE INDEX mails_waiting ON mails (next_at, id) WHERE state = 'waiting';
        CREATE INDEX mails_done ON mails (state, done_at) WHERE state <> 'waiting';
        CREATE INDEX mails_waiting_for ON mails (member_id, topic, next_at)
            WHERE state = 'waiting';
        CREATE TRIGGER mails_keep_their_name
        BEFORE UPDATE OF id, message_id, member_id, recipient, created_at ON mails
        BEGIN
            SELECT RAISE(ABORT, 'a mail goes to whom it was written, under one name');
        END;

        CREATE TABLE notices (
            id INTEGER PRIMARY KEY,
            member_id INTEGER NOT NULL REFERENCES members(id),
            kind TEXT NOT NULL,
            account_id INTEGER REFERENCES accounts(id),
            trade_id INTEGER REFERENCES trades(id),
            details TEXT,
            at INTEGER NOT NULL,
            read_at INTEGER,
            mail_id INTEGER REFERENCES mails(id) ON DELETE SET NULL
        ) STRICT;
        CREATE INDEX notices_of_member ON notices (member_id, id);
        CREATE INDEX notices_unread ON notices (member_id, kind) WHERE read_at IS NULL;
        CREATE INDEX notices_mailed ON notices (mail_id) WHERE mail_id IS NOT NULL;
        CREATE TRIGGER notices_keep_their_facts
        BEFORE UPDATE OF id, member_id, kind, account_id, trade_id, details, at ON notices
        BEGIN
            SELECT RAISE(ABORT, 'what somebody was told is never changed');
        END;

        CREATE TABLE notices_to_mail (
            notice_id INTEGER PRIMARY KEY REFERENCES notices(id) ON DELETE CASCADE,
            member_id INTEGER NOT NULL REFERENCES members(id),
            pace TEXT NOT NULL CHECK (pace IN ('daily', 'weekly'))
        ) STRICT;
        CREATE INDEX notices_to_mail_in_order ON notices_to_mail (pace, member_id);
        CREATE TABLE notice_preferences (
            member_id INTEGER PRIMARY KEY REFERENCES members(id),
            language TEXT,
            quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 23),
            quiet_until INTEGER CHECK (quiet_until BETWEEN 0 AND 23),
            CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
        ) STRICT;
        CREATE TABLE notice_choices (
            member_id INTEGER NOT NULL REFERENCES members(id),
            topic TEXT NOT NULL CHECK (topic <> 'security'),
            bell INTEGER NOT NULL CHECK (bell IN (0, 1)),
            mail TEXT NOT NULL CHECK (mail IN ('at_once', 'daily', 'weekly', 'never')),
            PRIMARY KEY (member_id, topic)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE unsubscribe_links (
            token TEXT PRIMARY KEY CHECK (length(token) = 32),
            member_id INTEGER NOT NULL REFERENCES members(id),
            topic TEXT NOT NULL,
            UNIQUE (member_id, topic)
        ) STRICT, WITHOUT ROWID;
    """)
