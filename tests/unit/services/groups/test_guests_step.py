"""What was written in groups stays when guests become possible."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from cesnode.store.migrations import migrations

STEP = "019_guests"


@pytest.fixture
def db() -> Database:
    """A file of before, with a notice and a reply in a group."""
    made = Database(memory=True)
    migrations.apply(made, stop_before=STEP)
    made.execute(
        "INSERT INTO groups (id, uuid, name, about, door, voice, founded_at)"
        " VALUES (1, randomblob(16), 'Gardeners', '', 'open', 'members', 1)"
    )
    for number, under, title in ((5, None, "We dig"), (7, 5, "")):
        made.execute(
            "INSERT INTO group_notices (id, uuid, group_id, under_id, author_id, title,"
            " body, written_at) VALUES (?, randomblob(16), 1, ?, 1, ?, 'x', 1)",
            (number, under, title),
        )
    return made


def test_notices_and_replies_are_kept_as_they_were(db: Database) -> None:
    before = db.execute("SELECT id, uuid, under_id, title FROM group_notices").fetchall()

    migrations.apply(db)

    after = db.execute("SELECT id, uuid, under_id, title FROM group_notices").fetchall()
    assert after == before
    assert db.execute("SELECT address, address_name FROM group_notices").fetchall() == (
        [(None, None)] * 2
    )


def test_replies_still_go_with_their_notice(db: Database) -> None:
    migrations.apply(db)
    db.conn.commit()
    db.execute("PRAGMA foreign_keys = ON")

    db.execute("DELETE FROM group_notices WHERE id = 5")

    assert db.execute("SELECT COUNT(*) FROM group_notices").fetchone() == (0,)
