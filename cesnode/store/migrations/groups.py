"""Groups of members, and what they tell each other."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="017_groups")
def groups(db: Database) -> None:
    # A listing that only groups see stays one of this exchange for whatever looks at its
    # audience alone: so nothing that knows no groups can send it anywhere.
    db.executescript("""
        CREATE TABLE groups (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            name TEXT NOT NULL CHECK (name <> ''),
            about TEXT NOT NULL,
            door TEXT NOT NULL CHECK (door IN ('open', 'approval', 'closed')),
            voice TEXT NOT NULL CHECK (voice IN ('stewards', 'members')),
            small TEXT,
            large TEXT,
            width INTEGER CHECK (width > 0),
            height INTEGER CHECK (height > 0),
            picture_words TEXT,
            founded_at INTEGER NOT NULL,
            dissolved_at INTEGER,
            CHECK ((small IS NULL) = (large IS NULL)),
            CHECK ((small IS NULL) = (width IS NULL)),
            CHECK ((small IS NULL) = (height IS NULL)),
            CHECK ((small IS NULL) = (picture_words IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX groups_that_are_seen_have_one_name
            ON groups (name COLLATE NOCASE)
            WHERE dissolved_at IS NULL AND door <> 'closed';
        CREATE TRIGGER groups_stay_what_they_are
        BEFORE UPDATE OF id, uuid, founded_at ON groups
        BEGIN
            SELECT RAISE(ABORT, 'when a group was founded never changes');
        END;
        CREATE TRIGGER groups_leave_a_trace BEFORE DELETE ON groups
        BEGIN
            SELECT RAISE(ABORT, 'a group is dissolved, not removed');
        END;
        CREATE TRIGGER groups_are_dissolved_for_good
        BEFORE UPDATE OF dissolved_at ON groups WHEN OLD.dissolved_at IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a group is dissolved for good');
        END;

        CREATE TABLE group_members (
            group_id INTEGER NOT NULL REFERENCES groups(id),
            member_id INTEGER NOT NULL REFERENCES members(id),
            seat TEXT NOT NULL
                CHECK (seat IN ('asked', 'invited', 'member', 'steward', 'removed')),
            since INTEGER NOT NULL,
            PRIMARY KEY (group_id, member_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_members_by_member ON group_members (member_id, seat);
        CREATE TRIGGER groups_keep_a_steward
        AFTER UPDATE OF seat ON group_members
        WHEN OLD.seat = 'steward' AND NOT EXISTS (
            SELECT 1 FROM group_members
            WHERE group_id = OLD.group_id AND seat = 'steward')
        BEGIN
            SELECT RAISE(ABORT, 'a group has a steward at least');
        END;
        CREATE TRIGGER groups_do_not_lose_their_steward
        AFTER DELETE ON group_members
        WHEN OLD.seat = 'steward' AND NOT EXISTS (
            SELECT 1 FROM group_members
            WHERE group_id = OLD.group_id AND seat = 'steward')
            AND EXISTS (
            SELECT 1 FROM groups WHERE id = OLD.group_id AND dissolved_at IS NULL)
        BEGIN
            SELECT RAISE(ABORT, 'a group has a steward at least');
        END;

        CREATE TABLE group_notices (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            group_id INTEGER NOT NULL REFERENCES groups(id),
            under_id INTEGER REFERENCES group_notices(id) ON DELETE CASCADE,
            author_id INTEGER NOT NULL REFERENCES members(id),
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            written_at INTEGER NOT NULL,
            CHECK ((under_id IS NULL) = (title <> ''))
        ) STRICT;
        CREATE INDEX group_notices_in_order ON group_notices (group_id, id)
            WHERE under_id IS NULL;
        CREATE INDEX group_notices_under ON group_notices (under_id, id)
            WHERE under_id IS NOT NULL;
        CREATE INDEX group_notices_by_author ON group_notices (author_id, written_at);
        CREATE TRIGGER group_notices_stay_as_written
        BEFORE UPDATE ON group_notices
        BEGIN
            SELECT RAISE(ABORT, 'a notice is removed, not changed');
        END;

        CREATE TABLE group_boards (
            listing_id INTEGER NOT NULL REFERENCES listings(id) ON DELETE CASCADE,
            group_id INTEGER NOT NULL REFERENCES groups(id),
            PRIMARY KEY (listing_id, group_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_boards_by_group ON group_boards (group_id, listing_id);
        ALTER TABLE listings ADD COLUMN groups_only INTEGER NOT NULL DEFAULT 0
            CHECK (groups_only IN (0, 1) AND (groups_only = 0 OR audience = 'here'));
    """)
