"""What two exchanges agree beyond trades: disputes, settlements, limits, keys."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="009_standing")
def standing(db: Database) -> None:
    db.executescript("""
        ALTER TABLE peers ADD COLUMN max_trade_percent INTEGER
            CHECK (max_trade_percent BETWEEN 1 AND 100);
        ALTER TABLE outbox ADD COLUMN failures INTEGER NOT NULL DEFAULT 0
            CHECK (failures >= 0);
        CREATE INDEX alarms_standing ON alarms (peer_id, kind, wire_id)
            WHERE settled_at IS NULL;

        CREATE TABLE total_limits (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            we_are_owed INTEGER CHECK (we_are_owed >= 0),
            we_owe INTEGER CHECK (we_owe >= 0)
        ) STRICT;
        INSERT INTO total_limits (id) VALUES (1);

        CREATE TABLE forced_voids (
            wire_id TEXT PRIMARY KEY REFERENCES remote_trades(wire_id),
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            suspended_seq INTEGER UNIQUE REFERENCES transfers(seq),
            added_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER forced_voids_stay BEFORE DELETE ON forced_voids
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never deleted');
        END;
        CREATE TRIGGER forced_voids_keep_their_words
        BEFORE UPDATE OF wire_id, body, signature, added_at ON forced_voids
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never changed');
        END;
        CREATE TRIGGER forced_voids_are_suspended_once
        BEFORE UPDATE OF suspended_seq ON forced_voids
        WHEN OLD.suspended_seq IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a trade is put into suspense once');
        END;

        CREATE TABLE disputes (
            dispute_id TEXT PRIMARY KEY CHECK (length(dispute_id) = 36),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            wire_id TEXT NOT NULL REFERENCES remote_trades(wire_id),
            ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
            claim TEXT NOT NULL,
            evidence TEXT NOT NULL,
            outcome TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN (
                'open', 'refund', 'settled', 'written-off', 'withdrawn')),
            why TEXT,
            opened_at INTEGER NOT NULL,
            ended_at INTEGER,
            CHECK ((outcome = 'open') = (ended_at IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX disputes_by_trade ON disputes (wire_id);
        CREATE TRIGGER disputes_stay BEFORE DELETE ON disputes
        BEGIN
            SELECT RAISE(ABORT, 'a dispute is never deleted');
        END;
        CREATE TRIGGER disputes_keep_their_claim
        BEFORE UPDATE OF dispute_id, peer_id, wire_id, ours, claim, evidence, opened_at
        ON disputes
        BEGIN
            SELECT RAISE(ABORT, 'what was claimed is never changed');
        END;
        CREATE TRIGGER disputes_end_once BEFORE UPDATE ON disputes
        WHEN OLD.outcome <> 'open'
        BEGIN
            SELECT RAISE(ABORT, 'a dispute ends once');
        END;

        CREATE TABLE settlements (
            settlement_id TEXT PRIMARY KEY CHECK (length(settlement_id) = 36),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
            digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
            own_amount INTEGER NOT NULL CHECK (own_amount > 0),
            other_amount INTEGER NOT NULL CHECK (other_amount > 0),
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'proposed'
                CHECK (state IN ('proposed', 'booked', 'refused')),
            why TEXT,
            proposed_at INTEGER NOT NULL,
            ended_at INTEGER,
            CHECK ((state = 'proposed') = (ended_at IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX settlements_waiting ON settlements (peer_id)
            WHERE state = 'proposed';
        CREATE TRIGGER settlements_stay BEFORE DELETE ON settlements
        BEGIN
            SELECT RAISE(ABORT, 'a settlement is never deleted');
        END;
        CREATE TRIGGER settlements_keep_their_word
        BEFORE UPDATE OF settlement_id, peer_id, ours, digest, own_amount, other_amount,
            body, signature, proposed_at ON settlements
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never changed');
        END;
        CREATE TRIGGER settlements_are_booked_once BEFORE UPDATE ON settlements
        WHEN OLD.state = 'booked'
        BEGIN
            SELECT RAISE(ABORT, 'a settlement is booked once');
        END;

        CREATE TABLE rotated_keys (
            kid TEXT PRIMARY KEY CHECK (length(kid) = 43),
            x TEXT NOT NULL UNIQUE CHECK (length(x) = 43),
            rotated_at INTEGER NOT NULL,
            rotation BLOB NOT NULL,
            signature TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
    """)
    final(db, "rotated_keys")
