"""Other exchanges: who they are, what was agreed, said, promised and decided."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="005_peers")
def peers(db: Database) -> None:
    db.executescript("""
        ALTER TABLE accounts ADD COLUMN accepts_requests_up_to INTEGER
            CHECK (accepts_requests_up_to >= 0);
        ALTER TABLE accounts ADD COLUMN approves_receipts INTEGER NOT NULL DEFAULT 0
            CHECK (approves_receipts IN (0, 1));

        CREATE TABLE invites (
            token_hash TEXT PRIMARY KEY CHECK (length(token_hash) = 64),
            credit_line INTEGER NOT NULL CHECK (credit_line >= 0),
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE peers (
            id INTEGER PRIMARY KEY,
            node TEXT NOT NULL UNIQUE,
            origin TEXT NOT NULL UNIQUE,
            code TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN (
                'invited', 'requested', 'active', 'paused', 'closing', 'closed', 'frozen')),
            paused_there INTEGER NOT NULL DEFAULT 0 CHECK (paused_there IN (0, 1)),
            peering_id TEXT NOT NULL UNIQUE,
            currency TEXT NOT NULL,
            currency_name TEXT NOT NULL,
            scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 9),
            rate_n INTEGER NOT NULL CHECK (rate_n > 0),
            rate_d INTEGER NOT NULL CHECK (rate_d > 0),
            box_key TEXT NOT NULL,
            clearing_id INTEGER NOT NULL UNIQUE REFERENCES accounts(id),
            invite_token TEXT,
            credit_line INTEGER NOT NULL DEFAULT 0 CHECK (credit_line >= 0),
            their_credit_line INTEGER NOT NULL DEFAULT 0 CHECK (their_credit_line >= 0),
            max_we_owe INTEGER CHECK (max_we_owe >= 0),
            max_trade INTEGER CHECK (max_trade >= 0),
            daily_volume INTEGER CHECK (daily_volume >= 0),
            allow_requests INTEGER NOT NULL DEFAULT 1 CHECK (allow_requests IN (0, 1)),
            allow_as_hub INTEGER NOT NULL DEFAULT 0 CHECK (allow_as_hub IN (0, 1)),
            terms_version INTEGER NOT NULL DEFAULT 1 CHECK (terms_version > 0),
            agreement BLOB,
            signatures TEXT NOT NULL DEFAULT '[]',
            recovering INTEGER NOT NULL DEFAULT 0 CHECK (recovering IN (0, 1)),
            last_seen_at INTEGER,
            last_error TEXT,
            reconciliation TEXT NOT NULL DEFAULT 'in-sync' CHECK (reconciliation IN (
                'in-sync', 'behind', 'held', 'mismatch', 'fork', 'unreachable')),
            reconciled_at INTEGER,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE peer_keys (
            kid TEXT PRIMARY KEY CHECK (length(kid) = 43),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            x TEXT NOT NULL CHECK (length(x) = 43),
            not_before INTEGER NOT NULL,
            not_after INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX peer_keys_by_peer ON peer_keys (peer_id);
        CREATE TABLE peer_nonces (
            kid TEXT NOT NULL,
            nonce TEXT NOT NULL,
            seen_at INTEGER NOT NULL,
            PRIMARY KEY (kid, nonce)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX peer_nonces_by_age ON peer_nonces (seen_at);
    """)


@migrations(name="006_remote_trades")
def remote_trades(db: Database) -> None:
    db.executescript("""
        CREATE TABLE remote_trades (
            wire_id TEXT PRIMARY KEY CHECK (length(wire_id) = 36),
            role TEXT NOT NULL CHECK (role IN ('payer', 'payee', 'hub')),
            state TEXT NOT NULL CHECK (state IN (
                'unseen', 'draft', 'held', 'posted', 'voided', 'forced', 'pending',
                'committed', 'aborted')),
            trade_id INTEGER UNIQUE REFERENCES trades(id),
            upstream_id INTEGER REFERENCES peers(id),
            downstream_id INTEGER REFERENCES peers(id),
            order_body BLOB NOT NULL,
            order_signature TEXT NOT NULL,
            order_digest TEXT NOT NULL,
            hop TEXT NOT NULL,
            sealed TEXT,
            refund_of TEXT,
            proof BLOB,
            proof_signature TEXT,
            reason TEXT,
            expires_at INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX remote_trades_in_flight ON remote_trades (updated_at)
            WHERE state IN ('held', 'pending', 'forced');
        CREATE UNIQUE INDEX remote_trades_refund_once ON remote_trades (refund_of, role)
            WHERE refund_of IS NOT NULL AND state NOT IN ('voided', 'aborted');
        CREATE TRIGGER remote_trades_stay BEFORE DELETE ON remote_trades
        BEGIN
            SELECT RAISE(ABORT, 'a trade is never deleted');
        END;
        CREATE TRIGGER remote_trades_keep_their_order
        BEFORE UPDATE OF wire_id, role, trade_id, upstream_id, downstream_id, order_body,
            order_signature, order_digest, hop, expires_at, created_at ON remote_trades
        BEGIN
            SELECT RAISE(ABORT, 'what was ordered is never changed');
        END;
        CREATE TRIGGER remote_trades_are_decided_once
        BEFORE UPDATE OF state ON remote_trades
        WHEN OLD.state IN ('posted', 'committed', 'aborted') AND NEW.state <> OLD.state
        BEGIN
            SELECT RAISE(ABORT, 'a trade is decided once');
        END;

        CREATE TABLE clearing_entries (
            debtor TEXT NOT NULL,
            creditor TEXT NOT NULL,
            seq INTEGER NOT NULL CHECK (seq > 0),
            hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            kind TEXT NOT NULL,
            wire_id TEXT,
            own_amount INTEGER NOT NULL,
            other_amount INTEGER NOT NULL,
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            transfer_seq INTEGER REFERENCES transfers(seq),
            added_at INTEGER NOT NULL,
            PRIMARY KEY (debtor, creditor, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX clearing_entries_book_a_trade_once
            ON clearing_entries (debtor, creditor, wire_id) WHERE wire_id IS NOT NULL;

        CREATE TABLE requests (
            request_id TEXT PRIMARY KEY CHECK (length(request_id) = 36),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            trade_id INTEGER NOT NULL UNIQUE REFERENCES trades(id),
            direction TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
            amount INTEGER NOT NULL CHECK (amount > 0),
            expires_at INTEGER NOT NULL,
            wire_id TEXT,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            kind TEXT NOT NULL,
            wire_id TEXT NOT NULL,
            parameters TEXT NOT NULL,
            body BLOB NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER NOT NULL,
            last_error TEXT,
            created_at INTEGER NOT NULL,
            done_at INTEGER,
            answer BLOB
        ) STRICT;
        CREATE INDEX outbox_waiting ON outbox (peer_id, next_at) WHERE done_at IS NULL;
        CREATE INDEX outbox_by_trade ON outbox (wire_id);
        CREATE TABLE alarms (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            peer_id INTEGER REFERENCES peers(id),
            kind TEXT NOT NULL,
            wire_id TEXT,
            details TEXT NOT NULL,
            settled_at INTEGER
        ) STRICT;
        CREATE TABLE peer_checkpoints (
            id INTEGER PRIMARY KEY,
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            at INTEGER NOT NULL,
            note TEXT NOT NULL
        ) STRICT;
    """)
    for table in ("clearing_entries", "peer_checkpoints"):
        final(db, table)
