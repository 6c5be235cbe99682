"""A newer export of the same community: what changed there, and what changed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.ledger.accounts import AccountState
from cesnode.services import parting
from cesnode.services.bringing.outcome import NOTHING
from cesnode.services.bringing.systems import System
from cesnode.services.membership import changing
from cesnode.services.membership.changing import Changes
from cesnode.store import accounts, brought, export, members
from cesnode.store.store import reading, writing
from tests.support.bringing import MOVED, Move, move, require_sound
from tests.support.foreign import Row, folder, table

HEADER = "number,name,person,email,area,floor,state,reason"
ANN = (1, "Ann Ash", "", "ann@old.example", "North", "-50", "", "")
BOB = (2, "Bob Beech", "", "", "", "", "", "")
DAY = 24 * 3600


def bring(tmp_path: Path, name: str, *rows: Row) -> Move:
    made = {"members.csv": table(HEADER, *rows)}
    path = folder(tmp_path / name, made)
    return move(tmp_path / "data", path, System.CSV, code="OAKV", now=MOVED + len(name))


def here(data: Path, number: str) -> tuple[str, str | None, str | None, int | None, str]:
    """Return an account's name, address, area, lowest balance and state."""
    with reading(data) as reader:
        account = accounts.by_number(reader, number)
        first = members.by_id(reader, accounts.members_of(reader, account.id)[0])
        area = members.area_name(reader, account.area)
        floor = export.own_limits_of(reader, account.id).floor
        return account.name, first.email, area, floor, account.state


def test_what_changed_in_the_files_changes_here(tmp_path: Path) -> None:
    bring(tmp_path, "a", ANN, BOB)

    moved = bring(
        tmp_path,
        "ab",
        (1, "Ann Aster", "", "ann@new.example", "South", "-70", "", ""),
        (2, "Bob Beech", "", "", "", "", "locked", "owes an answer"),
        (3, "Eve Elm", "", "", "", "", "", ""),
    )

    assert moved.reasons == []
    assert (moved.result.added.accounts, moved.result.added.updated) == (1, 2)
    ann = ("Ann Aster", "ann@new.example", "South", -7000, "open")
    assert here(tmp_path / "data", "OAKV0001") == ann
    assert here(tmp_path / "data", "OAKV0002")[4] == AccountState.LOCKED
    require_sound(tmp_path / "data")


def test_the_same_newer_export_again_changes_nothing(tmp_path: Path) -> None:
    bring(tmp_path, "a", ANN)
    newer = (*ANN[:4], "South", *ANN[5:])
    bring(tmp_path, "ab", newer)

    again = bring(tmp_path, "abc", newer)

    assert (again.result.added, again.reasons) == (NOTHING, [])


def test_what_somebody_changed_here_stays_and_is_told_as_often_as_it_differs(
    tmp_path: Path,
) -> None:
    bring(tmp_path, "a", ANN)
    with writing(tmp_path / "data") as writer:
        changes = Changes(area="West")
        changing.change(writer, OPERATOR, "OAKV0001", changes, now=MOVED + DAY)

    told = [
        bring(tmp_path, name, (*ANN[:4], area, *ANN[5:]))
        for name, area in (("ab", "South"), ("abc", "East"))
    ]

    assert here(tmp_path / "data", "OAKV0001")[2] == "West"
    assert [one.result.added.updated for one in told] == [0, 0]
    assert ["area was changed here" in one.reasons[0] for one in told] == [True, True]


def test_what_the_files_never_said_otherwise_stays_as_it_is_here(tmp_path: Path) -> None:
    bring(tmp_path, "a", ANN)
    with writing(tmp_path / "data") as writer:
        changes = Changes(area="West", name="Annie")
        changing.change(writer, OPERATOR, "OAKV0001", changes, now=MOVED + DAY)

    moved = bring(tmp_path, "ab", ANN, BOB)

    assert moved.reasons == []
    assert here(tmp_path / "data", "OAKV0001")[0] == "Annie"


def test_who_came_to_share_an_account_holds_it_and_who_is_gone_is_told(
    tmp_path: Path,
) -> None:
    bring(tmp_path, "a", (1, "Oak House", "Ann", "", "", "", "", ""))

    joined = bring(
        tmp_path,
        "ab",
        (1, "Oak House", "Bob", "bob@oak.example", "", "", "", ""),
        (1, "Oak House", "Eve", "", "", "", "", ""),
    )

    with reading(tmp_path / "data") as reader:
        account = accounts.by_number(reader, "OAKV0001")
        named = [
            members.name(reader, one) for one in accounts.members_of(reader, account.id)
        ]
    assert named == ["Ann", "Bob", "Eve"]
    assert joined.result.added.members == 2
    assert ["Ann is not of this account" in reason for reason in joined.reasons] == [True]
    require_sound(tmp_path / "data")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((*ANN[:4], "", *ANN[5:]), "has no area any more"),
        ((*ANN[:5], "70", *ANN[6:]), "the floor cannot be taken over"),
    ],
)
def test_what_cannot_be_taken_over_is_told(
    tmp_path: Path, row: tuple[object, ...], reason: str
) -> None:
    bring(tmp_path, "a", ANN)

    moved = bring(tmp_path, "ab", row)

    assert any(reason in one for one in moved.reasons)
    assert here(tmp_path / "data", "OAKV0001")[2:4] == ("North", -5000)


def test_an_account_that_was_closed_there_is_closed_here(tmp_path: Path) -> None:
    bring(tmp_path, "a", ANN)

    moved = bring(tmp_path, "ab", (*ANN[:6], "closed", ""))
    opened = bring(tmp_path, "abc", ANN)

    assert moved.reasons == []
    assert here(tmp_path / "data", "OAKV0001")[4] == AccountState.CLOSED
    assert ["the state cannot be taken over" in one for one in opened.reasons] == [True]


def test_what_files_said_of_whoever_is_forgotten_is_forgotten_too(tmp_path: Path) -> None:
    bring(tmp_path, "a", ANN)

    with writing(tmp_path / "data") as writer:
        parting.leave(writer, OPERATOR, "OAKV0001", give=False, erase=True, now=MOVED + DAY)

    moved = bring(tmp_path, "ab", (*ANN[:4], "South", *ANN[5:]))
    with reading(tmp_path / "data") as reader:
        assert brought.sayings(reader) == {}
    assert here(tmp_path / "data", "OAKV0001")[0] == "OAKV0001"
    assert moved.result.added == NOTHING
