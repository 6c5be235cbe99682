"""Trades that pass through another exchange, and quotes given and got for trades."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="010_hubs")
def hubs(db: Database) -> None:
    db.executescript("""
        ALTER TABLE peers ADD COLUMN hub_fee_share INTEGER NOT NULL DEFAULT 0
            CHECK (hub_fee_share BETWEEN 0 AND 1000000);
        ALTER TABLE peers ADD COLUMN hub_fee_fixed INTEGER NOT NULL DEFAULT 0
            CHECK (hub_fee_fixed >= 0);
        ALTER TABLE peers ADD COLUMN recovered_at INTEGER;

        CREATE TABLE distant_nodes (
            node TEXT PRIMARY KEY,
            origin TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            currency TEXT NOT NULL,
            currency_name TEXT NOT NULL,
            scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 9),
            rate_n INTEGER NOT NULL CHECK (rate_n > 0),
            rate_d INTEGER NOT NULL CHECK (rate_d > 0),
            box_key TEXT NOT NULL,
            hub_id INTEGER REFERENCES peers(id),
            met_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX distant_nodes_by_currency ON distant_nodes (currency);
        CREATE TABLE distant_keys (
            kid TEXT PRIMARY KEY CHECK (length(kid) = 43),
            node TEXT NOT NULL REFERENCES distant_nodes(node),
            x TEXT NOT NULL CHECK (length(x) = 43),
            pinned_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX distant_keys_by_node ON distant_keys (node);

        CREATE TABLE quotes (
            direction TEXT NOT NULL CHECK (direction IN ('given', 'got')),
            quote_id TEXT NOT NULL CHECK (length(quote_id) BETWEEN 1 AND 64),
            peer_id INTEGER NOT NULL REFERENCES peers(id),
            payee TEXT NOT NULL,
            body BLOB NOT NULL,
            signature TEXT NOT NULL,
            made_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (direction, quote_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX quotes_by_peer ON quotes (peer_id, direction, expires_at);
        CREATE INDEX quotes_by_age ON quotes (expires_at);
        CREATE TRIGGER quotes_are_final BEFORE UPDATE ON quotes
        BEGIN
            SELECT RAISE(ABORT, 'a quote is never changed');
        END;
    """)
    final(db, "distant_keys")
