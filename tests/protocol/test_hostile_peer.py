"""A peer that lies, with the right key: every lie is told as what it is, and moves nothing.

The orders come in by the routes of the served program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cesnode.services.identifiers import uuid7
from federation.errors import Problem
from federation.keys import PrivateKey
from federation.objects import TradeOrder
from federation.seal import description_hash
from tests.support.exchanges import HOUR
from tests.support.federation import ALWAHA, OAKVALE, VILANOVA, key_of
from tests.support.forger import (
    hour,
    money,
    order_of,
    prepare_of,
    put,
    read_answer,
    signature,
    stamped,
    tell,
    unmoved,
)
from tests.support.stage import Stage, carry, knock, street_door
from tests.support.wire import Parcel, receive

STRANGER = PrivateKey(bytes(range(32)))
KEY = key_of(VILANOVA)


@dataclass(frozen=True)
class Lie:
    """A way to make a request, and the problem it is to end in."""

    problem: Problem
    make: Callable[[Stage], Parcel]


def order(**changes: object) -> Callable[[Stage], Parcel]:
    """Return a way to sign an order that is not as it should be."""

    def make(stage: Stage) -> Parcel:
        made = order_of(stage.vila, VILANOVA, OAKVALE, **changes)
        return put(stage.vila, stage.oak, prepare_of(made, KEY))

    return make


def body(**changes: Any) -> Callable[[Stage], Parcel]:  # noqa: ANN401 - any JSON
    """Return a way to put a good order into a body that is not as it should be."""

    def make(stage: Stage) -> Parcel:
        good = prepare_of(order_of(stage.vila, VILANOVA, OAKVALE), KEY)
        return put(stage.vila, stage.oak, {**good, **changes})

    return make


def hop(**changes: object) -> Callable[[Stage], Parcel]:
    def make(stage: Stage) -> Parcel:
        good = prepare_of(order_of(stage.vila, VILANOVA, OAKVALE), KEY)
        return put(stage.vila, stage.oak, {**good, "hop": {**good["hop"], **changes}})

    return make


def _worded(text: str) -> Callable[[Stage], Parcel]:
    """Sign an order with these words, as its digest has it."""

    def make(stage: Stage) -> Parcel:
        hashed = description_hash(description=text)
        made = order_of(stage.vila, VILANOVA, OAKVALE, description_hash=hashed)
        return put(stage.vila, stage.oak, prepare_of(made, KEY, description=text))

    return make


def _good(stage: Stage) -> Parcel:
    return order()(stage)


def _signed_by_a_stranger(stage: Stage) -> Parcel:
    return stamped(_good(stage), STRANGER, created=stage.now)


def _at(seconds: int) -> Callable[[Stage], Parcel]:
    return lambda stage: stamped(_good(stage), KEY, created=stage.now + seconds)


def _changed_on_the_way(stage: Stage) -> Parcel:
    parcel = _good(stage)
    content = parcel.request.body.replace(b"1000", b"9000")
    return replace(parcel, request=replace(parcel.request, body=content))


def _order_by(key: PrivateKey) -> Callable[[Stage], Parcel]:
    def make(stage: Stage) -> Parcel:
        made = order_of(stage.vila, VILANOVA, OAKVALE)
        return put(stage.vila, stage.oak, prepare_of(made, key))

    return make


def _with_anothers_keyid(stage: Stage) -> Parcel:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    forged = {**signature(made, STRANGER, TradeOrder), "keyid": KEY.keyid}
    return put(stage.vila, stage.oak, prepare_of(made, KEY, order_sig=forged))


def _in_anothers_name(stage: Stage) -> Parcel:
    """Order what a member of a third exchange would pay."""
    made = order_of(stage.vila, ALWAHA, OAKVALE)
    return put(stage.vila, stage.oak, prepare_of(made, KEY))


def _passed_on(stage: Stage) -> Parcel:
    """Pass on what the third exchange has truly ordered, as if by way of us."""
    path = [ALWAHA.node, VILANOVA.node, OAKVALE.node]
    made = order_of(stage.waha, ALWAHA, OAKVALE, path=path)
    given = prepare_of(made, key_of(ALWAHA))
    given["hop"] |= {"from": VILANOVA.node, "leaving": money(VILANOVA, 100)}
    return put(stage.vila, stage.oak, given)


def _for_another(stage: Stage) -> Parcel:
    made = order_of(stage.vila, VILANOVA, ALWAHA)
    return put(stage.vila, stage.oak, prepare_of(made, KEY))


def _under_another_id(stage: Stage) -> Parcel:
    made = order_of(stage.vila, VILANOVA, OAKVALE)
    return put(stage.vila, stage.oak, prepare_of(made, KEY), trade_id=str(uuid7()))


LIES = {
    "a request signed by a key nobody pinned": Lie(
        Problem.PEER_UNKNOWN, _signed_by_a_stranger
    ),
    "a request changed on its way": Lie(Problem.SIGNATURE_INVALID, _changed_on_the_way),
    "a request an hour old": Lie(Problem.CLOCK_SKEW, _at(-HOUR)),
    "a request of an hour from now": Lie(Problem.CLOCK_SKEW, _at(HOUR)),
    "an order signed by a stranger": Lie(Problem.SIGNATURE_INVALID, _order_by(STRANGER)),
    "an order with a forged signature": Lie(
        Problem.SIGNATURE_INVALID, _with_anothers_keyid
    ),
    "an order signed by the victim": Lie(
        Problem.SIGNATURE_INVALID, _order_by(key_of(OAKVALE))
    ),
    "an order in another's name": Lie(Problem.SIGNATURE_INVALID, _in_anothers_name),
    "an order passed on for another": Lie(Problem.NOT_ROUTABLE, _passed_on),
    "an order for another node": Lie(Problem.NOT_ROUTABLE, _for_another),
    "an order under another's id": Lie(Problem.SCHEMA_INVALID, _under_another_id),
    "an order of another version": Lie(Problem.VERSION_UNSUPPORTED, order(v=2)),
    "an order of another type": Lie(Problem.SCHEMA_INVALID, order(type="trade-receipt")),
    "an order with more than there is": Lie(Problem.SCHEMA_INVALID, order(tip=1)),
    "an order with less than there must be": Lie(Problem.SCHEMA_INVALID, order(payee="")),
    "an order that ends before it begins": Lie(
        Problem.SCHEMA_INVALID, order(expires_at="2020-01-01T00:00:00Z")
    ),
    "an order of nothing": Lie(
        Problem.SCHEMA_INVALID, order(dest=money(OAKVALE, 0), source=money(VILANOVA, 0))
    ),
    "an order of less than nothing": Lie(
        Problem.SCHEMA_INVALID, order(dest=money(OAKVALE, -hour(OAKVALE)))
    ),
    "an order from somebody elsewhere": Lie(
        Problem.SCHEMA_INVALID, order(payer="0001@waha.example")
    ),
    "an order that goes in circles": Lie(
        Problem.SCHEMA_INVALID,
        order(path=["vila.example", "oakv.example", "vila.example", "oakv.example"]),
    ),
    "an order in another currency": Lie(
        Problem.AMOUNT_INVALID, order(dest={**money(OAKVALE, 1000), "currency": "XXXX"})
    ),
    "an order in another scale": Lie(
        Problem.AMOUNT_INVALID, order(dest={**money(OAKVALE, 1000), "scale": 0})
    ),
    "an order paid in another currency": Lie(
        Problem.AMOUNT_INVALID, order(source={**money(VILANOVA, 100), "currency": "YYYY"})
    ),
    "an order at a better rate": Lie(
        Problem.RATE_CHANGED, order(source=money(VILANOVA, hour(VILANOVA) - 2))
    ),
    "an order that pays back a trade nobody knows": Lie(
        Problem.TRADE_CONFLICT, order(refund_of=str(uuid7()))
    ),
    "an order beyond the credit line": Lie(
        Problem.LIMIT_EXCEEDED,
        order(dest=money(OAKVALE, 210_00), source=money(VILANOVA, 21_00)),
    ),
    "a body with more than there is": Lie(Problem.SCHEMA_INVALID, body(note="x")),
    "a body without words": Lie(Problem.SCHEMA_INVALID, body(description=None)),
    "a body with words and a seal": Lie(Problem.SCHEMA_INVALID, body(sealed="AAAA")),
    "a body with a number that is not whole": Lie(Problem.SCHEMA_INVALID, body(hop=0.5)),
    "words that were not signed": Lie(Problem.SCHEMA_INVALID, body(description="a car")),
    "words with a control character": Lie(Problem.SCHEMA_INVALID, _worded("a\x07b")),
    "words that turn around": Lie(Problem.SCHEMA_INVALID, _worded("a\u202eb")),
    "words without an end": Lie(Problem.SCHEMA_INVALID, _worded("x" * 501)),
    "no words at all": Lie(Problem.SCHEMA_INVALID, _worded(" ")),
    "a hop of too large a number": Lie(Problem.SCHEMA_INVALID, hop(amount=2**53)),
    "a hop that brings less": Lie(Problem.SCHEMA_INVALID, hop(amount=999)),
    "a hop in another currency": Lie(Problem.SCHEMA_INVALID, hop(currency="XXXX")),
    "a hop from somebody else": Lie(
        Problem.SCHEMA_INVALID, hop(**{"from": "waha.example"})
    ),
    "a hop to somebody else": Lie(Problem.SCHEMA_INVALID, hop(to="waha.example")),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_lie_is_told_as_what_it_is(stage: Stage, lie: Lie) -> None:
    async with street_door(stage.oak) as door:
        with unmoved(stage.oak):
            told = await knock(door, stage.oak, lie.make(stage))

    assert told.problem is lie.problem


async def test_the_truth_is_believed(stage: Stage) -> None:
    async with street_door(stage.oak) as door:
        told = await knock(door, stage.oak, _good(stage))

    assert told.body["state"] == "COMMITTED"


def test_a_clock_an_hour_off_is_shown_with_ours(stage: Stage) -> None:
    told = tell(stage.oak, _at(-200_000)(stage))

    assert told.body["your_time"] == stage.now - 200_000
    assert told.body["our_time"] == stage.now


def test_a_request_counts_once(stage: Stage) -> None:
    parcel = _good(stage)
    tell(stage.oak, parcel)

    with unmoved(stage.oak):
        again = tell(stage.oak, parcel)

    assert again.problem is Problem.REPLAY


def test_a_request_for_another_node_is_not_ours(stage: Stage) -> None:
    """The address is part of what is signed: what waha was told cannot be told to us."""
    made = order_of(stage.vila, VILANOVA, ALWAHA)
    parcel = put(stage.vila, stage.waha, prepare_of(made, KEY))
    target = parcel.request.target_uri.replace(ALWAHA.node, OAKVALE.node)
    carried = replace(parcel, request=replace(parcel.request, target_uri=target))

    with unmoved(stage.oak):
        answer = receive(stage.oak, carried.request)

    assert read_answer(answer).problem is Problem.SIGNATURE_INVALID


async def test_a_message_that_is_too_large_is_not_read(stage: Stage) -> None:
    parcel = body(note="x" * 70_000)(stage)

    async with street_door(stage.oak) as door:
        with unmoved(stage.oak):
            answer = await carry(door, stage.oak, parcel)

    assert read_answer(answer).problem is Problem.TOO_LARGE
