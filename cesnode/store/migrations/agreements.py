"""What is agreed and kept with a peer, beyond the limits of the first day."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="023_agreements")
def agreements(db: Database) -> None:
    _bills_through_hubs(db)
    _terms(db)


def _bills_through_hubs(db: Database) -> None:
    """Bills that pass here, bills a hub brought, and what schedules may cost.

    What a bill from beyond a hub costs its buyer is an estimate until the hub is asked.
    """
    db.executescript("""
        CREATE TABLE relayed_requests (
            request_id TEXT PRIMARY KEY CHECK (length(request_id) = 36),
            upstream_id INTEGER NOT NULL REFERENCES peers(id),
            downstream_id INTEGER NOT NULL REFERENCES peers(id),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            expires_at INTEGER NOT NULL,
            passed_at INTEGER NOT NULL,
            ended_at INTEGER,
            CHECK (upstream_id <> downstream_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX relayed_requests_by_upstream
            ON relayed_requests (upstream_id, passed_at);
        CREATE TRIGGER relayed_requests_keep_their_way
        BEFORE UPDATE OF request_id, upstream_id, downstream_id, digest, expires_at,
            passed_at ON relayed_requests
        BEGIN
            SELECT RAISE(ABORT, 'a bill that was passed on is never changed');
        END;

        CREATE TABLE sealed_requests (
            request_id TEXT PRIMARY KEY REFERENCES requests(request_id),
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            tried_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sealed_requests_untried ON sealed_requests (request_id)
            WHERE tried_at IS NULL;
        CREATE TRIGGER sealed_requests_keep_their_words
        BEFORE UPDATE OF request_id, body, signature ON sealed_requests
        BEGIN
            SELECT RAISE(ABORT, 'what was signed is never changed');
        END;

        CREATE TABLE schedule_maxima (
            id INTEGER PRIMARY KEY,
            schedule_id INTEGER NOT NULL REFERENCES schedules(id),
            most INTEGER NOT NULL CHECK (most > 0),
            agreed_by INTEGER REFERENCES members(id),
            agreed_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX schedule_maxima_by_schedule ON schedule_maxima (schedule_id, id);

        DROP TRIGGER trades_keep_their_facts;
        CREATE TRIGGER trades_keep_their_facts
        BEFORE UPDATE OF id, uuid, seller_id, buyer_id, other, event_on, channel,
            entered_by, on_behalf_of, created_at, asked ON trades
        BEGIN
            SELECT RAISE(ABORT, 'what was traded is never changed');
        END;
        CREATE TRIGGER trades_keep_their_amounts BEFORE UPDATE OF amount ON trades
        WHEN OLD.state <> 'requested' OR OLD.other IS NULL
        BEGIN
            SELECT RAISE(ABORT, 'what was traded is never changed');
        END;
    """)
    final(db, "schedule_maxima")


def _terms(db: Database) -> None:
    """Terms that both sides signed: the entries of limits in the chains name them."""
    db.executescript("""
        CREATE TABLE peer_terms (
            digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            peering_id TEXT NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            body BLOB NOT NULL,
            signatures TEXT NOT NULL,
            kept_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX peer_terms_by_peer ON peer_terms (peer_id, version);
        CREATE INDEX clearing_entries_of_no_trade
            ON clearing_entries (peer_id, debtor, seq) WHERE wire_id IS NULL;
    """)
    final(db, "peer_terms")
