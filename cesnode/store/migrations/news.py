"""What an exchange tells its members, and what members thank each other for."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="016_news")
def news(db: Database) -> None:
    db.executescript("""
        CREATE TABLE announcements (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            author_id INTEGER REFERENCES members(id),
            area_id INTEGER REFERENCES areas(id),
            title TEXT NOT NULL CHECK (title <> ''),
            body TEXT NOT NULL,
            audience TEXT NOT NULL CHECK (audience IN ('members', 'public')),
            shown_from TEXT NOT NULL CHECK (shown_from GLOB '????-??-??'),
            shown_until TEXT NOT NULL CHECK (shown_until GLOB '????-??-??'),
            told_at INTEGER,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            withdrawn_at INTEGER,
            CHECK (shown_from <= shown_until)
        ) STRICT;
        CREATE INDEX announcements_shown ON announcements (shown_until, shown_from)
            WHERE withdrawn_at IS NULL;
        CREATE INDEX announcements_to_tell ON announcements (shown_from)
            WHERE told_at IS NULL AND withdrawn_at IS NULL;
        CREATE TABLE announcements_put_away (
            member_id INTEGER NOT NULL REFERENCES members(id),
            announcement_id INTEGER NOT NULL REFERENCES announcements(id),
            PRIMARY KEY (member_id, announcement_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX announcements_put_away_by_announcement
            ON announcements_put_away (announcement_id);

        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            author_id INTEGER REFERENCES members(id),
            area_id INTEGER REFERENCES areas(id),
            title TEXT NOT NULL CHECK (title <> ''),
            body TEXT NOT NULL,
            place TEXT NOT NULL,
            first_day TEXT NOT NULL CHECK (first_day GLOB '????-??-??'),
            last_day TEXT NOT NULL CHECK (last_day GLOB '????-??-??'),
            begins TEXT CHECK (begins GLOB '??:??'),
            ends TEXT CHECK (ends GLOB '??:??'),
            audience TEXT NOT NULL CHECK (audience IN ('members', 'public')),
            revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0),
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            called_off_at INTEGER,
            CHECK (first_day <= last_day),
            CHECK (begins IS NOT NULL OR ends IS NULL)
        ) STRICT;
        CREATE INDEX events_in_order ON events (first_day, begins);
        CREATE TABLE calendar_addresses (
            member_id INTEGER PRIMARY KEY REFERENCES members(id),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            made_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE newsletters (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            author_id INTEGER REFERENCES members(id),
            title TEXT NOT NULL CHECK (title <> ''),
            body TEXT NOT NULL,
            area_id INTEGER REFERENCES areas(id),
            category_id INTEGER REFERENCES categories(id),
            idle_since TEXT CHECK (idle_since GLOB '????-??-??'),
            balance_least INTEGER,
            balance_most INTEGER,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            sent_at INTEGER
        ) STRICT;
        CREATE TRIGGER newsletters_are_sent_once BEFORE UPDATE ON newsletters
        WHEN OLD.sent_at IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'what was sent is never changed');
        END;
        CREATE TRIGGER newsletters_stay BEFORE DELETE ON newsletters
        WHEN OLD.sent_at IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'what was sent is never removed');
        END;
        CREATE TABLE newsletter_files (
            newsletter_id INTEGER NOT NULL REFERENCES newsletters(id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position > 0),
            name TEXT NOT NULL CHECK (name <> ''),
            media_type TEXT NOT NULL,
            file TEXT NOT NULL,
            size INTEGER NOT NULL CHECK (size > 0),
            PRIMARY KEY (newsletter_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE newsletter_recipients (
            newsletter_id INTEGER NOT NULL REFERENCES newsletters(id),
            member_id INTEGER NOT NULL REFERENCES members(id),
            way TEXT NOT NULL CHECK (way IN ('mail', 'paper', 'pages')),
            notice_id INTEGER UNIQUE REFERENCES notices(id) ON DELETE SET NULL,
            outcome TEXT CHECK (outcome IN ('sent', 'failed')),
            PRIMARY KEY (newsletter_id, member_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX newsletter_recipients_by_member
            ON newsletter_recipients (member_id, newsletter_id);
        CREATE TRIGGER newsletter_recipients_hear_of_their_mails
        AFTER UPDATE OF state ON mails WHEN NEW.state <> OLD.state
        BEGIN
            UPDATE newsletter_recipients
            SET outcome = CASE NEW.state WHEN 'waiting' THEN NULL ELSE NEW.state END
            WHERE notice_id IN (SELECT id FROM notices WHERE mail_id = NEW.id);
        END;

        CREATE TABLE market_weeks (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            monday TEXT NOT NULL CHECK (monday GLOB '????-??-??'),
            told_at INTEGER NOT NULL,
            told_up_to INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE thanks (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            trade_id INTEGER NOT NULL REFERENCES trades(id),
            author_id INTEGER NOT NULL REFERENCES members(id),
            from_account_id INTEGER NOT NULL REFERENCES accounts(id),
            to_account_id INTEGER REFERENCES accounts(id),
            abroad TEXT,
            words TEXT NOT NULL,
            said_at INTEGER NOT NULL,
            answer TEXT,
            answered_at INTEGER,
            is_hidden INTEGER NOT NULL DEFAULT 0 CHECK (is_hidden IN (0, 1)),
            removed_at INTEGER,
            UNIQUE (trade_id, from_account_id),
            CHECK ((to_account_id IS NULL) = (abroad IS NOT NULL)),
            CHECK ((answer IS NULL) = (answered_at IS NULL)),
            CHECK (from_account_id <> to_account_id)
        ) STRICT;
        CREATE INDEX thanks_to_account ON thanks (to_account_id, id)
            WHERE to_account_id IS NOT NULL;
        CREATE INDEX thanks_abroad ON thanks (abroad, id) WHERE abroad IS NOT NULL;
        CREATE INDEX thanks_from_account ON thanks (from_account_id);
        CREATE TRIGGER thanks_keep_their_words
        BEFORE UPDATE OF id, uuid, trade_id, author_id, from_account_id, to_account_id,
            abroad, words, said_at ON thanks
        BEGIN
            SELECT RAISE(ABORT, 'a thank-you is never said anew');
        END;
        CREATE TRIGGER thanks_are_answered_once
        BEFORE UPDATE OF answer, answered_at ON thanks WHEN OLD.answered_at IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a thank-you is answered once');
        END;
    """)
