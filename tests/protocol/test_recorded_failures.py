"""What went wrong elsewhere, by name: other systems' recorded failures cannot happen here.

Komunitin and Credit Commons authenticate each message by the hash of the last one, and
post before they ask; Clearing Central refuses a repeat instead of answering it; NEXUS's
changelog tells of five holes it has closed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.inspect import type_info

from cesnode.community.roles import Scope
from cesnode.errors import NotAllowed, ScopeTooNarrow
from cesnode.services import dealing
from cesnode.store import Reader, Writer, remote_trades
from federation.endpoints import ENDPOINTS, NODE_MOVE, PEERING_REQUEST
from federation.errors import Problem
from federation.keys import PrivateKey
from federation.objects import NodeMove, SignedObject
from federation.trade import State
from tests.support.exchanges import HOUR, acting_as
from tests.support.federation import OAKVALE, VILANOVA, key_of, people
from tests.support.forger import (
    order_of,
    prepare_of,
    put,
    read_answer,
    stamped,
    tell,
    unmoved,
)
from tests.support.invariants import Watch
from tests.support.nodes import Node
from tests.support.stage import Stage, order_for
from tests.support.wire import Parcel, hear, next_letters, receive

SOON = 100
"""Seconds after which an order is sent again."""


def carry(sender: Node, receiver: Node) -> None:
    """Bring every letter that waits, and every answer home."""
    while (parcel := next_letters(sender, receiver.name)) is not None:
        hear(parcel, receive(receiver, parcel.request))


def mirrored(stage: Stage) -> bool:
    """Whether both sides of every trade stand where they may."""
    Watch((stage.oak, stage.vila)).look()
    return True


def test_komunitin_a_lost_answer_stops_all_that_follows(stage: Stage) -> None:
    """There the receiver moves its hash on and the sender does not: the next request is
    refused, and people have to repair it.  Here a request hangs on nothing before it."""
    lost = stage.buys(1, "1.00")
    parcel = stage.letter(stage.oak, stage.vila)
    receive(stage.vila, parcel.request)  # Its answer is lost.

    following = stage.buys(2, "2.00")
    stage.now += SOON
    carry(stage.oak, stage.vila)
    stage.now += SOON
    carry(stage.oak, stage.vila)

    assert stage.remote(stage.oak, lost).state is State.POSTED
    assert stage.remote(stage.oak, following).state is State.POSTED
    assert mirrored(stage)


def test_komunitin_two_trades_at_once_in_opposite_directions_collide(
    stage: Stage,
) -> None:
    """There both name the same last hash, and one fails though both are good.  Here each
    direction has a chain of its own, which one node alone writes."""
    there = stage.buys(1, "1.00")
    order = order_for("0001@oakv.example", "1", "10.00")
    back = stage.enter(stage.vila, 1, order).uuid
    outward, homeward = (
        stage.letter(stage.oak, stage.vila),
        stage.letter(stage.vila, stage.oak),
    )

    answers = (
        receive(stage.vila, outward.request),
        receive(stage.oak, homeward.request),
    )
    hear(outward, answers[0])
    hear(homeward, answers[1])

    assert stage.remote(stage.oak, there).state is State.POSTED
    assert stage.remote(stage.vila, back).state is State.POSTED
    assert mirrored(stage)


def test_komunitin_the_same_id_again_is_a_storage_error(stage: Stage) -> None:
    """There a known uuid with a fresh hash ends in status 500.  Here the same order,
    signed afresh, gets the same decision; another one under its id is a conflict."""
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    body = prepare_of(made, key_of(VILANOVA))
    first = tell(stage.oak, put(stage.vila, stage.oak, body))

    with unmoved(stage.oak):
        again = tell(stage.oak, put(stage.vila, stage.oak, body))
        other = {**made, "payer": "0002@vila.example"}
        conflict = tell(
            stage.oak,
            put(stage.vila, stage.oak, prepare_of(other, key_of(VILANOVA))),
        )

    assert again.body == first.body
    assert conflict.problem is Problem.TRADE_CONFLICT


def test_komunitin_whoever_knows_one_old_trade_is_the_peer(stage: Stage) -> None:
    """There the hash of known texts authenticates.  Here every text may be known: what
    counts is a key that never leaves its node."""
    parcel = stage_order(stage)
    tell(stage.oak, parcel)
    thief = PrivateKey(bytes(range(32)))
    with_own_key = stamped(parcel, thief, created=stage.now, nonce="n" * 20)
    headers = [
        (name, value.replace(thief.keyid, key_of(VILANOVA).keyid))
        for name, value in with_own_key.request.headers
    ]
    with_its_name = replace(
        with_own_key, request=replace(with_own_key.request, headers=headers)
    )

    with unmoved(stage.oak):
        told = [
            read_answer(receive(stage.oak, each.request)).problem
            for each in (parcel, with_own_key, with_its_name)
        ]

    assert told == [Problem.REPLAY, Problem.PEER_UNKNOWN, Problem.SIGNATURE_INVALID]


def test_komunitin_a_crash_before_the_call_leaves_the_payer_debited(
    stage: Stage,
) -> None:
    """There the payer is posted before the other node is asked, and nothing takes that
    back.  Here the value is held, the order lies in the outbox, and a no lets go of it."""
    uuid = stage.buys(1, "1.00")
    stage.oak.stop()  # The process ends before the first request.

    held = stage.oak.read(_standing, uuid)
    carry_away = stage.letter(stage.oak, stage.vila)
    stage.now += 30 * HOUR  # Nobody was there for longer than the order lasts.
    for _ in range(2):
        stage.now += SOON
        carry(stage.oak, stage.vila)

    assert carry_away.about.startswith("prepare")
    assert held == (0, 10_10)
    assert stage.oak.read(_standing, uuid) == (0, 0)
    assert stage.remote(stage.oak, uuid).state is State.VOIDED


def test_komunitin_what_was_only_proposed_is_posted(stage: Stage) -> None:
    """There the receiver posts at once, whatever state the message says.  Here the payee
    who wants to be asked is asked, and nothing is posted before."""
    uuid = stage.buys(1, "1.00", seller="0003")
    parcel = stage.letter(stage.oak, stage.vila)

    answer = receive(stage.vila, parcel.request)
    hear(parcel, answer)

    assert read_answer(answer).body["state"] == "PENDING"
    assert stage.remote(stage.oak, uuid).state is State.HELD
    assert stage.vila.read(_transfers) == 0


def test_komunitin_amounts_are_floating(stage: Stage) -> None:
    """There an amount is a quantity times a power of ten, in floating point.  Here a
    number that is not whole cannot even be said."""
    body = prepare_of(order_of(stage.vila, VILANOVA, OAKVALE), key_of(VILANOVA))
    body["hop"]["amount"] = 1.25

    assert tell(stage.oak, put(stage.vila, stage.oak, body)).problem is (
        Problem.SCHEMA_INVALID
    )


def test_clearing_central_a_repeat_is_refused_instead_of_answered(stage: Stage) -> None:
    """There the far end posts first, and a lost answer cannot be asked for again.  Here
    a repeat returns what was decided, however often, by whichever way it is asked."""
    uuid = stage.buys(1, "1.00")
    for _ in range(3):
        receive(stage.vila, stage.letter(stage.oak, stage.vila).request)
        stage.now += SOON

    carry(stage.oak, stage.vila)

    assert stage.remote(stage.oak, uuid).state is State.POSTED
    assert stage.vila.read(_transfers) == 1


def test_nexus_a_retry_credits_twice(stage: Stage) -> None:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    for _ in range(5):
        tell(stage.oak, put(stage.vila, stage.oak, prepare_of(made, key_of(VILANOVA))))

    assert stage.oak.read(_transfers) == 1


def test_nexus_a_message_makes_the_node_fetch_what_its_sender_wants() -> None:
    """A server that fetches what it is told to can be sent into its own house.  Nothing a
    peer can say has a place for an address but the invitation taken up, and a peer's own
    signed move; both cards are fetched by a client that goes to public addresses alone."""
    said = {endpoint.name: endpoint.body for endpoint in ENDPOINTS if endpoint.body}
    signed = {kind.__name__: kind for kind in SignedObject.__subclasses__()}

    with_address = {
        name
        for name, kind in {**said, **signed}.items()
        if "https?://" in str(type_info(kind))
    }

    assert with_address == {PEERING_REQUEST.name, NODE_MOVE.name, NodeMove.__name__}


@pytest.mark.parametrize(
    "missing", ["signature", "signature-input", "content-digest", "content-type"]
)
def test_nexus_a_message_without_the_header_is_not_checked(
    stage: Stage, missing: str
) -> None:
    """There the check was skipped where there was nothing to check."""
    parcel = stage_order(stage)
    headers = [each for each in parcel.request.headers if each[0].lower() != missing]

    with unmoved(stage.oak):
        answer = receive(stage.oak, replace(parcel.request, headers=headers))

    assert read_answer(answer).problem is Problem.SIGNATURE_INVALID


def test_nexus_an_account_is_debited_without_its_owner(stage: Stage) -> None:
    """Neither a member nor a peer spends what is another's: a bill moves nothing, and an
    order for an account needs its member, or who may stand in for them."""
    order = order_for("0001@vila.example", "2", "1.00")

    with unmoved(stage.oak):
        with pytest.raises(NotAllowed):
            stage.enter(stage.oak, 1, order)
        with pytest.raises(ScopeTooNarrow):
            stage.oak.write(_at_the_till, stage.oak)
        in_our_name = order_of(stage.vila, OAKVALE, VILANOVA)
        told = tell(
            stage.oak,
            put(stage.vila, stage.oak, prepare_of(in_our_name, key_of(VILANOVA))),
        )

    assert told.problem is Problem.SIGNATURE_INVALID


def test_nexus_two_commits_at_once_are_both_applied(stage: Stage) -> None:
    """There two commits of one transaction both moved the balance.  Here the state must
    still be what it was read as, and a trade is booked once in its chain."""
    uuid = stage.buys(1, "1.00")
    parcels = [stage.letter(stage.oak, stage.vila) for _ in range(2)]
    answers = [receive(stage.vila, parcel.request) for parcel in parcels]
    stale = stage.remote(stage.oak, uuid)

    for parcel, answer in zip(parcels, answers, strict=True):
        hear(parcel, answer)

    assert stage.oak.read(_transfers) == 1
    with unmoved(stage.oak), pytest.raises(AssertionError):
        stage.oak.write(remote_trades.move_on, stale, State.VOIDED, now=stage.now)
    assert mirrored(stage)


def stage_order(stage: Stage) -> Parcel:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    return put(stage.vila, stage.oak, prepare_of(made, key_of(VILANOVA)))


def _at_the_till(writer: Writer, node: Node) -> None:
    actor = acting_as(writer, people(writer)[0], Scope.TILL)
    order = order_for("0001@vila.example", "1", "1.00")
    dealing.record(writer, node.key, actor, order, now=node.now)


def _transfers(reader: Reader) -> int:
    (count,) = reader.one("SELECT count(*) FROM transfers")
    return int(count)


def _standing(reader: Reader, _: object) -> tuple[int, int]:
    """Return the first member's balance, and what is held of it."""
    balance, held = reader.one(
        "SELECT balance, held_out FROM standings WHERE account_id = 2"
    )
    return balance, held
