"""A trade's page offers what can be done, no more and no less, to everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code, NodeError, UnknownTrade
from cesnode.services import dealing, story, trading
from cesnode.services.moves import Move
from cesnode.store import Writer
from federation.keys import PrivateKey
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, order, refused
from tests.support.wishes import OFFICES, Town

KEY = PrivateKey(bytes(32))
DOING: Mapping[Move, Callable[..., object]] = {
    Move.ACCEPT: lambda w, a, ref, now: dealing.accept(w, KEY, a, ref, now=now),
    Move.DECLINE: lambda w, a, ref, now: dealing.decline(w, KEY, a, ref, now=now),
    Move.WITHDRAW: lambda w, a, ref, now: dealing.withdraw(w, KEY, a, ref, now=now),
    Move.OBJECT: lambda w, a, ref, now: trading.object_to(w, a, ref, reason="no", now=now),
    Move.SETTLE: lambda w, a, ref, now: trading.settle(w, a, ref, now=now),
    Move.REVERSE: lambda w, a, ref, now: dealing.reverse(
        w, KEY, a, ref, reason="no", now=now
    ),
}
EVERYBODY = ("seller", "buyer", "operator", *OFFICES)


@pytest.fixture
def town(writer: Writer, ann: Person, bob: Person) -> Town:
    asked, posted, objected = (
        trading.record(writer, OPERATOR, order(ann, bob, asking=asking), now=NOW).trade.ref
        for asking in (True, False, False)
    )
    trading.object_to(writer, OPERATOR, objected, reason="no", now=NOW)
    offices = {
        office: join(writer, office, role=role, area=area)
        for office, (role, area) in OFFICES.items()
    }
    return Town(writer, ann, bob, asked, posted, objected, 0, offices)


def done(town: Town, who: str, ref: str, now: int) -> set[Move]:
    """Try every move, and undo it."""
    found = set()
    for move, do in DOING.items():
        town.writer.run("SAVEPOINT tried")
        try:
            do(town.writer, town.actor(who), ref, now)
            found.add(move)
        except NodeError:
            pass
        finally:
            town.writer.run("ROLLBACK TO tried")
            town.writer.memo.clear()
    return found


def offered(town: Town, who: str, ref: str, now: int) -> set[Move]:
    try:
        return set(story.story(town.writer, town.actor(who), ref, now=now).moves)
    except UnknownTrade:
        return set()


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("days", [0, 15])
def test_what_is_offered_is_what_can_be_done(town: Town, who: str, days: int) -> None:
    now = NOW + days * DAY
    for ref in (town.asked, town.posted, town.objected):
        can = done(town, who, ref, now)
        assert offered(town, who, ref, now) == can


def test_it_tells_who_did_what_and_why(town: Town) -> None:
    told = story.story(town.writer, town.actor("seller"), town.objected, now=NOW)

    (objected,) = told.happenings
    assert (objected.kind, objected.by, objected.note) == ("trade.objected", None, "no")
    assert told.posted_at == NOW
    assert told.object_until == NOW + 14 * DAY


def test_to_a_stranger_it_does_not_exist(town: Town) -> None:
    with refused(Code.UNKNOWN_TRADE):
        story.story(town.writer, town.actor("stranger"), town.posted, now=NOW)


def test_a_finished_trade_offers_nothing(town: Town, ann: Person) -> None:
    trading.withdraw(town.writer, acting_as(town.writer, ann), town.asked, now=NOW)

    told = story.story(town.writer, town.actor("seller"), town.asked, now=NOW)

    assert told.moves == frozenset()
    assert [one.by for one in told.happenings] == ["Ann Ash"]
