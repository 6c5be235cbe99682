"""Debts that go round in a circle of exchanges, cleared together.

What a node has promised to a set-off is kept on its clearing accounts as `reserved`:
above zero, we go on owing so much; below, we go on being owed it.
"""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="021_setoffs")
def setoffs(db: Database) -> None:
    db.executescript("""
        ALTER TABLE accounts ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0
            CHECK (reserved = 0 OR kind = 'clearing');

        CREATE TABLE setoff_consent (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            takes_part INTEGER NOT NULL DEFAULT 0 CHECK (takes_part IN (0, 1))
        ) STRICT;
        INSERT INTO setoff_consent (id) VALUES (1);

        CREATE TABLE setoff_debts (
            node TEXT PRIMARY KEY,
            bearer_id INTEGER NOT NULL REFERENCES peers(id),
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            as_of INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE setoffs (
            setoff_id TEXT PRIMARY KEY CHECK (length(setoff_id) = 36),
            coordinator TEXT NOT NULL,
            via_id INTEGER REFERENCES peers(id),
            digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
            proposal BLOB NOT NULL,
            proposal_signature TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'proposed' CHECK (state IN (
                'proposed', 'accepted', 'refused', 'forced', 'cleared', 'aborted')),
            why TEXT,
            decision BLOB,
            decision_signature TEXT,
            decision_digest TEXT CHECK (length(decision_digest) = 64),
            contradiction BLOB,
            contradiction_signature TEXT,
            ending TEXT,
            asked_at INTEGER,
            heard_at INTEGER NOT NULL,
            accepted_at INTEGER,
            decided_at INTEGER,
            CHECK ((decision IS NULL) = (state IN (
                'proposed', 'accepted', 'refused', 'forced'))),
            CHECK ((decision IS NULL) = (decision_signature IS NULL)),
            CHECK ((decision IS NULL) = (decision_digest IS NULL)),
            CHECK ((decision IS NULL) = (decided_at IS NULL)),
            CHECK ((contradiction IS NULL) = (contradiction_signature IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX setoffs_undecided ON setoffs (heard_at)
            WHERE state IN ('proposed', 'accepted', 'refused', 'forced');
        CREATE INDEX setoffs_by_decision ON setoffs (decision_digest)
            WHERE decision_digest IS NOT NULL;
        CREATE TRIGGER setoffs_stay BEFORE DELETE ON setoffs
        BEGIN
            SELECT RAISE(ABORT, 'a set-off is never deleted');
        END;
        CREATE TRIGGER setoffs_keep_their_proposal
        BEFORE UPDATE OF setoff_id, coordinator, via_id, digest, proposal,
            proposal_signature, heard_at ON setoffs
        BEGIN
            SELECT RAISE(ABORT, 'what was proposed is never changed');
        END;
        CREATE TRIGGER setoffs_are_decided_once
        BEFORE UPDATE OF state, decision, decision_signature, decision_digest, decided_at
        ON setoffs
        WHEN OLD.decision IS NOT NULL AND NOT (
            OLD.state = 'aborted' AND NEW.state = 'cleared'
            AND NEW.decision IS OLD.contradiction
            AND NEW.contradiction IS OLD.decision)
        BEGIN
            SELECT RAISE(ABORT, 'a set-off is decided once');
        END;

        CREATE TABLE setoff_words (
            setoff_id TEXT NOT NULL REFERENCES setoffs(setoff_id),
            node TEXT NOT NULL,
            accepts INTEGER NOT NULL CHECK (accepts IN (0, 1)),
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            heard_at INTEGER NOT NULL,
            PRIMARY KEY (setoff_id, node)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE setoff_parts (
            setoff_id TEXT NOT NULL REFERENCES setoffs(setoff_id),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            we_owe INTEGER NOT NULL CHECK (we_owe IN (0, 1)),
            amount INTEGER NOT NULL CHECK (amount > 0),
            transfer_seq INTEGER UNIQUE REFERENCES transfers(seq),
            PRIMARY KEY (setoff_id, peer_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX setoff_parts_by_peer ON setoff_parts (peer_id)
            WHERE transfer_seq IS NULL;
        CREATE TRIGGER setoff_parts_stay BEFORE DELETE ON setoff_parts
        BEGIN
            SELECT RAISE(ABORT, 'what was promised is never deleted');
        END;
        CREATE TRIGGER setoff_parts_keep_their_place
        BEFORE UPDATE OF setoff_id, peer_id, we_owe ON setoff_parts
        BEGIN
            SELECT RAISE(ABORT, 'what was promised is never changed');
        END;
        CREATE TRIGGER setoff_parts_are_booked_once
        BEFORE UPDATE OF amount, transfer_seq ON setoff_parts
        WHEN OLD.transfer_seq IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a part of a set-off is booked once');
        END;
    """)
    final(db, "setoff_words")
