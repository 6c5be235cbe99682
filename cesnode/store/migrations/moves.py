"""Nodes that moved to another address, ours and those of peers; peers put away."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="020_moves")
def moves(db: Database) -> None:
    """A node keeps its name when it moves: `known_as`, where the address is another."""
    db.executescript("""
        ALTER TABLE exchange ADD COLUMN known_as TEXT CHECK (length(known_as) > 0);
        ALTER TABLE peers ADD COLUMN put_away_at INTEGER;

        CREATE TABLE own_moves (
            serial INTEGER PRIMARY KEY CHECK (serial > 0),
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            announced_at INTEGER NOT NULL,
            left_at INTEGER,
            arrived_at INTEGER,
            CHECK (arrived_at IS NULL OR left_at IS NOT NULL)
        ) STRICT;
        CREATE TRIGGER own_moves_stay BEFORE DELETE ON own_moves
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never deleted');
        END;
        CREATE TRIGGER own_moves_keep_their_words
        BEFORE UPDATE OF serial, body, signature, announced_at ON own_moves
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never changed');
        END;
        CREATE TRIGGER own_moves_go_forward BEFORE UPDATE ON own_moves
        WHEN OLD.arrived_at IS NOT NULL
            OR (OLD.left_at IS NOT NULL AND NEW.left_at IS NOT OLD.left_at)
        BEGIN
            SELECT RAISE(ABORT, 'a move is not undone but by another');
        END;

        CREATE TABLE peer_moves (
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            serial INTEGER NOT NULL CHECK (serial > 0),
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            heard_at INTEGER NOT NULL,
            looked_at INTEGER,
            confirmed_at INTEGER,
            PRIMARY KEY (peer_id, serial)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER peer_moves_stay BEFORE DELETE ON peer_moves
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never deleted');
        END;
        CREATE TRIGGER peer_moves_keep_their_words
        BEFORE UPDATE OF peer_id, serial, body, signature, heard_at ON peer_moves
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never changed');
        END;
        CREATE TRIGGER peer_moves_are_believed_once
        BEFORE UPDATE OF confirmed_at ON peer_moves WHEN OLD.confirmed_at IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a move is believed once');
        END;
    """)
