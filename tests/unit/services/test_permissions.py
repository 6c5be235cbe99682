"""Every service, walked as everybody; one that is missing from the table is noticed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from cesnode import services
from cesnode.community.roles import OPERATOR, Actor, Scope
from cesnode.errors import Code, NodeError
from cesnode.services import (
    access,
    dealing,
    trading,
)
from cesnode.services.membership import helping
from cesnode.store import Writer, accounts
from federation.keys import PrivateKey
from tests.support.exchanges import NOW, Person, join, order
from tests.support.trade_wishes import TRADE_ACTS
from tests.support.wishes import ACTS, EVERYBODY, HASH, OFFICES, Act, Town
from tests.support.wishes_coming_in import COMING_IN
from tests.support.wishes_groups import GROUPS
from tests.support.wishes_market import MARKET
from tests.support.wishes_messages import MESSAGES
from tests.support.wishes_news import NEWS
from tests.support.wishes_people import PEOPLE

REFUSED = {
    Code.NOT_ALLOWED,
    Code.SCOPE_TOO_NARROW,
    Code.UNKNOWN_FORM,
    Code.UNKNOWN_NEWS,
    Code.UNKNOWN_GROUP,
    Code.UNKNOWN_MESSAGE,
    Code.UNKNOWN_SCHEDULE,
    Code.UNKNOWN_TRADE,
}
WISHES = {
    **ACTS,
    **TRADE_ACTS,
    **COMING_IN,
    **PEOPLE,
    **GROUPS,
    **MESSAGES,
    **NEWS,
    **MARKET,
}


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
        helping.set_password(
            town.writer, town.actor("secretary"), admin.number, password_hash=HASH, now=NOW
        )
    assert caught.value.code is Code.NOT_ALLOWED


def test_one_member_of_a_joint_account_does_not_set_the_other_s_password(
    town: Town,
) -> None:
    accounts.add_holder(town.writer, account=town.ann.account, member=town.bob.member)
    bob = town.actor("buyer")

    with pytest.raises(NodeError) as caught:
        helping.set_password(town.writer, bob, town.ann.number, password_hash=HASH, now=NOW)
    assert caught.value.code is Code.NOT_ALLOWED


FOR_OTHERS = {
    *("acting", "authority", "moves", "orders", "account_views"),
    *("groups.places", "guests.receiving.invite", "guests.visiting", "messages.meeting"),
    *("news.circles", "news.reaching"),
    *("market.boards", "market.nearness", "market.seeing"),
    *("membership.granting", "membership.limiting", "membership.recording"),
    *("clearing.bills.send", "clearing.ordering.buy", "joining.record"),
    *("market.finding.count_new", "market.finding.may_change_it"),
    *("market.publishing.may_change", "membership.closing.end"),
    *("news.writing.kept", "news.writing.unsent", "reading.require_entries"),
    "bringing.starting.is_new",
}
"""Modules and functions that services of the table call on behalf of who asked."""
ELSEWHERE = {
    *("dealing.record", "dealing.accept", "dealing.decline"),
    *("dealing.withdraw", "dealing.reverse"),
    # test_peering and test_peer_permissions
    *("peering", "clearing.disputing", "clearing.forcing", "clearing.settling"),
    "clearing.setoffs",
    # test_who_may_bring
    *("bringing.bringing.bring", "leaving.leaving.leave"),
}
"""Packages, modules and functions that are walked by tests of their own."""


def every_service() -> Iterator[Callable[..., object]]:
    inside = f"{services.__name__}."
    for found in pkgutil.walk_packages(services.__path__, inside):
        room = importlib.import_module(found.name)
        for name, function in inspect.getmembers(room, inspect.isfunction):
            is_own = function.__module__ == room.__name__ and not name.startswith("_")
            if is_own and "actor" in inspect.signature(function).parameters:
                yield function


def names_of(service: Callable[..., object]) -> set[str]:
    """Return a service's name and those of the rooms it is in: a.b.c, a.b and a."""
    room = service.__module__.removeprefix(f"{services.__name__}.")
    parts = [*room.split("."), service.__name__]
    return {".".join(parts[: length + 1]) for length in range(len(parts))}


def test_no_service_is_missing_from_the_table() -> None:
    walked = {act.service for act in WISHES.values()}

    missing = {
        max(names_of(service), key=len)
        for service in every_service()
        if service not in walked and not names_of(service) & (FOR_OTHERS | ELSEWHERE)
    }

    assert missing == set()


def test_nothing_is_said_of_services_that_are_not_there() -> None:
    known = set[str]().union(*map(names_of, every_service()))

    assert known >= FOR_OTHERS | ELSEWHERE
