"""Bills that pass a hub, as liars would make them: the hub, the seller's node, others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.ledger.trades import TradeState
from cesnode.services import dealing
from cesnode.services.clearing.billed import MOST_UNANSWERED
from cesnode.services.identifiers import uuid7
from cesnode.store import Reader, distant, outbox, trades
from federation.bodies import Declined
from federation.endpoints import TRADE_REQUEST, TRADE_REQUEST_DECLINE
from federation.errors import Problem
from federation.keys import KEY_SIZE, unbase64url
from federation.requests import RelayedRequest
from federation.seal import Words, description_hash, seal
from federation.wire import write
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, Home, key_of
from tests.support.forger import (
    WORDS,
    Json,
    Told,
    answer_to,
    hour,
    money,
    signature,
    tell,
    unmoved,
)
from tests.support.hub_stage import HubStage, staged_around_a_hub
from tests.support.nodes import Node
from tests.support.quoting import quoted
from tests.support.stage import order_for
from tests.support.wire import ask, hear

PATH = [VILANOVA.node, ALWAHA.node, OAKVALE.node]


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[HubStage]:
    with staged_around_a_hub(settled, tmp_path) as made:
        yield made


def sealed(stage: HubStage, **changes: str) -> str:
    """Seal who asks whom, for Oakvale's eyes."""
    known = stage.vila.read(distant.by_node, OAKVALE.node)
    assert known is not None
    told = {
        "payer": f"0001@{OAKVALE.node}",
        "payee": f"0001@{VILANOVA.node}",
        "description": WORDS,
        **changes,
    }
    return seal(Words(**told), unbase64url(known.facts.box_key, KEY_SIZE))


def bill(stage: HubStage, *, by: Home = VILANOVA, box: str = "", **changes: object) -> Json:
    """Write a bill as Vila Nova's node would, but for what is changed."""
    box = box or sealed(stage)
    request: Json = {
        "v": 1,
        "type": "trade-request",
        "request_id": str(uuid7()),
        "payee_node": VILANOVA.node,
        "payer_node": OAKVALE.node,
        "dest": money(VILANOVA, hour(VILANOVA)),
        "description_hash": description_hash(sealed=box),
        "created_at": "2025-07-01T00:00:00Z",
        "expires_at": "2030-01-01T00:00:00Z",
        "path": PATH,
        **changes,
    }
    signed = signature(request, key_of(by), RelayedRequest)
    return {"request": request, "request_sig": signed, "sealed": box}


def asks(sender: Node, receiver: Node, body: Json) -> Told:
    document = json.dumps(body).encode()
    return tell(receiver, ask(sender, receiver.name, TRADE_REQUEST, body=document))


