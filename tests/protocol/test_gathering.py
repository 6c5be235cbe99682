"""Orders that wait for one peer go together, and do not wait for others to be booked."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from cesnode.services.clearing.tracing import trace
from cesnode.services.errands import FEW, Errand, next_errand
from cesnode.store import Writer, outbox, peers, trades
from cesnode.store.peers import Peer
from federation.endpoints import PREPARE, PREPARE_BATCH, RESULT
from federation.peering import State
from tests.support.stage import Stage
from tests.support.wire import hear, receive


def letters(errand: Errand | None) -> frozenset[int]:
    return frozenset(letter.id for letter in errand.letters) if errand else frozenset()


def due(stage: Stage, *, answered: frozenset[int] = frozenset()) -> Errand | None:
    peer = stage.vila_at_oak().id
    return stage.oak.read(next_errand, peer, now=stage.now, answered=answered)


def say_something_else(stage: Stage) -> None:
    """Put a letter into the outbox that is no order."""
    stage.oak.write(
        outbox.add,
        peer=stage.vila_at_oak().id,
        kind="result",
        wire_id="019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11",
        parameters={"trade_id": "019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"},
        body=b"{}",
        now=stage.now,
    )


def test_a_few_orders_go_together(stage: Stage) -> None:
    for _ in range(FEW):
        stage.buys(amount="0.01")

    errand = due(stage)

    assert errand is not None
    assert errand.endpoint is PREPARE_BATCH
    assert len(errand.letters) == FEW


def test_of_many_orders_half_go_and_the_others_do_not_wait_for_them(stage: Stage) -> None:
    for _ in range(FEW * 3):
        stage.buys(amount="0.01")

    first = due(stage)
    second = due(stage, answered=letters(first))

    assert len(letters(first)) == FEW * 3 // 2
    assert len(letters(second)) == FEW
    assert not letters(first) & letters(second)


def test_an_order_alone_goes_as_it_is_while_others_are_booked(stage: Stage) -> None:
    stage.buys(amount="0.01")
    booked = letters(due(stage))
    stage.buys(amount="0.01")

    errand = due(stage, answered=booked)

    assert errand is not None
    assert errand.endpoint is PREPARE
    assert not letters(errand) & booked


def test_nothing_goes_twice_while_it_is_booked(stage: Stage) -> None:
    stage.buys(amount="0.01")

    assert due(stage, answered=letters(due(stage))) is None


def test_only_orders_overtake_what_is_booked(stage: Stage) -> None:
    say_something_else(stage)
    stage.buys(amount="0.01")

    errand = due(stage)

    assert errand is not None
    assert errand.endpoint is RESULT
    assert due(stage, answered=frozenset({-1})) is None


def test_a_decision_is_kept_once_and_told_in_full(stage: Stage) -> None:
    uuid = stage.buys()
    parcel = stage.letter(stage.oak, stage.vila)
    answer = receive(stage.vila, parcel.request)

    hear(parcel, answer)

    remote = stage.remote(stage.oak, uuid)
    (letter,) = stage.oak.read(outbox.about, remote.wire_id)
    told = stage.oak.read(trace, stage.oak.read(trades.known, uuid), stage.oak.name)
    assert (letter.done_at, letter.answer) == (stage.now, None)
    assert told is not None
    assert [bytes(message.answer or b"") for message in told.messages] == [answer.body]


def test_what_was_changed_of_a_peer_is_read_anew(stage: Stage) -> None:
    def change(writer: Writer) -> tuple[Peer, Peer | None, Peer | None]:
        before = peers.by_id(writer, peer)
        peers.set_state(writer, peer, State.PAUSED)
        return (
            before,
            peers.by_node(writer, before.node),
            peers.by_code(writer, before.code),
        )

    peer = stage.vila_at_oak().id

    before, by_node, by_code = stage.oak.write(change)

    assert before.state is State.ACTIVE
    assert by_node == by_code == replace(before, state=State.PAUSED, own_state=State.PAUSED)


def test_what_is_undone_of_a_peer_is_forgotten(stage: Stage) -> None:
    def change(writer: Writer) -> tuple[State, State]:
        with suppress(RuntimeError), writer.part():
            peers.set_state(writer, peer, State.PAUSED)
            inside = peers.by_id(writer, peer).state
            raise RuntimeError
        return inside, peers.by_id(writer, peer).state

    peer = stage.vila_at_oak().id

    assert stage.oak.write(change) == (State.PAUSED, State.ACTIVE)
