"""Trades that nobody answers: ended by force, in writing, and what a late receipt does."""

from __future__ import annotations

from uuid import UUID

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import dealing
from cesnode.services.clearing import disputing, forcing, watching
from cesnode.services.peering import matters
from cesnode.store import (
    Reader,
    accounts,
    alarms,
    disputes,
    forced_voids,
    outbox,
    remote_trades,
    trades,
)
from cesnode.store.auditor import Finding, audit
from cesnode.store.database import FILE
from cesnode.store.disputes import Dispute
from federation.bodies import DisputeOutcome
from federation.trade import State
from tests.support.exchanges import DAY, refused
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.talking import compare, say, talk
from tests.support.wire import hear, next_letters, receive

WEEK = 7 * DAY


def ref_of(node: Node, uuid: UUID) -> str:
    return node.read(lambda reader: trades.known(reader, uuid).ref)


def force(stage: Stage, uuid: UUID, reason: str = "they are gone for good") -> Trade:
    ref, oak = ref_of(stage.oak, uuid), stage.oak
    return oak.write(forcing.force, oak.key, OPERATOR, ref, reason=reason, now=oak.now)


def balances(node: Node) -> dict[str, int]:
    def read(reader: Reader) -> dict[str, int]:
        return {one.number: one.position.balance for one in accounts.every(reader)}

    return {number: balance for number, balance in node.read(read).items() if balance}


def kinds(node: Node) -> set[str]:
    return {alarm.kind for alarm in node.read(alarms.standing)}


def state_at(node: Node, wire_id: str) -> State:
    return node.read(remote_trades.known, wire_id).state


def only_dispute(node: Node) -> Dispute:
    (dispute,) = node.read(disputes.every)
    return dispute


def end(stage: Stage, outcome: DisputeOutcome, why: str = "settled among us") -> Dispute:
    oak = stage.oak
    return oak.write(
        disputing.end,
        oak.here,
        OPERATOR,
        only_dispute(oak).dispute_id,
        outcome=outcome,
        why=why,
        now=oak.now,
    )


def findings(*nodes: Node) -> list[Finding]:
    return [one for node in nodes for one in audit(node.folder / FILE).findings]


@pytest.fixture
def unheard(stage: Stage) -> UUID:
    """A trade Oakvale has held for a week, of which Vila Nova never heard."""
    uuid = stage.buys(1, "1.00")
    stage.now += WEEK
    return uuid


@pytest.fixture
def unanswered(stage: Stage) -> UUID:
    """A trade Oakvale has held for a week, which Vila Nova decided; nobody heard that."""
    uuid = stage.buys(1, "1.00")
    parcel = stage.letter(stage.oak, stage.vila)
    assert receive(stage.vila, parcel.request).status == 201
    stage.now += WEEK
    return uuid


def test_a_trade_that_has_not_waited_a_week_is_not_ended_by_force(stage: Stage) -> None:
    uuid = stage.buys(1, "1.00")
    stage.now += WEEK - 1

    with refused(Code.TOO_EARLY):
        force(stage, uuid)


def test_a_trade_that_does_not_wait_is_not_ended_by_force(stage: Stage) -> None:
    uuid = stage.buys(1, "1.00")
    talk(stage.oak, stage.vila)
    stage.now += WEEK

    with refused(Code.WRONG_STATE):
        force(stage, uuid)


def test_what_was_held_is_free_again_and_the_word_of_it_is_signed(
    stage: Stage, unheard: UUID
) -> None:
    remote = stage.remote(stage.oak, unheard)

    ended = force(stage, unheard)

    assert ended.state is TradeState.VOIDED
    assert state_at(stage.oak, remote.wire_id) is State.FORCED
    assert balances(stage.oak) == {}
    statement = stage.oak.read(forced_voids.find, remote.wire_id)
    assert statement is not None
    assert statement.value.why == "they are gone for good"
    assert statement.value.order_digest == remote.order.digest
    assert findings(stage.oak) == []


def test_a_node_that_never_heard_of_it_leaves_a_tombstone_and_calls_its_people(
    stage: Stage, unheard: UUID
) -> None:
    wire_id = stage.remote(stage.oak, unheard).wire_id
    force(stage, unheard)

    talk(stage.oak, stage.vila)

    assert state_at(stage.vila, wire_id) is State.ABORTED
    assert state_at(stage.oak, wire_id) is State.VOIDED
    assert kinds(stage.vila) == {watching.FORCED}
    assert kinds(stage.oak) == set()
    assert stage.oak.read(disputes.every) == []
    assert findings(stage.oak, stage.vila) == []


def test_the_word_is_sent_for_ever(stage: Stage, unheard: UUID) -> None:
    wire_id = stage.remote(stage.oak, unheard).wire_id
    force(stage, unheard)

    for _ in range(3):
        parcel = next_letters(stage.oak, stage.vila.name)
        assert parcel is not None
        assert "forced_void" in parcel.about  # Sent, and lost.
        stage.now += WEEK

    (letter,) = [
        one for one in stage.oak.read(outbox.about, wire_id) if one.done_at is None
    ]
    assert letter.kind == forcing.LETTER


