"""The exchange, its people, its ledger and its acts."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import final, migrations


@migrations(name="001_exchange")
def exchange(db: Database) -> None:
    db.executescript("""
        CREATE TABLE exchange (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            code TEXT NOT NULL CHECK (code GLOB '[A-Z][A-Z][A-Z][A-Z]'),
            name TEXT NOT NULL,
            measure TEXT NOT NULL CHECK (measure IN ('mutual', 'time', 'gift')),
            scale INTEGER NOT NULL CHECK (scale BETWEEN 0 AND 4),
            singular TEXT NOT NULL,
            plural TEXT NOT NULL,
            symbol TEXT NOT NULL DEFAULT '',
            founded_at INTEGER NOT NULL CHECK (founded_at > 0),
            origin TEXT NOT NULL,
            allow_private_peers INTEGER NOT NULL DEFAULT 0
                CHECK (allow_private_peers IN (0, 1)),
            floor INTEGER CHECK (floor <= 0),
            ceiling INTEGER CHECK (ceiling >= 0),
            growth_share INTEGER NOT NULL DEFAULT 0 CHECK (growth_share >= 0),
            growth_cap INTEGER NOT NULL DEFAULT 0 CHECK (growth_cap >= 0),
            limit_policy TEXT NOT NULL DEFAULT 'block'
                CHECK (limit_policy IN ('block', 'warn')),
            seller_record TEXT NOT NULL DEFAULT 'at_once'
                CHECK (seller_record IN ('at_once', 'whitelisted', 'agreed')),
            agree_after_days INTEGER CHECK (agree_after_days > 0),
            lapse_after_days INTEGER NOT NULL DEFAULT 90 CHECK (lapse_after_days > 0),
            object_days INTEGER NOT NULL DEFAULT 14 CHECK (object_days >= 0)
        ) STRICT;
        CREATE TRIGGER exchange_is_founded_once
        BEFORE UPDATE OF id, code, measure, scale, founded_at ON exchange
        BEGIN
            SELECT RAISE(ABORT, 'what an exchange was founded with never changes');
        END;
        CREATE TRIGGER exchange_stays BEFORE DELETE ON exchange
        BEGIN
            SELECT RAISE(ABORT, 'an exchange is never deleted');
        END;

        CREATE TABLE rates (
            id INTEGER PRIMARY KEY,
            since INTEGER NOT NULL,
            hour_n INTEGER NOT NULL CHECK (hour_n > 0),
            hour_d INTEGER NOT NULL CHECK (hour_d > 0),
            national TEXT CHECK (national GLOB '[A-Z][A-Z][A-Z]'),
            national_n INTEGER CHECK (national_n > 0),
            national_d INTEGER CHECK (national_d > 0)
        ) STRICT;
        CREATE TABLE levies (
            id INTEGER PRIMARY KEY,
            since INTEGER NOT NULL,
            seller_share INTEGER NOT NULL CHECK (seller_share BETWEEN 0 AND 1000000),
            seller_fixed INTEGER NOT NULL CHECK (seller_fixed >= 0),
            seller_least INTEGER NOT NULL CHECK (seller_least >= 0),
            seller_most INTEGER CHECK (seller_most >= 0),
            buyer_share INTEGER NOT NULL CHECK (buyer_share BETWEEN 0 AND 1000000),
            buyer_fixed INTEGER NOT NULL CHECK (buyer_fixed >= 0),
            buyer_least INTEGER NOT NULL CHECK (buyer_least >= 0),
            buyer_most INTEGER CHECK (buyer_most >= 0)
        ) STRICT;
    """)
    for table in ("rates", "levies"):
        final(db, table)


@migrations(name="002_people")
def people(db: Database) -> None:
    db.executescript("""
        CREATE TABLE areas (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE members (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT,
            state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'left')),
            joined_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX members_by_email ON members (email) WHERE email IS NOT NULL;
        CREATE TABLE member_roles (
            member_id INTEGER NOT NULL REFERENCES members(id),
            role TEXT NOT NULL,
            area_id INTEGER REFERENCES areas(id)
        ) STRICT;
        CREATE UNIQUE INDEX member_roles_are_given_once
            ON member_roles (member_id, role, COALESCE(area_id, 0));
        CREATE TABLE passwords (
            member_id INTEGER PRIMARY KEY REFERENCES members(id),
            hash TEXT NOT NULL,
            set_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE tokens (
            id INTEGER PRIMARY KEY,
            member_id INTEGER NOT NULL REFERENCES members(id),
            digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
            scope TEXT NOT NULL CHECK (scope IN ('read', 'trade', 'till', 'admin')),
            label TEXT NOT NULL DEFAULT '',
            created_at INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT;
    """)


@migrations(name="003_ledger")
def ledger(db: Database) -> None:
    db.executescript("""
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN (
                'individual', 'joint', 'organisation', 'company', 'public',
                'community', 'clearing', 'system')),
            name TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'open'
                CHECK (state IN ('open', 'locked', 'closed')),
            lock_reason TEXT,
            area_id INTEGER REFERENCES areas(id),
            whitelisted INTEGER NOT NULL DEFAULT 0 CHECK (whitelisted IN (0, 1)),
            own_floor INTEGER NOT NULL DEFAULT 0 CHECK (own_floor IN (0, 1)),
            floor INTEGER CHECK (floor IS NULL OR (floor <= 0 AND own_floor = 1)),
            own_ceiling INTEGER NOT NULL DEFAULT 0 CHECK (own_ceiling IN (0, 1)),
            ceiling INTEGER
                CHECK (ceiling IS NULL OR (ceiling >= 0 AND own_ceiling = 1)),
            opened_at INTEGER NOT NULL,
            CHECK ((id = 1) = (kind = 'community'))
        ) STRICT;
        CREATE INDEX accounts_in_order ON accounts (length(number), number);
        CREATE TRIGGER accounts_keep_their_number
        BEFORE UPDATE OF id, number, kind, opened_at ON accounts
        BEGIN
            SELECT RAISE(ABORT, 'a number is never changed or reused');
        END;
        CREATE TRIGGER accounts_stay BEFORE DELETE ON accounts
        BEGIN
            SELECT RAISE(ABORT, 'an account is never deleted');
        END;
        CREATE TABLE account_members (
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            member_id INTEGER NOT NULL REFERENCES members(id),
            PRIMARY KEY (account_id, member_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX account_members_by_member ON account_members (member_id);

        CREATE TABLE standings (
            account_id INTEGER PRIMARY KEY REFERENCES accounts(id),
            balance INTEGER NOT NULL DEFAULT 0,
            held_out INTEGER NOT NULL DEFAULT 0 CHECK (held_out >= 0),
            held_in INTEGER NOT NULL DEFAULT 0 CHECK (held_in >= 0),
            sales INTEGER NOT NULL DEFAULT 0,
            purchases INTEGER NOT NULL DEFAULT 0,
            sold INTEGER NOT NULL DEFAULT 0,
            bought INTEGER NOT NULL DEFAULT 0,
            last_trade_at INTEGER
        ) STRICT;
        CREATE TRIGGER standings_stay BEFORE DELETE ON standings
        BEGIN
            SELECT RAISE(ABORT, 'a standing is never deleted');
        END;

        CREATE TABLE trades (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
            state TEXT NOT NULL CHECK (state IN (
                'requested', 'held', 'pending', 'posted', 'objected', 'reversed',
                'declined', 'withdrawn', 'lapsed', 'voided')),
            seller_id INTEGER NOT NULL REFERENCES accounts(id),
            buyer_id INTEGER NOT NULL REFERENCES accounts(id),
            other TEXT,
            amount INTEGER NOT NULL CHECK (amount > 0),
            seller_levy INTEGER NOT NULL CHECK (seller_levy >= 0),
            buyer_levy INTEGER NOT NULL CHECK (buyer_levy >= 0),
            description TEXT,
            salt BLOB CHECK (length(salt) = 16),
            event_on TEXT NOT NULL CHECK (event_on GLOB '????-??-??'),
            channel TEXT NOT NULL,
            entered_by INTEGER REFERENCES members(id),
            on_behalf_of INTEGER REFERENCES accounts(id),
            created_at INTEGER NOT NULL,
            asked INTEGER NOT NULL DEFAULT 0 CHECK (asked IN (0, 1)),
            CHECK (seller_id <> buyer_id),
            CHECK ((description IS NULL) = (salt IS NULL))
        ) STRICT;
        CREATE INDEX trades_unposted_by_seller ON trades (seller_id, id)
            WHERE state NOT IN ('posted', 'objected', 'reversed');
        CREATE INDEX trades_unposted_by_buyer ON trades (buyer_id, id)
            WHERE state NOT IN ('posted', 'objected', 'reversed');
        CREATE INDEX trades_waiting ON trades (created_at) WHERE state = 'requested';
        CREATE TRIGGER trades_stay BEFORE DELETE ON trades
        BEGIN
            SELECT RAISE(ABORT, 'a trade is never deleted');
        END;
        CREATE TRIGGER trades_keep_their_facts
        BEFORE UPDATE OF id, uuid, seller_id, buyer_id, other, amount, event_on, channel,
            entered_by, on_behalf_of, created_at, asked ON trades
        BEGIN
            SELECT RAISE(ABORT, 'what was traded is never changed');
        END;
        CREATE TRIGGER trades_keep_their_levies
        BEFORE UPDATE OF seller_levy, buyer_levy ON trades WHEN OLD.state <> 'requested'
        BEGIN
            SELECT RAISE(ABORT, 'what was traded is never changed');
        END;
        CREATE TRIGGER trades_words_are_only_erased
        BEFORE UPDATE OF description, salt ON trades WHEN NEW.description IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a description is only ever erased');
        END;

        CREATE TABLE transfers (
            seq INTEGER PRIMARY KEY CHECK (seq > 0),
            kind TEXT NOT NULL CHECK (kind IN (
                'trade', 'levy', 'fee', 'demurrage', 'reversal', 'opening', 'clearing',
                'settlement', 'donation')),
            trade_id INTEGER REFERENCES trades(id),
            reverses INTEGER REFERENCES transfers(seq),
            recorded_at INTEGER NOT NULL,
            text_digest BLOB CHECK (length(text_digest) = 32),
            hash BLOB NOT NULL CHECK (length(hash) = 32)
        ) STRICT;
        CREATE UNIQUE INDEX transfers_post_a_trade_once ON transfers (trade_id)
            WHERE trade_id IS NOT NULL AND reverses IS NULL;
        CREATE UNIQUE INDEX transfers_are_reversed_once ON transfers (reverses)
            WHERE reverses IS NOT NULL;
        CREATE TABLE entries (
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            seq INTEGER NOT NULL REFERENCES transfers(seq),
            amount INTEGER NOT NULL CHECK (amount <> 0),
            balance_after INTEGER NOT NULL,
            PRIMARY KEY (account_id, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER entries_belong_to_the_last_transfer BEFORE INSERT ON entries
        WHEN NEW.seq <> (SELECT MAX(seq) FROM transfers)
        BEGIN
            SELECT RAISE(ABORT, 'a transfer gets no entry later');
        END;

        CREATE TABLE holds (
            id INTEGER PRIMARY KEY,
            trade_id INTEGER NOT NULL UNIQUE REFERENCES trades(id),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE hold_entries (
            hold_id INTEGER NOT NULL REFERENCES holds(id),
            account_id INTEGER NOT NULL REFERENCES accounts(id),
            amount INTEGER NOT NULL CHECK (amount <> 0),
            PRIMARY KEY (hold_id, account_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE hold_endings (
            hold_id INTEGER PRIMARY KEY REFERENCES holds(id),
            outcome TEXT NOT NULL CHECK (outcome IN ('posted', 'voided')),
            seq INTEGER UNIQUE REFERENCES transfers(seq),
            ended_at INTEGER NOT NULL,
            CHECK ((outcome = 'posted') = (seq IS NOT NULL))
        ) STRICT;
    """)
    for table in ("transfers", "entries", "holds", "hold_entries", "hold_endings"):
        final(db, table)


@migrations(name="004_acts")
def acts(db: Database) -> None:
    db.executescript("""
        CREATE TABLE acts (
            seq INTEGER PRIMARY KEY CHECK (seq > 0),
            at INTEGER NOT NULL,
            actor_id INTEGER REFERENCES members(id),
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            details TEXT NOT NULL,
            note TEXT,
            salt BLOB CHECK (length(salt) = 16),
            note_digest BLOB CHECK (length(note_digest) = 32),
            after INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            CHECK ((note IS NULL) = (salt IS NULL))
        ) STRICT;
        CREATE INDEX acts_by_subject ON acts (subject);
        CREATE TRIGGER acts_have_no_gap BEFORE INSERT ON acts
        WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM acts)
        BEGIN
            SELECT RAISE(ABORT, 'acts are numbered without a gap');
        END;
        CREATE TRIGGER acts_stay BEFORE DELETE ON acts
        BEGIN
            SELECT RAISE(ABORT, 'acts is final');
        END;
        CREATE TRIGGER acts_are_final
        BEFORE UPDATE OF seq, at, actor_id, kind, subject, details, note_digest, after, hash
        ON acts
        BEGIN
            SELECT RAISE(ABORT, 'acts is final');
        END;
        CREATE TRIGGER acts_notes_are_only_erased
        BEFORE UPDATE OF note, salt ON acts WHEN NEW.note IS NOT NULL
        BEGIN
            SELECT RAISE(ABORT, 'a note is only ever erased');
        END;
        CREATE TABLE checkpoints (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            note TEXT NOT NULL
        ) STRICT;
    """)
    final(db, "checkpoints")
