"""A payee's node that lies about what it decided, and about what it is owed.

Oakvale holds what its member pays, and lets go of it only for a proven word: what proves
nothing changes nothing, and what contradicts itself stops everything with that peer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from cesnode.services.identifiers import uuid7
from cesnode.store import alarms, clearing_entries, outbox
from cesnode.store.remote_trades import RemoteTrade
from federation.chain import Edge, Head
from federation.endpoints import RESULT
from federation.errors import FederationError, Problem
from federation.keys import PrivateKey
from federation.objects import Outcome, TradeOrder
from federation.peering import State as Peering
from federation.signed import Signed
from federation.trade import State
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import (
    Json,
    Told,
    answer_to,
    decision,
    money,
    tell,
    unmoved,
)
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.wire import Parcel, ask, hear

KEY = key_of(VILANOVA)
STRANGER = PrivateKey(bytes(range(32)))
EDGE = Edge(OAKVALE.node, VILANOVA.node)


@dataclass
class Purchase:
    """A trade that Oakvale holds, and the request in which its order went out."""

    stage: Stage
    uuid: UUID
    parcel: Parcel

    @property
    def remote(self) -> RemoteTrade:
        return self.stage.remote(self.stage.oak, self.uuid)

    @property
    def order(self) -> Signed[TradeOrder]:
        return self.remote.order

    def is_answered(self, status: int, body: Json | bytes) -> None:
        hear(self.parcel, answer_to(self.parcel, self.stage.vila, status, body))

    def asks_again(self) -> None:
        """Wait until the order is sent again."""
        self.stage.now += 100
        self.parcel = self.stage.letter(self.stage.oak, self.stage.vila)


@pytest.fixture
def bought(stage: Stage) -> Purchase:
    uuid = stage.buys(1, "1.00")
    return Purchase(stage, uuid, stage.letter(stage.oak, stage.vila))


def start(stage: Stage) -> Head:
    """Return the end of what Oakvale owes Vila Nova, as Oakvale has it."""
    peer = stage.vila_at_oak()
    return stage.oak.read(clearing_entries.head, EDGE, peer)


Lie = Callable[[Purchase], Json | bytes]

OTHER = "0" * 64


def _receipt(**changes: object) -> Lie:
    return lambda it: decision(it.order, KEY, start(it.stage), receipt=dict(changes))


def _entry(**changes: object) -> Lie:
    return lambda it: decision(it.order, KEY, start(it.stage), entry=dict(changes))


def _without(*names: str) -> Lie:
    def lie(it: Purchase) -> Json:
        body = decision(it.order, KEY, start(it.stage))
        return {name: value for name, value in body.items() if name not in names}

    return lie


def _signed_by_a_stranger(it: Purchase) -> Json:
    return decision(it.order, STRANGER, start(it.stage))


def _signed_by_a_third(it: Purchase) -> Json:
    return decision(it.order, key_of(ALWAHA), start(it.stage))


def _about_another_order(it: Purchase) -> Json:
    other = it.stage.remote(it.stage.oak, it.stage.buys(2, "2.00")).order
    return decision(other, KEY, start(it.stage))


PROVES_NOTHING: dict[str, tuple[int, Lie]] = {
    "not JSON": (200, lambda _: b"<html>502 Bad Gateway</html>"),
    "a list": (200, lambda _: b"[]"),
    "two states": (200, lambda _: b'{"state":"COMMITTED","state":"ABORTED"}'),
    "only a state": (201, lambda _: {"state": "COMMITTED"}),
    "a state nobody knows": (200, lambda _: {"state": "MAYBE"}),
    "an unsigned refusal": (
        422,
        lambda _: {"type": Problem.LIMIT_EXCEEDED.uri, "status": 422},
    ),
    "not found": (404, lambda _: {"type": Problem.NOT_FOUND.uri, "status": 404}),
    "a conflict": (409, lambda _: {"type": Problem.TRADE_CONFLICT.uri}),
    "a receipt without its signature": (201, _without("receipt_sig")),
    "an entry alone": (201, _without("receipt", "receipt_sig")),
    "a receipt of a stranger": (201, _signed_by_a_stranger),
    "a receipt of another peer": (201, _signed_by_a_third),
    "a receipt in another's name": (201, _receipt(payee_node="waha.example")),
    "a receipt of another order": (201, _about_another_order),
    "a receipt of another content": (201, _receipt(order_digest=OTHER)),
    "a receipt with more than there is": (201, _receipt(tip=1)),
    "a receipt of an outcome nobody knows": (201, _receipt(outcome="PERHAPS")),
    "an entry of more": (201, _entry(debtor_amount=money(OAKVALE, 1001))),
    "an entry of less for them": (201, _entry(creditor_amount=money(VILANOVA, 99))),
    "an entry in another currency": (
        201,
        _entry(debtor_amount={**money(OAKVALE, 1000), "currency": "XXXX"}),
    ),
    "an entry in another scale": (
        201,
        _entry(creditor_amount={**money(VILANOVA, 100), "scale": 3}),
    ),
    "an entry of another trade": (
        201,
        _entry(trade_id="01a202bb-16cc-77ca-a06a-8328e4e20d74"),
    ),
    "an entry of another order": (201, _entry(order_digest=OTHER)),
    "an entry of another debtor": (201, _entry(debtor="waha.example")),
    "an entry of another creditor": (201, _entry(creditor="waha.example")),
    "an entry that leaves a gap": (201, _entry(seq=2)),
}


@pytest.mark.parametrize("name", PROVES_NOTHING)
def test_what_proves_nothing_decides_nothing(bought: Purchase, name: str) -> None:
    status, lie = PROVES_NOTHING[name]
    body = lie(bought)

    with unmoved(bought.stage.oak):
        bought.is_answered(status, body)

    assert bought.remote.state is State.HELD
    bought.asks_again()  # It is never given up.


def test_an_answer_signed_by_nobody_is_none(bought: Purchase) -> None:
    body = decision(bought.order, KEY, start(bought.stage))
    answer = answer_to(bought.parcel, bought.stage.waha, 201, body)

    with unmoved(bought.stage.oak), pytest.raises(FederationError):
        hear(bought.parcel, answer)

    assert bought.remote.state is State.HELD


def test_an_answer_to_another_request_is_none(bought: Purchase) -> None:
    body = decision(bought.order, KEY, start(bought.stage))
    answer = answer_to(bought.parcel, bought.stage.vila, 201, body)
    bought.asks_again()

    with unmoved(bought.stage.oak), pytest.raises(FederationError):
        hear(bought.parcel, answer)


def test_the_truth_is_posted(bought: Purchase) -> None:
    bought.is_answered(201, decision(bought.order, KEY, start(bought.stage)))

    assert bought.remote.state is State.POSTED


def test_fewer_answers_than_orders_are_none(stage: Stage) -> None:
    one = Purchase(stage, stage.buys(1), stage.letter(stage.oak, stage.vila))
    two = Purchase(stage, stage.buys(2), stage.letter(stage.oak, stage.vila))
    body = decision(one.order, KEY, start(stage))
    told = {"answers": [{"status": 201, "body": body}]}

    with unmoved(stage.oak), pytest.raises(FederationError):
        two.is_answered(200, told)


def _frozen(stage: Stage, why: str) -> bool:
    raised = [alarm.kind for alarm in stage.oak.read(alarms.standing)]
    return stage.vila_at_oak().state is Peering.FROZEN and raised == [why]


def test_two_entries_with_one_place_freeze_the_peering(stage: Stage) -> None:
    one = Purchase(stage, stage.buys(1), stage.letter(stage.oak, stage.vila))
    head = start(stage)
    one.is_answered(201, decision(one.order, KEY, head))
    two = Purchase(stage, stage.buys(2, "2.00"), stage.letter(stage.oak, stage.vila))

    with unmoved(stage.oak):
        two.is_answered(201, decision(two.order, KEY, head))

    assert _frozen(stage, "fork")
    assert two.remote.state is State.HELD


def test_an_entry_on_another_chain_of_events_freezes_the_peering(
    bought: Purchase,
) -> None:
    body = decision(bought.order, KEY, start(bought.stage), entry={"prev": OTHER})

    with unmoved(bought.stage.oak):
        bought.is_answered(201, body)

    assert _frozen(bought.stage, "fork")


@pytest.mark.parametrize(
    ("first", "then"),
    [(Outcome.COMMITTED, Outcome.ABORTED), (Outcome.ABORTED, Outcome.COMMITTED)],
)
def test_a_decision_taken_back_freezes_the_peering(
    bought: Purchase, first: Outcome, then: Outcome
) -> None:
    stage = bought.stage
    bought.is_answered(200, decision(bought.order, KEY, start(stage), first))
    body = decision(bought.order, KEY, start(stage), then)

    with unmoved(stage.oak):
        told = _pushes(bought, body)

    assert told.status == 204
    assert _frozen(stage, "contradiction")


def test_a_trade_booked_twice_freezes_the_peering(bought: Purchase) -> None:
    stage = bought.stage
    bought.is_answered(201, decision(bought.order, KEY, start(stage)))

    with unmoved(stage.oak):
        _pushes(bought, decision(bought.order, KEY, start(stage)))

    assert _frozen(stage, "contradiction")


def test_a_frozen_peering_is_not_asked_without_a_pause(bought: Purchase) -> None:
    body = decision(bought.order, KEY, start(bought.stage), entry={"prev": OTHER})

    bought.is_answered(201, body)

    oak, peer = bought.stage.oak, bought.stage.vila_at_oak()
    assert oak.read(outbox.due, peer.id, now=oak.now, limit=10) == []


def test_nobody_else_tells_what_was_decided(bought: Purchase) -> None:
    body = decision(bought.order, KEY, start(bought.stage))

    with unmoved(bought.stage.oak):
        told = _pushes(bought, body, by_a_third=True)

    assert told.problem is Problem.NOT_FOUND
    assert bought.remote.state is State.HELD


def test_a_decision_about_no_order_of_ours_is_looked_up(stage: Stage) -> None:
    """It may be of an order we have forgotten; the chain tells, or shows it is a lie."""
    bought = Purchase(stage, stage.buys(1), stage.letter(stage.oak, stage.vila))
    body = decision(bought.order, KEY, start(stage))

    with unmoved(stage.oak):
        told = tell(stage.oak, _result(stage.vila, str(uuid7()), body))

    assert told.status == 204
    assert stage.letter(stage.oak, stage.vila).about.startswith("prepare")
    bought.is_answered(202, {"state": "PENDING"})
    assert stage.letter(stage.oak, stage.vila).about.startswith("chain")


def _pushes(bought: Purchase, body: Json, *, by_a_third: bool = False) -> Told:
    """Tell Oakvale a decision late, as a request of its own."""
    sender = bought.stage.waha if by_a_third else bought.stage.vila
    return tell(bought.stage.oak, _result(sender, bought.remote.wire_id, body))


def _result(sender: Node, wire_id: str, body: Json) -> Parcel:
    document = json.dumps(body).encode()
    parameters = {"trade_id": wire_id}
    return ask(sender, OAKVALE.node, RESULT, parameters=parameters, body=document)