def test_a_receipt_that_comes_after_all_is_booked_to_suspense_not_to_the_member(
    stage: Stage, unanswered: UUID
) -> None:
    wire_id = stage.remote(stage.oak, unanswered).wire_id
    force(stage, unanswered)

    talk(stage.oak, stage.vila)

    assert state_at(stage.oak, wire_id) is State.POSTED
    assert balances(stage.oak) == {"OAKV-VILA": 1000, "OAKV-SUSPENSE": -1000}
    assert stage.oak.read(trades.known, unanswered).state is TradeState.VOIDED
    dispute = only_dispute(stage.oak)
    assert (dispute.wire_id, dispute.ours) == (wire_id, True)
    theirs = only_dispute(stage.vila)
    assert (theirs.dispute_id, theirs.ours) == (dispute.dispute_id, False)
    assert kinds(stage.oak) == {"late-commit"}
    compare(stage.oak, stage.vila)
    assert stage.vila_at_oak().reconciliation == "in-sync"
    assert findings(stage.oak, stage.vila) == []


def test_a_dispute_ends_with_a_refund_that_leaves_nothing_in_suspense(
    stage: Stage, unanswered: UUID
) -> None:
    wire_id = stage.remote(stage.oak, unanswered).wire_id
    force(stage, unanswered)
    talk(stage.oak, stage.vila)
    with refused(Code.WRONG_STATE):
        end(stage, DisputeOutcome.REFUND)
    vila = stage.vila
    sold = vila.read(remote_trades.known, wire_id)
    ref = vila.read(lambda reader: trades.by_id(reader, sold.trade or 0).ref)
    vila.write(dealing.reverse, vila.key, OPERATOR, ref, reason="in error", now=vila.now)
    talk(stage.oak, stage.vila)

    end(stage, DisputeOutcome.REFUND)
    talk(stage.oak, stage.vila)

    assert balances(stage.oak) == {}
    assert only_dispute(stage.vila).outcome is DisputeOutcome.REFUND
    assert kinds(stage.oak) | kinds(stage.vila) == {watching.FORCED}
    assert findings(stage.oak, stage.vila) == []


@pytest.mark.parametrize(
    "outcome",
    [DisputeOutcome.WITHDRAWN, DisputeOutcome.SETTLED, DisputeOutcome.WRITTEN_OFF],
)
def test_what_no_refund_brings_back_the_community_bears(
    stage: Stage, unanswered: UUID, outcome: str
) -> None:
    force(stage, unanswered)
    talk(stage.oak, stage.vila)

    end(stage, DisputeOutcome(outcome))
    talk(stage.oak, stage.vila)

    assert balances(stage.oak) == {"OAKV-VILA": 1000, "OAKV0000": -1000}
    assert only_dispute(stage.vila).outcome == outcome
    assert findings(stage.oak, stage.vila) == []
    with refused(Code.WRONG_STATE):
        end(stage, DisputeOutcome(outcome))


def test_only_who_opened_a_dispute_ends_it(stage: Stage, unanswered: UUID) -> None:
    force(stage, unanswered)
    talk(stage.oak, stage.vila)
    dispute, vila = only_dispute(stage.vila), stage.vila

    with refused(Code.NOT_ALLOWED):
        vila.write(
            disputing.end,
            vila.here,
            OPERATOR,
            dispute.dispute_id,
            outcome=DisputeOutcome.WITHDRAWN,
            why="no",
            now=vila.now,
        )


def test_any_trade_with_another_exchange_can_be_disputed(stage: Stage) -> None:
    uuid = stage.buys(1, "1.00")
    talk(stage.oak, stage.vila)
    oak, ref = stage.oak, ref_of(stage.oak, uuid)

    opened = oak.write(
        disputing.open_about, oak.here, OPERATOR, ref, claim="It never came", now=oak.now
    )
    before = balances(oak)
    talk(stage.oak, stage.vila)

    (shown,) = stage.vila.read(matters.every_dispute, OPERATOR)
    assert (shown.claim, shown.outcome, shown.by_us) == ("It never came", "open", False)
    assert len(opened.evidence) == 3  # The order, the receipt, the entry.
    assert kinds(stage.vila) == {"dispute"}
    assert balances(oak) == before


def test_alarms_grow_with_the_wait_and_end_with_it(stage: Stage) -> None:
    stage.buys(1, "1.00")

    told = []
    for seconds in (901, DAY, WEEK):
        stage.now += seconds
        stage.oak.write(watching.watch, now=stage.now)
        told.append(kinds(stage.oak))
    talk(stage.oak, stage.vila)
    stage.oak.write(watching.watch, now=stage.now)

    assert told == [{"waiting"}, {"stuck"}, {"may-be-forced"}]
    assert kinds(stage.oak) == set()


def test_a_receipt_on_its_way_while_the_trade_is_forced_is_heard_as_late(
    stage: Stage,
) -> None:
    """The answer to the order itself comes after the admin has lost patience."""
    uuid = stage.buys(1, "1.00")
    parcel = stage.letter(stage.oak, stage.vila)
    answer = receive(stage.vila, parcel.request)
    stage.now += WEEK
    force(stage, uuid)

    stage.now -= WEEK  # An answer is only proven within minutes of its request.
    hear(parcel, answer)

    assert balances(stage.oak) == {"OAKV-VILA": 1000, "OAKV-SUSPENSE": -1000}
    assert say(stage.oak, stage.vila)
