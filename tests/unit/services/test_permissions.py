"""Every service, walked as everybody; one that is missing from the table is noticed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import ModuleType

import pytest

from cesnode import services
from cesnode.community.roles import OPERATOR, Actor, Scope
from cesnode.errors import Code, NodeError
from cesnode.services import access, dealing, foreseeing, membership, reading, trading
from cesnode.store import Writer, accounts
from federation.keys import PrivateKey
from tests.support.exchanges import NOW, Person, join, order
from tests.support.trade_wishes import TRADE_ACTS
from tests.support.wishes import ACTS, EVERYBODY, HASH, OFFICES, Act, Town
from tests.support.wishes_coming_in import COMING_IN
from tests.support.wishes_people import PEOPLE

REFUSED = {
    Code.NOT_ALLOWED,
    Code.SCOPE_TOO_NARROW,
    Code.UNKNOWN_FORM,
    Code.UNKNOWN_SCHEDULE,
    Code.UNKNOWN_TRADE,
}
WISHES = {**ACTS, **TRADE_ACTS, **COMING_IN, **PEOPLE}


@pytest.fixture
def town(writer: Writer, ann: Person, bob: Person) -> Town:
    asked, posted, objected = (
        trading.record(writer, OPERATOR, order(ann, bob, asking=asking), now=NOW).trade.ref
        for asking in (True, False, False)
    )
    trading.object_to(writer, OPERATOR, objected, reason="no", now=NOW)
    token = access.create_token(
        writer, OPERATOR, ann.number, scope=Scope.READ, label="", now=NOW
    )
    offices = {
        office: join(writer, office, role=role, area=area)
        for office, (role, area) in OFFICES.items()
    }
    return Town(writer, ann, bob, asked, posted, objected, token.id, offices)


def is_done(town: Town, act: Act, actor: Actor) -> bool:
    """Whether the act is done; it is undone again in either case."""
    town.writer.run("SAVEPOINT tried")
    try:
        act.call(town, actor)
    except NodeError as refusal:
        if refusal.code not in REFUSED:
            raise
        return False
    finally:
        town.writer.run("ROLLBACK TO tried")
        town.writer.memo.clear()
    return True


@pytest.mark.parametrize("name", WISHES)
def test_who_may_do_what(town: Town, name: str) -> None:
    act = WISHES[name]

    done = {who for who in EVERYBODY if is_done(town, act, town.actor(who))}

    assert done == act.may


@pytest.mark.parametrize("name", WISHES)
def test_a_token_carries_no_more_than_its_scope(town: Town, name: str) -> None:
    act = WISHES[name]

    done = {scope for scope in Scope if is_done(town, act, town.actor(act.own, scope))}

    assert done == act.scopes


KEY = PrivateKey(bytes(32))
DEALING: Mapping[str, Callable[[Town, Actor], object]] = {
    "sell": lambda t, a: dealing.record(t.writer, KEY, a, order(t.ann, t.bob), now=NOW),
    "accept": lambda t, a: dealing.accept(t.writer, KEY, a, t.asked, now=NOW),
    "decline": lambda t, a: dealing.decline(t.writer, KEY, a, t.asked, now=NOW),
    "withdraw": lambda t, a: dealing.withdraw(t.writer, KEY, a, t.asked, now=NOW),
    "reverse": lambda t, a: dealing.reverse(
        t.writer, KEY, a, t.posted, reason="no", now=NOW
    ),
}


@pytest.mark.parametrize("name", DEALING)
def test_wherever_a_wish_may_lead_it_asks_the_same_at_home(town: Town, name: str) -> None:
    act = replace(ACTS[name], call=DEALING[name])

    done = {who for who in EVERYBODY if is_done(town, act, town.actor(who))}

    assert done == act.may


def test_a_secretary_does_not_become_an_admin_by_setting_a_password(town: Town) -> None:
    admin = town.person("admin")

    with pytest.raises(NodeError) as caught:
        membership.set_password(
            town.writer, town.actor("secretary"), admin.number, password_hash=HASH, now=NOW
        )
    assert caught.value.code is Code.NOT_ALLOWED


def test_one_member_of_a_joint_account_does_not_set_the_other_s_password(
    town: Town,
) -> None:
    accounts.add_holder(town.writer, account=town.ann.account, member=town.bob.member)
    bob = town.actor("buyer")

    with pytest.raises(NodeError) as caught:
        membership.set_password(
            town.writer, bob, town.ann.number, password_hash=HASH, now=NOW
        )
    assert caught.value.code is Code.NOT_ALLOWED


HELPERS = {"acting", "authority", "moves", "orders", "posting", "views"}
"""Modules whose functions others call on an actor's behalf, after asking themselves."""


def rooms() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(services.__path__):
        if not module.ispkg and module.name not in HELPERS:
            yield importlib.import_module(f"cesnode.services.{module.name}")


def services_of(room: ModuleType) -> Iterator[Callable[..., object]]:
    for _, function in inspect.getmembers(room, inspect.isfunction):
        public = function.__module__ == room.__name__ and not function.__name__.startswith(
            "_"
        )
        if public and "actor" in inspect.signature(function).parameters:
            yield function


def test_no_service_is_missing_from_the_table() -> None:
    walked = {act.service for act in WISHES.values()} | {reading.require_entries}
    walked |= {dealing.record, dealing.accept, dealing.decline}
    walked |= {dealing.withdraw, dealing.reverse, foreseeing.refund_wish}
    walked |= {membership.end}

    missing = {service for room in rooms() for service in services_of(room)} - walked

    assert missing == set()
