"""Letters that a peer could not deal with: soon again, then ever more seldom, for ever."""

from __future__ import annotations

import pytest

from cesnode.services.clearing.letters import ASK_AGAIN, LONGEST
from cesnode.services.outgoing import KINDS
from cesnode.store import Writer, outbox
from cesnode.store.outbox import Letter
from federation.errors import NATURE, Problem
from tests.support.federation import VILANOVA
from tests.support.forger import Json, answer_to
from tests.support.stage import Stage
from tests.support.talking import say, talk
from tests.support.wire import hear, next_letters


def waiting(stage: Stage) -> Letter:
    (letter,) = stage.oak.read(outbox.waiting, stage.vila_at_oak().id, kinds=KINDS.keys())
    return letter


def fails(stage: Stage, problem: Problem) -> int:
    """Let Vila Nova answer that it cannot just now; return the seconds until next time."""
    stage.now = waiting(stage).next_at
    parcel = next_letters(stage.oak, VILANOVA.node)
    assert parcel is not None
    body: Json = {"type": problem.uri, "title": "", "status": 0, "detail": ""}
    hear(parcel, answer_to(parcel, stage.vila, NATURE[problem].status, body))
    return waiting(stage).next_at - stage.now


@pytest.mark.parametrize(
    "problem",
    [Problem.BUSY, Problem.REPLAY, Problem.MAINTENANCE, Problem.RATE_LIMITED],
)
def test_an_order_that_meets_a_busy_node_is_sent_again_within_seconds(
    stage: Stage, problem: Problem
) -> None:
    stage.buys(1, "1.00")

    assert fails(stage, problem) == 1


def test_the_waits_grow_to_an_hour_and_no_further(stage: Stage) -> None:
    stage.buys(1, "1.00")

    waits = [fails(stage, Problem.BUSY) for _ in range(20)]

    for times, wait in enumerate(waits):
        longest = min(2**times, LONGEST)
        assert longest // 2 <= wait <= longest
    assert waits[:2] == [1, waits[1]]
    assert waiting(stage).attempts == len(waits)


def test_letters_do_not_all_come_back_at_one_moment(stage: Stage) -> None:
    def postponed(writer: Writer) -> set[int]:
        letters = outbox.waiting(writer, stage.vila_at_oak().id, kinds=KINDS.keys())
        return {letter.next_at for letter in letters}

    for _ in range(8):
        stage.buys(1, "0.10")
    for _ in range(9):
        stage.now = max(stage.oak.write(postponed))
        parcel = next_letters(stage.oak, VILANOVA.node)
        assert parcel is not None
        busy: Json = {"status": 503, "body": {"type": Problem.BUSY.uri}}
        many = len(parcel.about.split(", "))
        body: Json = {"answers": [busy] * many} if many > 1 else busy["body"]
        status = 200 if many > 1 else 503
        hear(parcel, answer_to(parcel, stage.vila, status, body))

    assert len(stage.oak.write(postponed)) > 1


def test_what_a_person_has_to_decide_is_asked_for_at_an_even_pace(stage: Stage) -> None:
    stage.buys(1, "1.00", seller="0003")  # Who wants to be asked first.

    waits = []
    for _ in range(3):
        stage.now = waiting(stage).next_at
        say(stage.oak, stage.vila)
        waits.append(waiting(stage).next_at - stage.now)

    assert waits == [ASK_AGAIN] * 3


def test_after_any_number_of_failures_the_trade_is_made(stage: Stage) -> None:
    uuid = stage.buys(1, "1.00")
    for _ in range(30):
        fails(stage, Problem.BUSY)

    stage.now = waiting(stage).next_at
    assert stage.remote(stage.oak, uuid).state == "held"
    talk(stage.oak, stage.vila)

    assert stage.remote(stage.oak, uuid).state in {"posted", "voided"}
    assert stage.oak.read(outbox.waiting, stage.vila_at_oak().id, kinds=KINDS.keys()) == []
