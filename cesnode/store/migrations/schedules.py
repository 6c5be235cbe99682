"""Trades that are to be entered later, or again and again; and forms that lead to one."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="012_schedules")
def schedules(db: Database) -> None:
    db.executescript("""
        CREATE TABLE schedules (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            side TEXT NOT NULL CHECK (side IN ('seller', 'buyer')),
            other TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            description TEXT,
            asking INTEGER NOT NULL CHECK (asking IN (0, 1)),
            rhythm TEXT NOT NULL CHECK (rhythm IN ('once', 'weekly', 'monthly')),
            first_on TEXT NOT NULL CHECK (first_on GLOB '????-??-??'),
            until_on TEXT CHECK (until_on GLOB '????-??-??'),
            times INTEGER CHECK (times > 0),
            state TEXT NOT NULL DEFAULT 'running'
                CHECK (state IN ('running', 'paused', 'ended')),
            turn INTEGER NOT NULL DEFAULT 0 CHECK (turn >= 0),
            next_on TEXT CHECK (next_on GLOB '????-??-??'),
            tried_on TEXT CHECK (tried_on GLOB '????-??-??'),
            problem TEXT,
            made_by INTEGER REFERENCES members(id),
            made_at INTEGER NOT NULL,
            CHECK (state = 'ended' OR next_on IS NOT NULL),
            CHECK (state = 'ended' OR description IS NOT NULL)
        ) STRICT;
        CREATE INDEX schedules_due ON schedules (next_on) WHERE state = 'running';
        CREATE INDEX schedules_by_account ON schedules (account_id, id);
        CREATE TRIGGER schedules_stay BEFORE DELETE ON schedules
        BEGIN
            SELECT RAISE(ABORT, 'a schedule is ended, never deleted');
        END;
        CREATE TRIGGER schedules_keep_their_terms
        BEFORE UPDATE OF id, uuid, account_id, side, other, amount, asking, rhythm,
            first_on, until_on, times, made_by, made_at ON schedules
        BEGIN
            SELECT RAISE(ABORT, 'what is scheduled is never changed');
        END;
        CREATE TRIGGER schedules_words_are_only_erased
        BEFORE UPDATE OF description ON schedules WHEN NEW.description IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a description is only ever erased');
        END;
        CREATE TABLE scheduled_trades (
            schedule_id INTEGER NOT NULL REFERENCES schedules(id),
            due_on TEXT NOT NULL CHECK (due_on GLOB '????-??-??'),
            trade_id INTEGER NOT NULL UNIQUE REFERENCES trades(id),
            PRIMARY KEY (schedule_id, due_on)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE trading_forms (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            kind TEXT NOT NULL CHECK (kind IN ('order', 'slip')),
            buyer_id INTEGER NOT NULL REFERENCES accounts(id),
            seller_id INTEGER NOT NULL REFERENCES accounts(id),
            amount INTEGER NOT NULL CHECK (amount > 0),
            description TEXT,
            delivery TEXT,
            state TEXT NOT NULL DEFAULT 'open'
                CHECK (state IN ('open', 'traded', 'declined', 'withdrawn')),
            reason TEXT,
            trade_id INTEGER UNIQUE REFERENCES trades(id),
            written_by INTEGER REFERENCES members(id),
            written_at INTEGER NOT NULL,
            answered_at INTEGER,
            CHECK (buyer_id <> seller_id),
            CHECK ((state = 'traded') = (trade_id IS NOT NULL)),
            CHECK ((state = 'open') = (answered_at IS NULL))
        ) STRICT;
        CREATE INDEX trading_forms_open_by_seller ON trading_forms (seller_id, id)
            WHERE state = 'open';
        CREATE INDEX trading_forms_by_seller ON trading_forms (seller_id, id);
        CREATE INDEX trading_forms_by_buyer ON trading_forms (buyer_id, id);
        CREATE TRIGGER trading_forms_stay BEFORE DELETE ON trading_forms
        BEGIN
            SELECT RAISE(ABORT, 'a form is answered, never deleted');
        END;
        CREATE TRIGGER trading_forms_keep_their_facts
        BEFORE UPDATE OF id, uuid, kind, buyer_id, seller_id, amount, written_by, written_at
        ON trading_forms
        BEGIN
            SELECT RAISE(ABORT, 'what was written is never changed');
        END;
        CREATE TRIGGER trading_forms_words_are_only_erased
        BEFORE UPDATE OF description, delivery ON trading_forms
        WHEN NEW.description IS NOT NULL OR NEW.delivery IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'what was written is only ever erased');
        END;
        CREATE TRIGGER trading_forms_are_answered_once
        BEFORE UPDATE OF state, trade_id, reason, answered_at ON trading_forms
        WHEN OLD.state <> 'open'
        BEGIN
            SELECT RAISE(ABORT, 'a form is answered once');
        END;

        CREATE INDEX trades_objected_by_seller ON trades (seller_id, id)
            WHERE state = 'objected';
        CREATE INDEX trades_objected_by_buyer ON trades (buyer_id, id)
            WHERE state = 'objected';
    """)
    final(db, "scheduled_trades")
