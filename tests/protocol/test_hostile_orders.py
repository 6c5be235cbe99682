"""Orders in due form that must not be filled: each is refused for good, and signed so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.ledger.accounts import SystemAccount
from cesnode.ledger.trades import Channel
from cesnode.services.identifiers import uuid7
from cesnode.services.membership import changing, closing
from cesnode.services.orders import Order
from cesnode.store import Writer, accounts, peerings, peers, trades
from cesnode.store.peerings import Settings
from federation.bodies import CancelWhy
from federation.endpoints import CANCEL, PREPARE_BATCH
from federation.errors import Problem
from federation.peering import State
from tests.support.exchanges import DAY, NOW
from tests.support.federation import OAKVALE, VILANOVA, key_of
from tests.support.forger import (
    WORDS,
    hour,
    money,
    order_of,
    prepare_of,
    put,
    tell,
    unmoved,
)
from tests.support.stage import Stage, is_refused, paying, sends
from tests.support.wire import ask

KEY = key_of(VILANOVA)


def _close(writer: Writer) -> str:
    closing.close(writer, OPERATOR, "OAKV0002", now=NOW)
    return "0002"


def _system(writer: Writer) -> str:
    accounts.system(writer, "OAKV", SystemAccount.SUSPENSE, now=NOW)
    return "-SUSPENSE"


NOBODY: dict[str, Callable[[Writer], str]] = {
    "unknown": lambda _: "0077",
    "closed": _close,
    "a clearing account": lambda _: "-VILA",
    "a system account": _system,
    "no number": lambda _: "ann",
    "another's number": lambda _: "VILA0001",
}


@pytest.mark.parametrize("name", NOBODY)
def test_whoever_cannot_be_paid_is_not_told_apart(stage: Stage, name: str) -> None:
    payee = stage.oak.write(NOBODY[name])

    with unmoved(stage.oak):
        told = sends(stage, payee=f"{payee}@oakv.example")

    assert is_refused(told, Problem.PAYEE_UNAVAILABLE)
    assert set(told.body) == {
        "type", "title", "status", "detail", "instance", "receipt", "receipt_sig",
    }  # fmt: skip
    assert told.body["detail"] == "The payee cannot be paid here."


def _set(stage: Stage, settings: Settings) -> None:
    stage.oak.write(peerings.set_settings, stage.vila_at_oak().id, settings)


LINE = Settings(credit_line=OAKVALE.lends)


def test_more_than_one_trade_may_be_is_refused(stage: Stage) -> None:
    _set(stage, Settings(credit_line=OAKVALE.lends, max_trade=hour(OAKVALE)))

    with unmoved(stage.oak):
        told = sends(stage, **paying(1.01))

    assert is_refused(told, Problem.LIMIT_EXCEEDED)


def test_more_than_a_day_may_bring_is_refused(stage: Stage) -> None:
    _set(stage, Settings(credit_line=OAKVALE.lends, daily_volume=2 * hour(OAKVALE)))
    sends(stage, **paying(1.5))

    with unmoved(stage.oak):
        told = sends(stage, **paying(1))

    assert is_refused(told, Problem.LIMIT_EXCEEDED)


def test_what_waits_for_somebody_counts_for_the_day(stage: Stage) -> None:
    _set(stage, Settings(credit_line=OAKVALE.lends, daily_volume=2 * hour(OAKVALE)))
    asked = sends(stage, payee="0003@oakv.example", **paying(1.5))
    assert asked.body["state"] == "PENDING"

    with unmoved(stage.oak):
        told = sends(stage, **paying(1))

    assert is_refused(told, Problem.LIMIT_EXCEEDED)


def test_the_credit_line_holds_to_the_smallest_part(stage: Stage) -> None:
    stage.oak.write(
        changing.change,
        OPERATOR,
        "OAKV0001",
        changing.Changes(ceiling="none"),
        now=NOW,
    )
    sends(stage, **paying(20))

    with unmoved(stage.oak):
        told = sends(stage, dest=money(OAKVALE, 1), source=money(VILANOVA, 1))

    assert is_refused(told, Problem.LIMIT_EXCEEDED)


def test_a_member_is_not_given_more_than_they_may_have(stage: Stage) -> None:
    stage.oak.write(
        changing.change, OPERATOR, "OAKV0001", changing.Changes(ceiling="5"), now=NOW
    )

    with unmoved(stage.oak):
        told = sends(stage, **paying(1))

    assert is_refused(told, Problem.LIMIT_EXCEEDED)


def test_an_order_whose_time_is_over_is_refused(stage: Stage) -> None:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    stage.now += 2 * DAY

    with unmoved(stage.oak):
        told = tell(stage.oak, put(stage.vila, stage.oak, prepare_of(made, KEY)))

    assert is_refused(told, Problem.EXPIRED)


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (State.PAUSED, Problem.PEER_PAUSED),
        (State.FROZEN, Problem.PEER_PAUSED),
        (State.CLOSED, Problem.PEER_UNKNOWN),
    ],
)
def test_a_peer_that_rests_begins_nothing(
    stage: Stage, state: State, problem: Problem
) -> None:
    stage.oak.write(peers.set_state, stage.vila_at_oak().id, state)

    with unmoved(stage.oak):
        told = sends(stage)

    assert told.problem is problem


def test_a_peering_that_ends_only_comes_nearer_to_nothing(stage: Stage, paid: str) -> None:
    peer = stage.vila_at_oak()
    stage.oak.write(peers.set_state, peer.id, State.CLOSING)

    too_much = sends(stage, **paying(1.5))
    just_that = sends(stage, **paying(1))

    assert paid
    assert is_refused(too_much, Problem.PEER_PAUSED)
    assert just_that.body["state"] == "COMMITTED"


def test_other_amounts_under_the_same_id_are_a_conflict(stage: Stage) -> None:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    first = tell(stage.oak, put(stage.vila, stage.oak, prepare_of(made, KEY)))

    with unmoved(stage.oak):
        told = sends(stage, **{**paying(2), "trade_id": made["trade_id"]})

    assert first.body["state"] == "COMMITTED"
    assert told.problem is Problem.TRADE_CONFLICT
    assert "receipt" not in told.body


def test_the_same_order_again_gets_the_same_decision(stage: Stage) -> None:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    first = tell(stage.oak, put(stage.vila, stage.oak, prepare_of(made, KEY)))

    with unmoved(stage.oak):
        again = tell(stage.oak, put(stage.vila, stage.oak, prepare_of(made, KEY)))

    assert again.body == first.body


def test_an_id_of_a_trade_at_home_takes_nothing_from_it(stage: Stage) -> None:
    taken = uuid7()
    home = Order(
        id=taken,
        seller="0002",
        buyer="0001",
        amount="3",
        description=WORDS,
        channel=Channel.API,
    )
    at_home = stage.enter(stage.oak, 1, home)

    told = sends(stage, trade_id=str(taken))

    assert told.body["state"] == "COMMITTED"
    assert stage.oak.read(trades.by_uuid, taken) == at_home


def test_one_bad_order_spoils_none_of_a_batch(stage: Stage) -> None:
    good = [order_of(stage.vila, VILANOVA, OAKVALE) for _ in range(2)]
    bad = order_of(stage.vila, VILANOVA, OAKVALE, payee="0077@oakv.example")
    worse = {**prepare_of(good[0], KEY), "description": "a car"}
    body = {
        "trades": [
            prepare_of(good[0], KEY),
            prepare_of(bad, KEY),
            worse,
            {"order": {}},
            prepare_of(good[1], KEY),
        ]
    }

    told = tell(
        stage.oak,
        ask(stage.vila, stage.oak.name, PREPARE_BATCH, body=json.dumps(body).encode()),
    )

    statuses = [each["status"] for each in told.body["answers"]]
    assert statuses == [201, 422, 400, 400, 201]


def test_a_cancel_before_its_order_is_remembered(stage: Stage) -> None:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    prepare = prepare_of(made, KEY)
    cancel = {
        "order": made, "order_sig": prepare["order_sig"], "why": CancelWhy.USER.value,
    }  # fmt: skip
    parcel = ask(
        stage.vila,
        stage.oak.name,
        CANCEL,
        parameters={"trade_id": made["trade_id"]},
        body=json.dumps(cancel).encode(),
    )

    with unmoved(stage.oak):
        tombstone = tell(stage.oak, parcel)
        late = tell(stage.oak, put(stage.vila, stage.oak, prepare))

    assert is_refused(tombstone, Problem.EXPIRED)
    assert late.body["receipt"] == tombstone.body["receipt"]
