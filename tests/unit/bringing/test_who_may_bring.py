"""Who may bring a community over, and take everything out: those who make its rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.roles import Role
from cesnode.errors import Code
from cesnode.formats.brought import Wanted
from cesnode.ledger.accounts import AccountKind
from cesnode.services.bringing.bringing import bring
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.starting import Choice
from cesnode.services.bringing.systems import System
from cesnode.services.leaving.leaving import Leaving, leave
from cesnode.store import accounts
from cesnode.store.store import reading, writing
from tests.support.bringing import MOVED
from tests.support.exchanges import acting_as, join, refused
from tests.support.foreign import Ces, folder


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_but_an_admin_brings_or_takes(
    founded: Path, tmp_path: Path, role: Role
) -> None:
    with writing(founded) as writer:
        actor = acting_as(writer, join(writer, "Ann Ash", role=role, area="North"))
    ces = Ces(code="OAKV")
    ces.join(0)
    path = folder(tmp_path / "files", ces.files())

    with (
        gathered(path, System.CES, Wanted()) as found,
        refused(Code.NOT_ALLOWED),
    ):
        bring(founded, actor, found, Choice(), apply=True, now=MOVED)
    with reading(founded) as reader, refused(Code.NOT_ALLOWED):
        leave(reader, actor, founded, Leaving.CSV, tmp_path / "out", now=MOVED)

    assert not (tmp_path / "out").exists()


def test_what_was_owed_before_stays_apart_from_what_a_peer_is_owed(founded: Path) -> None:
    with writing(founded) as writer:
        for expected in ("OAKV-VILA", "OAKV-VILA2", "OAKV-VILA3"):
            number = accounts.free_name(writer, "OAKV-VILA")
            assert number == expected
            accounts.insert(
                writer,
                number=number,
                name="Vila Nova",
                kind=AccountKind.CLEARING,
                now=MOVED,
                area=None,
            )
