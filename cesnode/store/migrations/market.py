"""Offerings and wants, their categories and pictures."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="011_market")
def market(db: Database) -> None:
    db.executescript("""
        ALTER TABLE areas ADD COLUMN latitude INTEGER
            CHECK (latitude BETWEEN -900000 AND 900000);
        ALTER TABLE areas ADD COLUMN longitude INTEGER
            CHECK (longitude BETWEEN -1800000 AND 1800000);

        ALTER TABLE peers ADD COLUMN shares_market INTEGER NOT NULL DEFAULT 1
            CHECK (shares_market IN (0, 1));

        CREATE TABLE categories (
            id INTEGER PRIMARY KEY,
            parent_id INTEGER REFERENCES categories(id),
            name TEXT NOT NULL,
            icon TEXT NOT NULL DEFAULT '',
            position INTEGER NOT NULL DEFAULT 0,
            merged_into INTEGER REFERENCES categories(id),
            CHECK (parent_id <> id),
            CHECK (merged_into <> id)
        ) STRICT;
        CREATE UNIQUE INDEX categories_have_one_name
            ON categories (COALESCE(parent_id, 0), name) WHERE merged_into IS NULL;

        CREATE TABLE listings (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL CHECK (length(uuid) = 16),
            peer_id INTEGER REFERENCES peers(id),
            account_id INTEGER REFERENCES accounts(id),
            kind TEXT NOT NULL CHECK (kind IN ('offering', 'want')),
            state TEXT NOT NULL CHECK (state IN (
                'draft', 'shown', 'hidden', 'stopped', 'fulfilled', 'withdrawn')),
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            keywords TEXT NOT NULL,
            category_id INTEGER REFERENCES categories(id),
            area_id INTEGER REFERENCES areas(id),
            price TEXT NOT NULL
                CHECK (price IN ('amount', 'words', 'open', 'swap', 'free')),
            amount INTEGER CHECK (amount > 0),
            unit TEXT NOT NULL,
            terms TEXT NOT NULL,
            money TEXT NOT NULL,
            audience TEXT NOT NULL CHECK (audience IN ('here', 'neighbours', 'public')),
            was_shared INTEGER NOT NULL DEFAULT 0 CHECK (was_shared IN (0, 1)),
            expires_on TEXT CHECK (expires_on GLOB '????-??-??'),
            warned INTEGER NOT NULL DEFAULT 0 CHECK (warned IN (0, 1)),
            created_at INTEGER NOT NULL,
            shown_at INTEGER,
            changed_at INTEGER NOT NULL,
            revision INTEGER NOT NULL UNIQUE,
            CHECK ((price = 'amount') = (amount IS NOT NULL)),
            CHECK ((peer_id IS NULL) = (account_id IS NOT NULL)),
            CHECK (state <> 'shown' OR shown_at IS NOT NULL)
        ) STRICT;
        CREATE UNIQUE INDEX listings_are_sent_once
            ON listings (uuid, COALESCE(peer_id, 0));
        CREATE INDEX listings_by_account ON listings (account_id, kind)
            WHERE account_id IS NOT NULL;
        CREATE INDEX listings_by_peer ON listings (peer_id) WHERE peer_id IS NOT NULL;
        CREATE INDEX listings_shown ON listings (kind, shown_at, id)
            WHERE state = 'shown';
        CREATE INDEX listings_in_category ON listings (category_id, kind, shown_at, id)
            WHERE state = 'shown';
        CREATE INDEX listings_ending ON listings (expires_on)
            WHERE state = 'shown' AND expires_on IS NOT NULL;
        CREATE INDEX listings_shared ON listings (revision)
            WHERE was_shared = 1 AND peer_id IS NULL;
        CREATE TRIGGER listings_stay_what_they_are
        BEFORE UPDATE OF id, uuid, peer_id, account_id, kind, created_at ON listings
        BEGIN
            SELECT RAISE(ABORT, 'whose a listing is never changes');
        END;

        CREATE TABLE remote_listings (
            listing_id INTEGER PRIMARY KEY REFERENCES listings(id) ON DELETE CASCADE,
            address TEXT NOT NULL UNIQUE,
            author TEXT NOT NULL,
            author_name TEXT NOT NULL,
            category TEXT NOT NULL,
            place TEXT NOT NULL,
            heard_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE feeds (
            peer_id INTEGER PRIMARY KEY REFERENCES peers(id),
            cursor TEXT NOT NULL,
            whole_at INTEGER NOT NULL,
            heard_at INTEGER NOT NULL,
            refused INTEGER NOT NULL DEFAULT 0 CHECK (refused >= 0),
            fault TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE TRIGGER feeds_end_with_the_peering
        AFTER UPDATE OF state ON peers
        WHEN NEW.state IN ('closing', 'closed', 'frozen')
        BEGIN
            DELETE FROM listings WHERE peer_id = NEW.id;
            DELETE FROM feeds WHERE peer_id = NEW.id;
        END;

        CREATE TABLE pictures (
            id INTEGER PRIMARY KEY,
            listing_id INTEGER NOT NULL REFERENCES listings(id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 6),
            small TEXT NOT NULL,
            large TEXT NOT NULL,
            width INTEGER NOT NULL CHECK (width > 0),
            height INTEGER NOT NULL CHECK (height > 0),
            words TEXT NOT NULL DEFAULT '',
            UNIQUE (listing_id, position)
        ) STRICT;

        CREATE TABLE favourites (
            member_id INTEGER NOT NULL REFERENCES members(id),
            listing_id INTEGER NOT NULL REFERENCES listings(id) ON DELETE CASCADE,
            added_at INTEGER NOT NULL,
            PRIMARY KEY (member_id, listing_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX favourites_of_a_listing ON favourites (listing_id);

        CREATE TABLE saved_searches (
            id INTEGER PRIMARY KEY,
            member_id INTEGER NOT NULL REFERENCES members(id),
            address TEXT NOT NULL,
            told_up_to INTEGER NOT NULL,
            told_at INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (member_id, address)
        ) STRICT;

        CREATE TABLE renewals (
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            listing_id INTEGER NOT NULL REFERENCES listings(id) ON DELETE CASCADE,
            made_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX renewals_of_a_listing ON renewals (listing_id);

        CREATE TABLE market_rules (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            search TEXT NOT NULL CHECK (search IN ('words', 'letters'))
        ) STRICT;
        INSERT INTO market_rules (id, search) VALUES (1, 'words');
        CREATE VIRTUAL TABLE listing_words USING fts5(
            title, keywords, category, person, body,
            tokenize = "unicode61 remove_diacritics 0", prefix = '2 3'
        );
        CREATE VIRTUAL TABLE listing_letters USING fts5(
            title, keywords, category, person, body, tokenize = 'trigram'
        );
        CREATE TRIGGER listings_leave_the_index
        AFTER DELETE ON listings
        BEGIN
            DELETE FROM listing_words WHERE rowid = OLD.id;
            DELETE FROM listing_letters WHERE rowid = OLD.id;
        END;
        INSERT INTO listing_words (listing_words, rank)
            VALUES ('rank', 'bm25(10.0, 6.0, 3.0, 3.0, 1.0)');
        INSERT INTO listing_letters (listing_letters, rank)
            VALUES ('rank', 'bm25(10.0, 6.0, 3.0, 3.0, 1.0)');
    """)
