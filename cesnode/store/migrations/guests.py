"""Groups that have members of other exchanges, and what is told among them.

`peer_id` of a group is its home; of our own groups it is none.  What comes from elsewhere
is never a listing of the market: what is shown on a board stands in a table of its own, so
nothing that looks at listings can find it.
"""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="019_guests")
def guests(db: Database) -> None:
    db.executescript("""
        ALTER TABLE peers ADD COLUMN shares_groups INTEGER NOT NULL DEFAULT 0
            CHECK (shares_groups IN (0, 1));
    """)
    _groups(db)
    _words(db)
    _home(db)
    _elsewhere(db)


def _groups(db: Database) -> None:
    db.executescript("""
        ALTER TABLE groups ADD COLUMN peer_id INTEGER REFERENCES peers(id);
        ALTER TABLE groups ADD COLUMN reach TEXT NOT NULL DEFAULT 'here'
            CHECK (reach IN ('here', 'neighbours'));
        ALTER TABLE groups ADD COLUMN turns INTEGER NOT NULL DEFAULT 0
            CHECK (turns >= 0);
        DROP INDEX groups_that_are_seen_have_one_name;
        CREATE UNIQUE INDEX groups_that_are_seen_have_one_name
            ON groups (name COLLATE NOCASE)
            WHERE dissolved_at IS NULL AND door <> 'closed' AND peer_id IS NULL;
        CREATE INDEX groups_by_peer ON groups (peer_id) WHERE peer_id IS NOT NULL;
        DROP TRIGGER groups_leave_a_trace;
        CREATE TRIGGER groups_leave_a_trace BEFORE DELETE ON groups
        WHEN OLD.peer_id IS NULL
        BEGIN
            SELECT RAISE(ABORT, 'a group is dissolved, not removed');
        END;
        CREATE TRIGGER groups_stay_where_they_are BEFORE UPDATE OF peer_id ON groups
        BEGIN
            SELECT RAISE(ABORT, 'a group stays where its home is');
        END;
    """)


def _words(db: Database) -> None:
    """Let somebody write who is no member here; ids of words differ within a group."""
    db.executescript("""
        ALTER TABLE group_notices RENAME TO group_notices_of_members;
        CREATE TABLE group_notices (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL CHECK (length(uuid) = 16),
            group_id INTEGER NOT NULL REFERENCES groups(id),
            under_id INTEGER REFERENCES group_notices(id) ON DELETE CASCADE,
            author_id INTEGER REFERENCES members(id),
            address TEXT,
            address_name TEXT,
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            written_at INTEGER NOT NULL,
            UNIQUE (group_id, uuid),
            CHECK ((under_id IS NULL) = (title <> '')),
            CHECK ((author_id IS NULL) = (address IS NOT NULL)),
            CHECK ((address IS NULL) = (address_name IS NULL))
        ) STRICT;
        INSERT INTO group_notices
            (id, uuid, group_id, under_id, author_id, title, body, written_at)
            SELECT id, uuid, group_id, under_id, author_id, title, body, written_at
            FROM group_notices_of_members ORDER BY id;
        DROP TABLE group_notices_of_members;
        CREATE INDEX group_notices_in_order ON group_notices (group_id, id)
            WHERE under_id IS NULL;
        CREATE INDEX group_notices_under ON group_notices (under_id, id)
            WHERE under_id IS NOT NULL;
        CREATE INDEX group_notices_by_author ON group_notices (author_id, written_at);
        CREATE INDEX group_notices_by_address ON group_notices (address, written_at)
            WHERE address IS NOT NULL;
        CREATE TRIGGER group_notices_stay_as_written
        BEFORE UPDATE ON group_notices
        BEGIN
            SELECT RAISE(ABORT, 'a notice is removed, not changed');
        END;

        CREATE TABLE group_shown (
            group_id INTEGER NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
            item BLOB NOT NULL CHECK (length(item) = 16),
            address TEXT NOT NULL,
            address_name TEXT NOT NULL,
            listing BLOB NOT NULL,
            shown_at INTEGER NOT NULL,
            PRIMARY KEY (group_id, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_shown_by_address ON group_shown (group_id, address);
    """)


