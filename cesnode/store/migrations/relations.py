"""What a community shares with each neighbour, and what its members take back."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="022_relations")
def relations(db: Database) -> None:
    # Each side of a conversation has what it has put away, and what of it is gone for
    # good; what comes later is above both marks, and so is seen again by itself.
    db.executescript("""
        ALTER TABLE peers ADD COLUMN carries_messages INTEGER NOT NULL DEFAULT 1
            CHECK (carries_messages IN (0, 1));

        ALTER TABLE correspondents ADD COLUMN away_id INTEGER NOT NULL DEFAULT 0
            CHECK (away_id <= last_id);
        ALTER TABLE correspondents ADD COLUMN gone_id INTEGER NOT NULL DEFAULT 0
            CHECK (gone_id <= away_id);
        ALTER TABLE messages ADD COLUMN withdrawn_at INTEGER
            CHECK (withdrawn_at IS NULL OR (subject = '' AND body = ''));
        CREATE TRIGGER messages_are_withdrawn_unread
        BEFORE UPDATE OF withdrawn_at ON messages
        WHEN OLD.withdrawn_at IS NOT NULL
            OR OLD.sender_id IS NULL
            OR OLD.wire_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM correspondents
                WHERE conversation_id = OLD.conversation_id
                AND account_id <> OLD.sender_id AND read_id >= OLD.id)
        BEGIN
            SELECT RAISE(ABORT, 'only what nobody has read can be withdrawn');
        END;

        ALTER TABLE remote_listings ADD COLUMN latitude INTEGER
            CHECK (latitude BETWEEN -900000 AND 900000);
        ALTER TABLE remote_listings ADD COLUMN longitude INTEGER
            CHECK (longitude BETWEEN -1800000 AND 1800000
                AND (longitude IS NULL) = (latitude IS NULL));
        CREATE INDEX remote_listings_by_point ON remote_listings (latitude, longitude)
            WHERE latitude IS NOT NULL;

        CREATE TABLE near_limits (
            account_id INTEGER PRIMARY KEY REFERENCES accounts(id),
            side TEXT NOT NULL CHECK (side IN ('floor', 'ceiling')),
            since INTEGER NOT NULL,
            advised_at INTEGER CHECK (advised_at >= since)
        ) STRICT;
        CREATE INDEX near_limits_by_side ON near_limits (side, since);
    """)
