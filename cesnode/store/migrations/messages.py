"""What members write to each other."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="015_messages")
def messages(db: Database) -> None:
    # Each side of a conversation has a row of its own here, also one that nobody here
    # but the other side can see: what one of them reads or blocks is not the other's.
    db.executescript("""
        CREATE TABLE conversations (
            id INTEGER PRIMARY KEY,
            begun_by INTEGER REFERENCES accounts(id),
            begun_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX conversations_begun ON conversations (begun_by, begun_at)
            WHERE begun_by IS NOT NULL;

        CREATE TABLE correspondents (
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            conversation_id INTEGER NOT NULL REFERENCES conversations(id),
            other_id INTEGER REFERENCES accounts(id),
            peer_id INTEGER REFERENCES peers(id),
            address TEXT CHECK (address <> ''),
            name TEXT NOT NULL,
            last_id INTEGER NOT NULL DEFAULT 0,
            heard_id INTEGER NOT NULL DEFAULT 0,
            read_id INTEGER NOT NULL DEFAULT 0,
            blocked_at INTEGER,
            PRIMARY KEY (account_id, conversation_id),
            CHECK (account_id <> other_id),
            CHECK ((other_id IS NULL) = (peer_id IS NOT NULL)),
            CHECK ((peer_id IS NULL) = (address IS NULL)),
            CHECK (read_id <= heard_id AND heard_id <= last_id)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX correspondents_here_meet_once
            ON correspondents (account_id, other_id) WHERE other_id IS NOT NULL;
        CREATE UNIQUE INDEX correspondents_abroad_meet_once
            ON correspondents (account_id, address) WHERE address IS NOT NULL;
        CREATE INDEX correspondents_in_order ON correspondents (account_id, last_id);
        CREATE INDEX correspondents_unread ON correspondents (account_id)
            WHERE heard_id > read_id;
        CREATE INDEX correspondents_of_a_conversation
            ON correspondents (conversation_id);
        CREATE TRIGGER correspondents_stay_who_they_are
        BEFORE UPDATE OF account_id, conversation_id, other_id, peer_id, address
        ON correspondents
        BEGIN
            SELECT RAISE(ABORT, 'who writes to whom never changes');
        END;

        CREATE TABLE messages (
            id INTEGER PRIMARY KEY,
            uuid BLOB CHECK (length(uuid) = 16),
            conversation_id INTEGER NOT NULL REFERENCES conversations(id),
            sender_id INTEGER REFERENCES accounts(id),
            author_id INTEGER REFERENCES members(id),
            subject TEXT NOT NULL,
            listing_id INTEGER REFERENCES listings(id) ON DELETE SET NULL,
            body TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('under_way', 'delivered', 'undelivered')),
            fault TEXT CHECK (fault IN (
                'not_taken', 'not_offered', 'parted', 'not_understood')),
            wire_id TEXT UNIQUE CHECK (length(wire_id) = 36),
            written_at INTEGER NOT NULL,
            CHECK ((sender_id IS NULL) = (author_id IS NULL)),
            CHECK ((sender_id IS NULL) = (uuid IS NULL)),
            CHECK (wire_id IS NULL OR sender_id IS NOT NULL),
            CHECK (state = 'delivered' OR wire_id IS NOT NULL),
            CHECK ((state = 'undelivered') = (fault IS NOT NULL))
        ) STRICT;
        CREATE UNIQUE INDEX messages_are_sent_once ON messages (author_id, uuid)
            WHERE author_id IS NOT NULL;
        CREATE INDEX messages_in_order ON messages (conversation_id, id);
        CREATE INDEX messages_by_author ON messages (author_id, written_at)
            WHERE author_id IS NOT NULL;
        CREATE INDEX messages_about ON messages (listing_id) WHERE listing_id IS NOT NULL;
        CREATE TRIGGER messages_stay_as_written
        BEFORE UPDATE OF id, uuid, conversation_id, sender_id, author_id, wire_id,
            written_at ON messages
        BEGIN
            SELECT RAISE(ABORT, 'what was written is not changed');
        END;
        CREATE TRIGGER messages_can_only_be_forgotten
        BEFORE UPDATE OF subject, body ON messages
        WHEN NEW.subject NOT IN ('', OLD.subject) OR NEW.body NOT IN ('', OLD.body)
        BEGIN
            SELECT RAISE(ABORT, 'what was written is not changed');
        END;
        CREATE TRIGGER messages_end_once BEFORE UPDATE OF state, fault ON messages
        WHEN OLD.state <> 'under_way'
        BEGIN
            SELECT RAISE(ABORT, 'what became of a message never changes');
        END;

        CREATE TABLE message_wishes (
            account_id INTEGER PRIMARY KEY REFERENCES accounts(id),
            takes TEXT NOT NULL
                CHECK (takes IN ('everybody', 'market', 'here', 'nobody'))
        ) STRICT;

        CREATE TABLE message_reports (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL,
            conversation_id INTEGER NOT NULL,
            member_id INTEGER NOT NULL REFERENCES members(id),
            up_to INTEGER NOT NULL REFERENCES messages(id),
            reason TEXT NOT NULL,
            reported_at INTEGER NOT NULL,
            closed_at INTEGER,
            outcome TEXT,
            FOREIGN KEY (account_id, conversation_id)
                REFERENCES correspondents (account_id, conversation_id),
            CHECK ((closed_at IS NULL) = (outcome IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX message_reports_wait_once
            ON message_reports (account_id, conversation_id) WHERE closed_at IS NULL;
        CREATE INDEX message_reports_by_end ON message_reports (closed_at, id);
        CREATE TRIGGER message_reports_close_once
        BEFORE UPDATE ON message_reports WHEN OLD.closed_at IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a report is closed for good');
        END;

        CREATE TABLE relayed_messages (
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            wire_id TEXT NOT NULL CHECK (length(wire_id) = 36),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
            heard_at INTEGER NOT NULL,
            PRIMARY KEY (peer_id, wire_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX remote_listings_by_author ON remote_listings (author);
        CREATE INDEX relayed_messages_lately ON relayed_messages (peer_id, heard_at);
    """)
