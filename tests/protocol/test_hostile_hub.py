"""A hub that lies: it can refuse to serve, and it cannot make or take anybody's money."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cesnode.store import (
    Reader,
    clearing_entries,
    outbox,
    peers,
)
from federation.bodies import Decision
from federation.chain import Edge, Head
from federation.endpoints import RESULT
from federation.errors import Problem
from federation.objects import TradeOrder
from federation.signed import Signed
from federation.wire import write
from tests.support.exchanges import DAY
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import (
    Json,
    Told,
    answer_to,
    decision,
    money,
    put,
    signature,
    tell,
    unmoved,
)
from tests.support.hub_stage import HubStage, staged_around_a_hub
from tests.support.wire import Parcel, ask, hear


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[HubStage]:
    with staged_around_a_hub(settled, tmp_path) as made:
        yield made


def forwarded(stage: HubStage) -> Json:
    """Let Oakvale order, and return what an honest hub would send on."""
    stage.buys()
    stage.carry(stage.oak, stage.waha)
    body: Json = json.loads(stage.letter(stage.waha, stage.vila).request.body)
    return body


def ordered(stage: HubStage) -> tuple[Parcel, Signed[TradeOrder]]:
    """Let Oakvale order; return its request, and the order in it."""
    uuid = stage.buys()
    parcel = stage.letter(stage.oak, stage.waha)
    remote = stage.remote(stage.oak, stage.wire_id(uuid))
    assert remote is not None
    return parcel, remote.order


def sends_on(stage: HubStage, body: Json) -> Told:
    return tell(stage.vila, put(stage.waha, stage.vila, body))


def test_another_amount_than_was_ordered_does_not_arrive(stage: HubStage) -> None:
    body = forwarded(stage)
    body["hop"]["amount"] += 1

    with unmoved(stage.vila):
        told = sends_on(stage, body)

    assert told.problem is Problem.SCHEMA_INVALID


def test_an_order_the_hub_has_changed_is_not_the_payers(stage: HubStage) -> None:
    body = forwarded(stage)
    body["order"]["dest"]["amount"] += 100
    body["hop"]["amount"] += 100

    with unmoved(stage.vila):
        told = sends_on(stage, body)

    assert told.problem is Problem.SIGNATURE_INVALID


def test_an_order_the_hub_has_signed_itself_is_not_the_payers(stage: HubStage) -> None:
    body = forwarded(stage)
    body["order"]["dest"]["amount"] += 100
    body["hop"]["amount"] += 100
    body["order_sig"] = signature(body["order"], key_of(ALWAHA), TradeOrder)

    with unmoved(stage.vila):
        told = sends_on(stage, body)

    assert told.problem is Problem.SIGNATURE_INVALID


def test_a_hub_that_gives_less_than_the_rate_is_refused(stage: HubStage) -> None:
    body = forwarded(stage)
    body["hop"]["leaving"]["amount"] -= 2

    with unmoved(stage.vila):
        told = sends_on(stage, body)

    assert told.body["receipt"]["reason"] == Problem.RATE_CHANGED


def test_other_words_than_were_sealed_are_refused(stage: HubStage) -> None:
    body = forwarded(stage)
    body["sealed"] = body["sealed"][:-8] + "AAAAAAA="

    with unmoved(stage.vila):
        told = sends_on(stage, body)

    assert told.problem is Problem.SCHEMA_INVALID


def test_a_payer_nobody_has_met_is_refused_for_good(stage: HubStage) -> None:
    body = forwarded(stage)
    stranger = {"payer_node": "none.example", "payer": "x@none.example"}
    body["order"] |= stranger | {"path": ["none.example", *body["order"]["path"][1:]]}

    with unmoved(stage.vila):
        told = sends_on(stage, body)

    assert told.body["receipt"]["reason"] == Problem.NOT_ROUTABLE


def test_no_hub_can_say_that_the_payee_was_paid(stage: HubStage) -> None:
    parcel, order = ordered(stage)
    head = stage.oak.read(_head, stage)
    lie = decision(order, key_of(ALWAHA), head)

    with unmoved(stage.oak):
        why = _hear(parcel, stage, lie)

    assert "keyid" in why


def test_no_hub_can_say_that_the_payee_refused(stage: HubStage) -> None:
    parcel, order = ordered(stage)
    lie = decision(order, key_of(ALWAHA), stage.oak.read(_head, stage))
    lie["receipt"] |= {"outcome": "ABORTED", "reason": "expired"}
    del lie["entry"], lie["entry_sig"]

    with unmoved(stage.oak):
        why = _hear(parcel, stage, lie)

    assert "keyid" in why


def test_a_true_receipt_with_a_dearer_entry_takes_nothing_more(stage: HubStage) -> None:
    """What the payer agreed to pay is in the order, whatever the hub then books."""
    parcel, order = ordered(stage)
    head = stage.oak.read(_head, stage)
    body = decision(order, key_of(VILANOVA), head)
    dearer = {
        "creditor": ALWAHA.node,
        "debtor_amount": money(OAKVALE, order.value.source.amount + 100),
    }
    hop = json.loads(parcel.request.body)["hop"]
    arriving = {"creditor_amount": money(ALWAHA, hop["amount"])}
    forged = decision(order, key_of(ALWAHA), head, entry={**dearer, **arriving})
    body |= {"entry": forged["entry"], "entry_sig": forged["entry_sig"]}

    with unmoved(stage.oak):
        why = _hear(parcel, stage, body)

    assert "does not book the trade" in why


def test_a_hub_that_takes_the_order_in_and_sits_on_it_wins_nothing(
    stage: HubStage,
) -> None:
    uuid = stage.buys()
    parcel = stage.letter(stage.oak, stage.waha)
    stage.now += 30 * DAY

    hear(parcel, answer_to(parcel, stage.waha, 202, {"state": "PENDING"}))

    assert stage.is_held(uuid)
    assert stage.owes(stage.oak, stage.waha) == 0


def test_a_hop_that_ends_early_is_refused_in_good_order(stage: HubStage) -> None:
    body = forwarded(stage)
    early = stage.vila.now - 1
    body["hop"]["expires_at"] = _moment(early)

    with unmoved(stage.vila):
        told = sends_on(stage, body)

    assert told.body["receipt"]["reason"] == Problem.EXPIRED


def test_an_order_that_loops_is_passed_on_by_nobody(stage: HubStage) -> None:
    body = forwarded(stage)

    with unmoved(stage.oak):
        back = tell(stage.oak, put(stage.waha, stage.oak, body))

    assert back.problem is Problem.NOT_ROUTABLE


def test_a_node_that_is_not_on_the_way_cannot_bring_the_order(stage: HubStage) -> None:
    body = forwarded(stage)
    body["hop"] |= {"from": VILANOVA.node, "to": ALWAHA.node}

    with unmoved(stage.waha):
        told = tell(stage.waha, put(stage.vila, stage.waha, body))

    assert told.problem is Problem.NOT_ROUTABLE


def test_a_way_through_two_hubs_ends_at_the_first(stage: HubStage) -> None:
    parcel, order = ordered(stage)
    body = json.loads(parcel.request.body)
    longer = {
        **json.loads(order.content),
        "path": [OAKVALE.node, ALWAHA.node, "hub.example", VILANOVA.node],
    }
    body |= {"order": longer, "order_sig": signature(longer, stage.oak.key, TradeOrder)}

    with unmoved(stage.waha):
        told = tell(stage.waha, put(stage.oak, stage.waha, body))

    assert told.body["ack"]["reason"] == Problem.HOP_LIMIT


def test_words_in_the_open_do_not_pass_a_hub(stage: HubStage) -> None:
    parcel, _ = ordered(stage)
    body = json.loads(parcel.request.body)
    del body["sealed"]

    with unmoved(stage.waha):
        told = tell(
            stage.waha, put(stage.oak, stage.waha, {**body, "description": "a box"})
        )

    assert told.problem is Problem.SCHEMA_INVALID


def test_a_payer_that_pays_less_than_the_quote_is_refused(stage: HubStage) -> None:
    parcel, order = ordered(stage)
    body = json.loads(parcel.request.body)
    cheaper = {
        **json.loads(order.content),
        "source": money(OAKVALE, order.value.source.amount - 100),
    }
    body |= {"order": cheaper, "order_sig": signature(cheaper, stage.oak.key, TradeOrder)}

    with unmoved(stage.waha):
        told = tell(stage.waha, put(stage.oak, stage.waha, body))

    assert told.body["ack"]["reason"] == Problem.RATE_CHANGED


def test_a_hub_hears_no_decision_from_another_than_the_next(stage: HubStage) -> None:
    body = forwarded(stage)
    wire_id = body["order"]["trade_id"]
    lie = write(Decision(state="COMMITTED"))
    parcel = ask(stage.oak, ALWAHA.node, RESULT, parameters={"trade_id": wire_id}, body=lie)

    with unmoved(stage.waha):
        told = tell(stage.waha, parcel)

    assert told.problem is Problem.NOT_FOUND


def _head(reader: Reader, stage: HubStage) -> Head:
    peer = peers.by_node(reader, ALWAHA.node)
    assert peer is not None
    return clearing_entries.head(reader, Edge(stage.oak.name, ALWAHA.node), peer)


def _hear(parcel: Parcel, stage: HubStage, body: Json) -> str:
    """Let the payer's node act on what the hub answers; return what is wrong with it."""
    hear(parcel, answer_to(parcel, stage.waha, 201, body))
    remote = stage.remote(stage.oak, body["receipt"]["trade_id"])
    assert remote is not None
    assert remote.state == "held"
    *_, letter = stage.oak.read(outbox.about, remote.wire_id)
    return letter.last_error or ""


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
