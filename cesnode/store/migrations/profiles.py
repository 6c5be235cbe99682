"""What members tell of themselves, and whom each part of it is for."""

from __future__ import annotations

from sqlite_utils import Database

from cesnode.store.migrations.steps import migrations


@migrations(name="014_profiles")
def profiles(db: Database) -> None:
    db.executescript("""
        CREATE TABLE profiles (
            member_id INTEGER PRIMARY KEY REFERENCES members(id),
            about TEXT NOT NULL DEFAULT '',
            phone TEXT NOT NULL DEFAULT '',
            mobile TEXT NOT NULL DEFAULT '',
            address TEXT NOT NULL DEFAULT '',
            website TEXT NOT NULL DEFAULT '',
            latitude INTEGER CHECK (latitude BETWEEN -900000 AND 900000),
            longitude INTEGER CHECK (longitude BETWEEN -1800000 AND 1800000),
            absent_until TEXT CHECK (absent_until GLOB '????-??-??'),
            absence TEXT NOT NULL DEFAULT '',
            listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1)),
            face TEXT,
            photo TEXT,
            photo_width INTEGER CHECK (photo_width > 0),
            photo_height INTEGER CHECK (photo_height > 0),
            changed_at INTEGER NOT NULL,
            CHECK ((latitude IS NULL) = (longitude IS NULL)),
            CHECK ((face IS NULL) = (photo IS NULL)),
            CHECK ((photo IS NULL) = (photo_width IS NULL)),
            CHECK ((photo IS NULL) = (photo_height IS NULL))
        ) STRICT;
        CREATE TABLE profile_languages (
            member_id INTEGER NOT NULL REFERENCES profiles(member_id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position > 0),
            language TEXT NOT NULL COLLATE NOCASE,
            PRIMARY KEY (member_id, position),
            UNIQUE (member_id, language)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX profile_languages_by_language
            ON profile_languages (language, member_id);
        CREATE TABLE profile_audiences (
            member_id INTEGER NOT NULL REFERENCES profiles(member_id) ON DELETE CASCADE,
            contact TEXT NOT NULL CHECK (contact IN (
                'email', 'phone', 'mobile', 'address', 'website', 'place')),
            audience TEXT NOT NULL
                CHECK (audience IN ('nobody', 'neighbours', 'members')),
            PRIMARY KEY (member_id, contact)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE exchange ADD COLUMN trading_record TEXT NOT NULL DEFAULT 'members'
            CHECK (trading_record IN ('members', 'nobody'));
    """)
