"""Who may deal with other exchanges: each service, asked as everybody."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from cesnode.community.roles import Actor, Grant, Role
from cesnode.errors import Code, NodeError
from cesnode.services.clearing import disputing, forcing, settling
from cesnode.services.clearing.here import Here
from cesnode.services.clearing.setoffs import (
    agreeing,
    consenting,
    coordinating,
    deciding,
    finding,
    views,
)
from cesnode.services.peering import (
    alarming,
    changing,
    forgetting,
    matters,
    moving,
    recovering,
    rotating,
)
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Writer, exchanges
from federation.bodies import DisputeOutcome
from federation.keys import PrivateKey
from tests.support.exchanges import NOW, Person

KEY = PrivateKey(bytes(32))
HERE = Here("oak.example", KEY)
MODULES = (
    agreeing,
    alarming,
    changing,
    consenting,
    coordinating,
    deciding,
    disputing,
    finding,
    forcing,
    forgetting,
    matters,
    moving,
    recovering,
    rotating,
    settling,
    views,
)
KEEPERS = {Role.ADMIN, Role.TREASURER}
READERS = {*KEEPERS, Role.MEMBERSHIP_SECRETARY, Role.AUDITOR}

Call = Callable[[Writer, Actor], object]
ID = "019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"

KEPT: dict[str, Call] = {
    "agreeing.agree": lambda w, a: agreeing.agree(w, HERE, a, ID, now=NOW),
    "agreeing.decline": lambda w, a: agreeing.decline(w, HERE, a, ID, why="no", now=NOW),
    "agreeing.force": lambda w, a: agreeing.force(w, a, ID, reason="no", now=NOW),
    "consenting.allow": lambda w, a: consenting.allow(w, a, takes_part=True, now=NOW),
    "coordinating.propose": lambda w, a: coordinating.propose(w, HERE, a, "x", now=NOW),
    "coordinating.withdraw": lambda w, a: coordinating.withdraw(
        w, HERE, a, ID, why="no", now=NOW
    ),
    "deciding.honour": lambda w, a: deciding.honour(w, HERE, a, ID, now=NOW),
    "alarming.settle": lambda w, a: alarming.settle(w, a, 1, reason="ok", now=NOW),
    "changing.change": lambda w, a: changing.change(w, HERE, a, "VILA", Wishes(), now=NOW),
    "changing.set_totals": lambda w, a: changing.set_totals(
        w, a, we_are_owed="1", we_owe=None, now=NOW
    ),
    "disputing.open_about": lambda w, a: disputing.open_about(
        w, HERE, a, "00011", claim="no", now=NOW
    ),
    "disputing.end": lambda w, a: disputing.end(
        w, HERE, a, ID, outcome=DisputeOutcome.WITHDRAWN, why="ok", now=NOW
    ),
    "forcing.force": lambda w, a: forcing.force(w, KEY, a, "00011", reason="no", now=NOW),
    "forgetting.put_away": lambda w, a: forgetting.put_away(w, a, "VILA", now=NOW),
    "moving.announce": lambda w, a: moving.announce(
        w, HERE, a, "https://new.oak.example", now=NOW
    ),
    "moving.leave": lambda w, a: moving.leave(w, a, now=NOW),
    "moving.arrive": lambda w, a: moving.arrive(w, a, now=NOW),
    "recovering.begin": lambda w, a: recovering.begin(w, HERE, a, now=NOW),
    "rotating.begin": lambda w, a: rotating.begin(w, HERE, a, KEY.public, now=NOW),
    "settling.propose": lambda w, a: settling.propose(
        w, HERE, a, "VILA", amount="1", what="flour", now=NOW
    ),
    "settling.agree": lambda w, a: settling.agree(w, HERE, a, ID, now=NOW),
    "settling.refuse": lambda w, a: settling.refuse(w, HERE, a, ID, why="no", now=NOW),
    "settling.write_off": lambda w, a: settling.write_off(
        w, HERE, a, "VILA", amount="1", why="ok", now=NOW
    ),
}
READ: dict[str, Call] = {
    "finding.possible": lambda w, a: finding.possible(w, a, now=NOW),
    "views.possible": lambda w, a: views.possible(w, a, now=NOW),
    "views.every": lambda w, a: views.every(w, exchanges.load(w, NOW), a),
    "views.one": lambda w, a: views.one(w, exchanges.load(w, NOW), a, ID),
    "alarming.standing": alarming.standing,
    "matters.every_dispute": matters.every_dispute,
    "matters.every_settlement": lambda w, a: matters.every_settlement(
        w, exchanges.load(w, NOW), a
    ),
    "matters.totals": lambda w, a: matters.totals(w, exchanges.load(w, NOW), a),
}


def may(writer: Writer, call: Call, member: int, role: Role | None) -> bool:
    """Whether a role gets beyond the question whether it may."""
    grants = (Grant(role),) if role else ()
    actor = Actor(member=member, grants=grants)
    writer.run("SAVEPOINT tried")
    try:
        call(writer, actor)
    except NodeError as error:
        return error.code is not Code.NOT_ALLOWED
    finally:
        writer.run("ROLLBACK TO tried")
        writer.memo.clear()
    return True


@pytest.mark.parametrize("name", KEPT)
def test_agreements_are_kept_by_those_who_keep_them(
    writer: Writer, ann: Person, name: str
) -> None:
    keepers = {role for role in Role if may(writer, KEPT[name], ann.member, role)}

    assert keepers == KEEPERS
    assert not may(writer, KEPT[name], ann.member, None)


@pytest.mark.parametrize("name", READ)
def test_what_stands_with_others_is_read_by_those_who_read_all(
    writer: Writer, ann: Person, name: str
) -> None:
    readers = {role for role in Role if may(writer, READ[name], ann.member, role)}

    assert readers == READERS


def test_no_service_is_missing() -> None:
    found = {
        f"{room.__name__.rpartition('.')[2]}.{name}"
        for room in MODULES
        for name in services_of(room)
    }

    assert found == KEPT.keys() | READ.keys()


def services_of(room: ModuleType) -> Iterator[str]:
    function: Any
    for name, function in inspect.getmembers(room, inspect.isfunction):
        own = function.__module__ == room.__name__ and not name.startswith("_")
        if own and "actor" in inspect.signature(function).parameters:
            yield name
