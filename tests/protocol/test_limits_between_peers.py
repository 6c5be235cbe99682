"""How much is traded with a peer at a time, in a day, and with all of them together."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code, PeerLimit
from cesnode.services.peering import alarming, changing, matters, views
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Reader, alarms, exchanges
from federation.errors import Problem
from tests.support.exchanges import refused
from tests.support.stage import Stage, is_refused, order_for, paying, sends
from tests.support.talking import talk


def wish(stage: Stage, wishes: Wishes) -> None:
    oak = stage.oak
    oak.write(changing.change, oak.here, OPERATOR, "VILA", wishes, now=oak.now)


def limit(stage: Stage, **limits: str) -> None:
    given = {"we_are_owed": None, "we_owe": None, **limits}
    stage.oak.write(changing.set_totals, OPERATOR, **given, now=stage.now)


def kinds(stage: Stage) -> set[str]:
    return {alarm.kind for alarm in stage.oak.read(alarms.standing)}


def near(stage: Stage) -> set[str]:
    peer = stage.vila_at_oak()

    def read(reader: Reader) -> set[str]:
        view = views.peer(reader, exchanges.load(reader, stage.now), peer)
        return {one.which for one in view.near_limits}

    return stage.oak.read(read)


def test_a_trade_at_the_largest_is_taken_and_one_beyond_it_says_by_how_much(
    stage: Stage,
) -> None:
    wish(stage, Wishes(max_trade="10"))
    stage.buys(1, "1.00")

    with pytest.raises(PeerLimit) as caught:
        stage.buys(1, "1.01")

    assert "the limit is 10.00" in str(caught.value)
    assert "0.10 leafs too much" in str(caught.value)


def test_the_largest_trade_may_follow_the_credit_line(stage: Stage) -> None:
    wish(stage, Wishes(credit_line="100", max_trade="10%"))

    assert not is_refused_for_size(stage, hours=1)
    assert is_refused_for_size(stage, hours=1.01)


def is_refused_for_size(stage: Stage, hours: float) -> bool:
    told = sends(stage, **paying(hours))
    return told.problem is Problem.LIMIT_EXCEEDED and is_refused(told, told.problem)


def test_what_is_owed_may_come_back_at_once_beside_the_share(stage: Stage) -> None:
    wish(stage, Wishes(credit_line="100", max_trade="10%"))
    wish(stage, Wishes(max_we_owe="400"))
    stage.buys(1, "4.00")
    talk(stage.oak, stage.vila)

    assert not is_refused_for_size(stage, hours=5)
    assert is_refused_for_size(stage, hours=2)


@pytest.mark.parametrize("text", ["0%", "101%", "ten", "-5"])
def test_a_largest_trade_that_is_none_is_refused(stage: Stage, text: str) -> None:
    with refused(
        Code.AMOUNT_INVALID if text == "ten" else Code.FIELD_INVALID, field="max_trade"
    ):
        wish(stage, Wishes(max_trade=text))


def test_a_day_has_a_limit_of_its_own(stage: Stage) -> None:
    wish(stage, Wishes(daily_volume="20"))
    stage.buys(1, "1.00")
    stage.buys(1, "1.00")

    with pytest.raises(PeerLimit) as caught:
        stage.buys(1, "0.01")

    assert "in one day: the limit is 20.00" in str(caught.value)
    assert "0.10 leafs too much" in str(caught.value)


def test_all_peers_together_are_limited_in_what_we_owe(stage: Stage) -> None:
    limit(stage, we_owe="30")
    stage.buys(1, "2.00")
    waha = f"0001@{stage.waha.name}"
    stage.enter(stage.oak, 2, order_for(waha, "2", "3.000"))

    with pytest.raises(PeerLimit) as caught:
        stage.enter(stage.oak, 2, order_for(waha, "2", "1.000"))

    assert "more than the 30.00 leafs it allows itself" in str(caught.value)


def test_all_peers_together_are_limited_in_what_they_owe(stage: Stage) -> None:
    limit(stage, we_are_owed="15")

    assert not is_refused_for_size(stage, hours=1.5)
    assert is_refused_for_size(stage, hours=0.01)


def test_what_brings_us_nearer_to_nothing_passes_a_total_that_is_used_up(
    stage: Stage,
) -> None:
    stage.buys(1, "3.00")
    talk(stage.oak, stage.vila)
    limit(stage, we_owe="0", we_are_owed="0")

    assert not is_refused_for_size(stage, hours=3)
    assert is_refused_for_size(stage, hours=0.01)


def test_a_limit_is_taken_away_and_what_is_not_said_stays(stage: Stage) -> None:
    limit(stage, we_owe="10", we_are_owed="20")

    limit(stage, we_owe="none")

    exchange = stage.oak.read(exchanges.load, stage.now)
    view = stage.oak.read(matters.totals, exchange, OPERATOR)
    assert (view.we_owe, view.we_are_owed) == (None, "20.00")


def test_a_limit_that_is_nearly_used_calls_somebody_and_stops_when_it_is_not(
    stage: Stage,
) -> None:
    wish(stage, Wishes(max_we_owe="50"))
    limit(stage, we_owe="50")
    stage.buys(1, "3.99")
    assert near(stage) == set()
    stage.buys(1, "0.01")

    raised = stage.oak.write(alarming.warn, now=stage.now)
    again = stage.oak.write(alarming.warn, now=stage.now)
    during = kinds(stage)
    wish(stage, Wishes(max_we_owe="200"))
    limit(stage, we_owe="none")
    stage.oak.write(alarming.warn, now=stage.now)

    assert (raised, again) == (2, 0)
    assert during == {"near-limit:max_we_owe", "near-limit:total_we_owe"}
    assert kinds(stage) == set()


def test_an_alarm_is_settled_by_a_person_who_says_why(stage: Stage) -> None:
    wish(stage, Wishes(max_we_owe="50"))
    stage.buys(1, "4.00")
    stage.oak.write(alarming.warn, now=stage.now)
    (alarm,) = stage.oak.read(alarming.standing, OPERATOR)

    stage.oak.write(alarming.settle, OPERATOR, alarm.id, reason="we know", now=stage.now)

    assert (alarm.peer, alarm.details) == ("VILA", "40.00 of 50.00")
    assert stage.oak.read(alarming.standing, OPERATOR) == []
    with refused(Code.UNKNOWN_ALARM):
        stage.oak.write(alarming.settle, OPERATOR, alarm.id, reason="twice", now=stage.now)