def _home(db: Database) -> None:
    """What a home keeps: its guests, the log it writes, and the wishes it answered."""
    db.executescript("""
        CREATE TABLE group_guests (
            id INTEGER PRIMARY KEY,
            group_id INTEGER NOT NULL REFERENCES groups(id),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            address TEXT NOT NULL,
            name TEXT NOT NULL,
            seat TEXT NOT NULL CHECK (seat IN ('asked', 'invited', 'member', 'removed')),
            since INTEGER NOT NULL,
            UNIQUE (group_id, address)
        ) STRICT;
        CREATE INDEX group_guests_by_peer ON group_guests (peer_id, group_id);

        CREATE TABLE group_log (
            group_id INTEGER NOT NULL REFERENCES groups(id),
            seq INTEGER NOT NULL CHECK (seq > 0),
            hash TEXT NOT NULL CHECK (length(hash) = 64),
            kind TEXT NOT NULL CHECK (kind IN ('words', 'removed', 'shown', 'hidden')),
            item BLOB NOT NULL CHECK (length(item) = 16),
            entry BLOB NOT NULL,
            told BLOB,
            PRIMARY KEY (group_id, seq)
        ) STRICT;
        CREATE INDEX group_log_by_item ON group_log (group_id, item)
            WHERE told IS NOT NULL;
        CREATE TRIGGER group_log_keeps_its_entries
        BEFORE UPDATE OF group_id, seq, hash, kind, item, entry ON group_log
        BEGIN
            SELECT RAISE(ABORT, 'an entry of a log is never changed');
        END;
        CREATE TRIGGER group_log_only_forgets BEFORE UPDATE OF told ON group_log
        WHEN NEW.told IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'what an entry tells is forgotten, not changed');
        END;

        CREATE TABLE group_wishes (
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            wish_id TEXT NOT NULL CHECK (length(wish_id) = 36),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            guest TEXT NOT NULL,
            status INTEGER NOT NULL,
            answer BLOB NOT NULL,
            heard_at INTEGER NOT NULL,
            PRIMARY KEY (peer_id, wish_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_wishes_by_time ON group_wishes (heard_at);
    """)


def _elsewhere(db: Database) -> None:
    """What a guest's node keeps: copies, its members' seats, and what is on its way."""
    db.executescript("""
        CREATE TABLE group_copies (
            group_id INTEGER PRIMARY KEY REFERENCES groups(id) ON DELETE CASCADE,
            wire_id TEXT NOT NULL CHECK (length(wire_id) = 36),
            members INTEGER NOT NULL CHECK (members >= 0),
            stewards TEXT NOT NULL,
            seq INTEGER NOT NULL DEFAULT 0 CHECK (seq >= 0),
            hash TEXT NOT NULL CHECK (length(hash) = 64),
            quiet INTEGER CHECK (quiet >= 0),
            heard_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE group_visits (
            group_id INTEGER NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
            member_id INTEGER NOT NULL REFERENCES members(id),
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            turn INTEGER NOT NULL DEFAULT 0 CHECK (turn >= 0),
            PRIMARY KEY (group_id, member_id),
            UNIQUE (group_id, account_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE group_sent (
            wish_id TEXT PRIMARY KEY CHECK (length(wish_id) = 36),
            group_id INTEGER NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
            member_id INTEGER NOT NULL REFERENCES members(id),
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            item BLOB NOT NULL CHECK (length(item) = 16),
            title TEXT NOT NULL,
            sent_at INTEGER NOT NULL,
            UNIQUE (group_id, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_sent_by_member ON group_sent (member_id, group_id);

        CREATE TABLE group_told (
            group_id INTEGER NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
            listing_id INTEGER NOT NULL REFERENCES listings(id) ON DELETE CASCADE,
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            PRIMARY KEY (group_id, listing_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_told_by_listing ON group_told (listing_id);
    """)