LIES: dict[str, tuple[Problem, Callable[[HubStage], Json]]] = {
    "signed by the hub": (Problem.SIGNATURE_INVALID, lambda s: bill(s, by=ALWAHA)),
    "of a node nobody has met": (
        Problem.NOT_ROUTABLE,
        lambda s: bill(s, payee_node="none.example", path=["none.example", *PATH[1:]]),
    ),
    "another way": (
        Problem.NOT_ROUTABLE,
        lambda s: bill(s, path=[VILANOVA.node, "other.example", OAKVALE.node]),
    ),
    "a longer way": (
        Problem.HOP_LIMIT,
        lambda s: bill(s, path=[VILANOVA.node, "other.example", *PATH[1:]]),
    ),
    "straight": (Problem.HOP_LIMIT, lambda s: bill(s, path=[PATH[0], PATH[2]])),
    "other words": (
        Problem.SCHEMA_INVALID,
        lambda s: {**bill(s), "sealed": sealed(s, description="a goat")},
    ),
    "words nobody can open": (Problem.SCHEMA_INVALID, lambda s: bill(s, box="AAAA")),
    "names of another node": (
        Problem.SCHEMA_INVALID,
        lambda s: bill(s, box=sealed(s, payee=f"0001@{ALWAHA.node}")),
    ),
    "for another node's member": (
        Problem.SCHEMA_INVALID,
        lambda s: bill(s, box=sealed(s, payer=f"0001@{ALWAHA.node}")),
    ),
    "for nobody": (
        Problem.PAYEE_UNAVAILABLE,
        lambda s: bill(s, box=sealed(s, payer=f"0077@{OAKVALE.node}")),
    ),
    "with words nobody sees": (
        Problem.SCHEMA_INVALID,
        lambda s: bill(s, box=sealed(s, description="a\u2028b")),
    ),
    "in the hub's currency": (
        Problem.AMOUNT_INVALID,
        lambda s: bill(s, dest=money(ALWAHA, 1000)),
    ),
    "of nothing": (Problem.SCHEMA_INVALID, lambda s: bill(s, dest=money(VILANOVA, 0))),
    "of too much to count": (
        Problem.AMOUNT_INVALID,
        lambda s: bill(s, dest=money(VILANOVA, 2**53 - 1)),
    ),
    "over": (Problem.EXPIRED, lambda s: bill(s, expires_at="2025-07-02T00:00:00Z")),
    "with more than there is": (Problem.SCHEMA_INVALID, lambda s: {**bill(s), "tip": 1}),
    "in both forms": (Problem.SCHEMA_INVALID, lambda s: {**bill(s), "description": WORDS}),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_hub_brings_and_is_not_right_is_not_taken(stage: HubStage, lie: str) -> None:
    problem, made = LIES[lie]
    body = made(stage)

    with unmoved(stage.oak):
        told = asks(stage.waha, stage.oak, body)

    assert told.problem is problem
    assert stage.oak.read(_bills) == []


def test_what_is_right_is_taken_once(stage: HubStage) -> None:
    body = bill(stage)

    first, again = (asks(stage.waha, stage.oak, body) for _ in range(2))

    assert (first.status, again.status) == (202, 202)
    assert stage.oak.read(_bills) == ["requested"]


def test_another_bill_under_the_same_id_is_a_conflict_at_both(stage: HubStage) -> None:
    first = bill(stage)
    same = first["request"]["request_id"]
    other = bill(stage, request_id=same, dest=money(VILANOVA, 101))

    for sender, receiver in ((stage.vila, stage.waha), (stage.waha, stage.oak)):
        assert asks(sender, receiver, first).status == 202
        assert asks(sender, receiver, other).problem is Problem.TRADE_CONFLICT


def test_a_hub_carries_nothing_its_neighbour_has_not_signed(stage: HubStage) -> None:
    with unmoved(stage.waha):
        told = asks(stage.vila, stage.waha, bill(stage, by=OAKVALE))

    assert told.problem is Problem.SIGNATURE_INVALID


@pytest.mark.parametrize("lie", ["another way", "over", "other words", "straight"])
def test_a_hub_carries_nothing_that_it_can_see_is_wrong(stage: HubStage, lie: str) -> None:
    problem, made = LIES[lie]

    with unmoved(stage.waha):
        told = asks(stage.vila, stage.waha, made(stage))

    assert told.problem is problem


def test_a_hub_carries_no_bill_of_another_than_who_brings_it(stage: HubStage) -> None:
    with unmoved(stage.waha):
        told = asks(stage.oak, stage.waha, bill(stage))

    assert told.problem is Problem.NOT_ROUTABLE


def test_a_bill_does_not_go_in_a_circle(stage: HubStage) -> None:
    with unmoved(stage.vila):
        told = asks(stage.waha, stage.vila, bill(stage))

    assert told.problem is Problem.NOT_ROUTABLE


def test_a_hub_does_not_bury_a_member_in_bills(stage: HubStage) -> None:
    for _ in range(MOST_UNANSWERED):
        asks(stage.waha, stage.oak, bill(stage))

    told = asks(stage.waha, stage.oak, bill(stage))

    assert told.problem is Problem.RATE_LIMITED
    assert len(stage.oak.read(_bills)) == MOST_UNANSWERED


def test_nobody_declines_a_bill_but_who_was_asked(stage: HubStage) -> None:
    asked = stage.enter(stage.vila, order_for("1", f"0001@{OAKVALE.node}", "1.00"))
    stage.passes()
    (letter,) = stage.oak.read(_requests)

    by_its_seller = _declines(stage.vila, stage.waha, letter)
    by_nobody = _declines(stage.oak, stage.waha, str(uuid7()))

    assert by_its_seller.problem is Problem.NOT_FOUND
    assert by_nobody.status == 202  # It may be one that we have forgotten.
    assert stage.vila.read(trades.by_id, asked.id).state == "requested"


def test_a_no_is_carried_back_once(stage: HubStage) -> None:
    asked = stage.enter(stage.vila, order_for("1", f"0001@{OAKVALE.node}", "1.00"))
    stage.passes()
    (request_id,) = stage.oak.read(_requests)

    for _ in range(2):
        assert _declines(stage.oak, stage.waha, request_id).status == 202
    stage.passes()

    letters = stage.waha.read(outbox.about, request_id)
    assert [each.kind for each in letters] == ["relayed_request", "request_decline"]
    assert stage.vila.read(trades.by_id, asked.id).state == "declined"


def test_a_bill_that_was_declined_on_the_way_is_not_paid_after_all(
    stage: HubStage,
) -> None:
    """A hub that says no in the buyer's name loses the seller a sale, and nobody money."""
    asked = stage.enter(stage.vila, order_for("1", f"0001@{OAKVALE.node}", "1.00"))
    stage.passes()
    (request_id,) = stage.oak.read(_requests)
    _declines(stage.waha, stage.vila, request_id)
    paid = _accept(stage)

    stage.passes()

    assert stage.vila.read(trades.by_id, asked.id).state is TradeState.DECLINED
    assert stage.oak.read(trades.by_id, paid).state is TradeState.VOIDED
    assert stage.owes(stage.oak, stage.waha) == 0
    stage.require_sound()


def test_a_node_that_knows_no_such_bills_is_asked_once(stage: HubStage) -> None:
    """An older node refuses what it cannot read, and the seller hears of it."""
    asked = stage.enter(stage.vila, order_for("1", f"0001@{OAKVALE.node}", "1.00"))
    parcel = stage.letter(stage.vila, stage.waha)
    unread = {"type": f"https://cxn.example/problems/{Problem.SCHEMA_INVALID}"}

    hear(parcel, answer_to(parcel, stage.waha, 400, unread))

    assert stage.vila.read(trades.by_id, asked.id).state == "declined"
    assert not stage.carry(stage.vila, stage.waha)


def _declines(sender: Node, receiver: Node, request_id: str) -> Told:
    body = write(Declined(why="not mine"))
    parameters = {"request_id": request_id}
    parcel = ask(
        sender, receiver.name, TRADE_REQUEST_DECLINE, parameters=parameters, body=body
    )
    return tell(receiver, parcel)


def _accept(stage: HubStage) -> int:
    bill = stage.latest(stage.oak)
    quote = quoted(stage.oak, stage.nodes, bill.other or "", "1.00")
    oak, now = stage.oak, stage.now
    paid = oak.write(dealing.accept, oak.key, OPERATOR, bill.ref, quote=quote, now=now)
    return paid.id


def _bills(reader: Reader) -> list[str]:
    rows = reader.all(
        "SELECT t.state FROM trades AS t JOIN requests AS r ON r.trade_id = t.id"
        " WHERE r.direction = 'received' ORDER BY t.id"
    )
    return [state for (state,) in rows]


def _requests(reader: Reader) -> list[str]:
    rows = reader.all("SELECT request_id FROM requests ORDER BY trade_id")
    return [request_id for (request_id,) in rows]
