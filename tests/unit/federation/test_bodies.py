"""Bodies: what may stand beside what, and how much of it."""

from __future__ import annotations

import json

import msgspec
import pytest

from federation import wire
from federation.bodies import (
    LARGEST_BATCH,
    BatchAnswer,
    BatchAnswers,
    Hop,
    Link,
    Prepare,
    PrepareBatch,
)
from federation.errors import FederationError
from federation.objects import ChainEntry, TradeOrder
from federation.signed import Signed


@pytest.fixture
def prepare(order: Signed[TradeOrder]) -> Prepare:
    return Prepare(
        order=order.raw,
        order_sig=order.signature,
        hop=Hop(
            from_node="a.example",
            to_node="b.example",
            amount=2500,
            currency="BTB",
            scale=2,
            expires_at=order.value.expires_at,
        ),
        description="veg box",
    )


def test_an_order_travels_as_the_bytes_that_were_signed(
    prepare: Prepare, order: Signed[TradeOrder]
) -> None:
    read = wire.read(wire.write(prepare), Prepare)

    assert bytes(read.order) == order.content
    assert read == prepare


@pytest.mark.parametrize(
    "members",
    [
        {"sealed": "AAAA"},
        {"description": None},
        {"description": "a\nb"},
        {"description": "x" * 501},
        {"description": "e\u0301"},
        {"hop": None},
        {"more": 1},
    ],
)
def test_a_prepare_of_another_form_is_refused(
    members: dict[str, object], prepare: Prepare
) -> None:
    told = json.loads(wire.write(prepare)) | members

    with pytest.raises(FederationError):
        wire.read(json.dumps(told).encode(), Prepare)


def test_a_batch_holds_up_to_64_orders(prepare: Prepare) -> None:
    one = msgspec.Raw(wire.write(prepare))

    full = wire.read(wire.write(PrepareBatch(trades=(one,) * LARGEST_BATCH)), PrepareBatch)

    assert [wire.read(bytes(raw), Prepare) for raw in full.trades] == [prepare] * 64
    for trades in ((), (one,) * (LARGEST_BATCH + 1)):
        with pytest.raises(FederationError):
            wire.read(wire.write(PrepareBatch(trades=trades)), PrepareBatch)


def test_answers_to_a_batch_stand_in_its_order() -> None:
    answers = BatchAnswers(
        answers=(
            BatchAnswer(status=201, body=msgspec.Raw(b'{"state":"COMMITTED"}')),
            BatchAnswer(status=202, body=msgspec.Raw(b"{}"), retry_after=60),
        )
    )

    told = json.loads(wire.write(answers))

    assert told == {
        "answers": [
            {"status": 201, "body": {"state": "COMMITTED"}},
            {"status": 202, "body": {}, "retry_after": 60},
        ]
    }
    assert wire.read(wire.write(answers), BatchAnswers) == answers


def test_a_link_leaves_out_what_it_does_not_have(entry: Signed[ChainEntry]) -> None:
    link = Link(entry=entry.raw, entry_sig=entry.signature)

    assert sorted(json.loads(wire.write(link))) == ["entry", "entry_sig"]
    assert wire.read(wire.write(link), Link) == link


def test_moments_are_told_in_utc_to_the_second(order: Signed[TradeOrder]) -> None:
    moment = order.value.created_at.replace(microsecond=7)

    assert wire.whole_seconds(moment) == order.value.created_at
